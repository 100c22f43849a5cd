import pytest

from tests.content.builders import an_article, words


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
    assert {"an-article#steps", "an-article#steps-2"} <= for_agents.keys()
