"""Asking judged questions, and keeping what came."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from kb_service.errors import CallerError
from kb_service.evaluation.judged_questions import JudgedQuestion, JudgedSet
from kb_service.evaluation.runs import Plan, Subject, describe_run, load_run, measure, save_run, subject_of_documents
from tests.builders import an_article
from tests.evaluation.runs import a_row, a_run, a_set_run, unanswerable
from tests.index.memory_engine import MemoryEngine

ARTICLES = [
    an_article("seats", "Remove a seat in the portal before the renewal.", "A seat is a paid place.", "Seats renew."),
    an_article("cards", "The card is charged each month."),
    an_article("macros", "Tell about the seat.", audience="agent"),
]
QUESTION = JudgedQuestion(id="q1", text="how do I remove a seat", relevant={"seats": 1.0}, tags={"topic": "seats"})
JUDGED = JudgedSet(
    name="set",
    questions=(
        QUESTION,
        JudgedQuestion(id="q2", text="when is the card charged", relevant={"cards": 1.0}),
        JudgedQuestion(id="q3", text="what is the weather", answerable="n"),
    ),
)


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

    assert (row.outcome, row.quote, row.ranked[0]) == ("possible", "", "seats")


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


def test_questions_are_asked_in_their_order() -> None:
    run, *others = measure(JUDGED, Plan(), subject=a_subject())

    assert ([row.id for row in run.rows], others) == (["q1", "q2", "q3"], [])
    assert (run.name, run.documents, run.left_out, run.foreign) == ("set", 2, (), ())


def test_answers_are_left_out_of_answerable_questions_alone() -> None:
    (run,) = measure(JUDGED, Plan(leave_out=True), subject=a_subject())

    assert [row.id for row in run.left_out] == ["q1", "q2"]


def test_typos_make_a_second_run_of_the_same_questions() -> None:
    plain, slipped = measure(JUDGED, Plan(typos=True), subject=a_subject())

    assert (slipped.name, slipped.variant) == ("set with typos", "typos")
    assert [row.id for row in slipped.rows] == [row.id for row in plain.rows]
    assert slipped.rows[0].question != plain.rows[0].question


def test_the_limit_holds_for_own_and_foreign_questions() -> None:
    (run,) = measure(JUDGED, Plan(limit=1, foreign=("one", "two")), subject=a_subject())

    assert ([row.id for row in run.rows], [row.id for row in run.foreign]) == (["q1"], ["one"])


def test_progress_is_told_question_by_question() -> None:
    heard: list[tuple[str, int, int]] = []
    measure(JUDGED, Plan(), subject=a_subject(), progress=lambda *told: heard.append(told))

    assert heard == [("set: asking", 1, 3), ("set: asking", 2, 3), ("set: asking", 3, 3)]


def test_a_run_is_described_with_the_numbers_it_rests_on() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    found = describe_run(started_at=at, model="", settings={"limit": "3"})

    assert {"K1", "FIELD_WEIGHTS", "NO_ANSWER_BELOW"} <= found.weights.keys()
    assert (found.started_at, found.settings) == (at, {"limit": "3"})


def test_the_articles_that_answer_are_gone() -> None:
    subject = a_subject()
    row = subject.ask(QUESTION)
    without = subject.ask_without_answer(row)

    assert "seats" in row.ranked
    assert "seats" not in without.ranked
    assert (without.id, without.answerable, without.relevant) == ("q1", "n", None)
    assert without.confidence < row.confidence


def test_articles_that_do_not_answer_keep_their_places() -> None:
    subject = a_subject()
    row = subject.ask(QUESTION)

    assert subject.ask_without_answer(row).ranked == tuple(name for name in row.ranked if name != "seats")


def test_only_a_question_with_an_answer_can_lose_it() -> None:
    assert a_row().is_answerable
    assert not unanswerable("q").is_answerable
    assert not a_row(relevant=[]).is_answerable


def test_a_foreign_question_has_no_answer_here() -> None:
    row = a_subject().ask_foreign("how tall is the tower")

    assert (row.answerable, row.relevant, row.is_right) == ("n", None, False)


def test_a_saved_run_comes_back_as_it_was(tmp_path: Path) -> None:
    run = a_run(a_set_run(a_row("1"), unanswerable("2"), left_out=[unanswerable("1")], foreign=[unanswerable("x")]))
    save_run(run, tmp_path / "new" / "run.json")

    assert load_run(tmp_path / "new" / "run.json") == run


def test_a_file_that_is_no_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"layout": 1}', encoding="utf-8")

    with pytest.raises(CallerError, match="is not a saved run"):
        load_run(tmp_path / "run.json")


def test_a_run_of_another_layout_is_refused(tmp_path: Path) -> None:
    save_run(msgspec.structs.replace(a_run(), layout=0), tmp_path / "run.json")

    with pytest.raises(CallerError, match="layout 0"):
        load_run(tmp_path / "run.json")


def test_a_place_that_cannot_be_written_or_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="cannot be saved"):
        save_run(a_run(), tmp_path)
    with pytest.raises(CallerError, match="cannot be read"):
        load_run(tmp_path)


def test_the_first_article_decides_whether_a_row_is_right() -> None:
    assert a_row(ranked=["right", "other"]).is_right
    assert not a_row(ranked=["other", "right"]).is_right
    assert not a_row(ranked=[]).is_right


def test_a_partly_answered_question_without_articles_is_not_judged() -> None:
    assert not a_row(answerable="p", relevant=None).is_judged
    assert a_row().is_judged
    assert unanswerable("q").is_judged
