"""How often the terms of a shard stand in its passages, and the compiled postings that come of all shards' counts."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length, length_to_byte

from kb_service.engines.whoosh.postings import PARTS, TERMS_FILE
from kb_service.search.weights import K1, B

Integers = NDArray[np.int32]


class FieldCounts(msgspec.Struct, frozen=True, array_like=True):
    """One field: columns of term number, passage number and count; and the words of each passage; as native int32."""

    terms: bytes
    ids: bytes
    counts: bytes
    lengths: bytes


class Counts(msgspec.Struct, frozen=True, array_like=True):
    """A shard's terms by number, its fields, the article of each passage, its words, and how many passages have each.

    Numbers are native int32.
    """

    terms: list[str]
    fields: dict[str, FieldCounts]
    article_of: bytes
    words: list[str]
    holding: bytes


COLUMNS: Final = FieldCounts.__struct_fields__


class Counting:
    """Counts the terms of passages, which are numbered from 0."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._numbers: dict[str, int] = {}
        self._columns = {field: tuple(array("i") for _ in COLUMNS) for field in fields}
        self._article_of = array("i")

    def add(self, fields: Mapping[str, Mapping[str, Sequence[int]]], *, article: int) -> None:
        """Add the next passage: of each field the terms, and of each term its positions."""
        numbers, passage = self._numbers, len(self._article_of)
        for name, (terms, ids, counts, lengths) in self._columns.items():
            places = fields[name]
            found = array("i", map(len, places.values()))
            terms.extend([numbers.setdefault(term, len(numbers)) for term in places])
            ids.extend([passage] * len(places))
            counts.extend(found)
            lengths.append(sum(found))
        self._article_of.append(article)

    def counts(self, words: Mapping[str, int]) -> Counts:
        """Return what was counted."""
        fields = {
            name: FieldCounts(*(column.tobytes() for column in columns)) for name, columns in self._columns.items()
        }
        return Counts(
            list(self._numbers), fields, self._article_of.tobytes(), list(words), array("i", words.values()).tobytes()
        )


def write_postings(shards: Sequence[Counts], fields: Sequence[str], folder: Path) -> None:
    """Write the compiled postings of all shards, in this order, to `folder`."""
    terms, renumbering = _numbered([shard.terms for shard in shards])
    (folder / TERMS_FILE).write_bytes(msgspec.msgpack.encode(terms))
    for field in fields:
        columns = _joined([shard.fields[field] for shard in shards], renumbering)
        for part, values in zip(PARTS, _weighed(columns, len(terms)), strict=True):
            np.save(folder / f"{field}.{part}.npy", values)
    passages = sum(len(shard.article_of) for shard in shards) // np.dtype(np.int32).itemsize
    np.save(folder / "passages.npy", np.asarray([passages], dtype=np.int64))


def join_words(shards: Sequence[Counts]) -> dict[str, int]:
    """Return how many passages of all shards hold each word."""
    words, renumbering = _numbered([shard.words for shard in shards])
    totals = np.zeros(len(words), dtype=np.int64)
    for shard, numbers in zip(shards, renumbering, strict=True):
        totals[numbers] += np.frombuffer(shard.holding, dtype=np.int32)
    return dict(zip(words, totals.tolist(), strict=True))


def _numbered(lists: Sequence[Sequence[str]]) -> tuple[list[str], list[Integers]]:
    """Return all distinct strings, and for each list the places of its own among them."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # looks up and numbers in one call: a third of the time of setdefault
    places = [np.fromiter(map(numbers.__getitem__, each), dtype=np.int32, count=len(each)) for each in lists]
    return list(numbers), places


def _joined(shards: Sequence[FieldCounts], renumbering: Sequence[Integers]) -> tuple[Integers, ...]:
    """Return the columns of all shards, their terms and passages numbered anew."""
    joined: list[tuple[Integers, ...]] = []
    passages = 0
    for shard, numbers in zip(shards, renumbering, strict=True):
        columns = msgspec.structs.astuple(shard)
        terms, ids, counts, lengths = (np.frombuffer(column, dtype=np.int32) for column in columns)
        joined.append((numbers[terms], ids + np.int32(passages), counts, lengths))
        passages += len(lengths)
    return tuple(np.concatenate(column) for column in zip(*joined, strict=True))


def _weighed(columns: Sequence[Integers], number: int) -> tuple[NDArray[np.generic], ...]:
    """Return (starts, ids, impacts, idf) by term, below `number`, then passage; see postings.py for the formula."""
    terms, ids, counts, lengths = columns
    passages = len(lengths)
    order = np.argsort(terms, kind="stable")
    ids, tf = ids[order], counts[order].astype(np.float32)
    holding = np.bincount(terms, minlength=number)
    starts = np.concatenate(([0], np.cumsum(holding))).astype(np.int64)
    idf = np.where(holding > 0, np.log(max(passages, 1) / (holding + 1)) + 1, 0.0)
    average = (float(lengths.sum(dtype=np.int64)) / passages if passages else 0.0) or 1.0
    norm = (K1 * ((1 - B) + B * _as_stored(lengths) / average))[ids]
    impacts = np.repeat(idf, holding) * tf * (K1 + 1) / (tf + norm)
    return starts, ids, impacts.astype(np.float32), idf.astype(np.float32)


def _as_stored(lengths: Integers) -> NDArray[np.float64]:
    """Return the lengths as Whoosh reads them back: rounded to one byte."""
    values, inverse = np.unique(lengths, return_inverse=True)
    stored = [byte_to_length(length_to_byte(int(value))) for value in values]
    return np.asarray(stored, dtype=np.float64)[inverse]
