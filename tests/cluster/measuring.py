"""What a cluster costs beside the embedded engine, in one run; docs/scaling.md has the tables.

python -m tests.cluster.measuring FOLDER --nodes 1 --shards 1 20000 100000w

A size with a w is compared by words alone. Both engines hold the same made-up articles and take turns at each question.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from kb_service.answers.results import Question
from kb_service.content.article import Article
from kb_service.index.port import Engine
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.meaning.vectors import Encoder
from tests.cluster.agreement import DenseEncoder, articles_of, knowledge
from tests.cluster.agreement import queries as queries_of
from tests.cluster.agreement import texts as texts_of
from tests.cluster.engines import an_engine
from tests.cluster.nodes import MEASURED, Nodes, running

TIMED, SECONDS = 200, 8.0
DIMENSIONS = 128


class Row(NamedTuple):
    """Figures of the embedded engine, and the same of the cluster."""

    name: str
    embedded: Sequence[float]
    cluster: Sequence[float]

    def __str__(self) -> str:
        ratios = [there / here for here, there in zip(self.embedded, self.cluster, strict=True)]
        cells = (" / ".join(f"{each:.3g}" for each in figures) for figures in (self.embedded, self.cluster, ratios))
        return " | ".join((f"| {self.name}", *cells)) + " |"


class Sides(NamedTuple):
    """The same articles in both engines, and how a process of its own opens each."""

    embedded: Engine
    cluster: Engine
    passages: int
    encoder: Encoder | None
    commands: tuple[Sequence[str], Sequence[str]]

    def both(self) -> tuple[Engine, Engine]:
        return self.embedded, self.cluster


def median_and_p95(asked: Sequence[str], *works: Callable[[int], object]) -> list[list[float]]:
    """Let works take turns at each question; return milliseconds of each work."""
    found: list[list[float]] = [[] for _ in works]
    for number in range(len(asked)):
        for times, work in zip(found, works, strict=True):
            started = time.perf_counter()
            work(number)
            times.append((time.perf_counter() - started) * 1000)
    return [np.percentile(times, (50, 95)).tolist() for times in found]


def cpu_of(nodes: Nodes) -> float:
    """Return how many seconds of CPU the nodes have used."""
    ticks = 0
    for node in nodes.all:
        fields = Path(f"/proc/{node.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def workers(count: int, command: Sequence[str]) -> list[dict[str, float]]:
    """Let so many processes answer at the same time."""
    started = [
        subprocess.Popen([sys.executable, "-m", "tests.cluster.worker", *command], stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    return [json.loads(each.communicate()[0]) for each in started]


def built(engine: Engine, articles: Sequence[Article]) -> float:
    started = time.perf_counter()
    engine.replace_all(articles)
    return time.perf_counter() - started


def size_of(folder: Path) -> float:
    """Return the bytes of the files below a folder, each once."""
    return float(
        sum({each.stat().st_ino: each.stat().st_size for each in folder.rglob("*") if each.is_file()}.values())
    )


@contextmanager
def sides(nodes: Nodes, passages: int, shards: int, encoder: Encoder | None) -> Iterator[tuple[Sides, list[Row]]]:
    """Build both engines; yield them with what that took."""
    articles, replicas = articles_of(passages), len(nodes.all) - 1
    with (
        TemporaryDirectory() as place,
        an_engine(
            nodes.urls, shards=shards, replicas=replicas, encoder=encoder, folder=Path(place) / "cluster"
        ) as cluster,
    ):
        folder = Path(place) / "whoosh"
        embedded = WhooshEngine(folder, encoder=encoder)
        seconds = [built(engine, articles) for engine in (embedded, cluster)]
        stored = {each["index"]: float(each["bytes"]) for each in cluster.storage().values()}
        rows = [
            Row("publishing, s", *([each] for each in seconds)),
            Row(
                "size of an audience, MB",
                [size_of(folder / embedded.status().generation) / 1e6],
                [sum(stored.values()) / 1e6],
            ),
        ]
        told = [str(passages), str(encoder.dimensions if encoder else 0), str(SECONDS)]
        prefix = next(iter(stored)).split("-")[0]
        commands = (["whoosh", str(folder), "-", *told], ["opensearch", ",".join(nodes.urls), prefix, *told])
        yield Sides(embedded, cluster, passages, encoder, commands), rows
        embedded.close()


def speed(of: Sides, nodes: Nodes) -> Iterator[Row]:
    """Yield what questions take, one after another."""
    asked = texts_of(of.passages, TIMED, seed=3)
    queries = list(queries_of(of.passages, TIMED, seed=3))
    encoder = of.encoder
    vectors = [encoder.encode_one(text) if encoder else None for text in asked]

    def candidates(engine: Engine) -> Callable[[int], object]:
        store = engine.snapshot(audience="public").store
        return lambda number: store.candidates(queries[number], limit=60, vector=vectors[number])

    searches = [candidates(engine) for engine in of.both()]
    median_and_p95(asked, *searches)  # warms up
    yield Row("candidates, ms (median / p95)", *median_and_p95(asked, *searches))
    for number in range(TIMED):
        searches[0](number)
    here, there, began = time.process_time(), cpu_of(nodes), time.perf_counter()
    for number in range(TIMED):
        searches[1](number)
    used = [(time.process_time() - here) / TIMED * 1000, (cpu_of(nodes) - there) / TIMED * 1000]
    print(f"Candidates of the cluster: {used[0]:.1f} ms of CPU here, {used[1]:.1f} in the nodes, "
          f"{(time.perf_counter() - began) / TIMED * 1000:.1f} on the clock.", flush=True)  # fmt: skip
    bases = [knowledge(engine, of.encoder) for engine in of.both()]

    def answering(base: KnowledgeBase) -> Callable[[int], object]:
        return lambda number: base.answer(Question(asked[number]))

    answers = [answering(base) for base in bases]
    median_and_p95(asked[:10], *answers)
    yield Row("whole answer, ms (median / p95)", *median_and_p95(asked, *answers))


def serving(of: Sides) -> Iterator[Row]:
    """Yield what processes that answer take, and how much they do."""
    ones = [workers(1, command)[0] for command in of.commands]
    twos = [sum(each["rate"] for each in workers(2, command)) for command in of.commands]
    yield Row("first answer of a new worker, s", *([each["start"]] for each in ones))
    yield Row("memory of a worker beyond the model's, MB", *([each["memory"]] for each in ones))
    rates = ([one["rate"], two] for one, two in zip(ones, twos, strict=True))
    yield Row("searches a second, 1 server / 2 servers", *rates)


def measure(nodes: Nodes, passages: int, shards: int, encoder: Encoder | None) -> None:
    """Print a table for so many passages."""
    with sides(nodes, passages, shards, encoder) as (of, rows):
        print(f"| {passages:,} passages, {shards} shards | embedded | cluster | ratio |\n| --- | --- | --- | --- |")
        for row in chain(rows, speed(of, nodes), serving(of)):
            print(row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="measuring", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where OpenSearch is installed, or will be")
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("sizes", nargs="+", help="passages; with a w behind, by words alone")
    given = parser.parse_args()
    with running(given.folder.resolve(), given.nodes, flags=MEASURED) as nodes:
        for size in given.sizes:
            encoder = None if size.endswith("w") else DenseEncoder(dimensions=DIMENSIONS)
            measure(nodes, int(size.removesuffix("w")), given.shards, encoder)


if __name__ == "__main__":
    main()
