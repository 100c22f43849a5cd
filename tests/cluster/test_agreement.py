"""The cluster answers as the embedded engine does: the same candidates, and through everything the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kb_service.index.port import Engine
from kb_service.index.whoosh.engine import WhooshEngine
from tests.cluster.agreement import (
    DenseEncoder,
    articles_of,
    disagreeing_answers,
    disagreeing_queries,
    knowledge,
    queries,
    texts,
)
from tests.cluster.engines import an_engine
from tests.cluster.nodes import Nodes

# So many that the embedded engine compares a question with all of them: of more it too misses a few of the nearest.
PASSAGES, QUESTIONS = 1_000, 60
ENCODER = DenseEncoder()


@pytest.fixture(scope="module", params=[1, 3], ids=["1 shard", "3 shards"])
def engines(
    request: pytest.FixtureRequest, one_node: Nodes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Engine]]:
    """The embedded engine and one on the cluster, of the same articles."""
    folder: Path = tmp_path_factory.mktemp("index")
    with ExitStack() as opened:
        embedded = WhooshEngine(folder, encoder=ENCODER)
        distributed = opened.enter_context(
            an_engine(one_node.urls, shards=request.param, encoder=ENCODER, folder=folder)
        )
        for engine in (embedded, distributed):
            engine.replace_all(articles_of(PASSAGES))
        yield embedded, distributed


def test_the_same_passages_come_in_the_same_order_with_the_same_scores(engines: tuple[Engine, Engine]) -> None:
    embedded, distributed = (engine.snapshot(audience="public") for engine in engines)

    assert disagreeing_queries(embedded, distributed, queries(PASSAGES, QUESTIONS)) == []


def test_a_knowledge_base_on_either_gives_the_same_answers(engines: tuple[Engine, Engine]) -> None:
    embedded, distributed = (knowledge(engine, ENCODER) for engine in engines)

    assert disagreeing_answers(embedded, distributed, texts(PASSAGES, QUESTIONS)) == []


def test_both_hold_the_same_articles(engines: tuple[Engine, Engine]) -> None:
    embedded, distributed = engines

    assert dict(distributed.stored_articles()) == dict(embedded.stored_articles())
    assert distributed.snapshot(audience="agent").articles() == embedded.snapshot(audience="agent").articles()
