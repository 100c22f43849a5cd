"""Keeps an index up to date while it is served: articles appear and expire on their days, and previews follow edits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

LOOK_SECONDS: Final = 30.0  # an article appears or expires within so long of midnight (UTC), and a build
AFTER_FAILURE: Final = 20  # times as long until the next attempt


def keep(
    is_due: Callable[[], bool], build: Callable[[], bool], *, wait: Callable[[float], bool], seconds: float
) -> None:
    """Look every so many `seconds` and `build` what `is_due`, until `wait(seconds)` says that it is the end.

    `build` returns whether that could be done.
    """
    pause = seconds
    while not wait(pause):
        pause = seconds if not is_due() or build() else seconds * AFTER_FAILURE


@contextmanager
def kept(is_due: Callable[[], bool], build: Callable[[], bool], *, seconds: float = LOOK_SECONDS) -> Iterator[None]:
    """Do that in a thread inside the context."""
    stop = threading.Event()
    thread = threading.Thread(
        target=keep, args=(is_due, build), kwargs={"wait": stop.wait, "seconds": seconds}, daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
