"""Compiled postings: for every term of every field the passages that hold it and what it is worth there, as arrays.

The formula is Whoosh's BM25F to the letter (per field idf = ln(N / (n + 1)) + 1, lengths rounded to one byte as Whoosh
stores them), so one contract test can hold both sides to the same answers. Whoosh's own searcher needs 4 to 31 ms for
a question at 1,000 to 20,000 passages; adding array slices needs 0.1 to 0.3.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length, length_to_byte

from kb_service.search.weights import K1, B

_PARTS: Final = ("starts", "ids", "impacts", "idf")


class FieldPostings:
    """One field: `starts[t]:starts[t + 1]` are the places of term t in `ids` (ascending) and `impacts`."""

    def __init__(self, folder: Path, field: str) -> None:
        starts, ids, impacts, idf = (_load(folder / f"{field}.{part}.npy") for part in _PARTS)
        self.starts: list[int] = starts.tolist()
        self.ids: NDArray[np.int32] = ids
        self.impacts: NDArray[np.float32] = impacts
        self.idf: list[float] = idf.tolist()

    def of(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the passages that hold term number `term` and its impacts there; empty when none does."""
        first, last = self.starts[term], self.starts[term + 1]
        return self.ids[first:last], self.impacts[first:last]


class Postings:
    """The compiled postings of one index, read-only and shared between threads."""

    def __init__(self, folder: Path, fields: Sequence[str]) -> None:
        names: list[str] = msgspec.msgpack.decode((folder / "terms.msgpack").read_bytes())
        self.terms = {name: number for number, name in enumerate(names)}
        self.fields = {field: FieldPostings(folder, field) for field in fields}
        self.passages = int(_load(folder / "passages.npy")[0])

    def idf(self, field: str, term: str) -> float:
        """Return Whoosh's idf of a term in a field; of an unknown one, the highest there can be."""
        number = self.terms.get(term)
        found = self.fields[field].idf[number] if number is not None else 0.0
        return found or idf(0, self.passages)


def idf(holding: int, passages: int) -> float:
    """Return Whoosh's inverse document frequency of a term that `holding` of `passages` have."""
    return math.log(max(passages, 1) / (holding + 1)) + 1


class PostingsWriter:
    """Collects analysed passages in order and writes their compiled postings."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._numbers: dict[str, int] = {}
        self._fields = {field: _FieldWriter() for field in fields}
        self._passages = 0

    def add(self, fields: dict[str, Iterable[str]]) -> None:
        """Add the next passage: the terms of each field, with repetitions."""
        for name, terms in fields.items():
            self._fields[name].add(self._passages, terms, self._numbers)
        self._passages += 1

    def write(self, folder: Path) -> None:
        """Write terms and arrays to `folder`."""
        (folder / "terms.msgpack").write_bytes(msgspec.msgpack.encode(list(self._numbers)))
        np.save(folder / "passages.npy", np.asarray([self._passages], dtype=np.int64))
        for name, field in self._fields.items():
            for part, values in zip(_PARTS, field.compiled(len(self._numbers), self._passages), strict=True):
                np.save(folder / f"{name}.{part}.npy", values)


class _FieldWriter:
    def __init__(self) -> None:
        self.terms, self.ids, self.counts = array("i"), array("i"), array("i")
        self.lengths = array("i")

    def add(self, passage: int, terms: Iterable[str], numbers: dict[str, int]) -> None:
        counts = Counter(terms)
        for term, count in counts.items():
            self.terms.append(numbers.setdefault(term, len(numbers)))
            self.ids.append(passage)
            self.counts.append(count)
        self.lengths.append(counts.total())

    def compiled(self, terms: int, passages: int) -> tuple[NDArray[np.generic], ...]:
        """Return (starts, ids, impacts, idf) sorted by term, then passage."""
        numbers = np.frombuffer(self.terms, dtype=np.int32) if self.terms else np.zeros(0, dtype=np.int32)
        order = np.argsort(numbers, kind="stable")
        ids = np.frombuffer(self.ids, dtype=np.int32)[order] if self.ids else np.zeros(0, dtype=np.int32)
        tf = np.frombuffer(self.counts, dtype=np.int32)[order].astype(np.float64) if self.counts else np.zeros(0)
        holding = np.bincount(numbers, minlength=terms)
        starts = np.concatenate(([0], np.cumsum(holding))).astype(np.int64)
        weights = np.where(holding > 0, np.log(max(passages, 1) / (holding + 1)) + 1, 0.0)
        exact = np.frombuffer(self.lengths, dtype=np.int32) if self.lengths else np.zeros(0, dtype=np.int32)
        average = (float(exact.sum()) / passages if passages else 0.0) or 1.0
        stored = np.asarray([byte_to_length(length_to_byte(int(length))) for length in exact], dtype=np.float64)
        norm = K1 * ((1 - B) + B * stored[ids] / average) if len(ids) else np.zeros(0)
        impacts = np.repeat(weights, holding) * tf * (K1 + 1) / (tf + norm)
        return starts, ids, impacts.astype(np.float32), weights.astype(np.float32)


def _load(path: Path) -> NDArray[Any]:
    """Map an array into memory; as a plain ndarray, because slicing np.memmap costs ten times as much."""
    return np.asarray(np.load(path, mmap_mode="r"))
