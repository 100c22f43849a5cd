import time

import pytest

from kb_service.content.markdown.rendering import Renderer, TooLarge, tame_brackets
from tests.content.builders import html_of


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**a** *b* _c_", "<p><strong>a</strong> <em>b</em> <em>c</em></p>"),
        ('[a](b "c")', '<p><a href="b" title="c" rel="noopener noreferrer">a</a></p>'),
        ("[a][r]\n\n[r]: https://e.example", '<p><a href="https://e.example" rel="noopener noreferrer">a</a></p>'),
        (r"\*a\* \~b \# c\|d \\", "<p>*a* ~b # c|d \\</p>"),
        ("AT&T &copy; &lt;b&gt;", "<p>AT&amp;T © &lt;b&gt;</p>"),
        ("term\n: meaning", "<dl><dt>term</dt><dd>meaning</dd></dl>"),
    ],
)
def test_markdown_becomes_html(source, html):
    assert html_of(source) == html


def test_a_renderer_keeps_nothing_between_texts():
    renderer = Renderer()
    renderer.render("[r]: https://e.example\n\n`code`")

    assert renderer.render("[r]").html == "<p>[r]</p>"


def test_html_beyond_all_reason_is_refused():
    with pytest.raises(TooLarge):
        Renderer().render("[x]: /" + "u" * 30_000 + "\n\n" + "[x]\n" * 400)


def test_ordinary_text_is_not_touched():
    text = "[a](b) [c](d(e)) [[f]] " * 50

    assert tame_brackets(text) == text


def test_brackets_that_pair_stay_links_even_in_a_crowd():
    html = html_of("[a](https://e.example) [ " * 300)

    assert html.count("<a href") == 300


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["[" * 5_000, "[" * 5_000 + "]" * 5_000, "[a](" * 5_000, "![" * 5_000, "[a](b" * 3_000]
)
def test_brackets_without_partners_cost_little_and_stay_text(text):
    started = time.process_time()

    assert html_of(text) == f"<p>{text}</p>"
    assert time.process_time() - started < 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<ul><li>", "</li></ul>"),
        ('<Accordion title="a">\n', "</Accordion>\n"),
        ("??? note\n", ""),
        ("+++ a\n", "+++\n"),
        (":::note\n", ""),
        ("a\n\n", ""),
    ],
)
def test_many_parts_in_each_other_or_one_after_the_other_take_little_time(begin, end):
    source = begin * 10_000 + "x" + end * 10_000
    started = time.process_time()
    Renderer().render(source)

    assert time.process_time() - started < 4
