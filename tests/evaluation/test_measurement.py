from __future__ import annotations

from datetime import UTC, datetime

from kb_service.evaluation.judgments import JudgedQuestion, JudgedSet
from kb_service.evaluation.measurement import Plan, describe_run, measure
from tests.evaluation.test_subject import QUESTION, a_subject

JUDGED = JudgedSet(
    name="set",
    questions=(
        QUESTION,
        JudgedQuestion(id="q2", text="when is the card charged", relevant={"cards": 1.0}),
        JudgedQuestion(id="q3", text="what is the weather", answerable="n"),
    ),
)


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
