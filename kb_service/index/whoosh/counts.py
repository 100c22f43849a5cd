"""How often the terms of a shard stand in its passages: what compiled postings are made of (compiling.py)."""

from __future__ import annotations

import mmap
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

import msgspec
import numpy as np

from kb_service.index.passage_columns import ColumnWriter, PassageColumns
from kb_service.index.port import Entry
from kb_service.index.whoosh.numbering import Integers, Numbering


class FieldCounts(msgspec.Struct, frozen=True, array_like=True):
    """One field, in columns of native int32, term after term: the numbers of the terms, ascending, and how many
    passages hold each; of each of these the passage's number and how often it has the term; all those places in turn.

    And of each passage how many words it has, and how many places it takes when passages follow each other, with a gap
    between them that no phrase crosses.
    """

    terms: bytes
    sizes: bytes
    ids: bytes
    counts: bytes
    places: bytes
    lengths: bytes
    rooms: bytes


class Counts(msgspec.Struct, frozen=True, array_like=True):
    """A shard's terms by number, its FieldCounts, the article of each passage (native int32), its words and how many
    passages have each (native int32), and what ranking reads of its passages. What is Raw is decoded by who needs it.
    """

    terms: msgspec.Raw
    fields: dict[str, msgspec.Raw]
    article_of: bytes
    words: msgspec.Raw
    holding: bytes
    passages: msgspec.Raw

    @classmethod
    def read(cls, file: Path) -> Counts:
        """Read what a shard's writer left; what is Raw stays in the mapped file."""
        with file.open("rb") as opened:
            mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        return msgspec.msgpack.decode(mapped, type=cls)


class Counting:
    """Counts the terms of passages, which are numbered from 0."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._numbers: dict[str, int] = {}
        self._fields = {field: _Found() for field in fields}
        self._article_of = array("i")
        self._passages = ColumnWriter()

    def add(self, fields: Mapping[str, Mapping[str, Sequence[int]]], entry: Entry) -> None:
        """Add the next passage: of each field the terms, and of each term its positions."""
        numbers, passage = self._numbers, len(self._article_of)
        for name, found in self._fields.items():
            places = fields[name].values()
            counts = array("i", map(len, places))
            found.terms.extend([numbers.setdefault(term, len(numbers)) for term in fields[name]])
            found.ids.extend([passage] * len(counts))
            found.counts.extend(counts)
            found.places.extend(chain.from_iterable(places))
            found.lengths.append(sum(counts))
            found.rooms.append(max((each[-1] for each in places), default=-2) + 2)
        self._article_of.append(entry.article_number)
        self._passages.add(entry)

    def write(self, file: Path, words: Mapping[str, int]) -> None:
        """Write what was counted, and how many passages have each of `words`."""
        counts = Counts(
            terms=_raw(list(self._numbers)),
            fields={name: _raw(found.by_term()) for name, found in self._fields.items()},
            article_of=self._article_of.tobytes(),
            words=_raw(sorted(words)),
            holding=array("i", [words[word] for word in sorted(words)]).tobytes(),
            passages=_raw(self._passages.columns()),
        )
        file.write_bytes(msgspec.msgpack.encode(counts))


class _Found:
    """One field's columns while passages are added: as FieldCounts has them, but passage after passage."""

    def __init__(self) -> None:
        self.terms, self.ids, self.counts, self.places = (array("i") for _ in range(4))
        self.lengths, self.rooms = array("i"), array("i")

    def by_term(self) -> FieldCounts:
        """Return all term after term."""
        terms, ids, counts, places = map(np.asarray, (self.terms, self.ids, self.counts, self.places))
        order = np.argsort(terms, kind="stable")
        found, sizes = np.unique(terms, return_counts=True)
        starts, sorted_counts = (np.cumsum(counts) - counts)[order], counts[order]
        offsets = np.cumsum(sorted_counts) - sorted_counts
        sources = np.repeat(starts - offsets, sorted_counts) + np.arange(len(places))
        columns = (found, sizes, ids[order], sorted_counts, places[sources], self.lengths, self.rooms)
        return FieldCounts(*(np.asarray(column, dtype=np.int32).tobytes() for column in columns))


def held_terms(file: Path) -> list[str]:
    """Return the terms of a shard by their numbers there."""
    return msgspec.msgpack.decode(Counts.read(file).terms, type=list[str])


def held_words(file: Path) -> list[str]:
    """Return the words of a shard."""
    return msgspec.msgpack.decode(Counts.read(file).words, type=list[str])


def join_words(files: Mapping[str, Path], words: Numbering) -> Counter[str]:
    """Return how many passages of all shards hold each word; `files` are those of the shards by key."""
    totals = np.zeros(len(words.strings), dtype=np.int64)
    for key, file in files.items():
        totals[words.shards[key]] += np.frombuffer(Counts.read(file).holding, dtype=np.int32)
    return Counter(dict(zip(words.strings, totals.tolist(), strict=True)))


def join_article_numbers(files: Iterable[Path], firsts: Iterable[int]) -> Integers:
    """Return the article of each passage of all shards, whose first articles have the numbers `firsts`."""
    numbers = (np.frombuffer(Counts.read(file).article_of, dtype=np.int32) for file in files)
    return np.concatenate([each + np.int32(first) for each, first in zip(numbers, firsts, strict=True)])


def passage_columns(files: Iterable[Path]) -> list[PassageColumns]:
    """Return what ranking reads of the passages of each shard."""
    return [msgspec.msgpack.decode(Counts.read(file).passages, type=PassageColumns) for file in files]


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))
