"""Passages as they are written: cut from the article's HTML, well-formed, with what is quoted marked inside."""

from __future__ import annotations

import re
from html import unescape

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.content.markdown.rendering import Renderer
from kb_service.content.markdown.sanitizing import sanitize
from kb_service.content.passages.as_written import (
    MAX_HTML_CHARACTERS,
    Written,
    align,
    marked,
    packed,
    unpacked,
    with_addresses,
    with_headings_from,
)
from kb_service.content.reading import read_article
from tests.content.builders import an_article, passages_of, words
from tests.content.hostile import CONTEXTS, PAYLOADS, faults

TAG = re.compile("<[^>]*>")
SENTENCE = words(30)


def written(markdown: str) -> list[str]:
    return [passage.html for passage in passages_of(markdown)]


def quoted(markdown: str, quote: str) -> str:
    """The HTML of the one passage of a text, with a quote from its plain text marked."""
    [passage] = passages_of(markdown)
    start = passage.text.index(quote)
    return marked(Written(passage.html, passage.places), [(start, start + len(quote))])


def text_of(html: str) -> str:
    return unescape(TAG.sub("", html))


# What is cut


def test_a_passage_has_the_blocks_of_its_text_as_they_are_written() -> None:
    [html] = written("To add **a seat**:\n\n1. Open `Team`.\n2. See [prices](https://e.example).\n\n> Wait.")

    assert html == (
        "<p>To add <strong>a seat</strong>:</p>"
        "<ol><li>Open <code>Team</code>.</li>"
        '<li>See <a href="https://e.example" rel="noopener noreferrer">prices</a>.</li></ol>'
        "<blockquote><p>Wait.</p></blockquote>"
    )


def test_a_list_that_is_divided_goes_on_counting() -> None:
    first, second, *_ = written("\n".join(f"{number}. {SENTENCE}" for number in range(3, 20)))

    assert first.startswith('<ol start="3"><li>')
    assert first.endswith("</li></ol>")
    assert re.match(r'<ol start="(\d+)">', second)[1] == str(3 + first.count("<li>"))  # type: ignore[index]


@pytest.mark.parametrize(
    "header",
    [
        "| Plan | Price |\n|---|---|\n",
        "<table><tbody><tr><td>Plan</td><td>Price</td></tr>",
    ],
    ids=["a head", "a row"],
)
def test_a_table_that_is_divided_repeats_its_header(header: str) -> None:
    row = "| {} | 5 |\n" if header.startswith("|") else "<tr><td>{}</td><td>5</td></tr>"
    table = header + "".join(row.format(SENTENCE) for _ in range(15))
    parts = written(table if header.startswith("|") else table + "</tbody></table>")

    assert len(parts) > 1
    for part in parts:
        assert part.count("Price") == 1
        assert part.index("Price") < part.index("word")
        assert part.startswith("<table>")
        assert part.endswith("</tbody></table>")


def test_prose_that_is_divided_is_cut_between_its_sentences() -> None:
    sentences = [f"{name} **bold** " + words(40) for name in ("One", "Two", "Three", "Four", "Five", "Six")]
    [article] = [an_article(" ".join(sentences))]
    assert article.public

    parts = [passage.html for passage in article.public.passages]
    assert len(parts) > 1
    assert all(part.startswith("<p>") and part.endswith("</p>") for part in parts)
    assert [" ".join(text_of(part).split()) for part in parts] == [one.text for one in article.public.passages]


def test_code_that_is_divided_keeps_its_lines_whole() -> None:
    code = "\n".join(f"    if x{number} < 1: {words(10)}" for number in range(60))
    parts = passages_of(f"```\n{code}\n```")

    assert len(parts) > 1
    for part in parts:
        assert part.html.startswith("<pre><code>")
        assert part.html.endswith("</code></pre>")
        assert text_of(part.html).strip() == part.text.strip()


def test_what_is_in_a_quote_or_in_details_keeps_its_frame() -> None:
    assert written("> A\n>\n> - b") == ["<blockquote><p>A</p><ul><li>b</li></ul></blockquote>"]
    assert written("<details>\n<summary>More</summary>\n\nText.\n\n</details>") == [
        '<details open=""><summary>More</summary><p>Text.</p></details>'
    ]


def test_details_that_begin_in_the_passage_before_are_not_closed_over_what_follows() -> None:
    body = "\n\n".join(words(90) for _ in range(3))
    parts = written(f"<details>\n<summary>More</summary>\n\n{body}\n\n</details>")

    assert len(parts) > 1
    assert parts[0].startswith('<details open=""><summary>More</summary>')
    assert not any("<details" in part for part in parts[1:])


