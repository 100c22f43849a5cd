"""What a cluster costs beside the embedded engine, in one run; docs/scaling.md has the table.

python -m tests.cluster.measuring FOLDER NODES SHARDS PASSAGES...
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kb_service.answers.results import Question
from kb_service.index.port import Engine
from kb_service.index.whoosh.engine import WhooshEngine
from tests.cluster.agreement import DenseEncoder, articles_of, disagreeing_answers, disagreeing_queries, knowledge
from tests.cluster.agreement import queries as queries_of
from tests.cluster.agreement import texts as texts_of
from tests.cluster.engines import an_engine
from tests.cluster.nodes import MEASURED, Nodes, running

QUESTIONS, TIMED, SECONDS = 500, 200, 8.0
WORKER = """
import json, sys, time
from pathlib import Path
from kb_service.answers.results import Question
from kb_service.knowledge_base import KnowledgeBase
from tests.cluster.agreement import DenseEncoder, texts
from tests.fakes import FixedStaffCounter
kind, where, prefix, passages, seconds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5])
if kind == "whoosh":
    from kb_service.index.whoosh.engine import WhooshEngine
    make = lambda: WhooshEngine(Path(where), audiences=("public",))
else:
    from kb_service.index.opensearch.cluster import Cluster
    from kb_service.index.opensearch.engine import OpenSearchEngine
    from kb_service.index.opensearch.indexes import Deployment
    cluster = Cluster(where.split(","))
    make = lambda: OpenSearchEngine(cluster, deployment=Deployment(prefix), audiences=("public",))
asked = texts(passages, 400)
encoder = DenseEncoder()
for text in asked:
    encoder.tokens_of(text)
def own():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty", "Private_Clean"))) / 1024
before, started = own(), time.perf_counter()
knowledge = KnowledgeBase(make(), encoder=encoder, staff_counter=FixedStaffCounter())
knowledge.answer(Question("warm up"))
opened = time.perf_counter() - started
done, end = 0, time.perf_counter() + seconds
while time.perf_counter() < end:
    knowledge.search(asked[done % len(asked)])
    done += 1
print(json.dumps({"start": opened, "memory": own() - before, "rate": done / seconds}))
"""


def timed(asked: Sequence[Any], ask: Callable[[Any], object]) -> str:
    """Median and 95th percentile in milliseconds."""
    found = []
    for each in asked:
        started = time.perf_counter()
        ask(each)
        found.append((time.perf_counter() - started) * 1000)
    found.sort()
    return f"{statistics.median(found):.1f} / {found[int(len(found) * 0.95)]:.1f}"


def cpu_of(processes: Sequence[int]) -> float:
    """Return how many seconds of CPU these processes have used."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def workers(count: int, arguments: Sequence[str]) -> list[dict[str, float]]:
    """Let so many processes answer at the same time."""
    command = [sys.executable, "-c", WORKER, *arguments, str(SECONDS)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return [json.loads(each.communicate()[0]) for each in started]


def measured(
    engine: Engine, build: float, stored: float, passages: int, arguments: Sequence[str], nodes: Sequence[int]
) -> Iterator[tuple[str, str]]:
    """Yield the rows of one engine, whose nodes are these processes."""
    store, encoder = engine.snapshot(audience="public").store, DenseEncoder()
    asked = texts_of(passages, TIMED, seed=3)
    pairs = list(zip(queries_of(passages, TIMED, seed=3), asked, strict=False))
    vectors = {text: encoder.encode_one(text) for text in asked}
    for text in asked:
        encoder.tokens_of(text)
    yield "publishing, s", f"{build:.0f}"
    yield "size of an audience, MB", f"{stored / 1e6:.0f}"
    for query, text in pairs:
        store.candidates(query, limit=60, vector=vectors[text])
    here, there = time.process_time(), cpu_of(nodes)
    took = timed(pairs, lambda pair: store.candidates(pair[0], limit=60, vector=vectors[pair[1]]))
    yield "candidates, ms (median / p95)", took
    used = [(time.process_time() - here) / TIMED * 1000, (cpu_of(nodes) - there) / TIMED * 1000]
    yield "their CPU, ms (worker / nodes)", " / ".join(f"{each:.1f}" for each in used)
    kb = knowledge(engine, encoder)
    kb.answer(Question("warm up"))
    yield "whole answer, ms (median / p95)", timed(asked, lambda text: kb.answer(Question(text)))
    [one] = workers(1, arguments)
    two = workers(2, arguments)
    yield "first answer of a new worker, s", f"{one['start']:.1f}"
    yield "memory of a worker beyond the model's, MB", f"{one['memory']:.0f}"
    yield "searches a second, 1 worker / 2 workers", f"{one['rate']:.0f} / {sum(each['rate'] for each in two):.0f}"


def measure(nodes: Nodes, passages: int, shards: int) -> None:
    """Print a table for so many passages."""
    articles, encoder = articles_of(passages), DenseEncoder()
    urls, replicas = nodes.urls, len(nodes.all) - 1
    with (
        TemporaryDirectory() as place,
        an_engine(urls, shards=shards, replicas=replicas, encoder=encoder, folder=Path(place) / "cluster") as cluster,
    ):
        embedded = WhooshEngine(Path(place) / "whoosh", encoder=encoder)
        builds = []
        for engine in (embedded, cluster):
            encoder.tokens_of("warm up")
            started = time.perf_counter()
            engine.replace_all(articles)
            builds.append(time.perf_counter() - started)
        generation = Path(place) / "whoosh" / embedded.status().generation
        sizes = {path.stat().st_ino: path.stat().st_size for path in generation.rglob("*") if path.is_file()}
        stored = {each["index"]: float(each["bytes"]) for each in cluster.storage().values()}
        index = next(iter(stored))
        rows = zip(
            measured(
                embedded,
                builds[0],
                sum(sizes.values()),
                passages,
                ["whoosh", str(Path(place) / "whoosh"), "", str(passages)],
                [],
            ),
            measured(
                cluster,
                builds[1],
                sum(stored.values()),
                passages,
                ["opensearch", ",".join(urls), index.split("-")[0], str(passages)],
                [node.process for node in nodes.all],
            ),
            strict=True,
        )
        print(f"| {passages} passages, {shards} shards | embedded | cluster |\n| --- | --- | --- |", flush=True)
        for (name, one), (_, another) in rows:
            print(f"| {name} | {one} | {another} |", flush=True)
        snapshots = [engine.snapshot(audience="public") for engine in (embedded, cluster)]
        asked = list(queries_of(passages, QUESTIONS))
        wrong = disagreeing_queries(snapshots[0], snapshots[1], iter(asked))
        print(f"{len(asked) - len(wrong)} of {len(asked)} lists of words agree.", *wrong[:2], flush=True)
        of_embedded, of_cluster = (knowledge(engine, encoder) for engine in (embedded, cluster))
        different = disagreeing_answers(of_embedded, of_cluster, texts_of(passages, QUESTIONS))
        print(f"{QUESTIONS - len(different)} of {QUESTIONS} answers agree.", flush=True)


if __name__ == "__main__":
    count = int(sys.argv[2])
    with running(Path(sys.argv[1]).resolve(), count, flags=MEASURED) as nodes:
        for size in sys.argv[4:]:
            measure(nodes, int(size), int(sys.argv[3]))
