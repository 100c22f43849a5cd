import pytest

from kb_service.content.markdown.sanitizing import sanitize
from tests.content.builders import html_of, passages_of


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p onclick=x() style='a' class=b id=c lang=d title=e>a</p>", "<p>a</p>"),
        ("<a href='javascript:x()' target=_blank>a</a>", '<a rel="noopener noreferrer">a</a>'),
        ("<a href='//e.example'>a</a>", '<a href="//e.example" rel="noopener noreferrer">a</a>'),
        ("<img src='data:image/png;base64,x' alt='a' srcset=b>", '<img alt="a">'),
        ("<svg><text>a</text></svg><math>b</math><iframe>c</iframe>d", "d"),
        ("<form><input><select><option>a</select>b</form>", "b"),
        ("<td align=right colspan=2 rowspan=9999>", ""),
        (
            "<table><tr><td align=right colspan=2 rowspan=9999>a",
            '<table><tbody><tr><td align="right" colspan="2">a</td></tr></tbody></table>',
        ),
        ("<ol start=3 type=a><li value=2>a</ol>", '<ol start="3"><li>a</li></ol>'),
        ("<!-- a --><p>b", "<p>b</p>"),
    ],
)
def test_only_what_is_allowed_comes_through(html, clean):
    assert sanitize(html) == clean


def test_cleaning_again_changes_nothing():
    html = sanitize("<b><p>a</b><table><p>b<tr><td>c</table><a><a>&lt;script&gt;")

    assert sanitize(html) == html


@pytest.mark.parametrize(
    "text",
    [
        "https://<insertyourdomain.kayako.com>/Base/staff/getcount",
        "<https://<insertyourdomain.kayako.com>/Base/staff/getcount>",
        "<HOST>",
        "<yourdomain>",
        "<your organization's name>",
        "ssh <user>@<host>",
        "a < b and c > d",
        "List<String>",
        "<Username>",
        "2 <3",
    ],
)
def test_angle_brackets_that_are_not_tags_are_content(text):
    (passage,) = passages_of(f"Open {text} now.")

    assert passage.text == f"Open {text} now."


def test_placeholders_are_escaped_in_the_html():
    assert html_of("<HOST> `<HOST>` \\<HOST>") == "<p>&lt;HOST&gt; <code>&lt;HOST&gt;</code> &lt;HOST&gt;</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<kbd>Ctrl</kbd>",
        "<label>Billing and plans</label>",
        "<em>HOSTNAME</em>",
        "a<br>b",
        "x<sup>2</sup>",
        '<a href="https://e.example" rel="noopener noreferrer">e</a>',
    ],
)
def test_tags_that_we_serve_stay(html):
    assert html_of(html) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        pytest.param("<div class='x'>\n\n**a**\n\n</div>", "<p><strong>a</strong></p>", id="layout around Markdown"),
        pytest.param("<center>a</center>", "<p>a</p>", id="layout inline"),
        pytest.param("<https://e.example/x> <me@e.example>", None, id="links"),
        pytest.param("a <script>x</script> b", "<p>a  b</p>", id="script"),
        pytest.param("the <script> tag", "<p>the &lt;script&gt; tag</p>", id="a script that has no end"),
        pytest.param("a <button>b</button>", "<p>a b</p>", id="form elements"),
        pytest.param("a <!-- b --> c", "<p>a  c</p>", id="comment"),
    ],
)
def test_other_tags_go_or_become_text(source, html):
    if html:
        assert html_of(source) == html
    else:
        assert html_of(source).count("<a ") == 2


def test_details_hold_markdown():
    html = html_of("<details>\n<summary>More</summary>\n\n- **a**\n\n</details>")

    assert html == "<details><summary>More</summary><ul><li><strong>a</strong></li></ul></details>"
