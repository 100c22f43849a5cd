"""`kb check`: what an author should look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Kb

BROKEN = "---\nowner: *elsewhere\n---\n# Title\n\nText."


def test_findings_name_file_and_line_and_warnings_do_not_fail(kb: Kb) -> None:
    ran = kb("check")

    assert (ran.code, ran.err) == (0, "")
    assert "articles/invoices.md:" in ran.out  # its review is overdue
    assert ran.out.splitlines()[-1].startswith("8 articles: 0 errors, ")


def test_strict_fails_on_warnings(kb: Kb) -> None:
    assert kb("check", "--strict").code == 1


def test_an_error_fails(kb: Kb, folder: Path) -> None:
    (folder / "articles/broken.md").write_text(BROKEN, encoding="utf-8")
    ran = kb("check")

    assert ran.code == 1
    assert "articles/broken.md:2: error: In the front matter, anchors and aliases" in ran.out
    assert "8 articles: 1 error, " in ran.out


def test_files_beside_the_articles_are_checked_too(kb: Kb, folder: Path) -> None:
    (folder / "articles/_phrasings.yml").write_text("nothing:\n  - why?\n", encoding="utf-8")

    assert "articles/_phrasings.yml:1: warning: there is no article `nothing`" in kb("check").out


def test_json_lists_the_problems_in_the_order_of_files_and_lines(kb: Kb) -> None:
    found = kb("check", "--json").data
    places = [(problem["path"], problem["line"]) for problem in found["problems"]]

    assert found["articles"] == 8
    assert places == sorted(places)
    assert {"path", "line", "severity", "message"} == set(found["problems"][0])


@pytest.mark.slow
def test_the_shipped_articles_have_nothing_to_look_at(kb: Kb) -> None:
    ran = kb("check", "--strict", "--articles", Path(__file__).parents[2] / "articles")

    assert (ran.code, ran.out) == (0, "38 articles: 0 errors, 0 warnings.\n")


def test_a_missing_folder_is_named(kb: Kb) -> None:
    ran = kb("check", "--articles", "nowhere")

    assert ran.code == 1
    assert ran.err.startswith("kb: There is no folder nowhere.")


def test_a_folder_without_articles_is_a_mistake(kb: Kb, folder: Path) -> None:
    (folder / "empty").mkdir()
    ran = kb("check", "--articles", "empty")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "kb: There is no article in empty. Name their folder: --articles or KB_ARTICLES.\n"
