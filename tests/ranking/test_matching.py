"""How a passage holds the question's words: their share, how close together, and where, as marks in its text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.analysis import analyse
from kb_service.index.port import Codes, Entry, Snapshot
from kb_service.index.query import Or
from kb_service.questions.understanding import Alternative, QuestionWord
from kb_service.ranking.matching import MOST_APART, Closeness, closeness, marks, word_places
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


PIECES = ["seat ", "Seats", "re\u0301sume\u0301 ", "🎉", "請求書", "1,200 ", "log-in ", "\n", ", ", "x"]
texts = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=20).map("".join)


def an_entry(text: str) -> Entry:
    return filled(MemoryEngine(), an_article("a", text, title="Seats and invoices")).store.entries([0])[0]


def words(question: str, *, synonym: str = "") -> list[QuestionWord]:
    others = (Alternative((synonym,), 0.5, "synonym"),) if synonym else ()
    return [QuestionWord(term.word, term.term, 1.0, 1.0, True, others) for term in analyse(question)]


def marked(text: str, question: str, *, synonym: str = "") -> list[str]:
    return [text[start:end] for start, end in marks(an_entry(text), words(question, synonym=synonym))]


MARKED = {
    "any form of the word": ("Seats: one seat.", "seat", ["Seats", "seat"]),
    "any spelling": ("Organize an organisation", "organising", ["Organize", "organisation"]),
    "neighbours are one mark": ("Pay by credit card now", "card credit", ["credit card"]),
    "also across several blanks": ("credit   card", "credit card", ["credit   card"]),
    "not across a line or a comma": ("credit,card\ncard", "credit card", ["credit", "card", "card"]),
    "numbers": ("It costs 1,200 now", "1200", ["1,200"]),
    "accents of their own": ("A re\u0301sume\u0301!", "resume", ["re\u0301sume\u0301"]),
    "after characters beyond the basic plane": ("🎉🎉 refund", "refund", ["refund"]),
    "scripts without spaces": ("付款請求書。", "請求書", ["請求書"]),
    "words of no other text": ("nothing here", "seats", []),
    "an empty text": ("", "seats", []),
}


@pytest.mark.parametrize(("text", "question", "expected"), MARKED.values(), ids=MARKED.keys())
def test_marks_show_the_words_of_the_question(text: str, question: str, expected: list[str]) -> None:
    assert marked(text, question) == expected


def test_synonyms_and_repairs_are_marked() -> None:
    assert marked("The invoice and the bill", "invioce", synonym="invoic") == ["invoice"]


def test_each_place_names_the_word_it_stands_for() -> None:
    found = word_places(an_entry("A card for a seat"), words("seat card"))

    assert [(place.start, place.word) for place in found] == [(2, 1), (13, 0)]


def test_a_place_that_stands_for_two_words_names_both() -> None:
    found = word_places(an_entry("By bank transfer"), words("wire transfer", synonym="transfer"))

    assert [(place.start, place.word) for place in found] == [(8, 0), (8, 1)]


def test_both_readings_of_a_joined_word_are_marked() -> None:
    assert marked("The log-in page", "login") == ["log-in"]
    assert marked("The log-in page", "log page") == ["log", "page"]
    assert marked("The log-in page", "log login") == ["log-in"]


@given(text=texts, question=texts)
def test_marks_are_in_order_and_apart_within_the_text(text: str, question: str) -> None:
    found = marks(an_entry(text), words(question))
    ends = [offset for mark in found for offset in mark]

    assert ends == sorted(set(ends))
    assert all(0 <= start < end <= len(text) for start, end in found)


@given(text=texts)
def test_a_text_asked_for_itself_is_marked_word_for_word(text: str) -> None:
    unmarked = list(text)
    for start, end in marks(an_entry(text), words(text)):
        unmarked[start:end] = " " * (end - start)

    assert analyse("".join(unmarked)) == []
