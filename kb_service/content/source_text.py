"""The text of a source file: bytes decoded, characters cleaned, parts cut out of it, code put aside.

Clean text has LF line ends and holds nothing unseen that could hide or reorder words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_INSTEAD: Final = {
    **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u00a0\u2007\u202f", " "),  # no-break spaces: words beside them must be found like any other
}
# All other characters go: controls; soft hyphen and zero-width breaks, which split words; embeddings, overrides and
# isolates, which reorder what is read; the private marks of `CodeStash` and `inline_markup`; surrogates; noncharacters.
_UNUSUAL: Final = re.compile(
    "[^\t\n -~\xa1-\xac\xae-\u1fff\u2000-\u2006\u2008-\u200a\u200c-\u2027\u2030-\u205f\u2061-\u2065\u206a-\ud7ff"
    "\ue004-\ufdcf\ufdf0-\ufefe\uff00-\ufffd"
    + "".join(f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 17))
    + "]"
)
# What may be left of a line when all its words are cut out: then the line goes, or an empty bullet would stay.
_EMPTY_LINE: Final = re.compile(r"[\s>]*(?:[-*+]|\d+[.)]|#{1,6})?\s*")


class Decoded(NamedTuple):
    """Clean text, and the line of the first bytes that are not UTF-8 (0 if all are)."""

    text: str
    bad_line: int


class Cut(NamedTuple):
    """[start, end) of a text is to go, and `instead` to come."""

    start: int
    end: int
    instead: str = ""


def decode(source: bytes) -> Decoded | None:
    """Return the clean text of a file, or None when it is not UTF-8 text at all (UTF-16).

    >>> decode(b"12\\xc2\\xa0seats\\r\\n")
    Decoded(text='12 seats\\n', bad_line=0)
    """
    if source.startswith(_UTF16_MARKS):
        return None
    try:
        text, bad_line = source.decode("utf-8"), 0
    except UnicodeDecodeError as error:
        text = source.decode("utf-8", errors="replace")
        bad_line = source.count(b"\n", 0, error.start) + 1
    return Decoded(clean(text), bad_line)


def clean(text: str) -> str:
    """Return `text` without characters that are unreadable, invisible or reorder the others; line ends become LF."""
    return _UNUSUAL.sub(lambda found: _INSTEAD.get(found[0], ""), text.replace("\r\n", "\n"))


def cut(text: str, cuts: Iterable[Cut]) -> str:
    """Return `text` after `cuts`, given in order.

    The lines around stay what they are: where a whole line goes, an empty one stays to keep blocks apart.

    >>> cut("- a\\n- x\\n- b", [Cut(6, 7)])
    '- a\\n\\n- b'
    """
    kept: list[str] = []
    position = 0
    for start, end, instead in cuts:
        start, end = max(start, position), max(end, position)
        line_start = max(text.rfind("\n", 0, start) + 1, position)
        line_end = text.find("\n", max(end - 1, start))
        line_end = len(text) if line_end < 0 else line_end
        if not instead and not text[end:line_end].strip() and _EMPTY_LINE.fullmatch(text, line_start, start):
            kept += text[position:line_start], _gap(text, line_start, line_end)
            position = min(line_end + 1, len(text))
        else:
            kept += text[position:start], instead
            position = end
    return "".join([*kept, text[position:]])


def _gap(text: str, before: int, after: int) -> str:
    is_row = before >= 2 and text[before - 2] == "|" and re.match(r" *\|", text[after + 1 : after + 40]) is not None
    return "" if is_row else "\n"  # an empty line would end the table


# Code

# Two private-use characters around a number; `clean` takes them out of every source.
_TOKEN: Final = re.compile("\ue000(\\d+)\ue001")
_PLACE: Final = re.compile('<p>\\s*\ue000(\\d+)\ue001\\s*</p>|(="[^"<>]*\ue000[^"<>]*")|\ue000(\\d+)\ue001')
LANGUAGE_CLASS: Final = "language-"  # what the class of code begins with, as in HTML
# A run of backticks up to the next run of the same length, within a paragraph.
_SPAN: Final = re.compile(r"(?<![`\\])(`+)(?!`)((?:[^\n]|\n(?![ \t]*\n))+?)(?<!`)\1(?!`)")


class CodeStash:
    """The code of one text: nothing in it is markup, so it is taken out first and put back as HTML after rendering.

    `put_*` return the tokens that stand for it meanwhile.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def put_block(self, code: str, language: str = "") -> str:
        """Keep a code block, in a language as its author names it."""
        kind = f' class="{LANGUAGE_CLASS}{html.escape(language.lower())}"' if language else ""
        return self.put_html(f"<pre><code{kind}>{html.escape(code, quote=False)}\n</code></pre>")

    def put_html(self, piece: str) -> str:
        """Keep HTML as it is."""
        self.pieces.append(piece)
        return f"\ue000{len(self.pieces) - 1}\ue001"

    def put_spans(self, text: str) -> str:
        """Keep all inline code of a text."""
        return _SPAN.sub(self._put_span, text) if "`" in text else text

    def restore(self, rendered: str) -> str:
        """Return rendered HTML with all code back in its place."""
        return _PLACE.sub(self._restore_one, rendered) if self.pieces else rendered

    def _put_span(self, span: re.Match[str]) -> str:
        code = span[2].replace("\n", " ")
        if code[0] == code[-1] == " " and code.strip():
            code = code[1:-1]
        return self.put_html(f"<code>{html.escape(code, quote=False)}</code>")

    def _restore_one(self, place: re.Match[str]) -> str:
        if place[2]:
            return _TOKEN.sub(self._restore_text, place[2])
        return self.pieces[int(place[1] or place[3])]

    def _restore_text(self, token: re.Match[str]) -> str:
        text = re.sub(r"<[^>]*>", "", self.pieces[int(token[1])]).replace('"', "&quot;")
        return html.escape(text, quote=False).replace("&amp;", "&")
