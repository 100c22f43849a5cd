"""The cluster answers as the embedded engine does: the same candidates, and through everything the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kb_service.index.port import Engine
from kb_service.index.whoosh.engine import WhooshEngine
from tests.cluster.agreement import (
    DenseEncoder,
    articles_of,
    differing_neighbours,
    disagreeing_answers,
    disagreeing_queries,
    knowledge,
    queries,
    texts,
)
from tests.cluster.engines import an_engine
from tests.cluster.nodes import Nodes

PASSAGES, QUESTIONS, BY_WORDS = 20_000, 500, 100
MOST_DIFFERENT = 1  # of the answers
ENCODER = DenseEncoder()


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with closing(WhooshEngine(tmp_path_factory.mktemp("index"), encoder=ENCODER)) as engine:
        engine.replace_all(articles_of(PASSAGES))
        yield engine


@pytest.fixture(scope="module", params=[1, 3], ids=["1 shard", "3 shards"])
def distributed(
    request: pytest.FixtureRequest, cluster: Nodes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("vectors")
    with an_engine(cluster.urls, shards=request.param, encoder=ENCODER, folder=folder) as engine:
        engine.replace_all(articles_of(PASSAGES))
        yield engine


def test_the_same_passages_come_in_the_same_order_with_the_same_scores(embedded: Engine, distributed: Engine) -> None:
    exact, other = (engine.snapshot(audience="public") for engine in (embedded, distributed))

    assert disagreeing_queries(exact, other, queries(PASSAGES, QUESTIONS)) == []


def test_the_same_passages_are_nearest_in_meaning(embedded: Engine, distributed: Engine) -> None:
    exact, other = (engine.snapshot(audience="public") for engine in (embedded, distributed))

    assert differing_neighbours(exact, other, ENCODER, texts(PASSAGES, BY_WORDS)) == []


def test_a_knowledge_base_on_either_gives_the_same_answers(embedded: Engine, distributed: Engine) -> None:
    exact, other = (knowledge(engine, ENCODER) for engine in (embedded, distributed))

    different = disagreeing_answers(exact, other, texts(PASSAGES, QUESTIONS))

    assert len(different) <= MOST_DIFFERENT, different


def test_answers_by_words_alone_are_the_same_too(embedded: Engine, distributed: Engine) -> None:
    exact, other = (knowledge(engine, None) for engine in (embedded, distributed))

    different = disagreeing_answers(exact, other, texts(PASSAGES, BY_WORDS))

    assert len(different) <= MOST_DIFFERENT, different


def test_both_hold_the_same_articles(embedded: Engine, distributed: Engine) -> None:
    assert dict(distributed.stored_articles()) == dict(embedded.stored_articles())
