"""Two engines answer any query alike: the one of arrays is checked against the exact one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kb_service.content.article import Article
from kb_service.index.port import Candidates, Snapshot
from kb_service.index.query import And, Best, Not, Or, Phrase, Prefix, Query, Word
from kb_service.index.whoosh.engine import WhooshEngine
from tests.index.generated import Generator
from tests.index.memory_engine import MemoryEngine

NEARLY = 1e-6  # scores are added as 32-bit floats; passages nearer than this may change places

Pair = tuple[Snapshot, Snapshot]


def corpus() -> list[Article]:
    return Generator(seed=2, vocabulary=40).articles(14, passages=2)


@pytest.fixture(scope="module")
def exact_and_fast() -> Iterator[Pair]:
    exact = MemoryEngine()
    exact.replace_all(corpus())
    with TemporaryDirectory() as folder:
        fast = WhooshEngine(Path(folder))
        fast.replace_all(corpus())
        yield exact.snapshot(audience="public"), fast.snapshot(audience="public")


terms = st.sampled_from([*Generator(seed=2, vocabulary=40).vocabulary, "unheard"])
weights = st.sampled_from([1.0, 0.5, 0.3])
leaves = (
    st.builds(Word, terms, weights)
    | st.builds(Phrase, st.lists(terms, max_size=3).map(tuple), weights)
    | st.builds(Prefix, st.sampled_from(["", "b", "ka", "zz"]), weights)
)
queries: st.SearchStrategy[Query] = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Not, inner)
        | st.one_of(*(st.builds(node, st.lists(inner, max_size=3).map(tuple)) for node in (And, Or, Best)))
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(query=queries, topic=st.sampled_from([None, None, "one", "none has this"]))
def test_the_same_passages_match_with_the_same_scores(exact_and_fast: Pair, query: Query, topic: str | None) -> None:
    exact, fast = (snapshot.store.candidates(query, limit=100, topic=topic) for snapshot in exact_and_fast)

    assert sorted(exact.numbers) == sorted(fast.numbers)
    assert exact.total == fast.total == len(fast.numbers)
    assert fast.ceiling == pytest.approx(exact.ceiling, rel=NEARLY)
    assert np.allclose(by_number(exact), by_number(fast), rtol=NEARLY)


@settings(max_examples=100)
@given(query=queries)
def test_the_order_is_the_same_where_scores_differ(exact_and_fast: Pair, query: Query) -> None:
    exact, fast = (snapshot.store.candidates(query, limit=100) for snapshot in exact_and_fast)
    place = {number: at for at, number in enumerate(fast.numbers.tolist())}

    ranked = list(zip(exact.numbers.tolist(), exact.scores.tolist(), strict=True))
    for (better, high), (worse, low) in combinations(ranked, 2):
        assert place[better] < place[worse] or high <= low * (1 + NEARLY)


def test_both_hold_the_same_articles_words_and_guide(exact_and_fast: Pair) -> None:
    exact, fast = exact_and_fast
    numbers = range(exact.catalogue.passages)

    assert list(fast.articles()) == list(exact.articles())
    assert fast.store.entries(numbers) == exact.store.entries(numbers)
    assert (dict(fast.catalogue.words), fast.catalogue.guide) == (dict(exact.catalogue.words), exact.catalogue.guide)
    assert dict(fast.catalogue.topics) == dict(exact.catalogue.topics)
    assert fast.catalogue.article_of.tolist() == exact.catalogue.article_of.tolist()


def test_both_weigh_and_know_the_same_terms(exact_and_fast: Pair) -> None:
    exact, fast = exact_and_fast
    for term in [*exact.catalogue.words, "unheard", ""]:
        assert fast.catalogue.knows(term) == exact.catalogue.knows(term)
        assert fast.catalogue.weight_of(term) == pytest.approx(exact.catalogue.weight_of(term), rel=1e-6)


def by_number(ranking: Candidates) -> NDArray[np.float32]:
    return ranking.scores[np.argsort(ranking.numbers)]
