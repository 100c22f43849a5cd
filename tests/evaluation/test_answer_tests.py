from __future__ import annotations

from pathlib import Path

import pytest

from kb_service.answers.results import Answer
from kb_service.evaluation.answer_tests import AnswerTest, known_question_tests, line_of, mismatches, run_test
from kb_service.knowledge_base import KnowledgeBase
from kb_service.staff.disabled_counter import DisabledCounter
from tests.builders import an_article
from tests.evaluation.answers import an_answer, seats_of
from tests.index.memory_engine import MemoryEngine

ANSWER = an_answer(("seats", "Remove a seat\nin the portal."), ("cards", "Cards are charged."), quote="Remove a seat")
SEATS = seats_of("we pay for 60 seats but only 48 use it")


def a_test(**expected: object) -> AnswerTest:
    return AnswerTest(path="_tests/a.yml", line=3, question="how?", **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ({"articles": ("seats",)}, ANSWER),
        ({"articles": ("cards", "seats")}, ANSWER),
        ({"contains": ("REMOVE A SEAT IN",)}, ANSWER),
        ({"not_contains": ("refund",)}, ANSWER),
        ({"outcome": "no_answer"}, an_answer()),
        (
            {"outcome": None, "seats": {"state": "under", "purchased": 60, "active": 48, "available": 12}},
            an_answer(seats=SEATS),
        ),
        ({"outcome": None, "seats": {"purchased": None}}, an_answer()),
    ],
    ids=["article", "one of two", "contains", "contains not", "no answer", "seats", "seats unknown"],
)
def test_what_is_expected_and_came_is_no_mismatch(expected: dict[str, object], answer: Answer) -> None:
    assert list(mismatches(a_test(**expected), answer)) == []


@pytest.mark.parametrize(
    ("expected", "answer", "words"),
    [
        ({"articles": ("cards",)}, ANSWER, ("article cards first", "seats (confidence 0.75)")),
        ({"contains": ("charged",)}, ANSWER, ("“charged” in the quote or the first passage", "“Remove a seat”")),
        ({"not_contains": ("cards are",)}, ANSWER, ("“cards are” nowhere", "it stands in the answer")),
        ({"articles": ("cards",)}, an_answer(), ("answered", "no_answer (confidence 0.25)")),
        ({"outcome": "no_answer"}, ANSWER, ("no_answer", "seats (confidence 0.75)")),
        ({"outcome": None, "seats": {"state": "over"}}, an_answer(seats=SEATS), ("seats state over", "under")),
        ({"outcome": None, "seats": {"active": 3}}, an_answer(), ("seats active 3", "unknown")),
    ],
    ids=["other article", "only in the second", "forbidden text", "no answer", "an answer", "other state", "no seats"],
)
def test_a_mismatch_says_what_was_expected_and_what_came(
    expected: dict[str, object], answer: Answer, words: tuple[str, str]
) -> None:
    found = list(mismatches(a_test(**expected), answer))

    assert [(each.expected, each.came) for each in found] == [words]


def test_each_known_question_must_be_answered_by_its_article(tmp_path: Path) -> None:
    article = an_article("seats", "Text.", questions=["How do I pay?", "it's urgent"], audience="agent")
    lines = ["---", "title: Seats", "questions:", "  - How do I pay?", "  - 'it''s urgent'", "---"]
    (tmp_path / "seats.md").write_text("\n".join(lines), encoding="utf-8")
    first, second = known_question_tests([article, an_article("none", "Text.")], tmp_path)

    assert (first.path, first.line, first.question, first.articles) == ("seats.md", 4, "How do I pay?", ("seats",))
    assert (first.outcome, first.audience) == ("answered", "agent")
    assert second.line == 4  # written with an escape: near enough


def test_an_article_whose_file_is_gone_is_still_tested(tmp_path: Path) -> None:
    (test,) = known_question_tests([an_article("seats", "Text.", questions=["How?"])], tmp_path)

    assert test.line == 1


def test_the_same_words_further_down_are_found_after_the_earlier_ones() -> None:
    lines = ["- how?", "- why?", "- how?"]

    assert [line_of("how?", lines, after=after) for after in (1, 2, 3)] == [1, 3, 3]


def test_a_test_asks_its_audience(tmp_path: Path) -> None:
    engine = MemoryEngine()
    engine.replace_all([an_article("macros", "Say sorry to the customer.", audience="agent"), an_article("a", "Text.")])
    knowledge_base = KnowledgeBase(engine, staff_counter=DisabledCounter(), no_answer_below=0.0)
    test = AnswerTest(path="a.yml", line=1, question="say sorry", articles=("macros",), audience="agent")

    assert run_test(test, knowledge_base).mismatches == ()