def test_pictures_stand_where_they_stand_in_the_article() -> None:
    [html] = written("![a](/a.png)\n\nText.\n\n![b](/b.png)\n\nMore.\n\n![c](/c.png)")

    assert re.findall('<img alt="(.)"|(Text|More)', html) == [
        ("a", ""),
        ("", "Text"),
        ("b", ""),
        ("", "More"),
        ("c", ""),
    ]


def test_headings_stand_in_a_passage_that_goes_over_several_and_have_no_ids() -> None:
    assert written("## A\n\nShort.\n\n### B\n\nShort too.") == ["<p>Short.</p><h3>B</h3><p>Short too.</p>"]


def test_links_lead_where_those_of_the_article_lead() -> None:
    article = an_article("See [a](../faq.md#vat) and [b](#end).\n\n## End\n\nText.", path="guides/seats.md")
    assert article.public

    html = article.public.passages[0].html
    assert re.findall(r'href="[^"]*"', article.public.html) == re.findall(r'href="[^"]*"', html)
    assert with_addresses(html, "/articles/guides/seats").count('href="/articles/') == 2


@pytest.mark.slow
def test_a_passage_with_far_more_markup_than_text_is_shown_as_its_text() -> None:
    [passage] = passages_of("a < b " + "![](x.png)" * 8_000)

    assert passage.html == "<pre>a &lt; b</pre>"
    assert MAX_HTML_CHARACTERS < 80_000


def test_agents_text_is_in_no_public_passage() -> None:
    source = "Public.\n\n:::agent\nSecret ![secret](/secret.png)\n:::\n\n- a\n- <supportagent>secret</supportagent> b\n"
    article = an_article(source)
    assert article.public
    assert article.agent

    assert "secret" not in msgspec.json.encode(article.public).decode().lower()
    of_public = [one for one in article.agent.passages if one.audience == "public"]
    assert all("Secret" not in text_of(one.html) for one in of_public)
    assert any("Secret" in text_of(one.html) for one in article.agent.passages if one.audience == "agent")


# What is marked

QUOTES = {
    "inside a paragraph": ("One. Two.", "Two.", "<p>One. <mark>Two.</mark></p>"),
    "across inline tags": (
        "Open **Team** now.",
        "Open Team now.",
        "<p><mark>Open </mark><strong><mark>Team</mark></strong><mark> now.</mark></p>",
    ),
    "inside a word with tags": (
        "un**believ**able",
        "unbelievable",
        "<p><mark>un</mark><strong><mark>believ</mark></strong><mark>able</mark></p>",
    ),
    "entities": ("a <HOST> & b", "<HOST> &", "<p>a <mark>&lt;HOST&gt; &amp;</mark> b</p>"),
    "items": ("- a\n- b", "- a\n- b", "<ul><li><mark>a</mark></li><li><mark>b</mark></li></ul>"),
    "one step": ("1. a\n2. b", "2. b", "<ol><li>a</li><li><mark>b</mark></li></ol>"),
    "a row": (
        "| a | b |\n|---|---|\n| c | d |",
        "c | d",
        (
            "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
            "<tbody><tr><td><mark>c</mark></td><td><mark>d</mark></td></tr></tbody></table>"
        ),
    ),
    "a term": (
        "Seat\n: A place.",
        "Seat: A place.",
        "<dl><dt><mark>Seat</mark></dt><dd><mark>A place.</mark></dd></dl>",
    ),
    "code": (
        "```\na\n b\n```",
        "a\n b",
        "<pre><code><mark>a\n b</mark>\n</code></pre>",
    ),
    "words that a picture stands among": (
        "Click ![the gear](x.png) and wait.",
        "Click the gear and wait.",
        '<p><mark>Click </mark><img alt="the gear" src="x.png"><mark> and wait.</mark></p>',
    ),
    "the same words twice": ("Pay. Wait. Pay. End.", "Pay. End.", "<p>Pay. Wait. <mark>Pay. End.</mark></p>"),
    "lines that the source wraps": ("one\ntwo  three", "one two three", "<p><mark>one\ntwo  three</mark></p>"),
}


@pytest.mark.parametrize(("markdown", "quote", "html"), QUOTES.values(), ids=QUOTES)
def test_what_is_quoted_is_marked(markdown: str, quote: str, html: str) -> None:
    assert quoted(markdown, quote) == html


