"""One server's process, as far as answering goes: opens an index, answers for a while, says what that took.

python -m tests.cluster.worker whoosh FOLDER - PASSAGES DIMENSIONS SECONDS
python -m tests.cluster.worker opensearch URL,URL… PREFIX PASSAGES DIMENSIONS SECONDS
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kb_service.answers.results import Question
from kb_service.index.port import Engine
from kb_service.knowledge_base import KnowledgeBase
from tests.cluster.agreement import DenseEncoder, texts
from tests.fakes import FixedStaffCounter

QUESTIONS = 400


def private_megabytes() -> float:
    """Return how much memory this process has to itself."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty", "Private_Clean"))) / 1024


def opener(kind: str, where: str, prefix: str) -> Callable[[], Engine]:
    """Import what an engine needs; return what opens it."""
    if kind == "whoosh":
        from kb_service.index.whoosh.engine import WhooshEngine

        return lambda: WhooshEngine(Path(where), audiences=("public",))
    from kb_service.index.opensearch.cluster import Cluster
    from kb_service.index.opensearch.engine import OpenSearchEngine
    from kb_service.index.opensearch.indexes import Deployment

    return lambda: OpenSearchEngine(Cluster(where.split(",")), deployment=Deployment(prefix), audiences=("public",))


def main(kind: str, where: str, prefix: str, passages: int, dimensions: int, seconds: float) -> None:
    opened = opener(kind, where, prefix)
    asked = texts(passages, QUESTIONS)
    encoder = DenseEncoder(dimensions=dimensions) if dimensions else None
    if encoder is not None:
        encoder.encode_closely(asked)  # it remembers their words
    before, started = private_megabytes(), time.perf_counter()
    knowledge = KnowledgeBase(opened(), encoder=encoder, staff_counter=FixedStaffCounter())
    knowledge.answer(Question("warm up"))
    start = time.perf_counter() - started
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        knowledge.search(asked[done % len(asked)])
        done += 1
    print(json.dumps({"start": start, "memory": private_megabytes() - before, "rate": done / seconds}))


if __name__ == "__main__":
    kind, where, prefix, passages, dimensions, seconds = sys.argv[1:]
    main(kind, where, prefix, int(passages), int(dimensions), float(seconds))
