"""What templates say with values: headings and snippets. Knows no web framework."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kb_service.content.article import ASSETS

SNIPPET: Final = 200  # characters
NEAR: Final = 100

_PICTURE: Final = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE: Final = re.compile(r' ([a-z]+)="([^"]*)"')
_OWN_LINK: Final = re.compile(rf'(<(?:a|img)\b[^<>]*? (?:href|src)=")(?=(?:{ASSETS}|/articles)/)')


def heading(text: str) -> str:
    """Return `text` with a capital letter at its beginning and nothing else changed."""
    return text[:1].upper() + text[1:]


def snippet(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return the piece of a text in which most of what is marked stands near together, and what of it is marked.

    >>> snippet("Seats | are billed.", [(0, 5)])
    [('Seats', True), (' · are billed.', False)]
    """
    text = re.sub(r"\s", " ", text.replace(" | ", " · "))  # the cells of a table
    within = [(start, end) for start, end in marks if 0 <= start < end <= len(text)]
    best = max(within, key=lambda mark: sum(mark[0] <= start < mark[0] + NEAR for start, _ in within), default=(0, 0))[
        0
    ]
    start = 0
    if len(text) > SNIPPET:
        sentence = max(text.rfind(sign, 0, best) + 2 if sign in text[:best] else 0 for sign in (". ", "? ", "! "))
        start = sentence if best - sentence < NEAR else text.rfind(" ", 0, best) + 1
    end = len(text) if len(text) - start <= SNIPPET else text.rfind(" ", start, start + SNIPPET)
    end = end if end > start else start + SNIPPET
    pieces = [("… ", False)] if start else []
    at = start
    for left, right in sorted(within):
        if at <= left and right <= end:
            pieces += [(text[at:left], False), (text[left:right], True)]
            at = right
    return [each for each in (*pieces, (text[at:end], False), (" …" if end < len(text) else "", False)) if each[0]]


def printable(text: str) -> str:
    """Return `text` with a replacement character for each control character, which HTML cannot hold."""
    return re.sub(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "\ufffd", text)


def html_to_send(html: str, *, base_url: str = "") -> str:
    """Return an article's HTML, or a part of it, as a page can show it.

    Pictures that nobody has are their descriptions: as elements they would show as broken. Links and pictures of ours
    begin with `base_url`.

    >>> html_to_send('<a href="/articles/a">a</a> <img alt="gear">', base_url="https://help.example.com")
    '<a href="https://help.example.com/articles/a">a</a> <em>gear</em>'
    """
    return with_own_addresses(_PICTURE.sub(_described, html), base_url)


def with_own_addresses(html: str, base_url: str) -> str:
    """Return HTML with links and pictures of ours below `base_url`, be that a path alone."""
    return _OWN_LINK.sub(lambda found: found[1] + base_url, html) if base_url else html


def _described(found: re.Match[str]) -> str:
    attributes = dict(_ATTRIBUTE.findall(found[1]))
    if "src" in attributes:
        return found[0]
    description = attributes.get("alt")
    return f"<em>{description}</em>" if description else ""
