"""Compiled postings score as Whoosh's own BM25F does, so that Whoosh can be asked for what they cannot tell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from kb_service.engines.whoosh.engine import WhooshEngine
from kb_service.engines.whoosh.snapshot import WhooshSnapshot
from kb_service.search.engine import Ranking
from kb_service.search.query import Or
from tests.engines.generated import Generator

pytestmark = pytest.mark.slow

ARTICLES, PASSAGES_EACH, QUESTIONS = 260, 4, 220
SAME = 1e-5  # scores nearer than this may change places: ours are added as 32-bit floats


class Answered(NamedTuple):
    """A question with our ten best and Whoosh's twenty, so that neighbours across the cut are seen."""

    question: Or
    ours: Ranking
    theirs: list[tuple[int, float]]


@pytest.fixture(scope="module")
def generator() -> Generator:
    return Generator(seed=1, vocabulary=4_000)


@pytest.fixture(scope="module")
def snapshot(generator: Generator, tmp_path_factory: pytest.TempPathFactory) -> WhooshSnapshot:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    engine.replace_all(generator.articles(ARTICLES, passages=PASSAGES_EACH))
    return engine.snapshot(audience="public")


@pytest.fixture(scope="module")
def answered(generator: Generator, snapshot: WhooshSnapshot) -> list[Answered]:
    questions = [generator.question() for _ in range(QUESTIONS)]
    return [Answered(q, snapshot.search(q, limit=10), snapshot.whoosh_ranking(q, limit=20)) for q in questions]


def test_the_corpus_is_large_enough(snapshot: WhooshSnapshot, answered: list[Answered]) -> None:
    assert snapshot.passages >= 1_000
    assert sum(each.ours.total > 10 for each in answered) >= 200


def test_the_ten_best_are_those_of_whoosh_in_its_order(answered: list[Answered]) -> None:
    for question, ours, theirs in answered:
        scores = dict(theirs)
        assert len(ours.numbers) == min(len(theirs), 10)
        for our, (their, score) in zip(ours.numbers.tolist(), theirs, strict=False):
            assert our == their or scores[our] == pytest.approx(score, rel=SAME), question


def test_the_scores_are_those_of_whoosh(answered: list[Answered]) -> None:
    for question, ours, theirs in answered:
        assert np.allclose(ours.scores, [score for _, score in theirs[:10]], rtol=1e-4), question


def test_as_many_passages_match_as_in_whoosh(snapshot: WhooshSnapshot, answered: list[Answered]) -> None:
    for question, ours, _ in answered[:20]:
        assert ours.total == len(snapshot.whoosh_ranking(question, limit=None))
