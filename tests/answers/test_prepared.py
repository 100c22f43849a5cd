"""Answers of one generation are looked for once, and told apart by all that changes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb_service.answers.prepared import REMEMBERED, PreparedAnswers, Remembered
from kb_service.answers.question import Question
from kb_service.engines.memory import MemoryEngine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.search.ranking import Ranker
from tests.billing_articles import filled_with_billing
from tests.builders import an_article
from tests.fakes import FixedStaffCounter

TODAY = date(2026, 11, 25)
INVOICE = "when is my invoice sent?"


@pytest.fixture
def prepared() -> PreparedAnswers:
    snapshot = filled_with_billing(MemoryEngine()).snapshot(audience="public")
    return PreparedAnswers(snapshot, Ranker(snapshot), no_answer_below=0.5)


def test_the_same_question_is_looked_for_once(prepared: PreparedAnswers) -> None:
    first, second = (prepared.answer(Question(INVOICE), today=TODAY) for _ in range(2))

    assert first is second
    assert prepared.remembered() == Remembered(asked=2, found=1)


@pytest.mark.parametrize(
    "other",
    [Question(INVOICE.upper()), Question(INVOICE, limit=1), Question(INVOICE, explain=True)],
    ids=["text", "limit", "explain"],
)
def test_whatever_changes_the_answer_makes_it_another_question(prepared: PreparedAnswers, other: Question) -> None:
    first, second = (prepared.answer(question, today=TODAY) for question in (Question(INVOICE), other))

    assert first != second
    assert second.question == other.text


def test_another_day_may_find_an_article_stale(prepared: PreparedAnswers) -> None:
    prepared.answer(Question(INVOICE), today=TODAY)
    prepared.answer(Question(INVOICE), today=TODAY.replace(year=2027))

    assert prepared.remembered().found == 0


def test_memory_is_bounded(prepared: PreparedAnswers) -> None:
    for number in range(REMEMBERED + 1):
        prepared.answer(Question(f"seat {number}"), today=TODAY)
    prepared.answer(Question("seat 0"), today=TODAY)

    assert prepared.remembered().found == 0


def test_each_request_has_an_id_of_its_own_and_a_new_generation_answers_anew() -> None:
    engine = filled_with_billing(MemoryEngine())
    kb = KnowledgeBase(engine, staff_counter=FixedStaffCounter(), now=lambda: datetime(2026, 11, 25, tzinfo=UTC))
    first, second = (kb.answer(Question(INVOICE)) for _ in range(2))
    engine.replace_all([an_article("a", "Nothing about it.")])

    assert first.query_id != second.query_id
    assert first.index == second.index != kb.answer(Question(INVOICE)).index
    assert kb.remembered() == Remembered(asked=1, found=0)
