import time

import pytest

from kb_service.content.article import Article
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import fingerprint, read_article, with_attributes
from tests.content.builders import an_article, problems_of, words


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
    ("source", "severity", "reason"),
    [
        pytest.param(b"", "warning", "no text", id="empty"),
        pytest.param(b"---\ntitle: x\n---\n", "warning", "no text", id="front matter alone"),
        pytest.param(b"{% assign x = 1 %}\n\n<!-- x -->", "warning", "no text", id="markup alone"),
        pytest.param(b"\xff\xfet\x00", "error", "UTF-8", id="UTF-16"),
        pytest.param(b"---\nowner: *x\n---\ntext", "error", "not allowed", id="an alias in the front matter"),
        pytest.param(b"[x]: /" + b"u" * 60_000 + b"\n\n" + b"[x]\n" * 200, "error", "HTML", id="too much HTML"),
    ],
)
def test_a_file_that_gives_no_article_gives_a_reason(source, severity, reason):
    reading = read_article("a/b.md", source, Renderer())

    assert reading.article is None
    assert [(problem.path, problem.severity) for problem in reading.problems] == [("a/b.md", severity)]
    assert reason in str(reading.problems[0])


def test_an_article_with_odd_bytes_is_read_with_a_warning():
    assert [str(problem) for problem in problems_of(b"good\n\nbad \xff byte")] == [
        "an-article.md:3: warning: Some bytes are not UTF-8 and show as \ufffd: save the file as UTF-8."
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


def test_a_page_has_sections_passages_and_ids():
    public = an_article(f"# Seats\n\n{words(30)}\n\n## Adding\n\n{words(30)}").public

    assert public.html == f'<p id="intro">{words(30)}</p><h2 id="adding">Adding</h2><p>{words(30)}</p>'
    assert [(section.heading, section.level, section.anchor, section.heading_path) for section in public.sections] == [
        ("Adding", 2, "adding", ("Adding",))
    ]
    assert [passage.anchor for passage in public.passages] == ["intro", "adding"]


@pytest.mark.parametrize("heading", ["# Seats", "#  SEATS #", "Seats\n====="])
def test_a_first_heading_that_repeats_the_title_goes(heading):
    article = an_article(f"---\ntitle: Seats\n---\n{heading}\n\ntext")

    assert article.public.html == '<p id="intro">text</p>'


def test_another_first_heading_stays():
    assert "<h1" in an_article("---\ntitle: Seats\n---\n# All about them\n\ntext").public.html


def test_an_article_of_headings_alone_has_them_as_text():
    article = an_article("# Only this")

    assert (article.title, [passage.text for passage in article.public.passages]) == ("Only this", ["Only this"])


def test_the_agents_view_says_what_is_for_agents():
    hidden = f"<supportagent>\n\n## CRM\n\n{words(30, word='secret')}\n\n</supportagent>"
    article = an_article(f"{words(30)}\n\n{hidden}\n\n## After\n\n{words(30)}")

    assert [(passage.anchor, passage.audience) for passage in article.agent.passages] == [
        ("intro", "public"),
        ("crm", "agent"),
        ("after", "public"),
    ]
    assert '<h2 id="crm" data-audience="agent">' in article.agent.html
    assert "data-audience" not in article.public.html


def test_public_passages_are_the_same_for_agents():
    steps = f"## Steps\n\n{words(30)}"
    article = an_article(f"{words(30)}\n\n{steps}\n\n:::agent\n## Steps\nsecret\n:::\n\n{words(40)}\n\n{steps}")
    for_agents = {passage.id: passage for passage in article.agent.passages if passage.audience == "public"}

    assert article.public.passages[0].id in for_agents
    assert {"an-article#steps", "an-article#steps-1"} <= for_agents.keys()


def test_ids_are_put_into_the_elements():
    html = "<p>a</p><ul><li>b</li></ul>c"

    assert with_attributes(html, {"three": 27, "one": 0, "two": 12}, {0}) == (
        '<p id="one" data-audience="agent">a</p><ul><li id="two">b</li></ul><a id="three"></a>c'
    )


def test_a_second_id_for_one_element_stands_before_it():
    assert with_attributes("<p>a</p>", {"a": 0, "b": 0}, set()) == '<a id="b"></a><p id="a">a</p>'


SECTIONS = """\
---
section_questions:
  intro: [What?]
  steps:
    - How?
  STEPS:
    - Where?
---
Text.

## Steps

More text.
"""


def test_a_question_at_a_section_that_there_is_not_is_an_error_with_the_nearest_one():
    article = an_article(SECTIONS, path="seats.md")

    assert article.question_sections == {"What?": "intro", "How?": "steps"}
    assert article.questions == ("What?", "How?", "Where?")
    assert [(problem.line, problem.severity, problem.message) for problem in article.problems] == [
        (6, "error", "The article `seats` has no section `STEPS`: the nearest is `steps`.")
    ]


def test_where_no_section_is_near_all_are_named():
    [problem] = problems_of("---\nsection_questions:\n  zzz: [Where?]\n---\nText.\n\n## Steps\n\nMore.", path="a.md")

    assert problem.message == "The article `a` has no section `zzz`: it has `intro`, `steps`."
