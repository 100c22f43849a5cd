"""`kb index`: build, say what is wrong, switch."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Kb

BROKEN = "---\nowner: *elsewhere\n---\n# Title\n\nText."


def test_an_unchanged_folder_is_up_to_date(kb: Kb) -> None:
    ran = kb("index")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Up to date: 7 articles, 10 passages (generation 000001-")


def test_a_changed_folder_is_indexed_and_answered_from_at_once(kb: Kb, folder: Path) -> None:
    (folder / "articles/new.md").write_text("# Xylophones\n\nXylophones are not billed.", encoding="utf-8")
    ran = kb("index")

    assert ran.code == 0
    assert ran.out.startswith("Indexed 8 articles, 11 passages (generation 000002-")
    assert kb("search", "xylophones").out.startswith("1 passage matches.")


def test_full_builds_anew_what_is_unchanged(kb: Kb) -> None:
    assert kb("index", "--full").out.startswith("Indexed 7 articles, 10 passages (generation 000002-")


def test_problems_are_told_with_file_and_line_and_the_others_are_served(kb: Kb, folder: Path) -> None:
    (folder / "articles/broken.md").write_text(BROKEN, encoding="utf-8")
    ran = kb("index")

    assert ran.code == 1
    assert ran.err.startswith("articles/broken.md:2: error: In the front matter, anchors and aliases")
    assert ran.out.startswith("Indexed 7 articles")


def test_warnings_alone_are_no_failure(kb: Kb, folder: Path) -> None:
    (folder / "articles/_synonyms.yml").write_text("other: []\n", encoding="utf-8")
    ran = kb("index")

    assert (ran.code, ran.err) == (
        0,
        "articles/_synonyms.yml:1: warning: unknown key 'other': use `same` or `one_way`\n",
    )


def test_json_tells_what_was_done(kb: Kb) -> None:
    ran = kb("index", "--full", "--json")

    assert list(ran.data) == ["built", "generation", "articles", "passages", "seconds", "problems"]
    assert (ran.data["built"], ran.data["articles"], ran.data["problems"]) == (True, 7, [])


def test_both_folders_can_be_named(kb: Kb, folder: Path) -> None:
    (folder / "articles").rename(folder / "texts")
    ran = kb("index", "--articles", "texts", "--index", "other/index")

    assert ran.out.startswith("Indexed 7 articles, 10 passages (generation 000001-")
    assert (folder / "other/index/CURRENT").is_file()


def test_an_empty_folder_never_replaces_the_index(kb: Kb, folder: Path) -> None:
    (folder / "empty").mkdir()
    ran = kb("index", "--articles", "empty")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "kb: No article in empty can be used; the index stays as it was.\n"
    assert kb("ask", "when is my invoice sent?").code == 0


def test_a_missing_folder_is_named_with_the_way_to_name_another(kb: Kb) -> None:
    ran = kb("index", "--articles", "nowhere")

    assert ran.code == 1
    assert ran.err == "kb: There is no folder nowhere. Name the folder of articles: --articles or KB_ARTICLES.\n"


def test_an_index_folder_that_cannot_be_written_is_a_failure_of_the_machine(kb: Kb, folder: Path) -> None:
    (folder / "file").write_text("no folder", encoding="utf-8")
    ran = kb("index", "--index", "file/index")

    assert ran.code == 3
    assert ran.err.startswith("kb: ")
    assert "file/index" in ran.err


def test_a_roll_back_serves_what_was_served_before(kb: Kb, folder: Path) -> None:
    (folder / "articles/new.md").write_text("# Xylophones\n\nXylophones are not billed.", encoding="utf-8")
    kb("index")
    ran = kb("index", "--rollback")

    assert ran.code == 0
    assert ran.err.startswith("Generation 000001-")
    assert kb("search", "xylophones").out == "0 passages match.\n"
    assert "Note: The index is older than the articles: run kb index.\n" in kb("status").out


def test_a_build_that_is_refused_says_why_now_and_later(kb: Kb, folder: Path) -> None:
    (folder / "articles/_tests").mkdir()
    test = "tests: [{question: when is my invoice sent?, article: invoices, must_contain: first day}]"
    (folder / "articles/_tests/a.yml").write_text(test, encoding="utf-8")
    invoices = folder / "articles/invoices.md"
    invoices.write_text(invoices.read_text(encoding="utf-8").replace("the first day", "some day"), encoding="utf-8")
    refused = kb("index")

    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("kb: The new index is not served: 1 of 1 answer tests fail now that did not")
    assert "articles/_tests/a.yml:1: when is my invoice sent?: expected “first day” in the quote, came “" in refused.err
    assert kb("ask", "when is my invoice sent?").out.count("first day")
    assert "Note: The last build was refused: The new index is not served" in kb("status").out
    assert kb("index", "--force").code == 0
    assert "last build" not in kb("status").out
