"""On which line of an article's file stands what a message is about: a key, a value in front matter, a link.

Articles do not keep their lines; who reports a problem reads the file once more.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from kb_service.content.front_matter.block import FrontMatter, split
from kb_service.content.front_matter.publication import is_date_key
from kb_service.content.source_text import decode
from kb_service.errors import BadArticle

# What a link leads to: `](to)`, `[name]: to`, `<to>`, `href="to"`, `to="to"`.
_TARGET: Final = re.compile(
    r"""\]\(\s*(?:<(?P<angles>[^<>\n]*)>|(?P<round>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*))"""
    r"""|^[ \t>]*\[[^\]\n]+\]:[ \t]*<?(?P<named>[^\s<>]+)|\b(?:href|to|link|url)=["'{]*(?P<quoted>[^"'}\s>]*)""",
    re.MULTILINE,
)


class SourceLines:
    """The lines of one article. Lines count from 1, and are 1 where nothing is found.

    >>> lines = SourceLines("---\\nid: seats\\n---\\nText.\\n\\n[See](faq.md)", path="a.md")
    >>> lines.of_key("id"), lines.of_link(lambda target: target == "faq.md")
    (2, 6)
    """

    def __init__(self, text: str, *, path: str) -> None:
        self._text = text
        try:
            self._front_matter = split(text, path=path)
        except BadArticle:
            self._front_matter = FrontMatter(text)

    def of_key(self, *keys: str) -> int:
        """Return the line of the first of these keys of the front matter that there is."""
        fields = self._front_matter.fields
        return next((fields[key].line for key in keys if key in fields), 1)

    def of_value(self, key: str, value: str) -> int:
        """Return the line on which a value of a key stands, that of the key where it is written over lines."""
        line = self.of_key(key)
        for number, text in enumerate(self._text.split("\n")[line - 1 : self._front_matter.body_line], line):
            if value in text:
                return number
        return line

    def of_title(self) -> int:
        """Return the line of the title, be it a key or a heading."""
        if "title" in self._front_matter.fields:
            return self.of_key("title")
        heading = re.search(r"^[ \t]*#[ \t]|^=+[ \t]*$", self._front_matter.body, re.MULTILINE)
        return self._in_body(heading.start()) if heading else 1

    def of_dates(self) -> int:
        """Return the line of the first key that says when an article is shown."""
        lines = (field.line for key, field in self._front_matter.fields.items() if is_date_key(key))
        return min(lines, default=1)

    def of_link(self, leads: Callable[[str], bool]) -> int:
        """Return the line of the first link whose target, as it is written, `leads` there, 0 where none does."""
        for found in _TARGET.finditer(self._front_matter.body):
            target = next(filter(None, found.groups()), "")
            if leads(unquote(html.unescape(target))):
                return self._in_body(found.start(found.lastgroup or 0))
        return 0

    def of_text(self, text: str) -> int:
        """Return the line of the first place where a text stands, in any letter case."""
        place = self._front_matter.body.lower().find(text.lower()) if text else -1
        return self._in_body(place) if place >= 0 else 1

    def _in_body(self, place: int) -> int:
        return self._front_matter.body_line + self._front_matter.body.count("\n", 0, place)


def lines_of(folder: Path, path: str) -> SourceLines:
    """Return the lines of the article at `path` below a folder; none where it cannot be read."""
    try:
        decoded = decode((folder / path).read_bytes())
    except OSError:
        decoded = None
    return SourceLines(decoded.text if decoded else "", path=path)
