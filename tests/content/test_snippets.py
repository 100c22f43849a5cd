import time
from pathlib import Path

import pytest

from kb_service.content.article_files import ArticleFile
from kb_service.content.library import read_library
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import is_current, read_article, read_file
from kb_service.content.snippets import MISSING, REFUSED, expand


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "guides" / "parts").mkdir(parents=True)
    (folder / "_includes").mkdir()
    (folder / "guides" / "_limits.md").write_text("---\ntitle: Limits\n---\nAt most **nine** seats.\n")
    (folder / "_includes" / "steps.md").write_text("1. Sign in.\n2. Pay.\n")
    (folder / "_includes" / "note.html").write_text("<p>{{ include.content }}</p>\n")
    (folder / "guides" / "parts" / "pay.js").write_text("pay(9);\n")
    return folder


def text_of(folder: Path, source: str) -> str:
    reading = read_article("guides/seats.md", source.encode(), Renderer(), folder=folder)
    assert reading.article
    assert reading.article.public
    return "\n\n".join(passage.text for passage in reading.article.public.passages)


def problems_of(folder: Path, source: str) -> list[tuple[int, str]]:
    reading = read_article("guides/seats.md", source.encode(), Renderer(), folder=folder)
    found = (*reading.problems, *(reading.article.problems if reading.article else ()))
    return [(problem.line, problem.message) for problem in found]


@pytest.mark.parametrize(
    "include",
    [
        pytest.param('--8<-- "guides/_limits.md"', id="PyMdown"),
        pytest.param("--8<--\nguides/_limits.md\n--8<--", id="PyMdown, a block"),
        pytest.param("{!_limits.md!}", id="markdown-include"),
        pytest.param("[!INCLUDE [limits](./_limits.md)]", id="DocFX"),
        pytest.param("[!include[](~/guides/_limits.md)]", id="DocFX from the top"),
        pytest.param("{{< include _limits.md >}}", id="Quarto"),
        pytest.param('{{% readfile "/guides/_limits.md" %}}', id="Hugo"),
        pytest.param("{{#include _limits.md}}", id="mdBook"),
        pytest.param("{% include_relative _limits.md %}", id="Jekyll"),
        pytest.param('{% include-markdown "_limits.md" %}', id="MkDocs"),
        pytest.param("<!--@include: ./_limits.md-->", id="VitePress"),
        pytest.param("```{include} _limits.md\n```", id="MyST"),
        pytest.param('<Snippet file="guides/_limits.md" />', id="Mintlify"),
        pytest.param("![[_limits.md]]", id="Obsidian"),
        pytest.param("import Limits from './_limits.md';\n\n<Limits />", id="Docusaurus"),
        pytest.param('import Limits from "@site/guides/_limits.md"\n\n<Limits></Limits>', id="Docusaurus from the top"),
    ],
)
def test_a_snippet_of_the_folder_stands_in_its_place(folder: Path, include: str) -> None:
    assert text_of(folder, f"Before.\n\n{include}\n\nAfter.") == "Before.\n\nAt most nine seats.\n\nAfter."
    assert problems_of(folder, f"Before.\n\n{include}\n\nAfter.") == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("- a\n\n  {!steps.md!}\n- b", "- a\n  1. Sign in.\n  2. Pay.\n- b", id="in an item"),
        pytest.param("> {!steps.md!}", "1. Sign in.\n2. Pay.", id="in a quote"),
        pytest.param("Mind: {!_limits.md!} Really.", "Mind: At most nine seats. Really.", id="in a sentence"),
        pytest.param("| a |\n|---|\n| {!steps.md!} |", "a\n1. Sign in. 2. Pay.", id="in a cell"),
        pytest.param("<<< @/guides/parts/pay.js{1}", "pay(9);", id="code"),
        pytest.param('```js\n--8<-- "guides/parts/pay.js"\n```', "pay(9);", id="code in a fence"),
        pytest.param('{% include note.html content="Cards only." %}', "Cards only.", id="with a value"),
        pytest.param('{% include gone.html content="Cards only." %}', "Cards only.", id="missing, with words"),
        pytest.param("Write `{!steps.md!}`.", "Write {!steps.md!}.", id="written as code"),
    ],
)
def test_a_snippet_fits_where_it_stands(folder: Path, source: str, text: str) -> None:
    assert text_of(folder, source) == text


def test_parts_of_a_snippet_can_be_included(folder: Path) -> None:
    (folder / "all.md").write_text("one\n\n<!-- --8<-- [start:two] -->\ntwo\n<!-- --8<-- [end:two] -->\n\nthree\n")

    assert text_of(folder, '--8<-- "all.md:two"') == "two"
    assert text_of(folder, '--8<-- "all.md:7:7"') == "three"
    assert text_of(folder, '--8<-- "all.md"') == "one\n\ntwo\n\nthree"


def test_snippets_hold_snippets(folder: Path) -> None:
    (folder / "guides" / "outer.md").write_text("Outer.\n\n{!parts/inner.md!}\n")
    (folder / "guides" / "parts" / "inner.md").write_text("Inner {!../_limits.md!}\n")

    assert text_of(folder, "{!outer.md!}") == "Outer.\n\nInner At most nine seats."


