from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb_service.commands.test import test as kb_test

SEATS = """---
questions:
  - How do I take a seat away?
---
# Removing seats

Remove a seat in the portal before the renewal.
"""
CARDS = "# Payment cards\n\nThe card is charged each month on the day of the renewal.\n"
TESTS = """tests:
  - question: remove a seat in the portal
    article: seats
    contains: before the renewal
"""
FAILING = """  - question: when is the card charged
    article: seats
"""


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KB_MODEL", "off")
    monkeypatch.setenv("KB_NO_ANSWER_BELOW", "0")
    monkeypatch.setenv("KB_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("KB_ARTICLES", str(tmp_path / "articles"))
    folder = tmp_path / "articles"
    (folder / "_tests").mkdir(parents=True)
    (folder / "seats.md").write_text(SEATS, encoding="utf-8")
    (folder / "cards.md").write_text(CARDS, encoding="utf-8")
    (folder / "_tests" / "a.yml").write_text(TESTS, encoding="utf-8")
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(kb_test, arguments, standalone_mode=False, catch_exceptions=False)


def test_known_questions_and_written_tests_pass_on_a_fresh_index(articles: Path) -> None:
    result = run()

    assert result.return_value == 0
    assert result.stdout == "2 answer tests: 2 passed, 0 failed.\n"


def test_a_failure_says_where_what_was_expected_and_what_came(articles: Path) -> None:
    (articles / "_tests" / "a.yml").write_text(TESTS + FAILING, encoding="utf-8")
    result = run()

    assert result.return_value == 1
    assert f"{articles}/_tests/a.yml:5: when is the card charged\n  expected article seats first" in result.stdout
    assert "came     cards (confidence" in result.stdout
    assert result.stdout.endswith("3 answer tests: 2 passed, 1 failed.\n")


def test_a_test_written_wrongly_is_a_finding(articles: Path) -> None:
    (articles / "_tests" / "a.yml").write_text("tests:\n  - qestion: how\n", encoding="utf-8")
    result = run()

    assert result.return_value == 1
    assert f"{articles}/_tests/a.yml:1: error: test 1: `qestion` is not known" in result.stdout
    assert "1 passed, 0 failed, 1 written wrongly." in result.stdout


def test_an_article_that_cannot_be_used_is_named_and_the_others_are_tested(articles: Path) -> None:
    (articles / "broken.md").write_text("---\nid: a\nid: b\n---\nText.\n", encoding="utf-8")
    result = run()

    assert f"{articles}/broken.md:" in result.stderr
    assert "2 passed" in result.stdout


def test_results_come_as_json_and_junit_too(articles: Path, tmp_path: Path) -> None:
    (articles / "_tests" / "a.yml").write_text(TESTS + FAILING, encoding="utf-8")
    result = run("--json", "--junit", str(tmp_path / "junit.xml"))
    found = json.loads(result.stdout)

    assert (found["tests"], found["failed"], found["problems"]) == (3, 1, [])
    assert found["failures"][0]["test"]["question"] == "when is the card charged"
    assert ET.parse(tmp_path / "junit.xml").getroot().get("failures") == "1"
