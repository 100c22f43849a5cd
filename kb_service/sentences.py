"""Sentences and list items of a passage's text, as [start, end) offsets: what an answer is made of."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_LINE: Final = re.compile(r"[^\n]+")
_ITEM: Final = re.compile(r"\s*(?:\d{1,3}[.)]|[-*•])\s+")
_END: Final = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[\"'“‘]?[A-Z0-9<])|[。！？]")
_NO_END: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|no|approx|mr|mrs|ms|dr|inc|ltd|st)|\b[A-Z]|^\s*\d{1,3})\.$", re.IGNORECASE
)
_LONGEST_NO_END: Final = 12  # characters: looking further back took 1 s for 7,000 characters of "e.g. X"


class Span(NamedTuple):
    """[start, end) of one sentence or list item in a passage's text."""

    start: int
    end: int
    item: bool


def split_sentences(text: str) -> list[Span]:
    """Return the sentences and list items of a passage's text, in order, without the blanks around them."""
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        item = bool(_ITEM.match(line.group()))
        start = line.start()
        if not item:
            for end in _END.finditer(line.group()):
                stop = line.start() + end.end()
                if not _NO_END.search(text[max(start, stop - _LONGEST_NO_END) : stop]):
                    spans.append(_trimmed(text, start, stop, item))
                    start = stop
        spans.append(_trimmed(text, start, line.end(), item))
    return [span for span in spans if span.start < span.end]


def _trimmed(text: str, start: int, end: int, item: bool) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end, item)
