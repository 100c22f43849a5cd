"""Marks: where in a passage the words of the question stand, as code-point offsets."""

from __future__ import annotations

from collections.abc import Sequence

from kb_service.search.analysis import analyse
from kb_service.search.understanding import QuestionWord


def marks(text: str, words: Sequence[QuestionWord]) -> tuple[tuple[int, int], ...]:
    """Return [start, end) of every word of `text` that is a word of the question, its repair or synonym.

    Sorted, without overlap; neighbours with only blanks between them are one mark.
    """
    wanted = {term for word in words for term, _ in word.variants}
    found: list[tuple[int, int]] = []
    for term in analyse(text):
        if term.term not in wanted:
            continue
        if found and (term.start <= found[-1][1] or not text[found[-1][1] : term.start].strip(" ")):
            found[-1] = (found[-1][0], max(found[-1][1], term.end))
        else:
            found.append((term.start, term.end))
    return tuple(found)
