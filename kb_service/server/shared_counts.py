"""Lets the workers of one server count together, in files of one folder; without it each tells of itself alone."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

from prometheus_client import values

from kb_service.web.worker_processes import note_worker

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus-client looks for it
KINDS: Final = ("counter", "histogram", "gauge_livesum")
FILE_BYTES: Final = 512 * 1024  # more than all labels together take

_log: Final = logging.getLogger(__name__)


def count_together(folder: str, number: int, *, of: int) -> bool:
    """Let what this process counts from now on lie in the folder, as that of worker `number` of so many.

    Return whether it does. A worker goes on where the one before it with its number ended. The room is taken now: a
    file that is written in memory ends the process when the disk has no room for it later.
    """
    try:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        for kind in KINDS:
            with (Path(folder) / f"{kind}_worker{number}.db").open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
        note_worker(Path(folder), number, os.getpid(), of=of)
    except OSError as error:
        _log.warning("worker %d counts for itself alone: %s cannot be used: %s", number, folder, error.strerror)
        return False
    os.environ[FOLDER] = folder
    values.ValueClass = values.MultiProcessValue(lambda: f"worker{number}")  # type: ignore[no-untyped-call]
    return True
