"""Segments: what Whoosh wrote of some articles, and for each the arrays that were compiled of it once.

    whoosh/_MAIN_3.toc, whoosh/MAIN_….seg    Whoosh's own files: its table of contents, and its segments
    compiled/….safetensors                   of the segment with this name: its postings as Whoosh's reader gave them,
                                             and the passages as they were analysed for it

Whoosh's segments never change, so neither do these. A segment's passages are documents, numbered from 0 in it. In a
generation some of them may be of articles that are changed or gone: those are deleted in Whoosh's table of contents,
and have no number in the generation (`numbers` in postings.py).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.arrays import Arrays, below, open_arrays
from kb_service.index.port import Entry
from kb_service.index.records import Records
from kb_service.index.scoring import FIELDS
from kb_service.index.word_table import Strings

WHOOSH: Final = "whoosh"
COMPILED: Final = "compiled"

Integers = NDArray[np.int32]
Places = NDArray[np.int64]
NOWHERE: Final = np.zeros(0, dtype=np.int64)


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
        self.digests = [digest.tobytes() for digest in arrays["digests"]]
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
