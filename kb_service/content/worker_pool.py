"""A few worker processes with a wall-clock limit for each article. One that hangs or dies is replaced."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

import kb_service
from kb_service.content.article import Problem
from kb_service.content.reading import Reading
from kb_service.content.worker import Task, read_frame, write_frame

DEFAULT_PROCESSES: Final = 2
SECONDS_PER_ARTICLE: Final = 5.0
_KEPT_ENVIRONMENT: Final = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TMPDIR")  # and no secrets


class WorkerPool:
    """Reads articles in child processes; `read` may be called from as many threads as there are processes."""

    def __init__(self, processes: int = DEFAULT_PROCESSES, *, seconds: float = SECONDS_PER_ARTICLE) -> None:
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._workers = [_Worker(seconds) for _ in range(processes)]
        for worker in self._workers:
            self._idle.put(worker)

    def read(self, path: str, source: bytes) -> Reading:
        """Return the article in a file; one that takes too long or too much is a problem, not an error."""
        worker = self._idle.get()
        try:
            return worker.read(Task(path, source))
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers:
            worker.stop()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class _Worker:
    """One process, started when it is first needed."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.decoder = msgspec.msgpack.Decoder(Reading)

    def read(self, task: Task) -> Reading:
        process = self.process or self.start()
        overdue = threading.Event()
        timer = threading.Timer(self.seconds, _kill, (process, overdue))
        timer.start()
        try:
            answer = _exchange(process, msgspec.msgpack.encode(task))
        finally:
            timer.cancel()
        if answer is None or overdue.is_set():  # overdue: killed perhaps just behind its answer
            code = self.stop()
        if answer is None:
            return Reading(None, (Problem(task.path, 1, "error", _reason(code, overdue.is_set())),))
        return self.decoder.decode(answer)

    def start(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kb_service.content.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=child_environment(),
            start_new_session=True,  # Ctrl-C is for us: the worker ends with its stdin
        )
        return self.process

    def stop(self) -> int:
        """End the process and return its exit code, 0 if there is none."""
        process, self.process = self.process, None
        if process is None:
            return 0
        assert process.stdin
        assert process.stdout
        process.kill()
        code = process.wait()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):  # what was written last can no longer be flushed
                stream.close()
        return code


def _kill(process: subprocess.Popen[bytes], overdue: threading.Event) -> None:
    overdue.set()
    process.kill()


def _exchange(process: subprocess.Popen[bytes], message: bytes) -> bytes | None:
    assert process.stdin
    assert process.stdout
    try:
        write_frame(process.stdin, message)
    except BrokenPipeError:
        return None
    return read_frame(process.stdout)


def _reason(code: int, overdue: bool) -> str:
    if overdue or code == -signal.SIGXCPU:
        return (
            "The article cannot be used: rendering it takes too long. Look for thousands of brackets or nested marks."
        )
    return f"The article cannot be used: rendering it ended the process (exit code {code})."


def child_environment() -> dict[str, str]:
    """Return an environment in which a child process finds the modules that we have, however we were started."""
    root = str(Path(kb_service.__file__).parent.parent)
    search_path = os.pathsep.join([root, *filter(None, sys.path)])
    return {"PYTHONPATH": search_path, **{key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}}
