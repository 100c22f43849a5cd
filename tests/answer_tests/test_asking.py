"""Answer tests: how they are written, what comes of them, and how that is reported."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kb_service.answer_tests.asking import (
    AnswerTest,
    AnswerTestResult,
    Mismatch,
    WrittenTests,
    junit_xml,
    known_question_tests,
    line_of,
    mismatches,
    read_test_files,
    run_test,
    save_junit,
)
from kb_service.answers.results import Answer
from kb_service.content.article import Problem
from kb_service.content.library import read_library
from kb_service.errors import CallerError
from kb_service.knowledge_base import KnowledgeBase
from kb_service.staff.counter import DisabledCounter
from tests.answer_builders import an_answer, seats_of
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine

KNOWN = {"seats", "cards"}
ANSWER = an_answer(("seats", "Remove a seat\nin the portal."), ("cards", "Cards are charged."), quote="Remove a seat")
SEATS = seats_of("we pay for 60 seats but only 48 use it")


def read(folder: Path, text: str, *, name: str = "a.yml") -> WrittenTests:
    (folder / "_tests").mkdir(exist_ok=True)
    (folder / "_tests" / name).write_text(text, encoding="utf-8")
    return read_test_files(folder, KNOWN)


def test_every_key_is_read(tmp_path: Path) -> None:
    text = """
tests:
  - question: how do I pay
    one_of: [seats, cards]
    must_contain: [quoted, too]
    must_contain_any: either
    must_not_contain: the opposite
    contains: [first, second]
    not_contains: never
    seats: {state: under, purchased: 60, active: 48, available: }
    audience: agent
  - question: what is VAT
    outcome: no_answer
