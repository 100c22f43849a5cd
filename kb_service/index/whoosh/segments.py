"""Segments: what Whoosh wrote of some articles, and for each the arrays that were compiled of it once.

    whoosh/_MAIN_3.toc, whoosh/MAIN_….seg    Whoosh's own files: its table of contents, and its segments
    compiled/….safetensors                   of the segment with this name: its postings as Whoosh's reader gave them,
                                             and the passages as they were analysed for it

Whoosh's segments never change, so neither do these. A segment's passages are documents, numbered from 0 in it. In a
generation some of them may be of articles that are changed or gone: those are deleted in Whoosh's table of contents,
and have no number in the generation (`numbers` in postings.py).

So a change of one article adds a segment of that article alone, and deletes its documents where they were. That
segments stay few, the new one takes over what is left of those not much larger; that the index does not keep what
nobody may see any more, it takes over what is left of those mostly deleted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.articles import Brief
from kb_service.index.mapped_files import Arrays, Records, below, open_arrays
from kb_service.index.port import Entry
from kb_service.index.query import FIELDS
from kb_service.index.word_table import Strings

WHOOSH: Final = "whoosh"
COMPILED: Final = "compiled"

Integers = NDArray[np.int32]
Places = NDArray[np.int64]
NOWHERE: Final = np.zeros(0, dtype=np.int64)

DELETED: Final = -1  # the number of a document that is none of a generation's passages
MOST_PASSAGES: Final = 10_000  # of a segment: while it is written its postings are in memory, 0.15 GB
SMALL: Final = MOST_PASSAGES // 2  # segments up to this size may be taken over by new ones,
NOT_MUCH_LARGER: Final = 2  # at least half as large


def compiled_file(folder: Path, name: str) -> Path:
    """Return where the arrays of a segment are, below the folder of an audience."""
    return folder / COMPILED / f"{name}.safetensors"


class FieldPostings(NamedTuple):
    """The postings of one field of a segment, term after term in the order of their bytes.

    Term t (`letters` and `ends` are the StringArrays of all) stands in the documents `ids[starts[t]:starts[t + 1]]`,
    ascending, in each as often as `counts` says at the same place; all its word positions in these documents in turn
    are `places[place_starts[t]:place_starts[t + 1]]`. `lengths` are how many words each document has.
    """

    letters: NDArray[np.uint8]
    ends: Integers
    starts: Integers
    ids: Integers
    counts: Integers
    places: Integers
    place_starts: NDArray[np.int64]
    lengths: Integers

    @property
    def terms(self) -> Strings:
        """The terms by number."""
        return Strings(self.letters, self.ends)

    def find(self, term: str) -> int | None:
        """Return the number of a term, None when no document has it."""
        terms = self.terms
        at = bisect_left(terms, term)
        return at if at < len(terms) and terms[at] == term else None

    def spots(self, term: int) -> Places:
        """Return the places of a term: document and word position as one number, ascending."""
        run = slice(self.starts[term], self.starts[term + 1])
        documents = np.repeat(self.ids[run].astype(np.int64), self.counts[run])
        return documents << 32 | self.places[self.place_starts[term] : self.place_starts[term + 1]]

    def holding(self, terms: Sequence[int]) -> Integers:
        """Return the documents, ascending and once for each place, where these terms stand in a row."""
        spots = self.spots(terms[0])
        for step, term in enumerate(terms[1:], 1):
            following = self.spots(term)
            at = np.minimum(np.searchsorted(following, spots + step), max(len(following) - 1, 0))
            spots = spots[following[at] == spots + step] if len(following) else NOWHERE
        return (spots >> 32).astype(np.int32)

    def counts_of(self, term: int, documents: Integers) -> Integers:
        """Return how often documents have a term, which all of them have."""
        run = slice(self.starts[term], self.starts[term + 1])
        return self.counts[run][np.searchsorted(self.ids[run], documents)]


class Segment:
    """The arrays of one segment, opened; for any number of threads.

    `digests` and `sizes` are those of its articles (see articles.Brief) in the order of their documents. `codes` of
    document n begin at `code_starts[n]`; its body begins `body_at[n]` words behind that. `word_numbers` are, document
    after document from `word_starts[n]`, the numbers of the words as written, in `words`. `headings` are the last of
    each document, "" without.
    """

    def __init__(self, name: str, arrays: Arrays) -> None:
        self.name = name
        self.fields = {field: FieldPostings(**below(field, arrays)) for field in FIELDS}
        self._digests: NDArray[np.uint8] = arrays["digests"]
        self.sizes: Integers = arrays["sizes"]
        starts: memoryview[int] = arrays["entry_starts"].data
        self.entries = Records(arrays["entries"].data, starts, Entry)
        self.codes: NDArray[np.uint32] = arrays["codes"]
        self.code_starts: memoryview[int] = arrays["code_starts"].data
        self.body_at: memoryview[int] = arrays["body_at"].data
        self.steps: NDArray[np.bool_] = arrays["steps"]
        self.words = Strings(arrays["words.letters"], arrays["words.ends"])
        self.word_numbers: Integers = arrays["word_numbers"]
        self.word_starts: NDArray[np.int64] = arrays["word_starts"]
        self.headings = Strings(arrays["headings.letters"], arrays["headings.ends"])

    @property
    def digests(self) -> list[bytes]:
        """Those of its articles."""
        return [digest.tobytes() for digest in self._digests]

    def __len__(self) -> int:
        """Return how many documents there are, deleted ones too."""
        return len(self.entries)


class Held(NamedTuple):
    """A segment of a generation, and which number each of its documents has there (see postings.py)."""

    segment: Segment
    numbers: Integers


def open_segment(folder: Path, name: str) -> Segment:
    """Open a segment below the folder of an audience; raise OSError, KeyError or ValueError on damage."""
    return Segment(name, open_arrays(compiled_file(folder, name)))


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
    """Return how an index of these articles is made of the segments of an earlier one; `held` is empty without one."""
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


def numbers_of(segment: Segment, first_of: Mapping[bytes, int], kept: Container[bytes]) -> Integers:
    """Return the number of each document of a segment that holds the articles `kept`; DELETED for those of others.

    `first_of` has that of the first passage of each article, by its digest.
    """
    firsts = [first_of[digest] if digest in kept else DELETED for digest in segment.digests]
    sizes = segment.sizes
    numbers = np.repeat(np.asarray(firsts, dtype=np.int32), sizes)
    steps = np.arange(len(segment), dtype=np.int32) - np.repeat(np.cumsum(sizes) - sizes, sizes)
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
