"""What is quoted of a passage: a unit of meaning around the sentence that is likeliest to answer, word for word.

Sentences with their neighbours where these are nearly as likely; a list, a procedure or a definition whole with what
leads to it; of a long list the item. Never a heading or a question of the text: what hangs from it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kb_service.answers.signs import Sentences
from kb_service.index.sentences import LISTED

NEARLY: Final = 0.12  # of the chance of the likeliest sentence: a neighbour with as much is quoted too
MOST_SENTENCES: Final = 3
MAX_CHARACTERS: Final = 420  # of a quote, lists aside
MAX_LIST_CHARACTERS: Final = 700
MAX_PROCEDURE_CHARACTERS: Final = 1200  # half a procedure helps nobody


def quoted_span(read: Sentences, likely: Sequence[float]) -> tuple[int, int]:
    """Return [start, end) of what is quoted of a passage whose sentences are `likely` to answer; it must have one."""
    best = likely.index(max(likely))
    if found := _whole_list(read, best):
        return found
    return _with_neighbours(read, likely, best)


def _whole_list(read: Sentences, best: int) -> tuple[int, int] | None:
    """Return the list around or after `best` with the sentence that leads to it; None without one or when too long."""
    count = len(read.spans)
    inside = best + 1 if read.kinds[best] == "lead_in" and best + 1 < count else best
    kind = read.kinds[inside]
    if kind not in LISTED:
        return None
    first = last = inside
    while first > 0 and read.kinds[first - 1] == kind:
        first -= 1
    while last + 1 < count and read.kinds[last + 1] == kind:
        last += 1
    if first > 0 and read.kinds[first - 1] == "lead_in":
        first -= 1
    start, end = read.spans[first][0], read.spans[last][1]
    return (
        (start, end) if end - start <= (MAX_PROCEDURE_CHARACTERS if kind == "step" else MAX_LIST_CHARACTERS) else None
    )


def _with_neighbours(read: Sentences, likely: Sequence[float], best: int) -> tuple[int, int]:
    """Return the best sentence with its neighbours that are nearly as likely to answer."""
    spans = read.spans
    first = last = best
    while last - first + 1 < MOST_SENTENCES:
        near = [at for at in (first - 1, last + 1) if 0 <= at < len(spans) and likely[at] >= NEARLY * likely[best]]
        near = [at for at in near if _may_join(read, first, last, at)]
        if not near:
            break
        at = max(near, key=likely.__getitem__)
        first, last = min(first, at), max(last, at)
    return spans[first][0], spans[last][1]


def _may_join(read: Sentences, first: int, last: int, at: int) -> bool:
    start, end = read.spans[min(first, at)][0], read.spans[max(last, at)][1]
    return not read.heads(at) and read.kinds[at] not in LISTED and end - start <= MAX_CHARACTERS
