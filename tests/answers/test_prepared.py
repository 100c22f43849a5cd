"""Answers of one generation are looked for once, and told apart by all that changes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb_service.answers.prepared import REMEMBERED, PreparedAnswers
from kb_service.answers.question import Question
from kb_service.knowledge_base import KnowledgeBase
from kb_service.ranking.ranking import Ranker
from tests.billing_articles import filled_with_billing
from tests.builders import an_article
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine

TODAY = date(2026, 11, 25)
INVOICE = "when is my invoice sent?"


@pytest.fixture
def prepared() -> PreparedAnswers:
    snapshot = filled_with_billing(MemoryEngine()).snapshot(audience="public")
    return PreparedAnswers(snapshot, Ranker(snapshot), no_answer_below=0.5)


def test_the_same_question_is_looked_for_once(prepared: PreparedAnswers) -> None:
    first, second = (prepared.answer(Question(INVOICE), today=TODAY) for _ in range(2))

    assert first.answer is second.answer
    assert (first.remembered, second.remembered) == (False, True)


@pytest.mark.parametrize(
    "typed", [f"  {INVOICE}\n", INVOICE.replace(" ", "  "), INVOICE.replace(" ", "\t"), INVOICE.replace(" ", "\xa0")]
)
def test_white_space_makes_no_other_question(prepared: PreparedAnswers, typed: str) -> None:
    first, second = (prepared.answer(Question(text), today=TODAY) for text in (INVOICE, typed))

    assert first.answer is second.answer


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
def test_whatever_may_change_the_answer_makes_it_another_question(prepared: PreparedAnswers, other: Question) -> None:
    prepared.answer(Question(INVOICE), today=TODAY)

    assert not prepared.answer(other, today=TODAY).remembered


def test_another_day_may_find_an_article_stale(prepared: PreparedAnswers) -> None:
    prepared.answer(Question(INVOICE), today=TODAY)

    assert not prepared.answer(Question(INVOICE), today=TODAY.replace(year=2027)).remembered


def test_memory_is_bounded_and_forgets_what_was_asked_longest_ago(prepared: PreparedAnswers) -> None:
    for number in (0, 1, 0, *range(2, REMEMBERED + 1)):
        prepared.answer(Question(f"seat {number}"), today=TODAY)

    assert prepared.answer(Question("seat 0"), today=TODAY).remembered
    assert not prepared.answer(Question("seat 1"), today=TODAY).remembered


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
