from __future__ import annotations

from kb_service.evaluation.leave_out import ask_foreign, ask_without_answer, is_answerable
from tests.evaluation.runs import a_row, unanswerable
from tests.evaluation.test_subject import QUESTION, a_subject


def test_the_articles_that_answer_are_gone() -> None:
    subject = a_subject()
    row = subject.ask(QUESTION)
    without = ask_without_answer(subject, row)

    assert "seats" in row.ranked
    assert "seats" not in without.ranked
    assert (without.id, without.answerable, without.relevant) == ("q1", "n", None)
    assert without.confidence < row.confidence


def test_articles_that_do_not_answer_keep_their_places() -> None:
    subject = a_subject()
    row = subject.ask(QUESTION)

    assert ask_without_answer(subject, row).ranked == tuple(name for name in row.ranked if name != "seats")


def test_only_a_question_with_an_answer_can_lose_it() -> None:
    assert is_answerable(a_row())
    assert not is_answerable(unanswerable("q"))
    assert not is_answerable(a_row(relevant=[]))


def test_a_foreign_question_has_no_answer_here() -> None:
    row = ask_foreign(a_subject(), "how tall is the tower")

    assert (row.answerable, row.relevant, row.is_right) == ("n", None, False)
