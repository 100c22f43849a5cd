from __future__ import annotations

import pytest

from kb_service.evaluation.judgments import JudgedQuestion
from kb_service.evaluation.subject import Subject, subject_of_documents
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine

ARTICLES = [
    an_article("seats", "Remove a seat in the portal before the renewal.", "A seat is a paid place.", "Seats renew."),
    an_article("cards", "The card is charged each month."),
    an_article("macros", "Tell about the seat.", audience="agent"),
]
QUESTION = JudgedQuestion(id="q1", text="how do I remove a seat", relevant={"seats": 1.0}, tags={"topic": "seats"})


def a_subject() -> Subject:
    engine = MemoryEngine()
    engine.replace_all(ARTICLES)
    return Subject(engine, encoder=None, no_answer_below=0.0)


def test_a_row_tells_what_a_person_gets() -> None:
    row = a_subject().ask(QUESTION)

    assert (row.id, row.outcome, row.ranked[0], row.tags) == ("q1", "answered", "seats", {"topic": "seats"})
    assert row.quote == "Remove a seat in the portal before the renewal."
    assert row.milliseconds > 0


def test_articles_stand_once_at_their_best_passage_and_only_public_ones() -> None:
    row = a_subject().ask(QUESTION)

    assert sorted(row.ranked) == sorted({*row.ranked} - {"macros"})
    assert list(row.scores) == sorted(row.scores, reverse=True)


def test_the_ranking_goes_on_where_no_answer_is_given() -> None:
    engine = MemoryEngine()
    engine.replace_all(ARTICLES)
    row = Subject(engine, encoder=None, no_answer_below=1.1).ask(QUESTION)

    assert (row.outcome, row.quote, row.ranked[0]) == ("no_answer", "", "seats")


def test_documents_are_indexed_by_the_engine_that_serves() -> None:
    heard: list[str] = []
    with subject_of_documents(
        [an_article("a", "Remove a seat."), an_article("b", "")],
        encoder=None,
        no_answer_below=0.0,
        progress=lambda what, done, total: heard.append(what),
    ) as subject:
        row = subject.ask(QUESTION)

    assert (subject.documents, row.ranked) == (2, ("a",))
    assert heard


@pytest.mark.parametrize("text", ["", "\x00\ud800", "☂" * 3000], ids=["empty", "unreadable", "long"])
def test_any_text_can_be_asked(text: str) -> None:
    assert a_subject().ask(JudgedQuestion(id="q", text=text, answerable="n")).outcome in {
        "empty_question",
        "no_answer",
        "answered",
    }
