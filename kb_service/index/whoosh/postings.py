"""The postings of a generation: those of its segments joined, with what each is worth, as answers are scored from them.

Term t of the catalogue stands in the passages `ids[starts[t]:starts[t + 1]]`, ascending, and is worth as much there as
`impacts` says at the same place: the score of query.py, all fields together.

Passage n is document `document_of[n]` of segment `segment_of[n]` in the order of `segments`, and `numbers.<segment>`
has the number of each document, DELETED where it has none. For phrases `holding.<field>` says how many passages have
each term, and `norms.<field>` what query.length_norms gives for each passage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, compress, islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.mapped_files import Arrays, named
from kb_service.index.query import FIELD_WEIGHTS, FIELDS, K1, idfs, length_norms
from kb_service.index.whoosh.segments import FieldPostings, Integers, Segment
from kb_service.index.word_table import Strings, string_arrays


class Joined(NamedTuple):
    """What is known of all passages together: `arrays` are those above.

    `terms` are alphabetical, each with how many passages have it in their text; `words` are as written, each with how
    many passages have it; `steps` and `headings` (the last of each, "" without) are by passage.
    """

    arrays: Arrays
    terms: dict[str, int]
    words: Counter[str]
    steps: NDArray[np.bool_]
    headings: list[str]


class _Field(NamedTuple):
    """One field of one segment and the numbers of its documents; `place` is that of each of its terms in the catalogue.

    `holding` says how many passages have each of its terms: fewer than documents, where some are deleted.
    """

    postings: FieldPostings
    numbers: Integers
    holding: Integers
    place: Integers

    def live(self) -> tuple[Integers, Integers, Integers]:
        """Return of each posting of a passage the place of its term, the passage, and how often it is there."""
        passages, counts = self.numbers[self.postings.ids], self.postings.counts
        if (self.numbers < 0).any():
            passages, counts = passages[passages >= 0], counts[passages >= 0]
        return np.repeat(self.place, self.holding), passages, counts


def join_segments(segments: Sequence[Segment], numbers: Sequence[Integers]) -> Joined:
    """Join segments whose documents have these numbers: all together those from 0 on, each once, and DELETED."""
    documents = _in_order(numbers)
    firsts = np.cumsum([0, *map(len, segments)])
    segment_of = (np.searchsorted(firsts, documents, side="right") - 1).astype(np.int32)
    names = [segment.name for segment in segments]
    arrays: Arrays = {
        "segment_of": segment_of,
        "document_of": (documents - firsts[segment_of]).astype(np.int32),
        **named("segments", string_arrays(names)._asdict()),
        **named("numbers", dict(zip(names, numbers, strict=True))),
    }
    terms, fields = _catalogued(segments, numbers)
    for field, parts in fields.items():
        lengths = [part.postings.lengths for part in parts]
        arrays[f"norms.{field}"] = length_norms(_gathered(lengths, documents))
        arrays[f"holding.{field}"] = _added(
            len(terms), [part.place for part in parts], [part.holding for part in parts]
        )
    return Joined(
        arrays | _weighed(fields, arrays, len(terms), len(documents)),
        dict(zip(terms, arrays["holding.text"].tolist(), strict=True)),
        _count_words(segments, numbers),
        _gathered([segment.steps for segment in segments], documents).astype(np.bool_),
        _headings(segments, documents),
    )


def _catalogued(segments: Sequence[Segment], numbers: Sequence[Integers]) -> tuple[list[str], dict[str, list[_Field]]]:
    """Return the terms that any passage has, in order, and the fields of all segments."""
    held = list(zip(segments, numbers, strict=True))
    postings = [segment.fields[field] for field in FIELDS for segment in segments]
    holding = [_holding(segment.fields[field], mine) for field in FIELDS for segment, mine in held]
    terms, places = _united([each.terms for each in postings], holding)
    parts = map(_Field, postings, [mine for _ in FIELDS for mine in numbers], holding, places)
    return terms, {field: list(islice(parts, len(segments))) for field in FIELDS}


def _united(strings: Sequence[Strings], holding: Sequence[Integers]) -> tuple[list[str], list[Integers]]:
    """Return the strings of all that any passage has, in order, and where among them are those of each.

    `holding` says how many passages have each; strings that none has count as the first.
    """
    live = [list(compress(mine.all(), held.tolist())) for mine, held in zip(strings, holding, strict=True)]
    united = sorted(dict.fromkeys(chain.from_iterable(live)))
    place_of = dict(zip(united, range(len(united)), strict=True))
    places = [np.zeros(len(held), dtype=np.int32) for held in holding]
    for place, held, mine in zip(places, holding, live, strict=True):
        place[held > 0] = np.fromiter(map(place_of.__getitem__, mine), dtype=np.int32, count=len(mine))
    return united, places


def _holding(postings: FieldPostings, numbers: Integers) -> Integers:
    """Return how many passages have each term of a segment."""
    if (numbers >= 0).all():
        return np.diff(postings.starts)
    before = np.concatenate(([0], np.cumsum(numbers[postings.ids] >= 0, dtype=np.int32)))
    return np.diff(before[postings.starts])


def _weighed(fields: Mapping[str, Sequence[_Field]], arrays: Arrays, terms: int, passages: int) -> Arrays:
    """Return postings by term and passage with what they are worth; where a term is in several fields, their sum."""
    size = sum(int(part.holding.sum()) for parts in fields.values() for part in parts)
    keys, impacts = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.float32)  # a key: term and passage
    done = 0
    for field, parts in fields.items():
        norms = arrays[f"norms.{field}"]
        worth = FIELD_WEIGHTS[field] * (K1 + 1) * idfs(arrays[f"holding.{field}"], passages)
        for part in parts:
            places, numbers, counts = part.live()
            run = slice(done, done := done + len(places))
            np.bitwise_or(places.astype(np.int64) << 32, numbers, out=keys[run])
            impacts[run] = worth[places] * counts / (counts + norms[numbers])
    order = np.argsort(keys, kind="stable")  # every part is ascending: sorting merges them
    keys, impacts = keys[order], impacts[order]
    del order
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    impacts = np.add.reduceat(impacts, first) if size else impacts
    keys = keys[first]
    starts = np.concatenate(([0], np.cumsum(np.bincount(keys >> 32, minlength=terms), dtype=np.int64)))
    return {"starts": starts, "ids": keys.astype(np.int32), "impacts": impacts}


def _in_order(numbers: Sequence[Integers]) -> NDArray[np.int64]:
    """Return the documents in the order of their numbers; those of all segments are counted on."""
    flat = np.concatenate([np.zeros(0, dtype=np.int32), *numbers])
    live = np.flatnonzero(flat >= 0)
    documents = np.empty(len(live), dtype=np.int64)
    documents[flat[live]] = live
    return documents


def _gathered(columns: Sequence[NDArray[Any]], documents: NDArray[np.int64]) -> NDArray[Any]:
    """Return what columns of segments say of documents."""
    return np.concatenate([np.zeros(0, dtype=np.int32), *columns])[documents]


def _count_words(segments: Sequence[Segment], numbers: Sequence[Integers]) -> Counter[str]:
    """Return how many passages have each word as written."""
    held = list(zip(segments, numbers, strict=True))
    live = [np.repeat(mine >= 0, np.diff(segment.word_starts)) for segment, mine in held]
    holding = [
        np.bincount(segment.word_numbers[those], minlength=len(segment.words)).astype(np.int32)
        for segment, those in zip(segments, live, strict=True)
    ]
    words, places = _united([segment.words for segment in segments], holding)
    return Counter(dict(zip(words, _added(len(words), places, holding).tolist(), strict=True)))


def _added(count: int, places: Sequence[Integers], holding: Sequence[Integers]) -> Integers:
    """Return what strings of several lists, with these places among `count`, are held by together."""
    together = np.zeros(count, dtype=np.int32)
    for place, held in zip(places, holding, strict=True):
        np.add.at(together, place, held)
    return together


def _headings(segments: Sequence[Segment], documents: NDArray[np.int64]) -> list[str]:
    headings = [heading for segment in segments for heading in segment.headings.all()]
    return [headings[document] for document in documents.tolist()]
