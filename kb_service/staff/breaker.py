"""Leaves a host alone for a while after it failed several times in a row, longer each time."""

from __future__ import annotations

from typing import Final

FAILURES_TO_OPEN: Final = 3
FIRST_PAUSE_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 15 * 60.0


class Breaker:
    """Of one host; not for several threads at once.

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
