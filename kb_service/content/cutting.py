"""Parts cut out of a Markdown text without changing what the lines around them are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

# What may be left of a line when all its words are cut out: then the line goes, or an empty bullet would stay.
_EMPTY_LINE: Final = re.compile(r"[\s>]*(?:[-*+]|\d+[.)]|#{1,6})?\s*")


class Cut(NamedTuple):
    """[start, end) of a text is to go, and `instead` to come."""

    start: int
    end: int
    instead: str = ""


def cut(text: str, cuts: Iterable[Cut]) -> str:
    """Return `text` after `cuts`, given in order; where a whole line goes, an empty one stays to keep blocks apart."""
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
