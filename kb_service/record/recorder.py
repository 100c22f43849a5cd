"""Takes events without ever making anybody wait, and hands them to one writer thread of this process.

The queue is bounded. While the database is slow, locked, full or dead, events wait in it; when it is full, new ones are
dropped and counted. At the end of the process what waits is written, within a bound.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Literal, Protocol

from kb_service.errors import DependencyFailed
from kb_service.record.events import Event

MOST_WAITING: Final = 10_000  # events, 5 MB
BATCH: Final = 500
GATHER_SECONDS: Final = 0.25  # events are written together: a transaction costs as much as a hundred of them
LOOK_SECONDS: Final = 0.5  # between looks whether the process ends
RETRY_SECONDS: Final = (0.5, 1.0, 2.0, 5.0)
SHORT_REST_SECONDS: Final = 0.1
CLOSE_SECONDS: Final = 5.0
TEND_SECONDS: Final = 3600.0
JUMP_SECONDS: Final = 3600.0  # that the clock gains or loses at once: somebody has set it
BELIEVE_SECONDS: Final = 86_400.0  # until a clock that jumped is believed: by one that is wrong all would be too old

Status = Literal["written", "dropped", "failed"]

_log: Final = logging.getLogger(__name__)


class EventWriter(Protocol):
    """What writes events; each may raise DependencyFailed."""

    def prepare(self) -> None: ...

    def write(self, events: Sequence[Event]) -> None: ...

    def tend(self, now: int) -> None: ...

    def close(self) -> None: ...


class RecorderObserver(Protocol):
    """Is told what became of events: written, dropped since nothing could be kept, or failed since no database takes
    them."""

    def recorded(self, status: Status, events: int) -> None: ...


class Unobserved:
    """Nobody watches."""

    def recorded(self, status: Status, events: int) -> None:
        """Do nothing."""


class Recorder:
    """One queue and one thread. `open_writer` is called in that thread, so that nobody waits for what it imports.

    `idle` is called there too, again and again while nothing waits, and may do what takes some milliseconds.
    """

    def __init__(
        self,
        open_writer: Callable[[], EventWriter],
        *,
        observer: RecorderObserver | None = None,
        idle: Callable[[], None] = lambda: None,
        most_waiting: int = MOST_WAITING,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._open_writer = open_writer
        self._observer = observer or Unobserved()
        self._idle = idle
        self._most_waiting = most_waiting
        self._now = now
        self._waiting: deque[Event] = deque()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._deadline = float("inf")
        self._tend_at = 0.0
        self._clock_offset = now() - time.monotonic()
        self._clock_believed_at = 0.0
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def start(self) -> Recorder:
        """Start the thread, if it does not run; return self."""
        with self._starting:
            if self._thread is None:
                # Not a daemon: Python waits for it at the end of the process, and it looks out for that end itself.
                self._thread = threading.Thread(target=self._run, name="recorder", daemon=False)
                self._thread.start()
        return self

    def forked(self) -> None:
        """Begin anew in a child process: threads stay behind, and what waits is the parent's to write."""
        self._waiting.clear()
        self._wake, self._closing, self._starting = threading.Event(), threading.Event(), threading.Lock()
        self._thread = None

    def put(self, event: Event) -> bool:
        """Take an event, or drop and count it; return which. Never waits, never raises."""
        if len(self._waiting) >= self._most_waiting or self._closing.is_set():
            self._observer.recorded("dropped", 1)
            return False
        self._waiting.append(event)  # deques are safe to share
        if self._thread is None:
            self.start()
        return True

    def waiting(self) -> int:
        """Return how many events are not written yet."""
        return len(self._waiting)

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Write what waits, for at most so long, and end the thread; what is left then is dropped and counted."""
        self._deadline = time.monotonic() + seconds
        self._closing.set()
        self._wake.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(seconds + 1)

    def _run(self) -> None:
        writer: EventWriter | None = None
        failures = 0
        while not (self._is_ending() and not self._waiting) and time.monotonic() < self._deadline:
            try:
                if writer is None:
                    writer = self._open_writer()
                    writer.prepare()
                self._work(writer)
                failures = 0
            except DependencyFailed as error:
                if not failures:
                    _log.warning("nothing can be recorded: %s", error)
                _close(writer)
                writer = None
                self._rest(failures)
                failures += 1
            except Exception:
                _log.exception("the recorder failed")
                _close(writer)
                writer = None
                self._rest(failures)
                failures += 1
        _close(writer)
        if left := len(self._waiting):
            _log.warning("%d events were not recorded before the end", left)
            self._observer.recorded("dropped", left)
            self._waiting.clear()

    def _work(self, writer: EventWriter) -> None:
        """Write one batch; with nothing to write, tend the database, or rest."""
        if batch := [self._waiting[at] for at in range(min(len(self._waiting), BATCH))]:
            self._write(writer, batch)
            for _ in batch:
                self._waiting.popleft()
        elif time.monotonic() >= self._tend_at and self._clock_is_believed():
            self._tend_at = time.monotonic() + TEND_SECONDS
            writer.tend(int(self._now() * 1000))
        else:
            self._idle()
        if len(self._waiting) < BATCH:
            self._pause(GATHER_SECONDS)

    def _clock_is_believed(self) -> bool:
        """Return whether the clock has not jumped for a day: only then anything is deleted for its age."""
        jumped = self._now() - time.monotonic() - self._clock_offset
        if abs(jumped) > JUMP_SECONDS:
            self._clock_offset += jumped
            self._clock_believed_at = time.monotonic() + BELIEVE_SECONDS
            _log.warning("the clock has jumped by %.0f s: nothing is deleted for its age for a day", jumped)
        return time.monotonic() >= self._clock_believed_at

    def _write(self, writer: EventWriter, batch: Sequence[Event]) -> None:
        """Write a batch; where one of its events is at fault, not the database, the others are written without it."""
        try:
            writer.write(batch)
        except DependencyFailed:
            raise
        except Exception as error:
            if len(batch) == 1:
                _log.error("an event cannot be recorded: %r", type(error))
                self._observer.recorded("failed", 1)
                return
            half = len(batch) // 2
            self._write(writer, batch[:half])
            self._write(writer, batch[half:])
            return
        self._observer.recorded("written", len(batch))

    def _pause(self, seconds: float) -> None:
        """Wait so long, or until the process ends."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._is_ending():
            self._wake.wait(min(left, LOOK_SECONDS))

    def _rest(self, failures: int) -> None:
        """Leave a database alone that failed so often in a row; at the end there is little time, so not for long."""
        self._pause(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
        if self._is_ending():
            time.sleep(SHORT_REST_SECONDS)

    def _is_ending(self) -> bool:
        """Return whether somebody closes us, or the process is at its end; then the time that is left runs."""
        if not self._closing.is_set() and not threading.main_thread().is_alive():
            self._deadline = time.monotonic() + CLOSE_SECONDS
            self._closing.set()
        return self._closing.is_set()


def _close(writer: EventWriter | None) -> None:
    if writer is not None:
        writer.close()
