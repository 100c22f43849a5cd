"""Marks: where in a passage the words of the question stand, as code-point offsets, without analysing it again."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kb_service.index.port import Entry
from kb_service.questions.understanding import QuestionWord

CODE_BYTES: Final = 4  # of Entry.codes


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
    return sorted(
        Place(spans[2 * at], spans[2 * at + 1], number)
        for number, word in enumerate(words)
        for code in word.codes
        for at in _positions(code, entry)
    )


def _positions(code: int, entry: Entry) -> Iterator[int]:
    """Yield at which words of the body a code stands. Looked for as bytes: comparing numbers takes twice the time."""
    wanted, start = code.to_bytes(CODE_BYTES, sys.byteorder), CODE_BYTES * entry.body_at
    at = entry.codes.find(wanted, start)
    while at >= 0:
        if at % CODE_BYTES == 0:
            yield (at - start) // CODE_BYTES
        at = entry.codes.find(wanted, at + 1)


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
