import pytest

from kb_service.content.blocks import read_blocks
from tests.content.builders import html_of


def blocks_of(markdown):
    return [(block.kind, block.text) for block in read_blocks(html_of(markdown))]


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        pytest.param("## A `b`\n\nc", [("heading", "A b"), ("prose", "c")], id="heading and text"),
        pytest.param("2. a\n3. b", [("steps", "2. a\n3. b")], id="steps"),
        pytest.param(
            "- a\n- b\n\n  c\n\n  1. d\n     - e", [("list", "- a\n- b\n  c\n  1. d\n     - e")], id="nested lists"
        ),
        pytest.param("1. a\n\n   ```\n   b\n     c\n   ```", [("steps", "1. a\n   b\n     c")], id="code in a step"),
        pytest.param("|a|b|\n|-|-|\n|1<br>2|*3*|\n||4|", [("table", "a | b\n1 2 | 3\n | 4")], id="table"),
        pytest.param("```\na\n\n  b\n```", [("code", "a\n\n  b")], id="code"),
        pytest.param("> a\n>\n> - b", [("prose", "a"), ("list", "- b")], id="quote"),
        pytest.param("term\n: one\n: two", [("list", "- term: one\n- two")], id="definitions"),
        pytest.param(
            "<details><summary>A</summary>\n\nb\n\n</details>", [("prose", "A"), ("prose", "b")], id="details"
        ),
        pytest.param("a\n\n![b](c)\n\n* * *\n\n- \n", [("prose", "a")], id="nothing to read"),
        pytest.param("![b](c)", [("prose", "b")], id="an image alone in an article"),
        pytest.param("<ul><li></li>x<li>a</li></ul><ul></ul>", [("list", "- a")], id="empty items"),
        pytest.param(
            "<dl><dt>a</dt>x<dt>b</dt><dd></dd><dd>c</dd></dl>", [("list", "- a, b: c")], id="odd definitions"
        ),
        pytest.param("<dl><dt>a</dt></dl>", [("list", "- a")], id="a term alone"),
        pytest.param("<table><caption>x</caption><tr><td></td></tr></table>\n\na", [("prose", "a")], id="empty table"),
        pytest.param("<table><tr><td>a</td></tr></table>b", [("table", "a"), ("prose", "b")], id="bare text"),
    ],
)
def test_html_as_a_list_of_blocks(source, blocks):
    assert blocks_of(source) == blocks


def test_blocks_and_their_pieces_know_their_places():
    html = html_of("a\n\n- b\n- c\n\n|d|\n|-|\n|e|")
    text, items, table = read_blocks(html)

    assert [html[place:].split(">")[0] for place in (text.start, items.start, table.start)] == ["<p", "<ul", "<table"]
    assert [html[piece.start :][:5] for piece in items.pieces] == ["<li>b", "<li>c"]
    assert html[table.pieces[0].start :].startswith("<tr>")
