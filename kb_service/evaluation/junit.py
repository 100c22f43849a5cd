"""Results of answer tests as JUnit XML, which build servers read: one suite a file."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

from kb_service.content.article import Problem
from kb_service.content.source_text import clean
from kb_service.errors import CallerError
from kb_service.evaluation.answer_tests import AnswerTestResult


def junit_xml(results: Iterable[AnswerTestResult], problems: Iterable[Problem] = ()) -> bytes:
    """Return the document; `problems` with how tests are written count as errors of their file."""
    suites: dict[str, list[ET.Element]] = {}
    for result in results:
        suites.setdefault(result.test.path, []).append(_case_of_test(result))
    for problem in problems:
        suites.setdefault(problem.path, []).append(_case_of_problem(problem))
    root = ET.Element("testsuites", name="kb test")
    for path, cases in suites.items():
        root.append(_suite(path, cases))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def save_junit(path: Path, results: Iterable[AnswerTestResult], problems: Iterable[Problem] = ()) -> None:
    """Write the document. Raises CallerError when that fails."""
    try:
        path.write_bytes(junit_xml(results, problems))
    except OSError as error:
        raise CallerError(f"The results cannot be written to {path}: {error.strerror}.") from error


def _suite(path: str, cases: list[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", name=path, tests=str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", str(sum(case.find("error") is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    suite.extend(cases)
    return suite


def _case_of_test(result: AnswerTestResult) -> ET.Element:
    test = result.test
    case = _case(test.path, test.line, clean(test.question), seconds=result.seconds)
    for each in result.mismatches:
        message = clean(f"expected {each.expected}, came {each.came}")
        ET.SubElement(case, "failure", message=message).text = f"{test.path}:{test.line}: {message}"
    return case


def _case_of_problem(problem: Problem) -> ET.Element:
    case = _case(problem.path, problem.line, "how it is written", seconds=0.0)
    ET.SubElement(case, "error", message=clean(problem.message)).text = clean(str(problem))
    return case


def _case(path: str, line: int, name: str, *, seconds: float) -> ET.Element:
    return ET.Element("testcase", name=name, classname=path, file=path, line=str(line), time=f"{seconds:.4f}")
