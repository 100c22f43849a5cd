"""At most so many look-ups in any minute, for all callers together: this service is no scanner."""

from __future__ import annotations

from collections import deque
from typing import Final

LOOKUPS_PER_WINDOW: Final = 60
WINDOW_SECONDS: Final = 60.0


class RateWindow:
    """Remembers when the last look-ups were started; not for several threads at once."""

    def __init__(self) -> None:
        self._started_at: deque[float] = deque(maxlen=LOOKUPS_PER_WINDOW)

    def allows(self, now: float) -> bool:
        return len(self._started_at) < LOOKUPS_PER_WINDOW or now - self._started_at[0] >= WINDOW_SECONDS

    def started(self, now: float) -> None:
        self._started_at.append(now)