@pytest.mark.parametrize(
    "path",
    [
        "../../secret.md",
        "/etc/passwd",
        "../../../../../../etc/passwd",
        "guides/../../secret.md",
        "link.md",
        "linked/secret.md",
        ".hidden.md",
        ".git/config.md",
        "guides",
        "a\0b.md",
        "fifo.md",
        "utf16.md",
        "large.md",
        "",
    ],
)
def test_nothing_outside_of_the_folder_and_nothing_hidden_is_included(folder: Path, path: str) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    for place in (folder.parent / "secret.md", outside / "secret.md", folder / ".hidden.md"):
        place.write_text("CANARY")
    (folder / ".git").mkdir()
    (folder / ".git" / "config.md").write_text("CANARY")
    (folder / "link.md").symlink_to(folder.parent / "secret.md")
    (folder / "linked").symlink_to(outside)
    (folder / "utf16.md").write_bytes("CANARY".encode("utf-16"))
    (folder / "large.md").write_text("CANARY " * 100_000)
    import os

    os.mkfifo(folder / "fifo.md")

    for include in (f'--8<-- "{path}"', f"[!INCLUDE [x]({path})]", f"import X from './{path}';\n\n<X />"):
        assert "CANARY" not in expand(f"Before.\n\n{include}", "guides/seats.md", folder).text
        assert "root:" not in expand(f"Before.\n\n{include}", "guides/seats.md", folder).text


def test_a_missing_snippet_is_a_gap_that_is_reported_with_its_line(folder: Path) -> None:
    source = "---\ntitle: Seats\n---\nText {!steps.md!}\n\nMore.\n\n{!gone.md!}\n\n{{ price }}"

    assert text_of(folder, source).endswith("More.\n\n[…]\n\n[…]")
    assert [line for line, _ in problems_of(folder, source)] == [8, 10]
    assert problems_of(folder, source)[0] == (8, MISSING)


def test_snippets_that_include_each_other_end(folder: Path) -> None:
    (folder / "a.md").write_text("a {!b.md!}")
    (folder / "b.md").write_text("b {!a.md!}")

    assert text_of(folder, "{!a.md!}") == "a b […]"
    assert problems_of(folder, "{!a.md!}") == [(1, REFUSED.format("it includes itself"))]


def test_snippets_cannot_grow_without_end(folder: Path) -> None:
    for number in range(12):
        (folder / f"n{number}.md").write_text(f"{'word ' * 500}\n\n" + f"{{!n{number + 1}.md!}}\n\n" * 20)

    started = time.process_time()
    expanded = expand("{!n0.md!}", "a.md", folder)

    assert len(expanded.text) < 3 << 20
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "front_matter",
    [
        "audience: agent",
        "visibility: internal",
        "draft: true",
        "status: draft",
        "publish_at: 2999-01-01",
        "audience: {",
    ],
)
def test_what_not_everybody_may_read_is_not_included(folder: Path, front_matter: str) -> None:
    (folder / "kept.md").write_text(f"---\n{front_matter}\n---\nCANARY\n")

    for include in ("{!kept.md!}", '--8<-- "kept.md:4:4"', "<<< @/kept.md", "```{literalinclude} ../kept.md\n```"):
        assert "CANARY" not in expand(include, "guides/seats.md", folder).text


def test_words_for_agents_in_a_snippet_are_for_agents(folder: Path) -> None:
    (folder / "mixed.md").write_text("Open.\n\n:::agent\nCANARY\n:::\n")
    reading = read_article("seats.md", b"Text.\n\n{!mixed.md!}", Renderer(), folder=folder)

    assert reading.article
    assert "CANARY" not in str(reading.article.public)
    assert "CANARY" in str(reading.article.agent)


def test_a_part_of_a_snippet_with_words_for_agents_is_refused(folder: Path) -> None:
    (folder / "mixed.md").write_text("Open.\n\n<supportagent>\nCANARY\n</supportagent>\n")

    for include in ('--8<-- "mixed.md:4:4"', "[!INCLUDE [x](../mixed.md:4:4)]", "<<< @/mixed.md:4:4"):
        assert "CANARY" not in expand(include, "guides/seats.md", folder).text


def test_an_article_is_read_again_when_a_snippet_changes(folder: Path) -> None:
    article = folder / "guides" / "seats.md"
    article.write_text("Seats.\n\n{!_limits.md!}\n\n{!later.md!}\n")
    file = ArticleFile("guides/seats.md", article)
    reading = read_file(file, Renderer())
    assert reading.article
    assert is_current(file, reading.article.source_sha256)

    for snippet, text in (("_limits.md", "At most ten seats.\n"), ("later.md", "More.\n")):
        (folder / "guides" / snippet).write_text(text)
        assert not is_current(file, reading.article.source_sha256)
        reading = read_file(file, Renderer())
        assert reading.article
        assert is_current(file, reading.article.source_sha256)


def test_a_library_takes_an_article_over_until_its_snippet_changes(folder: Path) -> None:
    (folder / "guides" / "seats.md").write_text("Seats.\n\n{!_limits.md!}\n")
    known = {article.path: article for article in read_library(folder).articles}
    (folder / "guides" / "_limits.md").write_text("At most ten seats.\n")

    (article,) = read_library(folder, known=known).articles
    assert article.public
    assert "ten seats" in article.public.passages[0].text


def test_an_include_of_another_site_is_a_gap(folder: Path) -> None:
    assert text_of(folder, "Note: [[INCLUDE https://raw.example.com/note.md]] Pay.") == "Note: […] Pay."
