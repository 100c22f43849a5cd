import pytest

from kb_service.content.source_text import CodeStash, Cut, clean, cut, decode
from tests.content.builders import html_of


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(b"\xef\xbb\xbftitle", "title", id="byte order mark"),
        pytest.param(b"a\r\nb\rc\n", "a\nb\nc\n", id="every kind of line end"),
        pytest.param("a\u2028b\u2029c".encode(), "a\nb\nc", id="Unicode line ends"),
        pytest.param(b"a\x00b\x1b[1m\x7fc\td", "ab[1mc\td", id="NUL and controls, but tabs stay"),
        pytest.param("in\u00advoice zero\u200bwidth".encode(), "invoice zerowidth", id="what splits words unseen"),
        pytest.param("a\u202egpj.exe\u2066b".encode(), "agpj.exeb", id="what reorders text"),
        pytest.param("12\u00a0000 seats".encode(), "12 000 seats", id="no-break space"),
        pytest.param("\U0001f600 Größe 日本".encode(), "\U0001f600 Größe 日本", id="ordinary Unicode"),
        pytest.param("\ue000\ue003 \ufffe".encode(), " ", id="our own marks and noncharacters"),
    ],
)
def test_text_is_cleaned(source, text):
    assert decode(source) == (text, 0)


def test_bytes_that_are_not_utf8_show_and_are_located():
    decoded = decode(b"first\nsmart \x93quotes\x94\n")

    assert decoded == ("first\nsmart \ufffdquotes\ufffd\n", 2)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf16_is_not_read(encoding):
    source = "title: x".encode(encoding)
    mark = b"" if encoding == "utf-16" else b"\xff\xfe"

    assert decode(mark + source) is None


def test_cleaning_twice_changes_nothing():
    once = clean("\u00ad\r\n\u2028x\x00")

    assert clean(once) == once == "\n\nx"


def without(text, *parts):
    return cut(text, [Cut(text.index(part), text.index(part) + len(part)) for part in parts])


@pytest.mark.parametrize(
    ("text", "part", "left"),
    [
        pytest.param("a X b", "X", "a  b", id="words"),
        pytest.param("a\nX\nb", "X", "a\n\nb", id="a whole line leaves an empty one"),
        pytest.param("a\n  X  \nb", "X", "a\n\nb", id="with its margin"),
        pytest.param("- a\n- X\n- b", "X", "- a\n\n- b", id="an item goes with its bullet"),
        pytest.param("1. a\n2. X\n", "X", "1. a\n\n", id="or its number"),
        pytest.param("## X\nb", "X", "\nb", id="or heading"),
        pytest.param("|a|\n|X|\n|b|", "|X|", "|a|\n|b|", id="a row leaves nothing"),
        pytest.param("a\nX\nY\nb", "X\nY", "a\n\nb", id="several lines"),
        pytest.param("X", "X", "\n", id="everything"),
    ],
)
def test_cutting_leaves_the_lines_around_as_they_are(text, part, left):
    assert without(text, part) == left


def test_something_else_can_stand_instead():
    assert cut("a\nX\nb", [Cut(2, 3, "**Y:**")]) == "a\n**Y:**\nb"


def test_cuts_may_touch_and_overlap():
    assert cut("abcdef", [Cut(1, 3), Cut(2, 4), Cut(4, 5)]) == "af"


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("`<b>` & `a*b*c`", "<code>&lt;b&gt;</code> &amp; <code>a*b*c</code>"),
        ("`` a`b ``", "<code>a`b</code>"),
        ("`two\nlines`", "<code>two lines</code>"),
        (r"\`no` code", "`no` code"),
        ("one ` tick", "one ` tick"),
        ("`{{ x }}` `{% if %}` `:::agent` `<!--`", "<code>{{ x }}</code> <code>{% if %}</code>"),
    ],
)
def test_code_spans_are_kept_as_they_are(source, rendered):
    assert rendered in html_of(source)


def test_a_span_ends_with_its_paragraph():
    assert html_of("a ` b\n\nc ` d") == "<p>a ` b</p><p>c ` d</p>"


def test_code_in_an_attribute_is_plain_text():
    assert 'alt="a &quot;b&quot; &lt;c&gt;"' in html_of('![a `"b"` `<c>`](x.png)')


def test_blocks_come_back_where_they_were():
    stash = CodeStash()
    text = f"<p>{stash.put_block('x < y')}</p>\n<li>{stash.put_html('<pre>z</pre>')}</li>"

    assert stash.restore(text) == "<pre><code>x &lt; y\n</code></pre>\n<li><pre>z</pre></li>"
