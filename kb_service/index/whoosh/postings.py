"""Compiled postings: for every term the passages that hold it and what it is worth there, as arrays.

The formula is Whoosh's BM25F to the letter (per field idf = ln(N / (n + 1)) + 1, lengths rounded to one byte as Whoosh
stores them), so one contract test can hold both sides to the same answers. Whoosh's own searcher needs 4 to 31 ms for
a question at 1,000 to 20,000 passages; adding array slices needs 0.1 to 0.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kb_service.index.arrays import open_arrays
from kb_service.index.scoring import idf
from kb_service.index.word_table import WordArrays, WordTable

TERMS: Final = "terms"
PARTS: Final = ("starts", "ids", "impacts", "idf", "spot_starts", "spots", "bases")
ALL_FIELDS: Final = "all"
ALL_PARTS: Final = ("starts", "ids", "impacts")


class TermPostings:
    """`starts[t]:starts[t + 1]` are the places of term t in `ids` (ascending) and `impacts`."""

    def __init__(self, starts: NDArray[np.int64], ids: NDArray[np.int32], impacts: NDArray[np.float32]) -> None:
        self.starts: memoryview[int] = starts.data  # read as Python numbers, from memory that all workers share
        self.ids = ids
        self.impacts = impacts

    def of(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the passages that hold term number `term` and its impacts there; empty when none does."""
        first, last = self.starts[term], self.starts[term + 1]
        return self.ids[first:last], self.impacts[first:last]


class FieldPostings(TermPostings):
    """One field. Impacts are times its weight.

    For phrases `spots` holds where each term stands, term by term likewise, when all passages follow each other: in
    this row passage n begins at `bases[n]`.
    """

    def __init__(self, folder: Path, field: str) -> None:
        starts, ids, impacts, idf, spot_starts, self._spots, self._bases = (
            mapped(folder / f"{field}.{part}.npy") for part in PARTS
        )
        super().__init__(starts, ids, impacts)
        self._spot_starts: memoryview[int] = spot_starts.data
        self.idf: memoryview[float] = idf.view(np.uint8).data.cast("f")

    def holding_phrase(self, terms: Sequence[int]) -> NDArray[np.intp]:
        """Return the passages, ascending, in which these terms, at least one, stand side by side in this order."""
        spots = self._spots_of(terms[0])
        for step, term in enumerate(terms[1:], 1):
            spots = np.intersect1d(spots, self._spots_of(term) - np.int32(step))
        return np.unique(np.searchsorted(self._bases, spots, side="right") - 1)

    def _spots_of(self, term: int) -> NDArray[np.int32]:
        return self._spots[self._spot_starts[term] : self._spot_starts[term + 1]]


class Postings:
    """The compiled postings of one index, read-only and shared between threads.

    `words` are those of all fields together: one list a word is half the work of one for each field.
    """

    def __init__(self, folder: Path, fields: Sequence[str]) -> None:
        self.terms = WordTable(WordArrays(**open_arrays(folder / TERMS)))
        self.fields = {field: FieldPostings(folder, field) for field in fields}
        self.words = TermPostings(*(mapped(folder / f"{ALL_FIELDS}.{part}.npy") for part in ALL_PARTS))
        self.passages = int(mapped(folder / "passages.npy")[0])
        self.highest_idf = idf(0, self.passages)  # of a term that the field lacks

    def idf(self, field: str, term: str) -> float:
        """Return Whoosh's idf of a term in a field; of an unknown one, the highest there can be."""
        number = self.terms.find(term)
        return self.highest_idf if number is None else self.idf_of(field, number)

    def idf_of(self, field: str, number: int) -> float:
        """Return the same of a term by its number."""
        return self.fields[field].idf[number] or self.highest_idf

    def holding(self) -> dict[str, int]:
        """Return the terms with how many passages have each in their text."""
        starts = np.diff(np.asarray(self.fields["text"].starts))
        return {term: int(starts[number]) for term, number in self.terms.items()}


def mapped(path: Path) -> NDArray[Any]:
    """Map an array into memory; as a plain ndarray, because slicing np.memmap costs ten times as much."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
