import pytest

from kb_service.content.code_stash import CodeStash
from tests.content.builders import html_of


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
