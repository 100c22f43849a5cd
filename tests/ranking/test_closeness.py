"""How a passage holds the question's words: which share of their weight, and how near each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.index.port import Codes, Snapshot
from kb_service.index.query import Or
from kb_service.questions.understanding import Alternative, QuestionWord
from kb_service.ranking.closeness import MOST_APART, Closeness, closeness
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled

TEXT_WORDS = ["seat", "bill", "card", "other"]


def a_word(term: str, *, weight: float = 1.0, synonym: str = "") -> QuestionWord:
    others = (Alternative((synonym,), 0.5, "synonym"),) if synonym else ()
    return QuestionWord(term, term, 1.0, weight, True, others)


def codes(snapshot: Snapshot, count: int) -> Codes:
    return snapshot.store.candidates(Or(()), limit=0).codes(np.arange(count, dtype=np.int32))


def measured(texts: list[str], *words: QuestionWord) -> Closeness:
    """Of passages with these texts, under a title without any of the words."""
    snapshot = filled(MemoryEngine(), *(an_article(f"a{at}", text, title="x") for at, text in enumerate(texts)))
    return closeness(codes(snapshot, len(texts)), words)


def titled(title: str, text: str, *words: QuestionWord) -> Closeness:
    snapshot = filled(MemoryEngine(), an_article("a", text, title=title))
    return closeness(codes(snapshot, 1), words)


def proximity(text: str) -> float:
    return float(measured([text], a_word("seat"), a_word("bill")).proximity[0])


def test_coverage_is_the_share_of_the_weight_that_is_held() -> None:
    found = measured(["seat bill", "seat", "other"], a_word("seat", weight=3), a_word("bill", weight=1))

    assert found.coverage.tolist() == [1, 0.75, 0]
    assert found.held.tolist() == [[True, True], [True, False], [False, False]]


def test_a_synonym_is_held_like_the_word() -> None:
    assert measured(["bill"], a_word("invoice", synonym="bill")).coverage.tolist() == [1]


def test_the_title_counts_too() -> None:
    assert titled("Seat", "other", a_word("seat")).coverage.tolist() == [1]


def test_neighbours_are_nearer_than_words_apart_and_order_does_not_matter() -> None:
    assert proximity("seat bill") == proximity("bill seat") == 0.5
    assert proximity("seat other bill") == 0.25
    assert proximity("seat " + "other " * MOST_APART + "bill") == 0


def test_a_pair_counts_once_where_it_is_nearest() -> None:
    assert proximity("seat other bill other other seat bill seat bill") == proximity("seat bill")


def test_a_word_is_not_near_itself() -> None:
    assert proximity("seat seat seat") == 0


def test_words_of_two_passages_are_not_near_each_other() -> None:
    found = measured(["other seat", "bill other"], a_word("seat"), a_word("bill"))

    assert found.proximity.tolist() == [0, 0]


def test_a_title_and_the_text_below_are_apart() -> None:
    assert titled("Seat", "bill", a_word("seat"), a_word("bill")).proximity.tolist() == [0]


@pytest.mark.parametrize("words", [[], [a_word("seat", weight=0)]], ids=["no words", "words without weight"])
def test_nothing_asked_is_held_by_nothing(words: list[QuestionWord]) -> None:
    found = measured(["seat", "bill"], *words)

    assert (found.coverage.tolist(), found.proximity.tolist()) == ([0, 0], [0, 0])
    assert found.held.shape == (2, len(words))


def test_without_passages_there_is_nothing_to_measure() -> None:
    found = measured([], a_word("seat"))

    assert [len(each) for each in found] == [0, 0, 0]


@settings(max_examples=30)
@given(texts=st.lists(st.lists(st.sampled_from(TEXT_WORDS), min_size=1, max_size=30).map(" ".join), max_size=4))
def test_measures_of_passages_together_are_those_of_each_alone(texts: list[str]) -> None:
    words = [a_word("seat", weight=2), a_word("bill"), a_word("invoice", synonym="card")]
    together = measured(texts, *words)
    alone = [measured([text], *words) for text in texts]

    assert together.coverage.tolist() == [each.coverage[0] for each in alone]
    assert together.proximity == pytest.approx(np.asarray([each.proximity[0] for each in alone]))
    assert np.all((together.proximity >= 0) & (together.proximity <= 1) & (together.coverage <= 1))
