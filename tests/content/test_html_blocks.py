import pytest

from kb_service.content.passages.html_blocks import MAX_DEPTH, MAX_REPEATED, inline_text, links_of, parse, read_blocks
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
        pytest.param("<ul><li></li>x<li>a</li></ul><ul></ul>", [("list", "- x\n- a")], id="empty items"),
        pytest.param(
            "<dl><dt>a</dt>x<dt>b</dt><dd></dd><dd>c</dd></dl>", [("list", "- a: x\n- b: c")], id="odd definitions"
        ),
        pytest.param("<dl><dt>a</dt></dl>", [("list", "- a")], id="a term alone"),
        pytest.param("<table><caption>x</caption><tr><td></td></tr></table>\n\na", [("prose", "a")], id="empty table"),
        pytest.param("<table><tr><td>a</td></tr></table>b", [("table", "a"), ("prose", "b")], id="bare text"),
    ],
)
def test_html_as_a_list_of_blocks(source, blocks):
    assert blocks_of(source) == blocks


def test_blocks_and_their_lines_know_their_places():
    html = html_of("a\n\n- b\n- c\n\n|d|\n|-|\n|e|")
    text, items, table = read_blocks(html)

    assert [html[place:].split(">")[0] for place in (text.start, items.start, table.start)] == ["<p", "<ul", "<table"]
    assert [html[line.start :][:5] for line in items.lines] == ["<li>b", "<li>c"]
    assert html[table.lines[0].start :].startswith("<tr>")


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
        ('- [a](b)\n- "[c](d)."', "elsewhere"),
        ("- **[a](b)**\n  - [c](d)", "elsewhere"),
        ("- [a](#a)\n- [b](#b)", "in_page"),
        ("- [a](b): why\n- [c](d) – how", "described"),
        ("- [a](b): why\n- read [c](d)", ""),
        ("- a\n- b", ""),
        ("[a](b) | [c](d)", "elsewhere"),
        ("See [a](b).", ""),
    ],
)
def test_what_a_block_is_beside_its_links(source, links):
    assert links_of([parse(html_of(source)).children[0]]) == links


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("**Where is it?** There.", "Where is it?"),
        ("**Note**: mind the gap", "Note:"),
        ("*__Both__* of them", "Both"),
        ("- **Visa** is fine", "- Visa"),
        ("1. **Open** it", "1. Open"),
        ("term\n: what it means", "- term:"),
        ("Who pays?\n: The owner.", "- Who pays?"),
        ("Press **Save** now", ""),
        ("plain", ""),
    ],
)
def test_the_label_of_a_line(source, label):
    line = read_blocks(html_of(source))[0].lines[0]

    assert line.text[: line.label] == label


def test_a_summary_says_where_its_details_end():
    html = html_of("<details><summary>A</summary>\n\nb\n\n</details>\n\nc")
    summary, inside, after = read_blocks(html)

    assert inside.start < summary.scope_end <= after.start
    assert inside.scope_end == after.scope_end == 0


def test_a_table_whose_head_is_empty_has_no_header():
    (table,) = read_blocks(html_of("| | |\n|-|-|\n|Reports|50|\n|Filters|100|"))

    assert (table.header, [line.text for line in table.lines]) == ("", ["Reports | 50", "Filters | 100"])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p>Click <img alt="gear" src="a.png"> and go.</p>', "Click gear and go."),
        ('<p>Click the Pay button <img alt="Pay button" src="a.png">.</p>', "Click the Pay button."),
        ('<p>Click <b>Pay</b>. <img alt="Pay now" src="a.png"></p>', "Click Pay."),
        ('<p>Sign in <img alt="alt text" src="a.png"> and pay <img alt="a_1.png" src="a.png"></p>', "Sign in and pay"),
        ('<ul><li>a</li><li><img alt="Pay" src="a.png"></li></ul>', "- a\n- Pay"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td><img alt='x' src='y'></td><td>1</td></tr></table>",
            "a | b\nx | 1",
        ),
    ],
)
def test_descriptions_of_pictures_are_words_where_they_say_something(html, text):
    assert "\n".join(block.text for block in read_blocks(html.replace("'", '"'))) == text


def test_a_cell_that_goes_on_is_in_the_text_of_each_row():
    (block,) = read_blocks(
        '<table><tr><th>Plan</th><th>Seats</th></tr><tr><td rowspan="2">Pro</td><td>1</td></tr><tr><td>2</td></tr>'
        "<tr><td>Max</td><td>3</td></tr></table>"
    )

    assert [line.text for line in block.lines] == ["Pro | 1", "Pro | 2", "Max | 3"]


def test_cells_that_go_on_without_end_are_not_repeated_without_end():
    row = '<tr><td rowspan="999">Pro</td></tr>'
    (block,) = read_blocks(f"<table>{row * 2_000}</table>")

    assert len(block.text) < 2 * MAX_REPEATED
