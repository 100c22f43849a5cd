"""A few worker processes with a wall-clock limit for each article. One that hangs or dies is replaced.

One thread feeds them all, and keeps a few tasks ahead of each, so that none waits for its next one.
"""

from __future__ import annotations

import select
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Final

import msgspec

from kb_service.content.article import Problem
from kb_service.content.reading import Reading
from kb_service.content.worker import Task
from kb_service.content.worker_process import WorkerProcess

DEFAULT_PROCESSES: Final = 2
SECONDS_PER_ARTICLE: Final = 5.0
TASKS_EACH: Final = 4  # that a process has at once; more are no quicker
MOST_UNDER_WAY: Final = 1_000  # readings kept while one before them takes its time


class WorkerPool:
    """Reads articles in child processes; for one thread."""

    def __init__(self, processes: int = DEFAULT_PROCESSES, *, seconds: float = SECONDS_PER_ARTICLE) -> None:
        self._workers = [_Worker(seconds) for _ in range(processes)]

    def read(self, path: str, source: bytes) -> Reading:
        """Return the article in a file; one that takes too long or too much is a problem, not an error."""
        [reading] = self.read_all([Task(path, source)])
        return reading

    def read_all(self, tasks: Iterable[Task | Reading]) -> Iterator[Reading]:
        """Yield what `read` returns for each task, in order; what is a reading already stays in its place."""
        coming = map(_Place, tasks)
        places: deque[_Place] = deque()
        more = True
        while more or places:
            worker = min(self._workers, key=lambda worker: len(worker.places))
            if more and len(worker.places) < TASKS_EACH and len(places) < MOST_UNDER_WAY:
                place = next(coming, None)
                more = place is not None
                if place is not None:
                    places.append(place)
                    worker.take(place)
            else:
                self._wait()
            while places and (reading := places[0].reading):
                places.popleft()
                yield reading

    def _wait(self) -> None:
        """Wait until a worker answers, takes more of what it was sent, or has had its time."""
        poll = select.poll()
        actions: dict[int, Callable[[], None]] = {}
        busy = [worker for worker in self._workers if worker.places]
        for worker in busy:
            tasks, readings = worker.child.pipes()
            actions[readings] = worker.listen
            poll.register(readings, select.POLLIN)
            if worker.child.has_unsent:
                actions[tasks] = worker.child.flush
                poll.register(tasks, select.POLLOUT)
        seconds = min(worker.deadline for worker in busy) - time.monotonic()
        for pipe, _ in poll.poll(max(0.0, seconds) * 1000):
            actions[pipe]()
        for worker in busy:
            worker.check_time()

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers:
            worker.child.stop()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class _Place:
    """Where the reading for a task will be."""

    __slots__ = ("reading", "task")

    def __init__(self, item: Task | Reading) -> None:
        self.task = item if isinstance(item, Task) else None
        self.reading = item if isinstance(item, Reading) else None


class _Worker:
    """A process, and the places for what it reads now and next. From `deadline` on it is overdue with the first."""

    def __init__(self, seconds: float) -> None:
        self.child = WorkerProcess()
        self.places: deque[_Place] = deque()
        self.deadline = 0.0
        self._seconds = seconds
        self._decoder = msgspec.msgpack.Decoder(Reading)

    def take(self, place: _Place) -> None:
        """Read the task of a place, if it has one."""
        if place.task is None:
            return
        self.child.send(msgspec.msgpack.encode(place.task))
        if not self.places:
            self._begin()
        self.places.append(place)

    def listen(self) -> None:
        """Note the answers that have come; an end is that of the first article that is not answered."""
        answers = self.child.receive()
        for answer in answers:
            self.places.popleft().reading = self._decoder.decode(answer)
        if self.child.ended:
            self._give_up(overdue=False)
        else:  # an answer is written at once: when its first bytes are here the article is read
            self._begin()

    def check_time(self) -> None:
        """End the process if it has had its time for the first article."""
        if self.places and time.monotonic() >= self.deadline:
            self._give_up(overdue=True)

    def _begin(self) -> None:
        self.deadline = time.monotonic() + self._seconds

    def _give_up(self, *, overdue: bool) -> None:
        """Say that the first article cannot be read, and go on with the others in a new process."""
        code = self.child.stop()
        unread, self.places = self.places, deque()
        if unread:
            failed = unread.popleft()
            path = failed.task.path if failed.task else ""
            failed.reading = Reading(None, (Problem(path, 1, "error", _reason(code, overdue)),))
        for place in unread:
            self.take(place)


def _reason(code: int, overdue: bool) -> str:
    if overdue or code == -signal.SIGXCPU:
        return (
            "The article cannot be used: rendering it takes too long. Look for thousands of brackets or nested marks."
        )
    return f"The article cannot be used: rendering it ended the process (exit code {code})."
