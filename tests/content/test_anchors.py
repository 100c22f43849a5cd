"""Names that a source gives to places: they are ids of the page, whoever writes them, and nothing else is."""

import pytest

from tests.content.builders import an_article, html_of, passages_of
from tests.content.hostile import faults


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ('Text.\n\n<a name="vat"></a>\n\nMore.', "vat"),
        ('## Rates<a name="Blended_CB"></a>\n\nText.', "Blended_CB"),
        ("## Rates<a id='x.1'></a>\n\nText.", "x.1"),
        ("<h2 id=rates>Rates</h2>\n\nText.", "rates"),
        ('<div class="panel" id="zd-2">\n\nText.\n\n</div>', "zd-2"),
        ('Text <span id="end-2026">end</span>.', "end-2026"),
        ('<table><tr><td id="cell">Text</td></tr></table>', "cell"),
        ('<a id="one" href="https://example.com">Text</a>', "one"),
        ("## When it ends {#expires_at}\n\nText.", "expires_at"),
        ("## Own id {#my_own.id}\n\nText.", "my_own.id"),
        ("## Own id {#own}\n\nText.", "own-id"),
        ("## `voters_count`\n\nText.", "voters_count"),
        ("## Party \U0001f389 time\n\nText.", "party--time"),
        ("## Caf\u00e9\n\nText.", "caf\u00e9"),
        ("## Pay\n\nOne.\n\n## Pay\n\nTwo.", "pay-1"),
    ],
)
def test_a_named_place_can_be_linked_to(markdown, expected):
    assert an_article(f"# T\n\n{markdown}").public.html.count(f' id="{expected}"') == 1


def test_a_name_is_nothing_that_is_read():
    (passage,) = passages_of('<a name="vat"></a>\nThe <span id="rate">rate</span> is 19 %.')

    assert passage.text == "The rate is 19 %."


@pytest.mark.parametrize(
    "markdown",
    ["`<a name='x'></a>`", "```html\n<h2 id='x'>\n```\n\nText.", "<a name='a b'></a>Text.", "<a name=></a>Text."],
)
def test_names_in_code_and_what_is_no_name_are_no_ids(markdown):
    assert '<a id="' not in an_article(f"# T\n\n{markdown}").public.html


@pytest.mark.parametrize(
    "markdown",
    [
        "![<b id='y'>x</b>](x.png)",
        "<img src=x alt='<b id=y>'>",
        "[x](x.md '<b id=y>')",
        "<a name='&quot; onclick=alert(1) x=&quot;'></a>Text.",
        "<a name='<script>'></a>Text.",
    ],
)
def test_no_name_breaks_out_of_where_it_stands(markdown):
    html = an_article(f"# T\n\nText. {markdown}").public.html

    assert faults(html) == []
    assert '="<a id' not in html


def test_each_name_is_given_once_and_not_where_a_heading_has_it():
    html = an_article('# T\n\n## Pay\n\n<a name="pay"></a>Text. <a name="x"></a>\n\n<a name="x"></a>More.').public.html

    assert (html.count('id="pay"'), html.count('id="x"')) == (1, 1)


def test_rendering_alone_gives_no_ids():
    assert " id=" not in html_of('<a name="vat"></a>\n\n<h2 id="x">Text</h2>')
