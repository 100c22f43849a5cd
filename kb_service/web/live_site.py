"""An application that shows the operator's file as it is: made anew when that, or a file it names, has changed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from kb_service.errors import BadSetting
from kb_service.site import site_files
from kb_service.web.root import Wsgi

LOOK_SECONDS: Final = 0.5  # between two looks at the files

_log: Final = logging.getLogger(__name__)


class LiveSite:
    """Answers with what `make` returns, and calls it again when the files of the site at `file` have changed.

    With mistakes in them, which are logged with their lines, the last good one stays.
    """

    def __init__(self, make: Callable[[], Wsgi], file: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._make = make
        self._file = file
        self._clock = clock
        self._looking = threading.Lock()
        self._seen = _state(file)
        self._app = make()
        self._looked_at = clock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self._clock() - self._looked_at >= LOOK_SECONDS and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looked_at = self._clock()
                self._looking.release()
        return self._app(environ, start_response)

    def _look(self) -> None:
        state = _state(self._file)
        if state == self._seen:
            return
        self._seen = state
        try:
            self._app = self._make()
        except BadSetting as error:
            _log.error("the site stays as it was, until this is corrected:\n%s", error)
        else:
            _log.info("the site is shown as %s says now", self._file)


def _state(file: Path) -> tuple[tuple[int, int], ...]:
    """Return what is another one as soon as a file of the site is."""
    return tuple(map(_age, site_files(file)))


def _age(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
