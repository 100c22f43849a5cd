"""Keeps the workers of one server: starts them, replaces those that end, ends them all. It answers nothing itself.

Workers are programs of their own, started anew: nothing of this process is in them but the settings it hands them. One
that cannot start takes no other with it; it is tried again, ever less often. Every end says why.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final, Literal, NamedTuple

from kb_service import __version__
from kb_service.errors import BadSetting, DependencyFailed
from kb_service.server.handed import Handed, to_line
from kb_service.settings import Settings
from kb_service.web.rate_limits import shared_file

MODULE: Final = "kb_service.server.worker"
STOP_SECONDS: Final = 7.0  # until a worker that was asked to end is killed
FIRST_REST_SECONDS: Final = 0.5  # before a worker that could not start is tried again; each time twice as long
LONGEST_REST_SECONDS: Final = 30.0
MOST_FIRST_FAILURES: Final = 3  # of each worker, while none has ever served
EXIT_CALLER: Final = 1  # of a worker whose settings or articles are wrong: trying again changes nothing

_log: Final = logging.getLogger(__name__)


class _Event(NamedTuple):
    what: Literal["ready", "ended", "signal"]
    number: int  # of the worker, or of the signal


@dataclass
class _Worker:
    number: int
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    ready: bool = False
    failures: int = 0  # to start, in a row
    start_at: float = 0.0  # when it is to be started next; nothing while it runs


class Supervisor:
    """Serves the application of `factory` with the settings it is given, on the socket that is claimed for it."""

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        *,
        factory: str,
        metrics_folder: str = "",
        when_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._listener = listener.fileno()
        self._factory = factory
        self._metrics_folder = metrics_folder
        self._when_ready = when_ready
        self._workers = [_Worker(number) for number in range(1, settings.workers + 1)]
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._limits = shared_file()
        self._served = False  # any worker, ever

    def run(self) -> None:
        """Serve until a signal ends it. Raises BadSetting or DependencyFailed when no worker ever came to serve."""
        with self._signals():
            chosen = self._settings.chosen()
            told = " ".join(f"KB_{name.upper()}={value}" for name, value in chosen.items()) or "all by default"
            text = "server starts, version %s, process %d, workers %d, settings: %s"
            _log.info(text, __version__, os.getpid(), len(self._workers), told, extra={"settings": chosen})
            try:
                self._keep()
            finally:
                self._stop()

    def _keep(self) -> None:
        while True:
            now = time.monotonic()
            for worker in self._workers:
                if worker.process is None and worker.start_at <= now:
                    self._start(worker)
            waits = [worker.start_at - now for worker in self._workers if worker.process is None]
            with suppress(Empty):
                event = self._events.get(timeout=max(min(waits), 0.0) if waits else None)
                if event.what == "signal":
                    _log.info("server stops: %s", signal.Signals(event.number).name)
                    return
                worker = self._workers[event.number - 1]
                if event.what == "ready":
                    self._is_ready(worker)
                else:
                    self._has_ended(worker)

    def _start(self, worker: _Worker) -> None:
        ready, told = os.pipe()
        limits, listener = self._limits, self._listener
        handed = Handed(self._settings, self._factory, worker.number, told, listener, self._metrics_folder, limits)
        try:
            process = subprocess.Popen(  # noqa: S603 - itself
                [sys.executable, "-m", MODULE],
                stdin=subprocess.PIPE,
                pass_fds=[told, listener] if limits is None else [told, listener, limits],
                process_group=0,  # Ctrl+C in a terminal is for this process alone, which then ends its workers
            )
        except OSError as error:
            os.close(ready)
            worker.failures += 1
            worker.start_at = time.monotonic() + _rest(worker.failures)
            _log.error("worker %d cannot be started: %s", worker.number, error)
            return
        finally:
            os.close(told)
        worker.process, worker.ready, worker.started_at = process, False, time.monotonic()
        assert process.stdin
        with suppress(OSError):  # it has ended already, which is told below
            process.stdin.write(to_line(handed))
            process.stdin.flush()
        threading.Thread(target=self._watch, args=(worker.number, process, ready), daemon=True).start()

    def _watch(self, number: int, process: subprocess.Popen[bytes], ready: int) -> None:
        with os.fdopen(ready, "rb") as pipe:
            if pipe.read(1):
                self._events.put(_Event("ready", number))
        process.wait()
        self._events.put(_Event("ended", number))

    def _is_ready(self, worker: _Worker) -> None:
        assert worker.process
        took = time.monotonic() - worker.started_at
        _log.info("worker %d serves, process %d, after %.1f s", worker.number, worker.process.pid, took)
        worker.ready, worker.failures = True, 0
        if not self._served:
            self._served = True
            self._when_ready()

    def _has_ended(self, worker: _Worker) -> None:
        assert worker.process
        why, code = _why(worker.process.returncode), worker.process.returncode
        _close(worker.process)
        worker.process = None
        if worker.ready:
            _log.error("worker %d ended (%s): a new one is started", worker.number, why)
            worker.start_at = time.monotonic()
            return
        worker.failures += 1
        rest = _rest(worker.failures)
        worker.start_at = time.monotonic() + rest
        _log.error("worker %d could not start (%s): tried again in %.1f s", worker.number, why, rest)
        if not self._served and code == EXIT_CALLER:
            raise BadSetting("The server cannot start: see above.")
        if not self._served and all(each.failures >= MOST_FIRST_FAILURES for each in self._workers):
            raise DependencyFailed(f"No worker could start ({why}): see above.")

    def _stop(self) -> None:
        """Ask the workers to end, then end those that do not."""
        running = [worker.process for worker in self._workers if worker.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(deadline - time.monotonic(), 0.0))
            except subprocess.TimeoutExpired:
                _log.warning("process %d did not end within %.0f s: it is killed", process.pid, STOP_SECONDS)
                process.kill()
                process.wait()
            _close(process)
        _log.info("server has stopped")

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Hold signals until they can be obeyed."""
        held = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before = {each: signal.signal(each, self._noted) for each in held}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _noted(self, number: int, frame: object) -> None:
        self._events.put(_Event("signal", number))  # may be called in the midst of anything


def _rest(failures: int) -> float:
    return float(min(FIRST_REST_SECONDS * 2 ** (failures - 1), LONGEST_REST_SECONDS))


def _why(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _close(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    with suppress(OSError):
        process.stdin.close()
