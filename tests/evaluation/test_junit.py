from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kb_service.content.article import Problem
from kb_service.errors import CallerError
from kb_service.evaluation.answer_tests import AnswerTest, AnswerTestResult, Mismatch
from kb_service.evaluation.junit import junit_xml, save_junit


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
