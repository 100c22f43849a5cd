"""`python -m bench.throughput [CHECKOUT ...]`: new questions over HTTP, by words and with the model, of several trees.

Each checkout has a .venv of its own (`make .venv/.run` there), indexes the same articles by its own code and serves
them as `kb serve` does; then wrk asks all of them in turns. On a busy machine read the CPU that the processes of a
server spend on a request: cores divided by that is what an idle one carries.

    python -m bench.throughput ../before
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from bench.corpus import Corpus, KnownQuestions
from bench.serving import Load, answer_paths, free_port, wait_for, wrk
from kb_service.index.whoosh.engine import WhooshEngine

ROOT: Final = Path(__file__).parents[1]
MODEL: Final = ROOT / ".kb" / "model"
ROUNDS: Final = 3
SECONDS: Final = 5
NEW: Final = 5_000  # questions a round: more than are answered
TICKS: Final = os.sysconf("SC_CLK_TCK")


class Served(NamedTuple):
    """A server that is asked: of which articles, whether with the model, by which checkout; its process and port."""

    articles: str
    mode: str
    checkout: str
    process: int
    port: int


class Carried(NamedTuple):
    """What a server carried in one round, and the milliseconds of CPU that its processes spent on each request."""

    load: Load
    cpu: float


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench.throughput", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("others", type=Path, nargs="*", metavar="CHECKOUT", help="trees of other commits, set up")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of a round")
    parser.add_argument(
        "--made-up", type=int, default=1_000, help="passages of the made-up folder, all of them encoded"
    )
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="throughput-") as work:
        checkouts = {"this tree": ROOT, **{each.resolve().name: each.resolve() for each in given.others}}
        for line in table(measure(checkouts, Path(work), Corpus(given.made_up), given.seconds)):
            print(line, flush=True)


def measure(checkouts: dict[str, Path], work: Path, corpus: Corpus, seconds: int) -> dict[Served, list[Carried]]:
    """Return what each server carries, round by round: what the machine gives changes, and falls on all of them so."""
    corpus.write(work / "made-up")
    folders = {"shipped articles": ROOT / "articles", f"{corpus.articles:,} made-up articles": work / "made-up"}
    found: dict[Served, list[Carried]] = {}
    for name, articles in folders.items():
        with ExitStack() as servers:
            started = [
                servers.enter_context(_serving(name, articles, mode, checkout, tree, work))
                for mode in ("with the model", "words only")
                for checkout, tree in checkouts.items()
            ]
            ask = corpus.questions if articles.name == "made-up" else _known_questions(_index(work, *started[0][:3]))
            for _ in range(ROUNDS):
                paths = answer_paths(ask(NEW))
                for server in started:
                    found.setdefault(server, []).append(_carried(server, paths, work, seconds))
    return found


def _index(work: Path, name: str, mode: str, checkout: str) -> Path:
    return work / f"{name}-{mode}-{checkout}"


def _known_questions(index: Path) -> Callable[[int], Sequence[str]]:
    """Return what makes new questions of the words of those that articles say they answer."""
    guide = WhooshEngine(index, audiences=("public",)).snapshot(audience="public").catalogue.guide
    source = KnownQuestions([text for text, _ in guide.questions])
    return lambda count: list(dict.fromkeys(source.questions(count, words=(5, 14))))


@contextmanager
def _serving(name: str, articles: Path, mode: str, checkout: str, tree: Path, work: Path) -> Iterator[Served]:
    given = {
        "KB_ARTICLES": str(articles),
        "KB_INDEX": str(_index(work, name, mode, checkout)),
        "KB_MODEL": str(MODEL) if mode == "with the model" else "off",
        "KB_RATE_LIMIT": "off",
        "KB_METRICS": "off",
        "KB_RECORD": "off",
        "KB_LOG_LEVEL": "warning",
    }
    environ, command = {**os.environ, **given}, str(tree / ".venv" / "bin" / "kb")
    print(f"{name}, {mode}, {checkout}: indexing ...", file=sys.stderr, flush=True)
    subprocess.run([command, "index"], cwd=tree, env=environ, check=True, capture_output=True)
    port = free_port()
    with subprocess.Popen(
        [command, "serve", "--port", str(port)], cwd=tree, env=environ, start_new_session=True
    ) as server:
        try:
            wait_for(port)
            yield Served(name, mode, checkout, server.pid, port)
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def _carried(server: Served, paths: Sequence[str], work: Path, seconds: int) -> Carried:
    before = _cpu(server.process)
    load = wrk(server.port, paths, work, seconds=seconds)
    spent = _cpu(server.process) - before
    return Carried(load, 1000 * spent / max(load.per_second * seconds, 1))


def _cpu(session: int) -> float:
    """Return the seconds of CPU that the processes of a session have spent."""
    spent = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[3]) == session:
            spent += int(fields[11]) + int(fields[12])
    return spent / TICKS


def table(found: dict[Served, list[Carried]]) -> Iterator[str]:
    """Yield the best round of each server, and its least CPU, also as times that of this tree."""
    yield "| articles | | checkout | requests a second | p50 ms | p99 ms | failed | CPU ms a request | of this tree |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    least = {server: min(each.cpu for each in rounds) for server, rounds in found.items()}
    ours = {server[:2]: cpu for server, cpu in least.items() if server.checkout == "this tree"}
    for server, rounds in found.items():
        best = max(each.load for each in rounds)
        times = least[server] / ours[server[:2]]
        yield f"| {' | '.join(server[:3])} | {best} | {least[server]:.2f} | {times:.2f} |"


if __name__ == "__main__":
    main()
