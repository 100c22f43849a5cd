from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb_service.commands.evaluate import evaluate
from kb_service.errors import BadRequest, CallerError, IndexOutOfDate
from kb_service.index.whoosh.engine import WhooshEngine
from tests.builders import an_article
from tests.evaluation.files import a_collection, json_lines


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_MODEL", "off")
    monkeypatch.setenv("KB_INDEX", str(tmp_path / "index"))


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    return a_collection(tmp_path / "small", qrels="q1\td1\t1\nq2\td2\t1\n")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    articles = [
        an_article("seats", "Remove a seat in the portal."),
        an_article("cards", "The card is charged monthly."),
    ]
    WhooshEngine(tmp_path / "index").replace_all(articles)
    return json_lines(
        tmp_path / "mine.jsonl",
        {"question": "how do I remove a seat", "articles": ["seats"]},
        {"question": "when is my card charged", "sources": ["K9"]},
        {"question": "what is the weather", "answerable": "n"},
    )


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(evaluate, [str(a) for a in arguments], standalone_mode=False, catch_exceptions=False)


def test_a_collection_is_measured_without_any_index(collection: Path) -> None:
    result = run(collection)

    assert result.return_value == 0
    assert "nDCG@10             │ 1.000 │" in result.stdout


def test_questions_are_asked_of_what_is_served(questions: Path) -> None:
    result = run(questions, "--json")
    (found,) = json.loads(result.stdout)["sets"]
    figures = {each["name"]: each["value"] for each in found["figures"]}

    assert (found["name"], found["questions"], found["documents"]) == ("mine", 3, 2)
    assert figures["hit@1"] == 0.5
    assert "mine.jsonl:2: no article has the source K9" in result.stderr


def test_every_option_adds_its_part(collection: Path, questions: Path) -> None:
    result = run(collection, questions, "--typos", "--leave-out", "--foreign", questions, "--json")
    found = json.loads(result.stdout)
    figures = {each["name"] for each in found["sets"][0]["figures"]}

    assert [each["name"] for each in found["sets"]] == ["small", "small with typos", "mine", "mine with typos"]
    assert [each["name"] for each in found["means"]] == ["mean", "mean with typos"]
    assert {"AUROC left out", "AUROC foreign"} <= figures


def test_a_run_is_compared_with_one_that_was_kept(collection: Path, tmp_path: Path) -> None:
    run(collection, "--save", tmp_path / "before.json")
    result = run(collection, "--limit", "1", "--against", tmp_path / "before.json")

    assert "small: 1 questions in both runs, 1 in one run alone" in result.stdout
    assert "+0.000 │" in result.stdout


def test_changed_questions_are_listed(collection: Path, tmp_path: Path) -> None:
    run(collection, "--save", tmp_path / "before.json")
    (collection / "qrels.tsv").write_text("q1\td3\t1\nq2\td2\t1\n", encoding="utf-8")
    result = run(collection, "--against", tmp_path / "before.json")

    assert "small: changed most" in result.stdout
    assert "remove a seat" in result.stdout


def test_a_run_of_other_sets_cannot_be_compared(collection: Path, questions: Path, tmp_path: Path) -> None:
    run(collection, "--save", tmp_path / "before.json")

    with pytest.raises(BadRequest, match="--against: the run kept is of small, not of mine"):
        run(questions, "--against", tmp_path / "before.json")


def test_two_sets_of_one_name_are_refused(collection: Path) -> None:
    with pytest.raises(BadRequest, match="two sets are named small"):
        run(collection, collection)


def test_a_bad_line_stops_before_anything_is_measured(collection: Path) -> None:
    (collection / "qrels.tsv").write_text("q1\n", encoding="utf-8")

    with pytest.raises(CallerError, match=r"qrels\.tsv:1"):
        run(collection)


def test_questions_about_articles_need_an_index(tmp_path: Path) -> None:
    path = json_lines(tmp_path / "mine.jsonl", {"question": "how?", "article": "seats"})

    with pytest.raises(IndexOutOfDate, match="kb index"):
        run(path)