def test_words_in_attributes_are_not_marked() -> None:
    html = quoted('See [seat](https://e.example/seat "seat") and ![seat](seat.png) seat.', "seat")

    assert html.count("<mark>") == 1
    assert ">seat</a>" not in html


def test_spans_without_a_place_are_left_out() -> None:
    passage = Written("<p>a b</p>", packed(align("a b", "<p>a b</p>")))

    assert marked(passage, [(5, 9), (1, 1)]) == "<p>a b</p>"
    assert marked(Written("<p>a b</p>", b""), [(0, 3)]) == "<p>a b</p>"


SOURCES = st.lists(
    st.one_of(
        st.sampled_from(PAYLOADS),
        st.sampled_from(
            ["**a** b", "\n\n", "\n- item ", "\n| a | b |\n|---|---|\n| c | d |\n", "`x`", "&amp;", "<b>", "</b>"]
        ),
        st.text(max_size=8),
    ),
    max_size=12,
).map("".join)


@given(SOURCES, st.data())
def test_marks_change_no_text_and_stay_under_the_sanitizer(source: str, data: st.DataObject) -> None:
    html = sanitize(Renderer().render(source).html)
    text = text_of(html)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=6).map(sorted))
    spans = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b]

    shown = marked(Written(html, packed(align(text, html))), spans)

    assert TAG.sub("", shown) == TAG.sub("", html)
    assert shown.replace("<mark>", "").replace("</mark>", "") == html.replace("<mark>", "").replace("</mark>", "")
    assert sanitize(shown) == shown
    assert faults(shown) == []


@given(SOURCES)
def test_every_passage_is_harmless_and_well_formed(source: str) -> None:
    article = read_article("a.md", source.encode(), Renderer()).article
    view = article.view("agent") if article else None
    for passage in view.passages if view else ():
        shown = marked(Written(passage.html, passage.places), [(0, len(passage.text))])

        assert faults(shown) == []
        assert sanitize(shown) == shown
        assert not any(" id=" in tag for tag in TAG.findall(passage.html))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_passages_are_harmless_wherever_it_stands(payload: str) -> None:
    for context in CONTEXTS:
        article = read_article("a.md", context.replace("{}", payload).encode(), Renderer()).article
        view = article.view("agent") if article else None
        for passage in view.passages if view else ():
            shown = marked(Written(passage.html, passage.places), [(0, len(passage.text))])
            assert faults(with_addresses(with_headings_from(2, shown), "/articles/a")) == [], context


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_aligned_and_packed(text: str, other: str) -> None:
    html = sanitize(other)
    runs = align(text, html)

    assert unpacked(packed(runs)) == runs
    for run in runs:
        assert text[run.start : run.end].split() == unescape(html[run.html_start : run.html_end]).split()
    assert [run.start for run in runs] == sorted(run.start for run in runs)


# Addresses and headings

ADDRESSES = {
    "an anchor": ("#a", "/articles/g/s#a"),
    "a page beside it": ("other?x=1&amp;y=2", "/articles/g/other?x=1&amp;y=2"),
    "a page above": ("../top", "/articles/top"),
    "an article": ("/articles/b#c", "/articles/b#c"),
    "another site": ("https://e.example/#a", "https://e.example/#a"),
    "another host": ("//e.example/a", "//e.example/a"),
    "mail": ("mailto:a@e.example", "mailto:a@e.example"),
    "what is no address": ("//[", "//["),
    "a bracket": ("http://[x", "http://[x"),
}


@pytest.mark.parametrize(("given_", "leads_to"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses_are_those_of_the_article(given_: str, leads_to: str) -> None:
    html = '<a title="t" href="{0}">href="{1}"</a><img alt="a" src="{0}">'

    assert with_addresses(html.format(given_, "#a"), "/articles/g/s") == html.format(leads_to, "#a")


def test_absolute_addresses_are_below_the_address_of_the_service() -> None:
    html = with_addresses(
        '<a href="/articles/b">b</a>', "https://e.example/help/articles/a", root="https://e.example/help"
    )

    assert html == '<a href="https://e.example/help/articles/b">b</a>'


def test_headings_begin_below_what_they_stand_under() -> None:
    assert with_headings_from(4, "<h1>a</h1><h3>b</h3><h6>c</h6>") == "<h4>a</h4><h5>b</h5><h6>c</h6>"
    assert with_headings_from(2, "<p>a</p>") == "<p>a</p>"
