"""Requests a second under wrk, on the same server with the same workers: answers, a bare route, FTS5."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from bench.competitors import texts
from bench.corpus import Corpus
from kb_service.analysis import analyse
from kb_service.index.whoosh.engine import WhooshEngine

ROUNDS: Final = 3
SECONDS: Final = 4  # of a round
CONNECTIONS: Final = 16
START_SECONDS: Final = 30.0
MOST_ASKED: Final = 20_000  # questions a round: more than are answered, so that each is new
POPULAR: Final = 100  # questions that are asked again and again
LONGEST_TYPED: Final = 24
BARE: Final = "bare Flask JSON route"
ANSWER: Final = "GET /api/v1/answer"
_SCRIPT: Final = Path(__file__).with_name("questions.lua")


class Load(NamedTuple):
    """What wrk saw: requests a second, latency in milliseconds, failures, and responses naming two generations."""

    per_second: float
    p50: float
    p99: float
    failed: int
    mixed: int

    def __str__(self) -> str:
        return f"{self.per_second:,.0f} | {self.p50:.1f} | {self.p99:.1f} | {self.failed}"


def serve_and_load(index: Path, corpus: Corpus, work: Path, *, seconds: int = SECONDS) -> dict[str, Load]:
    """Return the load that each route carries in its best round.

    The routes take turns: what a machine gives changes by the minute, and then falls on all of them.
    """
    _write_database(index, work / "fts5.sqlite")
    best: dict[str, Load] = {}
    with (
        _served("bench.bare:create_app", {"BENCH_DATABASE": str(work / "fts5.sqlite")}) as bare,
        serving(index) as ours,
    ):
        for _ in range(ROUNDS):
            for route, (port, paths) in _routes(bare, ours, corpus.questions(MOST_ASKED)).items():
                load = wrk(port, paths, work, seconds=seconds)
                best[route] = max(load, best.get(route, load))
    return best


def _routes(bare: int, ours: int, new: Sequence[str]) -> dict[str, tuple[int, list[str]]]:
    """Return for each route the port of its server and the paths to ask; nobody has asked the questions `new`."""
    typed = [f"/api/v1/suggest?q={quote(text[: 1 + at % LONGEST_TYPED])}" for at, text in enumerate(new)]
    return {
        BARE: (bare, ["/bare"]),
        "FTS5 behind bare Flask": (bare, [f"/fts5?q={quote(question)}" for question in new]),
        ANSWER: (ours, answer_paths(new)),
        "GET /api/v1/answer, asked before": (ours, answer_paths(new[:POPULAR])),
        "GET /api/v1/suggest": (ours, typed),
    }


def answer_paths(questions: Sequence[str]) -> list[str]:
    """Return the paths that ask these questions."""
    return [f"/api/v1/answer?q={quote(question)}" for question in questions]


@contextmanager
def serving(index: Path) -> Iterator[int]:
    """Serve an index by words alone, as `kb serve` would; yield the port."""
    environ = {"KB_INDEX": str(index), "KB_MODEL": "off", "KB_RATE_LIMIT": "off", "KB_LOG_LEVEL": "warning"}
    with _served("kb_service.app:create_app", environ) as port:
        yield port


@contextmanager
def _served(factory: str, environ: dict[str, str]) -> Iterator[int]:
    port = free_port()
    environment = {**os.environ, **environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-m", "bench.server", factory, str(port)]
    with subprocess.Popen(command, env=environment, start_new_session=True) as server:
        try:
            wait_for(port)
            yield port
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    """Return when something answers; raise TimeoutError when nothing does for half a minute."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")


def wrk(port: int, paths: Sequence[str], work: Path, *, seconds: int, checked: bool = False) -> Load:
    """Let wrk ask the paths in turn; `checked` looks at every response for its generation."""
    file = work / f"paths-{port}.txt"
    file.write_text("\n".join(paths) + "\n", encoding="utf-8")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "5s", "-s", str(_SCRIPT)]
    command += [f"http://127.0.0.1:{port}", str(file), *(["checked"] if checked else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result = next(line for line in done.stdout.splitlines() if line.startswith("RESULT")).split()[1:]
    per_second, p50, p99 = map(float, result[:3])
    return Load(per_second, p50, p99, failed=int(result[3]), mixed=int(result[4]))


def _write_database(index: Path, path: Path) -> None:
    snapshot = WhooshEngine(index, audiences=("public",)).snapshot(audience="public")
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE VIRTUAL TABLE passages USING fts5(text)")
        rows = ((" ".join(term.term for term in analyse(text)),) for text in texts(snapshot))
        connection.executemany("INSERT INTO passages VALUES (?)", rows)
