"""Compiles all shards' counts into one set of postings, a shard at a time: what grows with the index is on disk.

See postings.py for the parts and for the formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from kb_service.index.arrays import write_arrays
from kb_service.index.scoring import FIELD_WEIGHTS, K1, length_norms
from kb_service.index.whoosh.counts import Counts, FieldCounts
from kb_service.index.whoosh.numbering import Integers, Numbering
from kb_service.index.whoosh.postings import ALL_FIELDS, TERMS, mapped
from kb_service.index.word_table import word_arrays

TOGETHER: Final = 1 << 20  # postings of all fields merged at once


class _Columns(NamedTuple):
    """The columns of FieldCounts of one shard, terms by their numbers in the whole index."""

    terms: Integers
    sizes: Integers
    ids: Integers
    counts: Integers
    places: Integers
    lengths: Integers
    rooms: Integers


class _Totals(NamedTuple):
    """Of one field: how many passages hold each term and how often in all, and the lengths of all passages."""

    holding: NDArray[np.int64]
    words: NDArray[np.int64]
    lengths: Integers


def write_postings(files: Mapping[str, Path], terms: Numbering, fields: Sequence[str], folder: Path) -> None:
    """Write the compiled postings of all shards to `folder`; `files` are those of their counts by key, in order."""
    numbers = dict(zip(terms.strings, range(len(terms.strings)), strict=True))
    write_arrays(folder / TERMS, word_arrays(numbers)._asdict())
    passages = 0
    for field in fields:
        totals = _total(_columns(files, field, terms), len(terms.strings))
        _write_field(folder, field, _columns(files, field, terms), totals)
        passages = len(totals.lengths)
    _write_together(folder, fields)
    np.save(folder / "passages.npy", np.asarray([passages], dtype=np.int64))


def _columns(files: Mapping[str, Path], field: str, terms: Numbering) -> Iterator[_Columns]:
    for key, file in files.items():
        counts = msgspec.msgpack.decode(Counts.read(file).fields[field], type=FieldCounts)
        columns = _Columns(*(np.frombuffer(column, dtype=np.int32) for column in msgspec.structs.astuple(counts)))
        yield columns._replace(terms=terms.shards[key][columns.terms])


def _total(shards: Iterator[_Columns], terms: int) -> _Totals:
    holding, words = np.zeros(terms, dtype=np.int64), np.zeros(terms, dtype=np.int64)
    lengths: list[Integers] = []
    for shard in shards:
        holding[shard.terms] += shard.sizes
        words[shard.terms] += _words(shard)
        lengths.append(shard.lengths)
    return _Totals(holding, words, np.concatenate(lengths))


def _write_field(folder: Path, field: str, shards: Iterator[_Columns], totals: _Totals) -> None:
    starts, spot_starts = _starts(totals.holding), _starts(totals.words)
    passages = len(totals.lengths)
    idf = np.where(totals.holding > 0, np.log(max(passages, 1) / (totals.holding + 1)) + 1, 0.0)
    norm = length_norms(totals.lengths)
    small: dict[str, NDArray[Any]] = {"starts": starts, "spot_starts": spot_starts, "idf": idf.astype(np.float32)}
    for part, values in small.items():
        np.save(folder / f"{field}.{part}.npy", values)
    ids = _new(folder / f"{field}.ids.npy", np.int32, starts[-1])
    impacts = _new(folder / f"{field}.impacts.npy", np.float32, starts[-1])
    spots = _new(folder / f"{field}.spots.npy", np.int32, spot_starts[-1])
    bases = _new(folder / f"{field}.bases.npy", np.int32, passages)
    at, spot_at = starts[:-1].copy(), spot_starts[:-1].copy()  # where the next of each term goes
    worth, done, begins = FIELD_WEIGHTS[field] * idf, 0, 0
    for shard in shards:
        mine = slice(done, done + len(shard.lengths))
        bases[mine] = begins + np.cumsum(shard.rooms) - shard.rooms
        begins += int(shard.rooms.sum())
        _place(shard, at, spot_at, ids=ids, impacts=impacts, spots=spots, bases=bases[mine], norm=norm[mine],
               worth=worth, first=done)  # fmt: skip
        done = mine.stop


def _place(
    shard: _Columns,
    at: NDArray[np.int64],
    spot_at: NDArray[np.int64],
    *,
    ids: Integers,
    impacts: NDArray[np.float32],
    spots: Integers,
    bases: Integers,
    norm: NDArray[np.float64],
    worth: NDArray[np.float64],
    first: int,
) -> None:
    """Put a shard's postings where they belong, behind those of the shards before, and move `at` and `spot_at` on."""
    terms, sizes, counts = shard.terms, shard.sizes, shard.counts
    words = _words(shard)
    places = np.repeat(at[terms] - _before(sizes), sizes) + np.arange(len(counts))
    ids[places] = shard.ids + np.int32(first)
    impacts[places] = np.repeat(worth[terms], sizes) * counts * (K1 + 1) / (counts + norm[shard.ids])
    behind = np.repeat(spot_at[terms] - _before(words), words) + np.arange(len(shard.places))
    spots[behind] = np.repeat(bases[shard.ids], counts) + shard.places
    at[terms] += sizes
    spot_at[terms] += words


