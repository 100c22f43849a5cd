"""Marks: where in a passage the words of the question stand, as code-point offsets, without analysing it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb_service.search.engine import Entry
from kb_service.search.understanding import QuestionWord


class Place(NamedTuple):
    """[start, end) of a word in a passage's text, and the number of the question's word it stands for."""

    start: int
    end: int
    word: int


def places(entry: Entry, words: Sequence[QuestionWord]) -> list[Place]:
    """Return where the passage's text has a word of the question, its repair or synonym, in the order of the text.

    What stands for several words of the question comes once for each.
    """
    spans = memoryview(entry.spans).cast("I")
    codes = memoryview(entry.codes).cast("I")[entry.body_at :].tolist()[: len(spans) // 2]
    said = frozenset(codes)
    return sorted(
        Place(spans[2 * at], spans[2 * at + 1], number)
        for number, word in enumerate(words)
        for code in word.codes & said
        for at in _places_of(code, codes)
    )


def _places_of(code: int, codes: list[int]) -> Iterator[int]:
    at = -1
    for _ in range(codes.count(code)):
        at = codes.index(code, at + 1)
        yield at


def marks(entry: Entry, words: Sequence[QuestionWord]) -> tuple[tuple[int, int], ...]:
    """Return [start, end) of these places: sorted, without overlap, neighbours with only blanks between them as one."""
    text = entry.passage.text
    found: list[tuple[int, int]] = []
    for start, end, _ in places(entry, words):
        if found and (start <= found[-1][1] or not text[found[-1][1] : start].strip(" ")):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
