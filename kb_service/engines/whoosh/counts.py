"""How often the terms of a shard stand in its passages: what compiled postings are made of (compiling.py)."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.engines.passage_columns import ColumnWriter, PassageColumns
from kb_service.search.engine import Entry

Integers = NDArray[np.int32]


class FieldCounts(msgspec.Struct, frozen=True, array_like=True):
    """One field, in columns of native int32: term number, passage number and count; all those counted places in turn;
    and the number of words of each passage."""

    terms: bytes
    ids: bytes
    counts: bytes
    places: bytes
    lengths: bytes


class Counts(msgspec.Struct, frozen=True, array_like=True):
    """A shard's terms by number, its FieldCounts, the article of each passage (native int32), its words with how many
    passages have each, and what ranking reads of its passages. What is Raw is decoded by who needs it.
    """

    terms: msgspec.Raw
    fields: dict[str, msgspec.Raw]
    article_of: bytes
    words: msgspec.Raw
    passages: msgspec.Raw

    @classmethod
    def read(cls, file: Path) -> Counts:
        """Read what a shard's writer left."""
        return msgspec.msgpack.decode(file.read_bytes(), type=cls)


COLUMNS: Final = FieldCounts.__struct_fields__


class Counting:
    """Counts the terms of passages, which are numbered from 0."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._numbers: dict[str, int] = {}
        self._columns = {field: tuple(array("i") for _ in COLUMNS) for field in fields}
        self._article_of = array("i")
        self._passages = ColumnWriter()

    def add(self, fields: Mapping[str, Mapping[str, Sequence[int]]], entry: Entry) -> None:
        """Add the next passage: of each field the terms, and of each term its positions."""
        numbers, passage = self._numbers, len(self._article_of)
        for name, (terms, ids, counts, places, lengths) in self._columns.items():
            found = array("i", map(len, fields[name].values()))
            terms.extend([numbers.setdefault(term, len(numbers)) for term in fields[name]])
            ids.extend([passage] * len(found))
            counts.extend(found)
            places.extend(chain.from_iterable(fields[name].values()))
            lengths.append(sum(found))
        self._article_of.append(entry.article_number)
        self._passages.add(entry)

    def write(self, file: Path, words: Mapping[str, int]) -> None:
        """Write what was counted, and how many passages have each of `words`."""
        fields = {
            name: _raw(FieldCounts(*(column.tobytes() for column in columns)))
            for name, columns in self._columns.items()
        }
        counts = Counts(
            _raw(list(self._numbers)), fields, self._article_of.tobytes(), _raw(words), _raw(self._passages.columns())
        )
        file.write_bytes(msgspec.msgpack.encode(counts))


class Numbering:
    """Numbers strings in the order in which they first come."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__  # one call each: a third of the time of setdefault

    def of(self, strings: Sequence[str]) -> Integers:
        """Return the numbers of these strings."""
        return np.fromiter(map(self._numbers.__getitem__, strings), dtype=np.int32, count=len(strings))

    def strings(self) -> list[str]:
        """Return all strings by number."""
        return list(self._numbers)


def join_words(files: Iterable[Path]) -> Counter[str]:
    """Return how many passages of all shards hold each word."""
    numbering = Numbering()
    numbers, holding = [], []
    for file in files:
        words: dict[str, int] = msgspec.msgpack.decode(Counts.read(file).words, type=dict[str, int])
        numbers.append(numbering.of(list(words)))
        holding.append(np.fromiter(words.values(), dtype=np.int32, count=len(words)))
    totals = np.bincount(np.concatenate(numbers), np.concatenate(holding)).astype(np.int64).tolist()
    return Counter(dict(zip(numbering.strings(), totals, strict=True)))


def join_article_numbers(files: Iterable[Path], firsts: Iterable[int]) -> Integers:
    """Return the article of each passage of all shards, whose first articles have the numbers `firsts`."""
    numbers = (np.frombuffer(Counts.read(file).article_of, dtype=np.int32) for file in files)
    return np.concatenate([each + np.int32(first) for each, first in zip(numbers, firsts, strict=True)])


def passage_columns(files: Iterable[Path]) -> list[PassageColumns]:
    """Return what ranking reads of the passages of each shard."""
    return [msgspec.msgpack.decode(Counts.read(file).passages, type=PassageColumns) for file in files]


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))
