from __future__ import annotations

from pathlib import Path

import pytest

from kb_service.evaluation.answer_test_files import WrittenTests, read_test_files

KNOWN = {"seats", "cards"}


def read(folder: Path, text: str, *, name: str = "a.yml") -> WrittenTests:
    (folder / "_tests").mkdir(exist_ok=True)
    (folder / "_tests" / name).write_text(text, encoding="utf-8")
    return read_test_files(folder, KNOWN)


def test_every_key_is_read(tmp_path: Path) -> None:
    text = """
tests:
  - question: how do I pay
    one_of: [seats, cards]
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
    assert (second.line, second.outcome) == (9, "no_answer")


def test_seats_alone_are_content_with_any_outcome(tmp_path: Path) -> None:
    (test,), _ = read(tmp_path, "tests:\n- question: 60 of 48\n  seats: {purchased: 60}\n")

    assert test.outcome is None


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ("{question: how, artikle: seats}", "`artikle` is not known: use question, article"),
        ("{question: how}", "it expects nothing"),
        ("{article: seats}", "`question` must be text"),
        ("{question: [how], article: seats}", "`question` must be text"),
        ("how", "it is no `question:`"),
        ("{question: how, article: gone}", "there is no article 'gone'"),
        ("{question: how, article: seats, one_of: [cards]}", "not both"),
        ("{question: how, outcome: no_answer, article: seats}", "leaves nothing"),
        ("{question: how, outcome: refused}", "`outcome` is 'refused': use answered or no_answer"),
        ("{question: how, article: seats, audience: all}", "`audience` is 'all'"),
        ("{question: how, contains: }", "`contains` must be text"),
        ("{question: how, one_of: [[seats]]}", "`one_of` must be text"),
        ("{question: how, seats: 60}", "`seats` must hold state"),
        ("{question: how, seats: {paid: 60}}", "`seats` has no `paid`"),
        ("{question: how, seats: {active: many}}", "`seats` active must be a whole number"),
        ("{question: how, seats: {state: full}}", "`seats: state` is 'full'"),
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
