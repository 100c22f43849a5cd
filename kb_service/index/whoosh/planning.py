"""Which segments of an earlier index the next one keeps, and which articles it writes anew.

A change of one article adds a segment of that article alone, and deletes its documents where they were. So that
segments stay few, the new one takes over what is left of those not much larger; so that the index does not keep what
nobody may see any more, it takes over what is left of those mostly deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Final, NamedTuple

import numpy as np

from kb_service.index.articles import Brief
from kb_service.index.whoosh.postings import DELETED
from kb_service.index.whoosh.segments import Held, Integers, Segment

MOST_PASSAGES: Final = 10_000  # of a segment: while it is written its postings are in memory, 0.2 GB
SMALL: Final = MOST_PASSAGES // 2  # segments up to this size may be taken over,
NOT_MUCH_LARGER: Final = 2  # by a segment at least half as large


class Plan(NamedTuple):
    """What to keep and what to write.

    `kept` has the digests of the articles that each kept segment still holds, `deleted` its documents to delete.
    `written` are numbers of articles, ascending, and `passages` how many these have.
    """

    kept: Mapping[str, Set[bytes]]
    deleted: Mapping[str, Sequence[int]]
    written: Sequence[int]
    passages: int


def plan_segments(briefs: Sequence[Brief], held: Sequence[Held]) -> Plan:
    """Return how an index of these articles is made of the segments of an earlier one."""
    sizes = {brief.digest: brief.passages for brief in briefs if brief.passages}
    kept = {each.segment.name: _left(each, sizes) for each in held}
    left = {name: sum(sizes[digest] for digest in digests) for name, digests in kept.items()}
    new = sum(sizes.values()) - sum(left.values())
    for segment, _ in sorted(held, key=lambda each: left[each.segment.name]):
        mine = left[segment.name]
        if mine <= min(NOT_MUCH_LARGER * new, SMALL) or 2 * mine < len(segment):
            new += mine
            del kept[segment.name]
    there = set().union(*kept.values())
    deleted = {each.segment.name: _deleted(each, kept[each.segment.name]) for each in held if each.segment.name in kept}
    missing = [number for number, brief in enumerate(briefs) if brief.passages and brief.digest not in there]
    return Plan(kept, deleted, missing, new)


def batches(numbers: Sequence[int], briefs: Sequence[Brief]) -> Iterator[list[int]]:
    """Yield these articles in runs of at most MOST_PASSAGES, as far as articles are no larger."""
    batch: list[int] = []
    passages = 0
    for number in numbers:
        if batch and passages + briefs[number].passages > MOST_PASSAGES:
            yield batch
            batch, passages = [], 0
        batch.append(number)
        passages += briefs[number].passages
    if batch:
        yield batch


def numbers_of(segment: Segment, first_of: Mapping[bytes, int]) -> Integers:
    """Return the number of each document of a segment.

    `first_of` has that of the first passage of each article that the segment holds, by digest.
    """
    firsts = np.asarray([first_of.get(digest, DELETED) for digest in segment.digests], dtype=np.int32)
    sizes = segment.sizes
    steps = np.arange(len(segment), dtype=np.int32) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    numbers = np.repeat(firsts, sizes)
    return np.where(numbers >= 0, numbers + steps, DELETED).astype(np.int32)


def _left(held: Held, wanted: Mapping[bytes, int]) -> set[bytes]:
    """Return the digests of the articles that a segment held and that are wanted again."""
    live = held.numbers[np.cumsum(held.segment.sizes) - held.segment.sizes] >= 0
    return {digest for digest, is_live in zip(held.segment.digests, live, strict=True) if is_live and digest in wanted}


def _deleted(held: Held, kept: Set[bytes]) -> list[int]:
    """Return the documents that a segment held and that are not kept."""
    stays = np.repeat([digest in kept for digest in held.segment.digests], held.segment.sizes)
    documents: list[int] = np.flatnonzero((held.numbers >= 0) & ~stays).tolist()
    return documents
