"""The distributed engine keeps the contract; and what only it does."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
import pytest

from kb_service.errors import EngineUnavailable
from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.engine import OpenSearchEngine
from kb_service.index.query import Word
from tests.builders import an_article
from tests.cluster.engines import an_engine
from tests.cluster.nodes import Nodes
from tests.index.contract import EngineContract
from tests.index.contract_of_meaning import ENCODER, NEARLY, MeaningContract, vector_of
from tests.index.questions import billing, found, words


class _OnTheCluster:
    @pytest.fixture
    def engine(self, cluster: Nodes) -> Iterator[OpenSearchEngine]:
        with an_engine(cluster.urls) as engine:
            yield engine

    @pytest.fixture
    def comparing_engine(self, cluster: Nodes) -> Iterator[OpenSearchEngine]:
        with an_engine(cluster.urls, encoder=ENCODER) as engine:
            yield engine


class TestOpenSearchEngine(_OnTheCluster, EngineContract):
    pass


class TestMeaningsInAGraph(_OnTheCluster, MeaningContract):
    """What is nearest where an index has more vectors than a process keeps."""

    @pytest.fixture(autouse=True)
    def no_vectors_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kb_service.index.opensearch.builder.COMPARED_BYTES", -1)


def test_a_process_for_the_public_opens_its_index_alone(cluster: Nodes) -> None:
    with an_engine(cluster.urls) as engine:
        engine.replace_all(billing(), source="s")
        public = OpenSearchEngine(Cluster(cluster.urls), deployment=engine.deployment, audiences=("public",))

        assert found(public.snapshot(audience="public"), words("refund")) == ["refunds"]
        with pytest.raises(EngineUnavailable, match="agent"):
            public.snapshot(audience="agent")
        assert (public.stored_articles(), public.status().source) == ({}, "s")
        public.close()

        both = OpenSearchEngine(Cluster(cluster.urls), deployment=engine.deployment)
        assert (both.status().articles, both.status().passages) == (3, 3)
        both.close()


def test_where_agents_read_no_more_both_audiences_have_one_index(cluster: Nodes) -> None:
    with an_engine(cluster.urls) as engine:
        engine.replace_all([an_article("a", "red wine")])
        assert engine.storage()["agent"] == engine.storage()["public"]

        engine.replace_all([msgspec.structs.replace(an_article("a", "red wine"), reply="Dear customer")])
        assert engine.storage()["agent"]["index"] != engine.storage()["public"]["index"]


def test_generations_that_were_replaced_long_ago_go(cluster: Nodes) -> None:
    with an_engine(cluster.urls, keep_seconds=0.0) as engine:
        names = [engine.replace_all([an_article("a", text)]).generation for text in ("red", "blue", "green", "white")]

        assert engine.generations() == names[-2:]
        pinned = OpenSearchEngine(Cluster(cluster.urls), deployment=engine.deployment, generation=names[-2])
        assert found(pinned.snapshot(audience="agent"), words("green")) == ["a"]
        pinned.close()


def test_another_process_serves_the_next_generation_soon(cluster: Nodes) -> None:
    with an_engine(cluster.urls) as engine:
        engine.replace_all([an_article("a", "red")])
        other = OpenSearchEngine(Cluster(cluster.urls), deployment=engine.deployment)
        before = other.snapshot(audience="public")
        assert other.status() == engine.status()
        assert other.snapshot(audience="public") is before

        engine.replace_all([an_article("a", "blue")])
        end = time.monotonic() + 2.0
        while other.snapshot(audience="public") is before and time.monotonic() < end:
            time.sleep(0.05)

        assert found(other.snapshot(audience="public"), words("blue")) == ["a"]
        assert found(before, words("red")) == ["a"]
        other.close()


def test_without_a_graph_meaning_ranks_what_words_find(cluster: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb_service.index.opensearch.publishing.KNN_PLUGIN", "none")
    monkeypatch.setattr("kb_service.index.opensearch.builder.COMPARED_BYTES", -1)
    with an_engine(cluster.urls, encoder=ENCODER) as engine:
        engine.replace_all([an_article("a", "red"), an_article("b", "blue")])
        store = engine.snapshot(audience="public").store
        ranking = store.candidates(Word("red"), limit=5, vector=vector_of("A. red"))

        assert ranking.numbers.tolist() == [0]
        assert ranking.cosines == pytest.approx([1], abs=NEARLY)
        assert store.entries([0], tokens=ENCODER.tokens_of("red"))[0].matches is not None
