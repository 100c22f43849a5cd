"""Articles read in child processes: hostile Markdown can exhaust one of them, and nothing else.

Each article has a limit of processor time and memory, and a far one by the clock.
A worker that exceeds it, or dies, costs the article it was at: a new one
goes on with the others. Each has a socket of its own and inherits nothing else, neither files nor environment; what it
sends is checked data, never pickles; it ends when we do. (In the pools of `multiprocessing` and `pebble` all workers
write to one pipe under one lock: one that dies while it writes stops them all.)

A worker runs this module: `python -m kb_service.content.workers SOCKET`. Messages are MessagePack.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Final

import msgspec

import kb_service
from kb_service.content.article import Problem, Reading
from kb_service.content.article_files import ArticleFile

MIN_PROCESSES: Final = 2  # also on one core
CPU_SECONDS: Final = 5  # for one article; the largest of 17,000 real ones took 0.4 s
SECONDS_PER_ARTICLE: Final = 120.0  # by the clock, for what hangs: a busy machine lets an article wait, not fail
MEMORY_BYTES: Final = 512 << 20  # of address space; reading real articles takes 90 MB
FILES_EACH: Final = 4  # that a worker has at once, so that it never waits for us; more are no quicker
MOST_UNDER_WAY: Final = 1_000  # readings kept while one before them takes its time
_KEPT_VARIABLES: Final = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TMPDIR")


def read_in_workers(
    files: Iterable[ArticleFile | Reading], *, processes: int | None = None, seconds: float = SECONDS_PER_ARTICLE
) -> Iterator[Reading]:
    """Yield the reading of each file, in order; what is a reading already stays in its place.

    An article that takes too much processor time or memory, or `seconds`, is a problem, not an error. `processes`
    (None: one for each core, at least 2) end with the iterator. The first starts at once, so that it is ready when the
    one article that has changed comes; the others when they are needed.
    """
    workers = [_Worker(seconds) for _ in range(processes or max(MIN_PROCESSES, os.cpu_count() or 1))]
    coming = enumerate(files)
    readings: dict[int, Reading] = {}  # by the number of the file
    under_way: deque[int] = deque()
    more = True
    try:
        workers[0].start()
        while more or under_way:
            worker = min(workers, key=lambda worker: len(worker.files))
            if not more or len(worker.files) >= FILES_EACH or len(under_way) >= MOST_UNDER_WAY:
                readings.update(_wait(workers))
            elif (following := next(coming, None)) is None:
                more = False
            else:
                number, item = following
                under_way.append(number)
                if isinstance(item, Reading):
                    readings[number] = item
                else:
                    worker.send(number, item)
            while under_way and under_way[0] in readings:
                yield readings.pop(under_way.popleft())
    finally:
        for worker in workers:
            worker.stop()


def _wait(workers: Sequence[_Worker]) -> Iterator[tuple[int, Reading]]:
    """Yield what workers answer next, once one does or has had its time."""
    busy = {worker.connection: worker for worker in workers if worker.connection and worker.files}
    seconds = min(worker.deadline for worker in busy.values()) - time.monotonic()
    answering = wait(busy, max(0.0, seconds))
    for connection, worker in busy.items():
        if connection in answering:
            yield worker.receive(connection)
        elif time.monotonic() >= worker.deadline:
            yield worker.give_up(overdue=True)


class _Worker:
    """A process, started at the latest when it is sent something, and the files that it reads now and next, by number.

    From `deadline` on it is overdue with the first of them.
    """

    def __init__(self, seconds: float) -> None:
        self.files: deque[tuple[int, ArticleFile]] = deque()
        self.process: subprocess.Popen[bytes] | None = None
        self.connection: Connection | None = None
        self.deadline = 0.0
        self._seconds = seconds

    def send(self, number: int, file: ArticleFile) -> None:
        """Let the process read a file when it has read those before."""
        connection = self.start()
        if not self.files:
            self.deadline = time.monotonic() + self._seconds
        self.files.append((number, file))
        with suppress(ConnectionError):  # it has ended, and is found to have when it is read from
            connection.send_bytes(msgspec.msgpack.encode((file.path, os.fsencode(file.file))))

    def receive(self, connection: Connection) -> tuple[int, Reading]:
        """Return the answer that has come; the end of the process is that of the first file without one."""
        try:
            answer = connection.recv_bytes()
        except (EOFError, OSError):
            return self.give_up(overdue=False)
        self.deadline = time.monotonic() + self._seconds
        return self.files.popleft()[0], msgspec.msgpack.decode(answer, type=Reading)

    def give_up(self, *, overdue: bool) -> tuple[int, Reading]:
        """Say that the first file cannot be read, and go on with the others in a new process."""
        code = self.stop()
        reason = f"rendering it ended the process (exit code {code})."
        if overdue or code == -signal.SIGXCPU:
            reason = "rendering it takes too long. Look for thousands of brackets or nested marks."
        (number, failed), *unread = self.files
        self.files.clear()
        for one in unread:
            self.send(*one)
        return number, Reading(None, (Problem(failed.path, 1, "error", f"The article cannot be used: {reason}"),))

    def stop(self) -> int:
        """End the process and return its exit code, 0 if there is none."""
        process, connection, self.process, self.connection = self.process, self.connection, None, None
        if process is None or connection is None:
            return 0
        process.kill()
        code = process.wait()
        connection.close()
        return code

    def start(self) -> Connection:
        """Start the process unless it runs; return the connection to it."""
        if self.connection:
            return self.connection
        self.connection, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603  # our own module
                [sys.executable, "-P", "-m", "kb_service.content.workers", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=child_environment(),
                start_new_session=True,  # Ctrl-C is for us: the worker ends when we do
            )
        return self.connection


def child_environment() -> dict[str, str]:
    """Return an environment in which a child process finds the modules that we have, and nothing that is secret."""
    root = str(Path(kb_service.__file__).parent.parent)
    search_path = os.pathsep.join([root, *filter(None, sys.path)])
    return {"PYTHONPATH": search_path, **{key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}}


# In the worker


def main(descriptor: int) -> None:
    """Read the files that are named on a socket until its other end is closed."""
    from kb_service.content.markdown.rendering import Renderer
    from kb_service.content.reading import read_file  # here alone: who starts workers need not load a Markdown parser

    _lower_limit(resource.RLIMIT_AS, MEMORY_BYTES)
    renderer = Renderer()
    with Connection(descriptor) as connection, suppress(EOFError, ConnectionError):
        while True:
            path, file = msgspec.msgpack.decode(connection.recv_bytes(), type=tuple[str, bytes])
            usage = resource.getrusage(resource.RUSAGE_SELF)
            _lower_limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + CPU_SECONDS)
            reading = read_file(ArticleFile(path, Path(os.fsdecode(file))), renderer)
            connection.send_bytes(msgspec.msgpack.encode(reading))


def _lower_limit(kind: int, value: int) -> None:
    """Set the soft limit, as far as the hard one allows; beyond it the system ends the process or refuses memory."""
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


if __name__ == "__main__":
    main(int(sys.argv[1]))
