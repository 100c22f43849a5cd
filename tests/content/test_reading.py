import time

import pytest

from kb_service.content.article import Article
from kb_service.content.reading import fingerprint, read_article
from kb_service.content.rendering import Renderer
from tests.content.builders import an_article, problems_of


@pytest.mark.parametrize(
    ("markdown", "title"),
    [
        ("---\ntitle: From front matter\n---\n# A heading\n\ntext", "From front matter"),
        ("# A *heading*\n\ntext", "A heading"),
        ("text\n\n# Later\n\ntext", "Later"),
        ("## Only a lower one\n\ntext", "Add my seats"),
        ("---\ntitle: 4.50\n---\ntext", "4.50"),
        ("---\ntitle:\n---\ntext", "Add my seats"),
        ("---\ntitle: <supportagent>CRM\n---\ntext", "Add my seats"),
    ],
)
def test_the_title_is_given_or_found(markdown, title):
    assert an_article(markdown, path="guides/add-my_seats.md").title == title


def test_the_id_is_the_path_unless_it_is_given():
    assert an_article("text", path="guides/add.md").id == "guides/add"


def test_a_given_id_leaves_a_redirect_from_the_path():
    article = an_article("---\nid: seats\nredirects_from: [old]\n---\ntext", path="guides/add.md")

    assert (article.id, article.redirects_from) == ("seats", ("old", "guides/add"))


def test_an_article_without_agent_parts_is_the_same_for_all():
    article = an_article("text")

    assert article.agent is None
    assert article.view("agent") == article.view("public") == article.public


def test_an_article_for_agents_has_no_public_view():
    article = an_article("---\naudience: agent\n---\n# Refunds\n\ntext")

    assert (article.audience, article.title, article.public) == ("agent", "Refunds", None)
    assert [passage.audience for passage in article.agent.passages] == ["agent"]


def test_an_article_whose_whole_text_is_for_agents_is_for_agents():
    article = an_article("---\ntitle: x\n---\n<supportagent>text</supportagent>")

    assert (article.audience, article.public) == ("agent", None)


@pytest.mark.parametrize(
    ("source", "severity", "words"),
    [
        pytest.param(b"", "warning", "no text", id="empty"),
        pytest.param(b"---\ntitle: x\n---\n", "warning", "no text", id="front matter alone"),
        pytest.param(b"{% data reusables.x %}\n\n<!-- x -->", "warning", "no text", id="markup alone"),
        pytest.param(b"\xff\xfet\x00", "error", "UTF-8", id="UTF-16"),
        pytest.param(b"---\nid: ../x\n---\ntext", "error", "not usable", id="an id that leads out"),
        pytest.param(b"[x]: /" + b"u" * 60_000 + b"\n\n" + b"[x]\n" * 200, "error", "HTML", id="too much HTML"),
    ],
)
def test_a_file_that_gives_no_article_gives_a_reason(source, severity, words):
    reading = read_article("a/b.md", source, Renderer())

    assert reading.article is None
    assert [(problem.path, problem.severity) for problem in reading.problems] == [("a/b.md", severity)]
    assert words in str(reading.problems[0])


def test_an_article_with_odd_bytes_is_read_with_a_warning():
    assert [str(problem) for problem in problems_of(b"good\n\nbad \xff byte")] == [
        "an-article.md:3: warning: Some bytes are no UTF-8 and show as \ufffd: save the file as UTF-8."
    ]


@pytest.mark.parametrize(
    ("error", "message"),
    [(RecursionError(), "cannot be rendered (RecursionError)"), (MemoryError(), "too much memory")],
)
def test_a_renderer_that_fails_on_an_article_costs_only_that_article(error, message):
    class Broken(Renderer):
        def render(self, text):
            raise error

    reading = read_article("a.md", b"text", Broken())

    assert message in reading.problems[0].message


def test_the_fingerprint_follows_the_source():
    article = an_article("text")

    assert article.source_sha256 == fingerprint(b"text") != fingerprint(b"text ")
    assert isinstance(article, Article)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("> " * 3_000 + "a", id="quotes"),
        pytest.param("\n".join("  " * depth + "- a" for depth in range(400)), id="lists"),
        pytest.param("*a **a " * 3_000, id="emphasis"),
        pytest.param("a**b" + "c* " * 5_000, id="more emphasis"),
        pytest.param("[a](" * 5_000, id="links"),
        pytest.param("[" * 5_000 + "]" * 5_000, id="brackets"),
        pytest.param("|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n" + "|\n" * 3_000, id="a table"),
        pytest.param("# Heading\n## Heading\n" * 500, id="equal headings"),
        pytest.param("&#0;&#xD800;&#x110000;&nosuch;" * 500, id="references"),
        pytest.param("e" + "\u0301" * 5_000, id="accents"),
        pytest.param("<div><div><table><tr><td><b><i><a href='" * 50, id="tags without end"),
        pytest.param("{% if x %}" * 2_000 + "{{ " * 2_000, id="templates"),
    ],
)
def test_hostile_markdown_costs_little(source):
    started = time.process_time()
    read_article("a.md", source.encode(), Renderer())

    assert time.process_time() - started < 3
