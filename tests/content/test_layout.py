import re

import pytest

from kb_service.content.markdown.layout import UNCLOSED_COMMENT, WIDE_TABLE, arrange
from kb_service.content.source_text import CodeStash
from tests.content.builders import html_of, problems_of


def tags_of(markdown):
    """The HTML on one line, without what does not matter here."""
    one_line = html_of(markdown).replace("\n    ", " ").replace("\n", " ")
    return re.sub(r'</?(?:p|thead|tbody)>|\ue002[^\ue003]*\ue003| class="language-[^"]*"', "", one_line)


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        pytest.param("Text:\n- a\n- b", "Text:<ul><li>a</li><li>b</li></ul>", id="a list right behind text"),
        pytest.param("born in\n1986. a year", "born in 1986. a year", id="a number that begins no list"),
        pytest.param(
            "1. a\n   - b\n     - c\n2. d",
            "<ol><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ol>",
            id="nested by two and three",
        ),
        pytest.param("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>", id="numbers with brackets"),
        pytest.param("- a\n\n  more\n\n- b", "<ul><li>amore</li><li>b</li></ul>", id="a second paragraph"),
        pytest.param(
            "1. a\n\n  ![x](y)\n1. b", '<ol><li>a<img alt="x" src="y"></li><li>b</li></ol>', id="an image by two"
        ),
        pytest.param("- a\nlazy\n- b", "<ul><li>a lazy</li><li>b</li></ul>", id="a lazy line"),
        pytest.param("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>', id="a list that begins later"),
        pytest.param(
            "1. a\n   ```sh\n   x\n     y\n   ```\n2. b",
            "<ol><li>a<pre><code>x   y </code></pre></li><li>b</li></ol>",
            id="a fence in an item",
        ),
        pytest.param(
            "1. ```\n   x\n   ```\n2. b",
            "<ol><li><pre><code>x </code></pre></li><li>b</li></ol>",
            id="a fence as an item",
        ),
        pytest.param("~~~\na\n```\n~~~\nb", "<pre><code>a ``` </code></pre>b", id="a fence of tildes"),
        pytest.param("```yaml{:copy}\na\n```", "<pre><code>a </code></pre>", id="a fence with attributes"),
        pytest.param("```\na\n\nb", "<pre><code>a  b </code></pre>", id="a fence never closed"),
        pytest.param("    a\n\n      b\n\nc", "<pre><code>a    b </code></pre>c", id="indented code"),
        pytest.param("- a\n\n      b", "<ul><li>a<pre><code>b </code></pre></li></ul>", id="indented code in an item"),
        pytest.param("a\n    b", "a b", id="indented text"),
        pytest.param(
            "x\n|a|b|\n|-|-|\n|1|2|\n\ny",
            "x<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>y",
            id="a table behind text",
        ),
        pytest.param(
            "a | b\n--|--\n1. | - 2",
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1.</td><td>- 2</td></tr></table>",
            id="a table without outer bars",
        ),
        pytest.param("> a\nb\n\nc", "<blockquote>a b</blockquote>c", id="a lazy quote"),
        pytest.param(
            "> - a\n>\n>   b\n> ```\n> c\n> ```",
            "<blockquote><ul><li>ab</li></ul><pre><code>c </code></pre></blockquote>",
            id="blocks in a quote",
        ),
        pytest.param(
            "#12 is open\n##No space\n# One #", "#12 is open<h2>No space</h2><h1>One</h1>", id="headings and numbers"
        ),
        pytest.param("a\\\nb  \nc", "a<br>b<br>c", id="hard line breaks"),
        pytest.param("a\n\n***\n- - -\n\nb", "a<hr><hr>b", id="rules"),
        pytest.param("Title\n---\ntext", "<h2>Title</h2>text", id="an underlined heading"),
        pytest.param(
            "a\n\n!!! note\n\n    b\n\n    - c\nd",
            "a<blockquote><strong>Note:</strong> b<ul><li>c</li></ul></blockquote>d",
            id="an admonition",
        ),
        pytest.param(
            '1. a\n\n    !!! tip "Hint"\n        b\n2. c',
            "<ol><li>a<blockquote><strong>Hint:</strong> b</blockquote></li><li>c</li></ol>",
            id="an admonition in an item",
        ),
        pytest.param('!!! warn ""\n\n    b', "<blockquote>b</blockquote>", id="an admonition without a title"),
        pytest.param("<pre>\n- a\n\n  *b*\n</pre>\nc", "<pre>- a    *b* </pre>c", id="raw preformatted text"),
        pytest.param("a\n<!-- x\n- y --> b\nc", "a b c", id="a comment over two lines"),
        pytest.param("<script>\nx\n</script>\na", "a", id="a script"),
        pytest.param("* * a", "<ul><li><ul><li>a</li></ul></li></ul>", id="an item in an item"),
    ],
)
def test_markdown_is_read_as_people_write_it(source, rendered):
    assert tags_of(source) == rendered


@pytest.mark.parametrize(
    "source", ["- " * 500 + "a", "> " * 2_000 + "a", "\n".join("  " * depth + "- a" for depth in range(300))]
)
def test_deep_nesting_is_cut_to_what_the_parser_can_take(source):
    assert "a" in html_of(source)


def test_code_is_taken_out():
    stash = CodeStash()
    text, _ = arrange("a\n```\nb\n```", stash)

    assert "b" not in text
    assert stash.pieces == ["<pre><code>b\n</code></pre>"]


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        pytest.param("---\ntitle: x\n---\na\n\n<!-- b", 6, UNCLOSED_COMMENT, id="a block"),
        pytest.param("a <!-- b\n\nc", 1, UNCLOSED_COMMENT, id="behind text"),
        pytest.param("> a\n>\n> <!-- b\n", 3, UNCLOSED_COMMENT, id="in a quote"),
        pytest.param("a\n\n" + "|a" * 99 + "|\n" + "|-" * 99 + "|\n|b|", 3, WIDE_TABLE, id="a wide table"),
    ],
)
def test_what_cannot_be_shown_is_named_with_its_line(source, line, message):
    assert [(problem.line, problem.message) for problem in problems_of(source)] == [(line, message)]


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        pytest.param(
            "1. a\n**Note**  \nb\n2. c",
            "<ol><li>a<strong>Note:</strong> b</li><li>c</li></ol>",
            id="a note on a line of its own in an item",
        ),
        pytest.param(
            "**npm**\n\n    ```sh\n    x\n    ```\n\nb",
            "<strong>npm</strong><pre><code>x </code></pre>b",
            id="a fence that is indented",
        ),
        pytest.param(
            "**npm**\n\n    :::tip\n    a\n\n    b\n    :::\n\nc",
            "<strong>npm</strong><blockquote><strong>Tip:</strong> ab</blockquote>c",
            id="a part that is indented",
        ),
        pytest.param(
            "|a|b|\n|1|2|\n\nc",
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>c",
            id="a table without a line of dashes",
        ),
    ],
)
def test_what_authors_write_beside_the_rules(source, rendered):
    assert tags_of(source) == rendered


def test_a_step_that_goes_on_counting_is_a_sibling_though_it_is_indented():
    html = html_of("1. One\n2. Two\n  3. Three\n  - under three\n")

    assert html.count("<ol>") == 1
    assert "start=" not in html
    assert html.count("<ul>") == 1


def test_a_class_that_is_called_a_label_is_shown_without_that_word():
    assert "<strong>Warning:</strong>" in html_of("!!! warning-label\n\n    Mind it.\n")
