"""What is left of an SVG, and how large it is."""

from __future__ import annotations

import pytest

from kb_service.content.assets.file_types import Unusable
from kb_service.content.assets.svg import MAX_SVG_DEPTH, clean_svg, svg_dimensions
from tests.pictures import svg


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="40" height="30.4px"', (40, 30)),
        ('viewBox="0 0 400 300"', (400, 300)),
        ('viewBox="0,0,400,300" width="100"', (100, 75)),
        ('viewBox="0 0 400 300" width="100%" height="100%"', (400, 300)),
        ('viewBox="0 0 0 300"', None),
        ('width="1e9" height="3"', None),
        ("", None),
    ],
)
def test_the_size_of_an_svg_is_its_own_or_that_of_its_view(attributes: str, size: tuple[int, int] | None) -> None:
    assert svg_dimensions(clean_svg(svg(attributes=attributes))) == size


HARMFUL = {
    "a script": "<script>alert(1)</script>",
    "a script of HTML": '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
    "an event": '<rect onload="alert(1)" ONCLICK="alert(1)"/>',
    "a foreign object": '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml" onload="a">x</p></foreignObject>',
    "a link": '<a href="javascript:alert(1)" xlink:href="javascript:alert(1)"><text>x</text></a>',
    "an animated link": '<a><animate attributeName="href" values="javascript:alert(1)"/></a>',
    "an outer picture": '<image href="https://evil.example/x.png"/>',
    "an outer shape": '<use xlink:href="//evil.example/x.svg#a"/><use href="https://evil.example//evil.example/x#a"/>',
    "an SVG in an SVG": '<image href="data:image/svg+xml,%3Csvg onload=alert(1)%3E"/>',
    "an outer style": "<style>@import url(https://evil.example/x.css);</style>",
    "an escaped outer style": "<style>a{fill:\\75 rl(https://evil.example/x)}</style>",
    "an outer fill": '<rect fill="url(https://evil.example/x#a)" style="fill:url(//evil.example/x)"/>',
    "a style sheet": '<?xml-stylesheet href="https://evil.example/x.xsl" type="text/xsl"?>',
    "a comment": "<!-- <script>alert(1)</script> -->",
}


@pytest.mark.parametrize("inside", HARMFUL.values(), ids=HARMFUL)
def test_an_svg_loses_what_runs_and_what_leads_elsewhere(inside: str) -> None:
    cleaned = clean_svg(svg(inside + '<circle r="1"/>')).decode()

    assert "<circle" in cleaned
    assert "<script" not in cleaned
    assert "onload=" not in cleaned.lower()
    assert 'href="' not in cleaned
    assert "foreignObject" not in cleaned
    assert "attributeName" not in cleaned
    assert "url(http" not in cleaned
    assert "url(/" not in cleaned
    assert cleaned.encode() == clean_svg(cleaned.encode())


def test_an_svg_keeps_its_look() -> None:
    inside = (
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        '<style>.a{fill:url(#g)}</style><rect class="a" width="4" height="3" transform="rotate(5)"/>'
        '<use href="#g"/><text x="1">H<tspan dy="2">2</tspan>O</text>'
        '<image href="data:image/png;base64,iVBORw0KGgo="/>'
    )

    cleaned = clean_svg(svg(inside)).decode()

    for kept in (
        ".a{fill:url(#g)}",
        "rotate(5)",
        'href="#g"',
        '>H<tspan dy="2">2</tspan>O<',
        "data:image/png;base64,iVB",
    ):
        assert kept in cleaned


REFUSED = {
    "a page": b"<html><body>x</body></html>",
    "a text": b"svg",
    "half of one": svg()[:-6],
    "no name space": b'<svg width="4"/>',
    "deep": svg("<g>" * MAX_SVG_DEPTH + "</g>" * MAX_SVG_DEPTH),
    "entities in entities": b'<!DOCTYPE svg [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>"
    + svg("<text>&a9;</text>"),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_svg_is_refused(content: bytes) -> None:
    with pytest.raises(Unusable):
        clean_svg(content)


def test_an_entity_never_reads_a_file() -> None:
    source = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("<text>a&x;b</text>")
    try:
        cleaned = clean_svg(source)
    except Unusable:
        return

    assert b"root:" not in cleaned
