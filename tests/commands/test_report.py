"""`kb report`: what the record says, and patches from it."""

from __future__ import annotations

import csv
import io
import subprocess
import time
from pathlib import Path

import pytest

from kb_service.record.reports import Report
from kb_service.record.writing import Writer
from tests.commands.conftest import Kb
from tests.record.builders import KEY, a_database, an_asked

WORDINGS = ("can we pay by cheque", "pay by cheque", "how to pay by cheque?")


@pytest.fixture(autouse=True)
def _asked(folder: Path) -> None:
    database = a_database(folder / "kb-data")
    database.prepare()
    now = int(time.time() * 1000) - 3_600_000
    open_ones = [
        an_asked(text, now + number, outcome="no_answer", asker=f"{number}", surface="pages")
        for number, text in enumerate(WORDINGS)
    ]
    answered = [an_asked("where is my invoice", now, article_id="invoices", asker="a")]
    old = [an_asked("long ago", now - 40 * 86_400_000, outcome="no_answer", asker="b")]
    Writer(database, key=KEY, keep_days=365).write([*open_ones, *answered, *old])
    database.close()


def test_everything_as_text(kb: Kb) -> None:
    ran = kb("report")

    assert ran.code == 0
    assert "\nAsked and not answered\n    1. 3× in 3 wordings, nearest seats, last on " in ran.out
    assert "\nReview overdue, and still answering\n       1  invoices  “where is my invoice”\n" in ran.out
    assert "long ago" not in ran.out


def test_the_period_and_the_surface_can_be_chosen(kb: Kb) -> None:
    assert "long ago" in kb("report", "--days", "60").out
    assert "cheque" not in kb("report", "--surface", "api").out


def test_everything_as_json(kb: Kb) -> None:
    data = kb("report", "--json").data

    assert set(data) == set(Report.__struct_fields__)
    assert set(data["open_questions"][0]["examples"]) == set(WORDINGS)


def test_a_section_as_csv(kb: Kb) -> None:
    names, row = csv.reader(io.StringIO(kb("report", "--csv").out))

    assert (names[1], row[1]) == ("asked", "3")
    assert kb("report", "--csv", "--only", "days").out.startswith("name,outcome,intents,questions\r\n")


def test_plots_are_written_into_a_folder(kb: Kb, folder: Path) -> None:
    ran = kb("report", "--svg", "plots/of/today")

    assert ran.code == 0
    written = sorted(path.name for path in (folder / "plots/of/today").iterdir())
    assert written == ["days.svg", "most-asked.svg", "open-questions.svg", "surfaces.svg"]


@pytest.mark.parametrize(
    ("options", "file"),
    [
        ([], "articles/pay-cheque.md"),
        (["--article", "invoices"], "articles/_phrasings.yml"),
        (["--as", "not-covered"], "articles/_not_covered.yml"),
        (["--as", "test", "--article", "invoices"], "articles/_tests/from-the-record.yml"),
    ],
)
def test_a_patch_is_applied_by_git(kb: Kb, folder: Path, options: list[str], file: str) -> None:
    subprocess.run(["git", "init", "-q", folder], check=True)
    before = (folder / file).read_text("utf-8") if (folder / file).exists() else ""
    ran = kb("report", "--patch", "1", *options)
    assert (ran.code, ran.out.startswith("diff --git a/articles/")) == (0, True)
    subprocess.run(["git", "apply", "-"], input=ran.out.encode(), cwd=folder, check=True)

    assert (folder / file).read_text("utf-8") != before
    assert "cheque" in (folder / file).read_text("utf-8")
    assert "Other kinds: --as " in ran.err


def test_a_group_or_an_article_that_is_not_there_is_said(kb: Kb) -> None:
    assert kb("report", "--patch", "9").err == "kb: --patch: there are 1 open questions in this period\n"
    assert kb("report", "--patch", "1", "--article", "none").err == "kb: article: there is no article 'none'\n"


def test_without_an_index_the_record_is_told_all_the_same(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_INDEX", "nowhere")

    assert "3× in 3 wordings" in kb("report").out
