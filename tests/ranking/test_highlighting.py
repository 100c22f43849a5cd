"""Where a passage shows the words of a question: marks within its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.analysis import analyse
from kb_service.index.port import Entry
from kb_service.questions.understanding import Alternative, QuestionWord
from kb_service.ranking.highlighting import marks, places
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled

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
    found = places(an_entry("A card for a seat"), words("seat card"))

    assert [(place.start, place.word) for place in found] == [(2, 1), (13, 0)]


def test_a_place_that_stands_for_two_words_names_both() -> None:
    found = places(an_entry("By bank transfer"), words("wire transfer", synonym="transfer"))

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
