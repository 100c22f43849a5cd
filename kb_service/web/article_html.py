"""What a page adds to the HTML of an article: links on headings, tables that scroll, pictures that open large."""

from __future__ import annotations

import re
from html import escape
from typing import Final

WIDE: Final = 320  # pixels: a picture from this width on is worth opening

_HEADING: Final = re.compile(r'<(h[1-6])((?:\s[^<>]*)?\sid="([^"]+)"[^<>]*)>((?:(?!<a\b|</h[1-6]>).)+)</\1>', re.DOTALL)
_TABLE: Final = re.compile(r"<table\b|</table>")
_LINK_OR_PICTURE: Final = re.compile(r"<(/?)(a|img)\b([^<>]*)>")
_SOURCE: Final = re.compile(r'\ssrc="([^"]*)"')
_WIDTH: Final = re.compile(r'\swidth="(\d+)(%?)"')
_DESCRIPTION: Final = re.compile(r'\salt="[^"]*[^\s"][^"]*"')


def with_frames(html: str) -> str:
    """Return the HTML with a frame around each table, which scrolls, and around code, which takes a button.

    >>> with_frames("<table></table>")
    '<div class="scroll"><table></table></div>'
    """
    html = _TABLE.sub(lambda tag: '<div class="scroll"><table' if tag[0] != "</table>" else "</table></div>", html)
    return html.replace("<pre>", '<div class="code"><pre>').replace("</pre>", "</pre></div>")


def on_page(html: str, *, picture: str) -> str:
    """Return the HTML of an article for its page; a `picture` without a description is called so.

    >>> on_page('<h2 id="vat">VAT</h2>', picture="Open the picture")
    '<h2 id="vat"><a class="here" href="#vat">VAT</a></h2>'
    """
    return with_frames(_with_large_pictures(_HEADING.sub(_linked, html), picture))


def _linked(heading: re.Match[str]) -> str:
    tag, attributes, name, text = heading.groups()
    return f'<{tag}{attributes}><a class="here" href="#{name}">{text}</a></{tag}>'


def _with_large_pictures(html: str, picture: str) -> str:
    """Let pictures that are wide and no links lead to themselves."""
    inside = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal inside
        closing, tag, attributes = found.groups()
        if tag == "a":
            inside = max(inside + (-1 if closing else 1), 0)
            return found[0]
        source, width = _SOURCE.search(attributes), _WIDTH.search(attributes)
        if inside or not source or not width or (int(width[1]) < WIDE and not width[2]):
            return found[0]
        label = "" if _DESCRIPTION.search(attributes) else f' aria-label="{escape(picture)}"'
        return f'<a class="large" href="{source[1]}"{label}>{found[0]}</a>'

    return _LINK_OR_PICTURE.sub(replace, html)
