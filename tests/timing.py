"""How long something takes, without what else happens meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable


def least_seconds(call: Callable[[], object], *, times: int = 3) -> float:
    """Return the least CPU seconds of this thread for a call, of several: one may pay for a collection of garbage."""

    def once() -> float:
        started = time.thread_time()
        call()
        return time.thread_time() - started

    return min(once() for _ in range(times))
