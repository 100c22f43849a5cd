from pathlib import Path

import msgspec
import pytest

from kb_service.content.article import Library
from kb_service.content.article_files import ArticleFile, FoundFiles
from kb_service.content.library import LibraryReader, read_library
from kb_service.errors import BadSetting

ALIAS = "anchors and aliases (`&name`, `*name`) are not allowed: write it out or quote it"
ARTICLES = Path(__file__).with_name("data") / "articles"


@pytest.fixture
def write(tmp_path):
    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.md").write_text(text)
        return tmp_path

    return write


def test_a_folder_becomes_articles_and_problems():
    library = read_library(ARTICLES)

    assert [article.path for article in library.articles] == ["agents.md", "guides/add-seats.md", "refunds.md"]
    assert [str(problem) for problem in library.problems] == [
        "_drafts/draft.md:1: note: It is left out: names such as `_drafts` are not articles. Rename it if it is one.",
        f"broken.md:3: error: In the front matter, {ALIAS}.",
        "empty.md:1: warning: The article has no text: it is left out.",
        "refunds.md:12: error: This agent-only part is never closed: all text after it is hidden from the public.",
    ]


def test_a_library_can_be_stored_and_read_back():
    library = read_library(ARTICLES)

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(library), type=type(library)) == library


def test_progress_counts_to_the_number_of_files():
    seen = []
    read_library(ARTICLES, progress=lambda done, total: seen.append((done, total)))

    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


@pytest.mark.slow
def test_an_unchanged_article_is_taken_over_and_a_changed_one_read(write):
    folder = write(a="# A\n\ntext", b="# B\n\n<supportagent>")
    before = {article.path: article for article in read_library(folder).articles}
    marked = {path: msgspec.structs.replace(article, title="known") for path, article in before.items()}
    write(a="# A\n\nnew text", c="# C\n\ntext")

    library = read_library(folder, known=marked)

    assert [article.title for article in library.articles] == ["A", "known", "C"]


def test_warnings_of_an_article_taken_over_are_told_again(write):
    folder = write(a="text <supportagent>")
    first = read_library(folder)

    assert (
        read_library(folder, known={article.path: article for article in first.articles}).problems
        == first.problems
        != ()
    )


@pytest.mark.slow
def test_an_article_made_by_another_version_is_read_again(write):
    folder = write(a="text")
    (article,) = read_library(folder).articles
    old = msgspec.structs.replace(article, source_sha256="0" * 64, title="known")

    assert read_library(folder, known={"a.md": old}).articles == (article,)


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), [("seats", "seats"), ("seats", "Seats"), ("se\u00e9", "SE\u00c9")])
def test_of_two_articles_with_one_id_the_second_has_that_of_its_path(write, one, other):
    library = read_library(write(a=f"---\nid: {one}\n---\nfirst", b=f"---\nid: {other}\n---\nsecond"))

    assert [article.id for article in library.articles] == [one, "b"]
    assert library.articles[1].public.passages[0].id == "b#intro"
    assert [(problem.path, problem.severity) for problem in library.problems] == [("b.md", "warning")]
    assert "taken by a.md" in library.problems[0].message


def test_a_file_that_is_gone_when_it_is_read_is_named(write):
    folder = write(b="text")
    files = [ArticleFile(f"{name}.md", folder / f"{name}.md") for name in "ab"]
    reader = LibraryReader(folder, found=FoundFiles(files, []))

    assert [article.id for article in reader] == ["b"]
    assert [str(problem) for problem in reader.problems()] == [
        "a.md:1: error: The file cannot be read: No such file or directory."
    ]


def test_without_a_folder_there_is_no_library(tmp_path):
    with pytest.raises(BadSetting, match="does not exist"):
        read_library(tmp_path / "missing")


def test_an_empty_folder_is_an_empty_library(tmp_path):
    assert read_library(tmp_path) == Library((), ())


@pytest.mark.slow
def test_an_id_that_is_free_again_is_had_again(write):
    folder = write(a="---\nid: seats\n---\nfirst", b="---\nid: seats\n---\nsecond")
    known = {article.path: article for article in read_library(folder).articles}
    (folder / "a.md").unlink()

    assert [article.id for article in read_library(folder, known=known).articles] == ["seats"]


@pytest.mark.slow
def test_an_article_is_not_lost_where_the_id_of_its_path_is_taken_too(write):
    library = read_library(write(a="---\nid: b\n---\nfirst", b="second"))

    assert [article.id for article in library.articles] == ["b", "b-2"]


@pytest.mark.slow
def test_ids_of_other_generators_lose_no_article(tmp_path):
    sources = {
        "index.md": "slug: /",
        "dotted.md": "slug: /seats/why.not",
        "odd.md": "slug: /preise/größe_1",
        "seats/overview.md": "id: overview",
        "invoices/overview.md": "id: overview",
        "seats/questions.md": "slug: faq",
        "invoices/questions.md": "slug: faq",
        "twice.md": "id: one\nid: two",
    }
    for path, line in sources.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(f"---\n{line}\n---\nText of {path}.", encoding="utf-8")

    library = read_library(tmp_path)

    assert {article.path: article.id for article in library.articles} == {
        "dotted.md": "dotted",
        "index.md": "index",
        "invoices/overview.md": "overview",
        "invoices/questions.md": "faq",
        "odd.md": "odd",
        "seats/overview.md": "seats/overview",
        "seats/questions.md": "seats/questions",
        "twice.md": "one",
    }
    assert {problem.severity for problem in library.problems} == {"warning"}
    assert len(library.problems) == 6


@pytest.mark.slow
def test_what_is_left_out_for_its_name_is_named(tmp_path):
    for path in (
        "_index.md",
        "_draft.md",
        "_parts/a.md",
        "node_modules/x/README.md",
        "old.markdown",
        ".git/a.md",
        "a.md",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("Text.")

    library = read_library(tmp_path)

    assert [(article.id, article.title) for article in library.articles] == [("index", "Overview"), ("a", "A")]
    assert [(problem.path, problem.severity) for problem in library.problems] == [
        ("_draft.md", "note"),
        ("_parts/a.md", "note"),
        ("node_modules/x/README.md", "note"),
        ("old.markdown", "note"),
    ]