"""
    (first, second), problems = read(tmp_path, text)

    assert problems == ()
    assert (first.path, first.line, first.question) == ("_tests/a.yml", 3, "how do I pay")
    assert (first.outcome, first.articles, first.audience) == ("answered", ("seats", "cards"), "agent")
    assert (first.contains, first.not_contains) == (("first", "second"), ("never",))
    assert first.seats == {"state": "under", "purchased": 60, "active": 48, "available": None}
    assert (first.must_contain, first.must_not_contain) == (("quoted", "too"), ("the opposite",))
    assert first.must_contain_any == ("either",)
    assert (second.line, second.outcome) == (12, "no_answer")


def test_seats_alone_are_content_with_any_outcome(tmp_path: Path) -> None:
    (test,), _ = read(tmp_path, "tests:\n- question: 60 of 48\n  seats: {purchased: 60}\n")

    assert test.outcome is None


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ("{question: how, artikle: seats}", "`artikle` is not known: use question, article"),
        ("{question: how}", "it expects nothing"),
        ("{article: seats}", "missing required field `question`"),
        ("{question: [how], article: seats}", "Expected `str`, got `array` - at `$.question`"),
        ("how", "it is not a `question:`"),
        ("{question: how, article: gone}", "there is no article 'gone'"),
        ("{question: how, article: seats, one_of: [cards]}", "not both"),
        ("{question: how, outcome: no_answer, article: seats}", "leaves nothing"),
        ("{question: how, outcome: no_answer, must_contain: a}", "leaves nothing"),
        ("{question: how, outcome: no_answer, must_not_contain: a}", "leaves nothing"),
        ("{question: how, must_contain: [a, '']}", "Expected `str` of length >= 1 - at `$.must_contain[1]`"),
        ("{question: how, outcome: refused}", "Invalid enum value 'refused' - at `$.outcome`"),
        ("{question: how, article: seats, audience: all}", "Invalid enum value 'all' - at `$.audience`"),
        ("{question: how, contains: }", "Expected `str` of length >= 1 - at `$.contains[0]`"),
        ("{question: how, one_of: [[seats]]}", "Expected `str`, got `array` - at `$.one_of[0]`"),
        ("{question: how, seats: 60}", "got `str` - at `$.seats`"),
        ("{question: how, seats: {}}", "it expects nothing"),
        ("{question: how, seats: {paid: 60}}", "unknown field `paid` - at `$.seats`"),
        ("{question: how, seats: {active: many}}", "Expected `int | null`, got `str` - at `$.seats.active`"),
        ("{question: how, seats: {state: full}}", "Invalid enum value 'full' - at `$.seats.state`"),
    ],
)
def test_a_test_written_wrongly_is_a_finding_at_its_line_and_the_others_are_read(
    tmp_path: Path, test: str, problem: str
) -> None:
    tests, problems = read(tmp_path, f"tests:\n- {{question: fine, article: seats}}\n- {test}\n")

    assert [each.question for each in tests] == ["fine"]
    assert [each.severity for each in problems] == ["error"]
    assert problem in problems[0].message
    assert problems[0].message.startswith("test 2: ")
    assert problems[0].line in {2, 3}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "the file is not used"),
        ("tests: none\n", 1, "no list under `tests:`"),
        ("a: 1\n", 1, "`a` is not known here"),
        ("tests:\n- {question: &a how}\n", 2, "anchors and aliases"),
        ("tests:\n- {question: how\n", 3, "the file is not used"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_finding(tmp_path: Path, text: str, line: int, problem: str) -> None:
    tests, problems = read(tmp_path, text)

    assert tests == ()
    assert problem in problems[0].message
    assert problems[0].line == line


def test_a_file_that_is_no_text_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "_tests").mkdir()
    (tmp_path / "_tests" / "a.yml").write_bytes(b"\xff\xfe\x00")

    assert len(read_test_files(tmp_path, KNOWN).problems) == 1


def test_a_folder_in_place_of_a_file_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "_tests" / "a.yml").mkdir(parents=True)

    assert "cannot be read" in read_test_files(tmp_path, KNOWN).problems[0].message


def test_both_endings_are_read_in_the_order_of_names_and_others_left(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yaml", "notes.md", ".hidden.yml"):
        read(tmp_path, f"tests:\n- {{question: {name}, article: seats}}\n", name=name)

    assert [test.question for test in read_test_files(tmp_path, KNOWN).tests] == ["a.yaml", "b.yml"]


def test_no_folder_of_tests_is_no_finding(tmp_path: Path) -> None:
    assert read_test_files(tmp_path, KNOWN) == WrittenTests((), ())


def a_test(**expected: object) -> AnswerTest:
    return AnswerTest(path="_tests/a.yml", line=3, question="how?", **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ({"articles": ("seats",)}, ANSWER),
        ({"articles": ("cards", "seats")}, ANSWER),
        ({"contains": ("REMOVE A SEAT IN",)}, ANSWER),
        ({"must_contain": ("remove  a", "Seat")}, ANSWER),
        ({"must_contain_any": ("charged", "a seat")}, ANSWER),
        ({"must_not_contain": ("in the portal", "cards")}, ANSWER),
        ({"not_contains": ("refund",)}, ANSWER),
        ({"outcome": "no_answer"}, an_answer()),
        (
            {"outcome": None, "seats": {"state": "under", "purchased": 60, "active": 48, "available": 12}},
            an_answer(seats=SEATS),
        ),
        ({"outcome": None, "seats": {"purchased": None}}, an_answer()),
    ],
    ids=[
        "article",
        "one of two",
        "contains",
        "quote",
        "one in the quote",
        "quote not",
        "contains not",
        "no answer",
        "seats",
        "seats unknown",
    ],
)
def test_what_is_expected_and_came_is_no_mismatch(expected: dict[str, object], answer: Answer) -> None:
    assert list(mismatches(a_test(**expected), answer)) == []


@pytest.mark.parametrize(
    ("expected", "answer", "words"),
    [
        ({"articles": ("cards",)}, ANSWER, ("article cards first", "seats (confidence 0.75)")),
        ({"contains": ("charged",)}, ANSWER, ("“charged” in the quote or the first passage", "“Remove a seat”")),
        ({"must_contain": ("seat", "in the portal")}, ANSWER, ("“in the portal” in the quote", "“Remove a seat”")),
        ({"must_contain_any": ("a", "b")}, an_answer(("seats", "b"), quote="x"), ("“a” or “b” in the quote", "“x”")),
        ({"must_not_contain": ("remove",)}, ANSWER, ("no “remove” in the quote", "“Remove a seat”")),
        ({"not_contains": ("cards are",)}, ANSWER, ("“cards are” nowhere", "it stands in the answer")),
        ({"articles": ("cards",)}, an_answer(), ("answered", "no_answer (confidence 0.25)")),
        ({"outcome": "no_answer"}, ANSWER, ("no_answer", "seats (confidence 0.75)")),
        ({"outcome": None, "seats": {"state": "over"}}, an_answer(seats=SEATS), ("seats state over", "under")),
        ({"outcome": None, "seats": {"active": 3}}, an_answer(), ("seats active 3", "unknown")),
    ],
    ids=[
        "other article",
        "only in the second",
        "only in the passage",
        "none of two",
        "forbidden quote",
        "forbidden text",
        "no answer",
        "an answer",
        "other state",
        "no seats",
    ],
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


def test_a_known_question_of_a_section_for_agents_is_asked_by_them(tmp_path: Path) -> None:
    source = (
        "---\nquestions: [Whom?]\nsection_questions:\n  handing-over:\n    - Who takes it?\n---\n# Seats\n\nText.\n\n"
        ":::agent\n## Handing over\n\nBilling.\n:::\n"
    )
    (tmp_path / "seats.md").write_text(source, encoding="utf-8")
    asked = {each.question: each.audience for each in known_question_tests(read_library(tmp_path).articles, tmp_path)}

    assert asked == {"Whom?": "public", "Who takes it?": "agent"}


def test_the_same_words_further_down_are_found_after_the_earlier_ones() -> None:
    lines = ["- how?", "- why?", "- how?"]

    assert [line_of("how?", lines, after=after) for after in (1, 2, 3)] == [1, 3, 3]


def test_a_test_asks_its_audience(tmp_path: Path) -> None:
    engine = MemoryEngine()
    engine.replace_all([an_article("macros", "Say sorry to the customer.", audience="agent"), an_article("a", "Text.")])
    knowledge_base = KnowledgeBase(engine, staff_counter=DisabledCounter(), no_answer_below=0.0)
    test = AnswerTest(path="a.yml", line=1, question="say sorry", articles=("macros",), audience="agent")

    assert run_test(test, knowledge_base).mismatches == ()


def a_result(question: str, *mismatches: Mismatch, path: str = "_tests/a.yml") -> AnswerTestResult:
    return AnswerTestResult(AnswerTest(path=path, line=3, question=question), mismatches, 0.25)


RESULTS = [
    a_result("passes?"),
    a_result("<fails> & \x00 more?", Mismatch("“a”", "“\x07b”")),
    a_result("passes?", path="seats.md"),
]
PROBLEM = Problem(path="_tests/a.yml", line=9, severity="error", message="test 2: it expects nothing")


def test_there_is_one_suite_a_file_with_its_sums() -> None:
    root = ET.fromstring(junit_xml(RESULTS, [PROBLEM]))
    suites = [(s.get("name"), s.get("tests"), s.get("failures"), s.get("errors"), s.get("time")) for s in root]

    assert suites == [("_tests/a.yml", "3", "1", "1", "0.500"), ("seats.md", "1", "0", "0", "0.250")]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "1")


def test_a_failure_says_where_and_what_whatever_characters_are_in_it() -> None:
    case = ET.fromstring(junit_xml(RESULTS))[0][1]
    failure = case.find("failure")

    assert (case.get("name"), case.get("line")) == ("<fails> &  more?", "3")
    assert failure is not None
    assert failure.text == "_tests/a.yml:3: expected “a”, came “b”"


def test_a_test_written_wrongly_is_an_error() -> None:
    error = ET.fromstring(junit_xml([], [PROBLEM]))[0][0].find("error")

    assert error is not None
    assert error.get("message") == "test 2: it expects nothing"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="cannot be written"):
        save_junit(tmp_path, RESULTS)
