"""Below which path of its host do people reach the service? With KB_BASE_URL=https://example.com/help it is /help.

A proxy may strip the path from what it hands on or not: both come out the same here. A server that mounts the
application itself says where in SCRIPT_NAME. Routes know nothing of it; what is sent to browsers begins with `root()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import request

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def root() -> str:
    """Return the path under which the caller of the current request reaches the service: "/help", or "" at the top."""
    return request.script_root


def address_here() -> str:
    """Return where the caller says to reach the service; only for what goes to nobody else."""
    return f"{request.scheme}://{request.host}{root()}"


def below_path(app: Wsgi, base_url: str) -> Wsgi:
    """Return the application for requests with the path of `base_url` before theirs, and without it.

    No path of ours begins like one that may stand in a base URL, so the two are never mistaken for each other.
    """
    path = urlsplit(base_url).path
    if not path:
        return app

    def respond(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if asked == path or asked.startswith(f"{path}/"):
            asked = asked[len(path) :] or "/"
        return app({**environ, "SCRIPT_NAME": path, "PATH_INFO": asked}, start_response)

    return respond
