"""What the workers of tests serve, each by a factory that is handed the settings as those of the service are."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kb_service.errors import BadSetting
from kb_service.settings import Settings

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def telling(settings: Settings) -> Application:
    """Tells which process answers, the contact of its settings and the length of the body; `/slow` takes a second."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            time.sleep(1)
        length = len(environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{os.getpid()} {settings.contact_url} {length}".encode()]

    return application


def once(settings: Settings) -> Application:
    """Can be made once by each of two workers, and no more: the folder of data counts."""
    made = Path(settings.data) / str(time.monotonic_ns())
    made.touch()
    if len(list(Path(settings.data).iterdir())) > settings.workers:
        raise RuntimeError("not again")
    return telling(settings)


def wrong(settings: Settings) -> Application:
    raise BadSetting("nothing is right")


def broken(settings: Settings) -> Application:
    raise RuntimeError("nothing works")
