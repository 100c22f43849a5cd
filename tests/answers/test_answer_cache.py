"""Answers of one generation are found once, and told apart by all that changes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb_service.answers.answer_cache import MOST_CACHED, AnswerCache, CacheKey
from kb_service.answers.answering import FoundAnswer
from kb_service.answers.results import Question
from kb_service.knowledge_base import KnowledgeBase
from kb_service.seats.reader import Mentions
from tests.billing_articles import filled_with_billing
from tests.builders import an_article
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine

TODAY = date(2026, 11, 25)
INVOICE = "when is my invoice sent?"


class Finder:
    """Finds nothing, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[CacheKey] = []
        self.cache = AnswerCache(self.find)

    def find(self, key: CacheKey) -> FoundAnswer:
        self.asked.append(key)
        return FoundAnswer(key.text, "no_answer", 0.0, None, (), (), (), Mentions())

    def is_cached(self, question: Question, *, today: date = TODAY) -> bool:
        return self.cache.get(question, today=today)[1]


@pytest.fixture
def finder() -> Finder:
    return Finder()


def test_the_same_question_is_found_once(finder: Finder) -> None:
    first, second = (finder.cache.get(Question(INVOICE), today=TODAY) for _ in range(2))

    assert first[0] is second[0]
    assert (first[1], second[1]) == (False, True)
    assert finder.asked == [CacheKey(INVOICE, 5, False, False, TODAY)]


@pytest.mark.parametrize(
    "typed", [f"  {INVOICE}\n", INVOICE.replace(" ", "  "), INVOICE.replace(" ", "\t"), INVOICE.replace(" ", "\xa0")]
)
def test_blanks_make_no_other_question(finder: Finder, typed: str) -> None:
    assert [finder.is_cached(Question(text)) for text in (INVOICE, typed)] == [False, True]


@pytest.mark.parametrize(
    "other",
    [
        Question(INVOICE.upper()),
        Question(INVOICE.replace(" my", "\nmy")),
        Question(INVOICE, limit=1),
        Question(INVOICE, explain=True),
    ],
    ids=["text", "lines", "limit", "explain"],
)
def test_whatever_may_change_the_answer_makes_it_another_question(finder: Finder, other: Question) -> None:
    assert [finder.is_cached(question) for question in (Question(INVOICE), other)] == [False, False]


def test_another_day_may_find_an_article_stale(finder: Finder) -> None:
    days = (TODAY, TODAY.replace(year=2027))

    assert [finder.is_cached(Question(INVOICE), today=day) for day in days] == [False, False]


def test_memory_is_bounded_and_forgets_what_was_asked_longest_ago(finder: Finder) -> None:
    for number in (0, 1, 0, *range(2, MOST_CACHED + 1)):
        finder.is_cached(Question(f"seat {number}"))

    assert finder.is_cached(Question("seat 0"))
    assert not finder.is_cached(Question("seat 1"))


def test_each_request_has_its_own_words_and_id_and_a_new_generation_answers_anew() -> None:
    engine = filled_with_billing(MemoryEngine())
    kb = KnowledgeBase(engine, staff_counter=FixedStaffCounter(), now=lambda: datetime(2026, 11, 25, tzinfo=UTC))
    first, second = (kb.answer(Question(text)) for text in (INVOICE, f" {INVOICE}"))
    engine.replace_all([an_article("a", "Nothing about it.")])
    third = kb.answer(Question(INVOICE))

    assert (first.question, second.question) == (INVOICE, f" {INVOICE}")
    assert first.query_id != second.query_id
    assert first.index == second.index != third.index
    assert (first.remembered, second.remembered, third.remembered) == (False, True, False)


def test_numbers_beside_the_question_are_those_of_the_request_alone() -> None:
    kb = KnowledgeBase(filled_with_billing(MemoryEngine()), staff_counter=FixedStaffCounter())
    with_seats, without = (kb.answer(Question("how do we remove a seat?", seats=seats)) for seats in (60, None))

    assert with_seats.seats
    assert with_seats.seats.purchased == 60
    assert without.remembered
    assert without.seats is None
