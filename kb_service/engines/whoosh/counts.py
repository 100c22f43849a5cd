"""How often the terms of a shard stand in its passages, and the compiled postings that come of all shards' counts."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length, length_to_byte

from kb_service.engines.arrays import write_arrays
from kb_service.engines.passage_columns import ColumnWriter, PassageColumns
from kb_service.engines.whoosh.postings import ALL_FIELDS, ALL_PARTS, PARTS, TERMS
from kb_service.search.engine import Entry
from kb_service.search.weights import FIELD_WEIGHTS, K1, B
from kb_service.search.word_table import word_arrays

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
    """A shard's terms by number, its fields, the article of each passage, its words, and how many passages have each;
    and what ranking reads of its passages.

    Numbers are native int32.
    """

    terms: list[str]
    fields: dict[str, FieldCounts]
    article_of: bytes
    words: list[str]
    holding: bytes
    passages: PassageColumns


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

    def counts(self, words: Mapping[str, int]) -> Counts:
        """Return what was counted."""
        fields = {
            name: FieldCounts(*(column.tobytes() for column in columns)) for name, columns in self._columns.items()
        }
        return Counts(
            list(self._numbers),
            fields,
            self._article_of.tobytes(),
            list(words),
            array("i", words.values()).tobytes(),
            self._passages.columns(),
        )


def write_postings(shards: Sequence[Counts], fields: Sequence[str], folder: Path) -> None:
    """Write the compiled postings of all shards, in this order, to `folder`."""
    terms, renumbering = _numbered([shard.terms for shard in shards])
    write_arrays(folder / TERMS, word_arrays({term: number for number, term in enumerate(terms)})._asdict())
    by_field = []
    for field in fields:
        columns = _joined([shard.fields[field] for shard in shards], renumbering)
        compiled = _compiled(columns, len(terms), weight=FIELD_WEIGHTS[field])
        _save(folder, field, PARTS, compiled)
        by_field.append(compiled[: len(ALL_PARTS)])
    _save(folder, ALL_FIELDS, ALL_PARTS, _together(by_field))
    passages = sum(len(shard.article_of) for shard in shards) // np.dtype(np.int32).itemsize
    np.save(folder / "passages.npy", np.asarray([passages], dtype=np.int64))


def _save(folder: Path, field: str, parts: Sequence[str], arrays: Iterable[NDArray[Any]]) -> None:
    for part, values in zip(parts, arrays, strict=True):
        np.save(folder / f"{field}.{part}.npy", values)


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
        terms, ids, counts, places, lengths = (np.frombuffer(column, dtype=np.int32) for column in columns)
        joined.append((numbers[terms], ids + np.int32(passages), counts, places, lengths))
        passages += len(lengths)
    return tuple(np.concatenate(column) for column in zip(*joined, strict=True))


def _compiled(columns: Sequence[Integers], number: int, *, weight: float) -> tuple[NDArray[Any], ...]:
    """Return the PARTS of one field whose terms are below `number`; see postings.py for them and for the formula."""
    terms, ids, counts, places, lengths = columns
    passages = len(lengths)
    order = np.argsort(terms, kind="stable")
    offsets = np.cumsum(counts, dtype=np.int64) - counts
    ids, counts, offsets = ids[order], counts[order], offsets[order]
    holding = np.bincount(terms, minlength=number)
    starts = np.concatenate(([0], np.cumsum(holding)))
    idf = np.where(holding > 0, np.log(max(passages, 1) / (holding + 1)) + 1, 0.0)
    average = (float(lengths.sum(dtype=np.int64)) / passages if passages else 0.0) or 1.0
    impacts = np.repeat(weight * idf, holding)  # in place from here on: these are the largest arrays of a build
    impacts *= counts
    impacts *= K1 + 1
    impacts /= counts + (K1 * ((1 - B) + B * _as_stored(lengths) / average))[ids]
    words = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    sources = np.repeat(offsets - words[:-1], counts)
    sources += np.arange(len(sources))
    bases = _bases(places, lengths)
    spots = np.repeat(bases[ids], counts)
    spots += places[sources]
    return starts, ids, impacts.astype(np.float32), idf.astype(np.float32), words[starts], spots, bases


def _together(fields: Sequence[Sequence[NDArray[Any]]]) -> tuple[NDArray[Any], ...]:
    """Return the ALL_PARTS of all fields, given those of each: where a passage has a term in several, their sum."""
    keys = np.concatenate(
        [np.repeat(np.arange(len(starts) - 1) << 32, np.diff(starts)) | ids for starts, ids, _ in fields]
    )
    order = np.argsort(keys, kind="stable")  # of sorted runs, one a field: they are merged
    keys, impacts = keys[order], np.concatenate([impacts for _, _, impacts in fields])[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    keys = keys[first]
    starts = np.searchsorted(keys, np.arange(len(fields[0][0])) << 32)
    return starts, keys.astype(np.int32), np.add.reduceat(impacts, first) if len(first) else impacts


def _bases(places: Integers, lengths: Integers) -> Integers:
    """Return where each passage begins when all follow each other, a gap between them that no phrase crosses.

    `places` are those of one passage after another, as many as its length.
    """
    room = np.zeros(len(lengths) + 1, dtype=np.int64)
    filled = np.flatnonzero(lengths)
    if len(filled):
        begins = np.cumsum(lengths, dtype=np.int64) - lengths
        room[filled + 1] = np.maximum.reduceat(places, begins[filled]) + 2
    return np.cumsum(room)[:-1].astype(np.int32)


def _as_stored(lengths: Integers) -> NDArray[np.float64]:
    """Return the lengths as Whoosh reads them back: rounded to one byte."""
    values, inverse = np.unique(lengths, return_inverse=True)
    stored = [byte_to_length(length_to_byte(int(value))) for value in values]
    return np.asarray(stored, dtype=np.float64)[inverse]
