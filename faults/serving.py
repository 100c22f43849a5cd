"""`kb serve` and `kb index` as they are installed, in a folder of their own, on a port of their own."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faults.machine import free_port

RECORD: Final = "record.sqlite3"
START_SECONDS: Final = 300.0  # on a busy machine


@dataclass(frozen=True)
class Installation:
    """A folder with articles, index and data."""

    folder: Path

    @property
    def articles(self) -> Path:
        return self.folder / "articles"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def environ(self, **more: str) -> dict[str, str]:
        """Return the environment in which everything here runs."""
        settings = {
            "KB_ARTICLES": str(self.articles),
            "KB_INDEX": str(self.index),
            "KB_DATA": str(self.folder / "data"),
            "KB_MODEL": "off",
            "KB_STAFF_COUNT": "off",
            "KB_RATE_LIMIT": "off",
            "KB_LOG_FORMAT": "json",
            "OMP_NUM_THREADS": "1",
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
        return {**others, **settings, **more}

    def start_index(self, **environ: str) -> subprocess.Popen[str]:
        """Start `kb index`."""
        return subprocess.Popen(
            [sys.executable, "-m", "kb_service", "index", "--json"],
            env=self.environ(**environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def build(self, **environ: str) -> str:
        """Run `kb index`; return the name of the generation."""
        out, errors = (process := self.start_index(**environ)).communicate()
        if process.returncode:
            raise RuntimeError(errors)
        return str(json.loads(out)["generation"])

    def votes(self) -> set[str]:
        """Return the ids of the questions with a vote in the record."""
        with closing(sqlite3.connect(self.folder / "data" / RECORD)) as connection:
            return {str(row[0]) for row in connection.execute("SELECT query_id FROM vote")}


@dataclass(frozen=True)
class Server:
    """`kb serve`, and the file of its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def workers(self) -> list[int]:
        """Return the processes of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children if b"server.worker" in Path(f"/proc/{child}/cmdline").read_bytes()]

    def logged(self, text: str) -> int:
        """Return how many lines of the log have this text."""
        return self.log.read_text(encoding="utf-8").count(text)

    def has_started(self, workers: int) -> bool:
        """Return whether so many workers have come to serve since the start."""
        return self.logged(" serves, process") >= workers

    def metric(self, name: str) -> float:
        """Return what a metric says, of all its labels together; 0 where nothing was counted."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as response:
            lines = [line for line in response.read().decode().splitlines() if line.startswith(name)]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    def readiness(self) -> str:
        """Return why it is not ready, or ready with a reservation; "" when all is well."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as response:
            return str(json.loads(response.read())["reason"])

    def memory(self) -> int:
        """Return the resident bytes of the workers."""
        pages = [int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in self.workers()]
        return sum(pages) * resource.getpagesize()

    def stop(self) -> float:
        """Ask it to end; return after how many seconds it had."""
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(60)
        return time.monotonic() - started


@contextmanager
def serving(at: Installation, *, workers: int = 2, files: int | None = None, **environ: str) -> Iterator[Server]:
    """Serve, from when all workers answer; with `files` no process may open more."""
    port = free_port()

    def limit() -> None:
        if files is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    log = at.folder / f"log-{port}"
    command = [sys.executable, "-m", "kb_service", "serve", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, env=at.environ(**environ), stdout=subprocess.DEVNULL, stderr=errors, preexec_fn=limit
        )
    server = Server(process, port, log)
    try:
        wait_until(lambda: server.has_started(workers) or process.poll() is not None)
        yield server
    finally:
        with suppress(ProcessLookupError, FileNotFoundError):
            for each in server.workers() if process.poll() is None else []:
                os.kill(each, signal.SIGKILL)
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], object], seconds: float = START_SECONDS) -> bool:
    """Wait until something holds, at most so long; return whether it does."""
    end = time.monotonic() + seconds
    while not (held := bool(holds())) and time.monotonic() < end:
        time.sleep(0.05)
    return held
