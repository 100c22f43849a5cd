import pytest

from kb_service.content.html_tree import MAX_DEPTH, inline_text, is_all_links, parse
from tests.content.builders import html_of


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("a *b*\n`c` &amp; &lt;d&gt;", "a b c & <d>", id="one line, no markup"),
        pytest.param("a<br>b  \nc", "a\nb\nc", id="line breaks"),
        pytest.param("click ![the gear](x.png) now", "click the gear now", id="an image among words"),
        pytest.param("Click here.\n![a screenshot](x.png)", "Click here.", id="an image on its own line"),
        pytest.param("[![badge](x.png)](y)\n[text](z)", "text", id="a linked image on its own line"),
    ],
)
def test_inline_content_as_plain_text(source, text):
    (paragraph,) = parse(html_of(source)).children

    assert inline_text(paragraph.children, images=False) == text


def test_elements_know_their_places():
    html = "<ul><li>a</li><li>b<br></li></ul>"
    (items,) = parse(html).children

    assert [html[item.start : item.end] for item in items.children] == ["<li>a</li>", "<li>b<br></li>"]


def test_what_is_nested_too_deep_keeps_its_text():
    html = "<b>" * 500 + "deep" + "</b>" * 500 + "<p>after</p>"
    outer, after = parse(html).children

    assert inline_text([outer], images=False) == "deep"
    assert after.tag == "p"
    assert MAX_DEPTH < 500


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ('- [a](b)\n- "[c](d)."', True),
        ("- **[a](b)**\n  - [c](d)", True),
        ("- [a](b): why", False),
        ("- a\n- b", False),
    ],
)
def test_lists_that_only_lead_elsewhere(source, links):
    assert is_all_links(parse(html_of(source)).children[0]) is links
