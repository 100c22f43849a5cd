"""Servers of tests: a supervisor in a process of its own, and what asks it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from kb_service.commands.serve import run_server
from kb_service.logs import configure_logging
from kb_service.server.port import claimed
from kb_service.settings import load_settings

PATIENCE_SECONDS = 60.0  # of a busy machine


class Running(NamedTuple):
    """A server, the port, and the file of its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str = "/", timeout: float = 10.0) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as response:
            return str(response.read().decode())

    def workers(self) -> list[int]:
        """The processes of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(process) for process in children.read_text().split()]

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The lines of the log with this text in them."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and event in line]

    def wait_for(self, event: str, times: int = 1) -> None:
        until(lambda: len(self.logged(event)) >= times)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Return the exit code, and after how many seconds it came."""
        started = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS), time.monotonic() - started


@contextmanager
def running(folder: Path, *, factory: str = "telling", workers: int = 2, **environ: str) -> Iterator[Running]:
    """Run a server of this application."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "data").mkdir(exist_ok=True)
    settings = {
        "KB_PORT": str(port),
        "KB_WORKERS": str(workers),
        "KB_DATA": str(folder / "data"),
        "KB_LOG_FORMAT": "json",
        "KB_CONTACT_URL": "/people",
        "TMPDIR": str(folder),
    }
    command = [sys.executable, "-m", "tests.server.running", f"tests.server.applications:{factory}"]
    log = folder / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stderr=errors, env={**os.environ, **settings, **environ})
    server = Running(process, port, log)
    try:
        yield server
    finally:
        for each in [*(server.workers() if process.poll() is None else []), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        process.wait()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


if __name__ == "__main__":
    settings = load_settings(flags={}, environ=os.environ, file=None)
    configure_logging(level="info", form="json")
    with claimed(settings.host, settings.port) as listener:
        run_server(settings, listener, factory=sys.argv[1])
