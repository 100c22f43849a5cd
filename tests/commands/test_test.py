from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb_service.commands.test import test as kb_test
from kb_service.errors import CallerError, IndexOutOfDate

pytestmark = pytest.mark.slow

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


def edit(articles: Path) -> None:
    (articles / "seats.md").write_text(SEATS.replace("before the renewal", "at any time"), encoding="utf-8")


def test_changes_are_those_that_the_edit_made(articles: Path) -> None:
    run()
    edit(articles)
    result = run("--changes")

    assert result.return_value == 1
    assert f"{articles}/_tests/a.yml:2: became wrong: remove a seat in the portal\n  before   seats#" in result.stdout
    assert "“Remove a seat in the portal at any time.”" in result.stdout
    assert f"{articles}/seats.md:3: changed: How do I take a seat away?" in result.stdout
    assert "Compared with generation 000001-" in result.stdout
    assert ": 0 became right, 1 became wrong, 1 changed.\n" in result.stdout


def test_without_an_edit_since_the_last_build_it_is_the_generation_before_that(articles: Path) -> None:
    run()
    edit(articles)
    run()
    result = run("--changes", "--json")
    found = json.loads(result.stdout)

    assert found["against"].startswith("000001-")
    assert [each["became"] for each in found["changes"]] == ["other", "wrong"]
    assert found["changes"][1]["before"]["quote"] == "Remove a seat in the portal before the renewal."


def test_a_generation_that_the_build_removes_can_be_compared_with(articles: Path, tmp_path: Path) -> None:
    run()
    first = (tmp_path / "index" / "CURRENT").read_text().strip()
    (articles / "cards.md").write_text(CARDS + "\nMore.\n", encoding="utf-8")
    run()
    edit(articles)
    result = run("--against", first)

    assert not (tmp_path / "index" / first).exists()
    assert f"Compared with generation {first}: 0 became right, 1 became wrong" in result.stdout


@pytest.mark.parametrize("option", [["--changes"], ["--against", "000009-00000000"]])
def test_without_an_earlier_generation_there_is_nothing_to_compare(articles: Path, option: list[str]) -> None:
    with pytest.raises(CallerError, match=r"There is no (earlier )?generation"):
        run(*option)


def test_a_generation_that_is_not_whole_is_no_earlier_one(articles: Path, tmp_path: Path) -> None:
    run()
    first = (tmp_path / "index" / "CURRENT").read_text().strip()
    edit(articles)
    run()
    (tmp_path / "index" / first / "MANIFEST.json").unlink()

    with pytest.raises(CallerError, match="There is no earlier generation"):
        run("--changes")
    with pytest.raises(IndexOutOfDate, match="incomplete"):
        run("--against", first)
