"""Brackets that cannot be links, escaped: Python-Markdown reads on from each `[` to the end, so 10 KB can take 8 s."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MAX_OPEN: Final = 200  # brackets in a paragraph up to which its search costs nothing; real ones stay far below
MAX_NESTED: Final = 4
_BRACKET: Final = re.compile(r"\\.|\[|\]\(?|\(|\)", re.DOTALL)
_PARAGRAPH_END: Final = re.compile(r"\n[ \t]*\n")


def tame_brackets(text: str) -> str:
    """Return `text` with the brackets of overcrowded paragraphs escaped where they pair with nothing."""
    if text.count("[") <= MAX_OPEN:
        return text
    return "\n\n".join(map(_tame, _PARAGRAPH_END.split(text)))


def _tame(paragraph: str) -> str:
    if paragraph.count("[") <= MAX_OPEN or paragraph.count("]:") > MAX_OPEN:  # a list of link targets is no search
        return paragraph
    escaped = sorted(_unpaired(paragraph))
    ends = [0, *escaped]
    return "\\".join(paragraph[start:end] for start, end in zip(ends, [*escaped, None], strict=True))


def _unpaired(paragraph: str) -> set[int]:
    """Return the places of square brackets without an end or nested too deep, and of `(` behind `]` without an end."""
    square: list[int] = []
    round_: list[int] = []
    pairs: list[tuple[int, int]] = []
    for found in _BRACKET.finditer(paragraph):
        mark, place = found[0], found.start()
        if mark == "[":
            square.append(place)
        elif mark[0] == "]" and square:
            pairs.append((square.pop(), place))
        if mark.endswith("("):
            round_.append(found.end() - 1)
        elif mark == ")" and round_:
            round_.pop()
    return {*square, *_too_deep(pairs), *(place for place in round_ if paragraph[place - 1] == "]")}


def _too_deep(pairs: list[tuple[int, int]]) -> Iterator[int]:
    open_ends: list[int] = []
    for start, end in sorted(pairs):
        while open_ends and open_ends[-1] < start:
            open_ends.pop()
        if len(open_ends) >= MAX_NESTED:
            yield from (start, end)
        open_ends.append(end)
