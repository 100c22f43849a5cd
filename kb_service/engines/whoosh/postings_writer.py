"""Writes compiled postings: each shard counts its own passages, and joining the shards weighs the counts."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length, length_to_byte

from kb_service.engines.whoosh.postings import PARTS
from kb_service.search.weights import K1, B

TERMS_FILE: Final = "terms.msgpack"
_COLUMNS: Final = ("terms", "ids", "counts", "lengths")
Integers = NDArray[np.int32]


class CountedField(NamedTuple):
    """A field of one shard: entries (term number, passage number, count) in three columns; words of each passage."""

    terms: Integers
    ids: Integers
    counts: Integers
    lengths: Integers


class CountsWriter:
    """Counts the terms of a shard's passages, which are numbered from 0."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._numbers: dict[str, int] = {}
        self._columns = {field: tuple(array("i") for _ in _COLUMNS) for field in fields}
        self._passages = 0

    def add(self, fields: Mapping[str, Mapping[str, Sequence[int]]]) -> None:
        """Add the next passage: of each field the terms, and of each term its positions."""
        numbers = self._numbers
        for name, (terms, ids, counts, lengths) in self._columns.items():
            places = fields[name]
            found = array("i", map(len, places.values()))
            terms.extend([numbers.setdefault(term, len(numbers)) for term in places])
            ids.extend([self._passages] * len(places))
            counts.extend(found)
            lengths.append(sum(found))
        self._passages += 1

    def write(self, folder: Path) -> None:
        """Write terms and columns to `folder`."""
        (folder / TERMS_FILE).write_bytes(msgspec.msgpack.encode(list(self._numbers)))
        for name, columns in self._columns.items():
            for column, values in zip(_COLUMNS, columns, strict=True):
                np.save(folder / f"{name}.{column}.npy", np.asarray(values, dtype=np.int32))


def join_counts(shards: Sequence[Path], fields: Sequence[str], folder: Path) -> None:
    """Write the postings of all shards, in this order, to `folder`."""
    numbers: dict[str, int] = {}
    renumbering: list[Integers] = []
    for shard in shards:
        names: list[str] = msgspec.msgpack.decode((shard / TERMS_FILE).read_bytes())
        renumbering.append(np.asarray([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int32))
    (folder / TERMS_FILE).write_bytes(msgspec.msgpack.encode(list(numbers)))
    passages = 0
    for field in fields:
        counted = _joined(shards, field, renumbering)
        passages = len(counted.lengths)
        for part, values in zip(PARTS, weigh(counted, len(numbers)), strict=True):
            np.save(folder / f"{field}.{part}.npy", values)
    np.save(folder / "passages.npy", np.asarray([passages], dtype=np.int64))


def _joined(shards: Sequence[Path], field: str, renumbering: Sequence[Integers]) -> CountedField:
    terms, ids, counts, lengths = [], [], [], []
    passages = 0
    for shard, numbers in zip(shards, renumbering, strict=True):
        counted = CountedField(*(np.load(shard / f"{field}.{column}.npy") for column in _COLUMNS))
        terms.append(numbers[counted.terms])
        ids.append(counted.ids + np.int32(passages))
        counts.append(counted.counts)
        lengths.append(counted.lengths)
        passages += len(counted.lengths)
    return CountedField(*(np.concatenate(column) for column in (terms, ids, counts, lengths)))


def weigh(field: CountedField, terms: int) -> tuple[NDArray[np.generic], ...]:
    """Return (starts, ids, impacts, idf) sorted by term, then passage; see postings.py for the formula."""
    passages = len(field.lengths)
    order = np.argsort(field.terms, kind="stable")
    ids, counts = field.ids[order], field.counts[order].astype(np.float64)
    holding = np.bincount(field.terms, minlength=terms)
    starts = np.concatenate(([0], np.cumsum(holding))).astype(np.int64)
    idf = np.where(holding > 0, np.log(max(passages, 1) / (holding + 1)) + 1, 0.0)
    average = (float(field.lengths.sum(dtype=np.int64)) / passages if passages else 0.0) or 1.0
    norm = (K1 * ((1 - B) + B * _as_stored(field.lengths) / average))[ids]
    impacts = np.repeat(idf, holding) * counts * (K1 + 1) / (counts + norm)
    return starts, ids, impacts.astype(np.float32), idf.astype(np.float32)


def _as_stored(lengths: Integers) -> NDArray[np.float64]:
    """Return the lengths as Whoosh reads them back: rounded to one byte."""
    values, inverse = np.unique(lengths, return_inverse=True)
    stored = [byte_to_length(length_to_byte(int(value))) for value in values]
    return np.asarray(stored, dtype=np.float64)[inverse]
