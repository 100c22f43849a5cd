"""What is quoted of a passage: a unit of meaning around the sentence that is likeliest to answer, word for word.

Sentences with their neighbours where these are nearly as likely; a list, a procedure or a definition whole with what
leads to it; of a long list the item. Never a heading or a question of the text: what hangs from it answers.
"""

from __future__ import annotations

from typing import Final

from kb_service.answers.signs import Floats, Sentences

NEARLY: Final = 0.12  # of the chance of the likeliest sentence: a neighbour with as much is quoted too
MOST_SENTENCES: Final = 3
MAX_CHARACTERS: Final = 420  # of a quote, lists aside
MAX_LIST_CHARACTERS: Final = 700
MAX_PROCEDURE_CHARACTERS: Final = 1200  # half a procedure helps nobody
_LISTED: Final = frozenset({"item", "step", "definition"})


def quoted_span(read: Sentences, likely: Floats) -> tuple[int, int]:
    """Return [start, end) of what is quoted of a passage whose sentences are `likely` to answer; it must have one."""
    best = int(likely.argmax())
    if found := _whole_list(read, best):
        return found
    return _with_neighbours(read, likely, best)


def _whole_list(read: Sentences, best: int) -> tuple[int, int] | None:
    """Return the list around or after `best` with the sentence that leads to it; None without one or when too long."""
    count = len(read.spans)
    inside = best + 1 if read.kind(best) == "lead_in" and best + 1 < count else best
    kind = read.kind(inside)
    if kind not in _LISTED:
        return None
    first = last = inside
    while first > 0 and read.kind(first - 1) == kind:
        first -= 1
    while last + 1 < count and read.kind(last + 1) == kind:
        last += 1
    if first > 0 and read.kind(first - 1) == "lead_in":
        first -= 1
    start, end = read.spans[first].start, read.spans[last].end
    return (
        (start, end) if end - start <= (MAX_PROCEDURE_CHARACTERS if kind == "step" else MAX_LIST_CHARACTERS) else None
    )


def _with_neighbours(read: Sentences, likely: Floats, best: int) -> tuple[int, int]:
    """Return the best sentence with its neighbours that are nearly as likely to answer."""
    spans = read.spans
    first = last = best
    while last - first + 1 < MOST_SENTENCES:
        near = [at for at in (first - 1, last + 1) if 0 <= at < len(spans) and _may_join(read, first, last, at)]
        near = [at for at in near if likely[at] >= NEARLY * likely[best]]
        if not near:
            break
        at = max(near, key=likely.__getitem__)
        first, last = min(first, at), max(last, at)
    return spans[first].start, spans[last].end


def _may_join(read: Sentences, first: int, last: int, at: int) -> bool:
    start, end = read.spans[min(first, at)].start, read.spans[max(last, at)].end
    return not read.heads(at) and read.kind(at) not in _LISTED and end - start <= MAX_CHARACTERS
