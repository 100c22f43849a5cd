"""How a question and a passage are laid out to be read together, token by token.

[CLS] question [SEP] title and headings [SEP] passage [SEP]; of a long passage the part around one sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

CLS: Final = 101
SEP: Final = 102
LONGEST: Final = 96  # tokens of a pair; with 176 it tells no more, and takes twice as long
LONGEST_QUESTION: Final = 48
LONGEST_HEADINGS: Final = 24
# What a token is: of the question or not, and whether the other side has the same.
SECOND: Final = 2
SHARED: Final = 1


class PairText(NamedTuple):
    """What is read together; sentences of the passage begin at `starts`, and of a long one that `around` is read."""

    question: str
    headings: str
    passage: str
    starts: tuple[int, ...]
    around: int


class Pair(NamedTuple):
    """Token ids of a pair, the kind of each, where the headings and the passage begin, and where its sentences do.

    `sentences` are the numbers of those that are read, `bounds` where each begins, one more at the end.
    """

    ids: Integers
    kinds: Integers
    second: int
    body: int
    sentences: Sequence[int]
    bounds: Sequence[int]

    @property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """Return [start, end) of the first token, of those of the question, and of those of the passage."""
        return (0, 1), (1, self.second - 1) if self.second > 2 else (0, 1), (self.body, len(self.ids))


class ReadsPairs(Protocol):
    """Reads a question together with a passage: see pair_reader.py."""

    def answers(self, text: PairText) -> float:
        """Return how likely a passage answers: log odds, beside those that are known without."""


def laid_out(
    question: Sequence[int],
    headings: Sequence[int],
    passage: Sequence[int],
    begins: Sequence[int],
    around: int,
    *,
    longest: int = LONGEST,
) -> Pair:
    """Return a pair of token ids; the sentences of the passage begin at its tokens `begins`."""
    head = [CLS, *question[:LONGEST_QUESTION], SEP]
    lead = [*head, *headings[:LONGEST_HEADINGS], SEP]
    room = longest - len(lead) - 1
    ends = [*begins[1:], len(passage)]
    first, last = 0, len(begins)
    if begins and len(passage) - begins[0] > room:
        first, last = _part(begins, ends, around, room)
    start = begins[first] if begins else 0
    body = passage[start : min(ends[last - 1], start + room)] if begins else passage[:room]
    ids = np.asarray([*lead, *body, SEP], dtype=np.int64)
    read = [at for at in range(first, last) if begins[at] < min(ends[at], start + room)]
    bounds = [len(lead) + begins[at] - start for at in read]
    second = len(head)
    kinds = np.full(len(ids), SECOND)
    kinds[:second] = 0
    kinds[:second][np.isin(ids[:second], ids[second:])] += SHARED
    kinds[second:][np.isin(ids[second:], ids[:second])] += SHARED
    return Pair(ids, kinds, second, len(lead), read, [*bounds, len(lead) + len(body)] if read else [])


def _part(begins: Sequence[int], ends: Sequence[int], around: int, room: int) -> tuple[int, int]:
    """Return the first sentence and one behind the last: as many around one as there is room for, evenly."""
    first, last = around, around + 1
    while True:
        more = [
            (low, high)
            for low, high in ((first - 1, last), (first, last + 1))
            if low >= 0 and high <= len(begins) and ends[high - 1] - begins[low] <= room
        ]
        if not more:
            return first, last
        first, last = min(more, key=lambda span: abs((around - span[0]) - (span[1] - 1 - around)))
