"""Writers that are slow, dead or particular, and an observer that counts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence

from kb_service.errors import DependencyFailed
from kb_service.record.events import Event
from kb_service.record.recorder import Status


class Counting:
    """Counts what became of events."""

    def __init__(self) -> None:
        self.counts: Counter[Status] = Counter()
        self._lock = threading.Lock()

    def recorded(self, status: Status, events: int) -> None:
        with self._lock:
            self.counts[status] += events


class MemoryWriter:
    """Writes into a list. While it `is_dead` nothing can be written; a `poison` text cannot be written ever."""

    def __init__(self, *, poison: str = "") -> None:
        self.written: list[Event] = []
        self.batches: list[int] = []
        self.prepared = 0
        self.tended = 0
        self.is_dead = False
        self.poison = poison
        self.gate = threading.Event()
        self.gate.set()

    def prepare(self) -> None:
        self._live()
        self.prepared += 1

    def write(self, events: Sequence[Event]) -> None:
        self.gate.wait(20)
        self._live()
        if any(getattr(each, "text", "") == self.poison for each in events if self.poison):
            raise ValueError("no database takes this")
        self.written += events
        self.batches.append(len(events))

    def tend(self, now: int) -> None:
        self.tended += 1

    def close(self) -> None:
        """There is nothing to close."""

    def _live(self) -> None:
        if self.is_dead:
            raise DependencyFailed("The database is dead.")