def _words(shard: _Columns) -> NDArray[np.int64]:
    """Return how often each term of a shard stands in it."""
    if not len(shard.terms):
        return np.zeros(0, dtype=np.int64)
    return np.add.reduceat(shard.counts, _before(shard.sizes), dtype=np.int64)


def _before(sizes: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    return np.cumsum(sizes, dtype=np.int64) - sizes


def _write_together(folder: Path, fields: Sequence[str]) -> None:
    """Write the postings of all fields: where a passage has a term in several, their sum."""
    parts = [[mapped(folder / f"{field}.{part}.npy") for part in ("starts", "ids", "impacts")] for field in fields]
    ends = np.sum([starts for starts, _, _ in parts], axis=0)
    ids, impacts = np.empty(ends[-1], dtype=np.int32), np.empty(ends[-1], dtype=np.float32)
    starts = np.zeros(len(ends), dtype=np.int64)
    done = 0
    for first, last in pairwise(_cuts(ends)):
        terms, found, worth = _merged([_run(part, first, last) for part in parts])
        ids[done : done + len(found)], impacts[done : done + len(found)] = found, worth
        starts[first + 1 : last + 1] = done + np.searchsorted(terms, np.arange(1, last - first + 1))
        done += len(found)
    write: dict[str, NDArray[Any]] = {"starts": starts, "ids": ids[:done], "impacts": impacts[:done]}
    for part, values in write.items():
        np.save(folder / f"{ALL_FIELDS}.{part}.npy", values)


def _cuts(ends: NDArray[np.int64]) -> list[int]:
    """Return where runs of terms begin and end that have about TOGETHER postings."""
    wanted = np.arange(TOGETHER, ends[-1], TOGETHER)
    return sorted({0, len(ends) - 1, *np.searchsorted(ends, wanted).tolist()})


def _run(part: Sequence[NDArray[Any]], first: int, last: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return the postings of some terms of a field: term (counted from `first`) and passage as one number, impact."""
    starts, ids, impacts = part
    bounds = starts[first : last + 1]
    terms = np.repeat(np.arange(last - first) << 32, np.diff(bounds))
    return terms | ids[bounds[0] : bounds[-1]], impacts[bounds[0] : bounds[-1]]


def _merged(runs: Sequence[tuple[NDArray[np.int64], NDArray[Any]]]) -> tuple[NDArray[np.int64], Integers, NDArray[Any]]:
    """Return the terms, passages and impacts of several fields' runs."""
    keys, impacts = (np.concatenate(column) for column in zip(*runs, strict=True))
    order = np.argsort(keys, kind="stable")  # of sorted runs: they are merged
    keys, impacts = keys[order], impacts[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    keys = keys[first]
    return keys >> 32, keys.astype(np.int32), np.add.reduceat(impacts, first) if len(first) else impacts


def _starts(holding: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(holding)))


def _new(path: Path, kind: type[np.generic], length: int) -> NDArray[Any]:
    """Return an array that is a new file."""
    return open_memmap(path, mode="w+", dtype=kind, shape=(int(length),))
