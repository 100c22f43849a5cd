"""Films, sounds and pages of other sites: links with a title, and a warning."""

from __future__ import annotations

import pytest

from kb_service.content.markdown.embeds import as_links
from tests.content.builders import html_of, problems_of

FRAME = '<iframe width="560" src="{}" title="A tour" allowfullscreen></iframe>'
PAGES = {
    "https://www.youtube.com/embed/x_1?start=30&amp;rel=0": "https://www.youtube.com/watch?v=x_1&amp;t=30s",
    "https://www.youtube-nocookie.com/embed/x_1": "https://www.youtube.com/watch?v=x_1",
    "https://www.youtube.com/embed/videoseries?list=PL1": "https://www.youtube.com/playlist?list=PL1",
    "//player.vimeo.com/video/123?h=ab": "https://vimeo.com/123/ab",
    "https://www.loom.com/embed/ab12": "https://www.loom.com/share/ab12",
    "https://maps.example.com/a?b=1": "https://maps.example.com/a?b=1",
}


@pytest.mark.parametrize(("embedded", "page"), PAGES.items())
def test_a_frame_is_a_link_to_the_page_on_which_it_can_be_watched(embedded: str, page: str) -> None:
    assert f'<a href="{page}" rel="noopener noreferrer">A tour</a>' in html_of(FRAME.format(embedded))


LINKS = {
    "a film": ('<video src="tour.mp4" controls>Your browser is old.</video>', "tour.mp4", "\u25b6 tour.mp4"),
    "a film of many kinds": (
        '<video controls>\n<source src="a/tour.webm">\n</video>',
        "a/tour.webm",
        "\u25b6 tour.webm",
    ),
    "a sound with a title": ("<audio src='a.mp3' title='Our tune'></audio>", "a.mp3", "Our tune"),
    "an object": ('<object data="prices.pdf">Prices</object>', "prices.pdf", "Prices"),
    "a film whose title says nothing": (
        '<iframe src="https://www.youtube.com/embed/x" title="YouTube video player"></iframe>',
        "https://www.youtube.com/watch?v=x",
        "\u25b6 youtube.com",
    ),
    "a component's braces": ('<iframe src={"https://a.example/x"} />', "https://a.example/x", "a.example"),
    "a frame that never ends": ('<iframe src="https://a.example/x">', "https://a.example/x", "a.example"),
    "a film written as a picture": ("![The tour](tour.mp4)", "tour.mp4", "The tour"),
}


@pytest.mark.parametrize(("markdown", "address", "text"), LINKS.values(), ids=LINKS)
def test_what_was_embedded_is_a_link_with_its_title_or_name(markdown: str, address: str, text: str) -> None:
    assert f'<a href="{address}" rel="noopener noreferrer">{text}</a>' in html_of(f"See {markdown} here.")


@pytest.mark.parametrize(
    "frame",
    [
        FRAME.format("javascript:alert`1`"),
        FRAME.format("data:text/html,x"),
        FRAME.format("https://[broken"),
        '<iframe title="A tour"></iframe>',
    ],
)
def test_without_an_address_that_leads_to_a_page_only_the_title_stays(frame: str) -> None:
    assert html_of(frame) == "<p>A tour</p>"


def test_what_a_title_says_is_text() -> None:
    html = html_of(FRAME.replace("A tour", "&lt;script&gt; *x*").format("https://a.example"))

    assert ">&lt;script&gt; *x*</a>" in html


def test_the_author_is_told_where_and_what_became_of_it() -> None:
    [problem] = problems_of("Text.\n\n" + FRAME.format("https://www.youtube.com/embed/x?a=1&amp;b=2"))

    assert (problem.line, problem.severity) == (3, "warning")
    assert problem.message == "`<iframe>` is not embedded: a link to youtube.com stands in its place."


def test_code_that_shows_a_frame_stays_code() -> None:
    assert html_of("See `<iframe src=x>`.") == "<p>See <code>&lt;iframe src=x&gt;</code>.</p>"
    assert problems_of("```\n<video src=x></video>\n```") == []


def test_a_film_without_a_title_is_called_like_its_file():
    assert "▶ tour.mp4</a>" in as_links('<video src="https://files.example.com/a/tour.mp4"></video>')[0]


def test_a_title_that_stands_before_a_film_is_not_said_again():
    text = 'Tip: A tour\n\n<iframe src="https://www.youtube.com/embed/x1" title="A tour"></iframe>\n'

    assert as_links(text)[0].count("A tour") == 1
