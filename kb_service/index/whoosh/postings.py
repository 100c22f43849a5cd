"""The postings of a generation: those of its segments joined, with what each is worth, as answers are scored from them.

Term t of the catalogue stands in the passages `ids[starts[t]:starts[t + 1]]`, ascending, and is worth as much there as
`impacts` says at the same place: the score of scoring.py, all fields together.

Passage n is document `document_of[n]` of segment `segment_of[n]` in the order of `segments`, and `numbers.<segment>`
has the number of each document, DELETED where it has none. For phrases `holding.<field>` says how many passages have
each term, and `norms.<field>` what scoring.length_norms gives for each passage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.arrays import Arrays, named
from kb_service.index.scoring import FIELD_WEIGHTS, FIELDS, K1, idfs, length_norms
from kb_service.index.whoosh.segments import FieldPostings, Integers, Segment
from kb_service.index.word_table import string_arrays

DELETED: Final = -1


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


class _Run(NamedTuple):
    """One field of one segment without deleted documents: of each posting its term, its passage, and how often.

    `strings` are the terms by number, `holding` says in how many passages each is.
    """

    strings: list[str]
    holding: Integers
    terms: Integers
    passages: Integers
    counts: Integers


def join_segments(segments: Sequence[Segment], numbers: Sequence[Integers]) -> Joined:
    """Join segments whose documents have these numbers: all together those from 0 on, each once, and DELETED."""
    documents = _in_order(numbers)
    firsts = np.cumsum([0, *map(len, segments)])
    segment_of = (np.searchsorted(firsts, documents, side="right") - 1).astype(np.int32)
    arrays: Arrays = {"segment_of": segment_of, "document_of": (documents - firsts[segment_of]).astype(np.int32)}
    names = [segment.name for segment in segments]
    arrays |= named("segments", string_arrays(names)._asdict())
    arrays |= named("numbers", dict(zip(names, numbers, strict=True)))
    fields = {field: [segment.fields[field] for segment in segments] for field in FIELDS}
    runs = {field: list(map(_run, postings, numbers)) for field, postings in fields.items()}
    terms = sorted(dict.fromkeys(term for mine in runs.values() for run in mine for term in _held(run)))
    place_of = dict(zip(terms, range(len(terms)), strict=True))
    keys: list[NDArray[np.int64]] = []
    impacts: list[NDArray[np.float32]] = []
    for field in FIELDS:
        places = [_places(run, place_of) for run in runs[field]]
        holding = np.zeros(len(terms), dtype=np.int32)
        for run, place in zip(runs[field], places, strict=True):
            holding[place[run.holding > 0]] += run.holding[run.holding > 0]
        norms = length_norms(_gathered([postings.lengths for postings in fields[field]], documents))
        worth = FIELD_WEIGHTS[field] * (K1 + 1) * idfs(holding, len(documents))
        for run, place in zip(runs[field], places, strict=True):
            at = place[run.terms]
            keys.append(at.astype(np.int64) << 32 | run.passages)
            impacts.append((worth[at] * run.counts / (run.counts + norms[run.passages])).astype(np.float32))
        arrays |= {f"holding.{field}": holding, f"norms.{field}": norms}
    return Joined(
        arrays | _merged(keys, impacts, len(terms)),
        dict(zip(terms, arrays["holding.text"].tolist(), strict=True)),
        _count_words(segments, numbers),
        _gathered([segment.steps for segment in segments], documents).astype(np.bool_),
        _headings(segments, documents),
    )


def _in_order(numbers: Sequence[Integers]) -> NDArray[np.int64]:
    """Return the documents in the order of their numbers; those of all segments are counted on."""
    flat = np.concatenate([np.zeros(0, dtype=np.int32), *numbers])
    live = np.flatnonzero(flat >= 0)
    documents = np.empty(len(live), dtype=np.int64)
    documents[flat[live]] = live
    return documents


def _run(postings: FieldPostings, numbers: Integers) -> _Run:
    passages, counts = numbers[postings.ids], postings.counts
    holding = np.diff(postings.starts)
    if numbers.min(initial=0) < 0:
        live = passages >= 0
        before = np.concatenate(([0], np.cumsum(live, dtype=np.int32)))
        passages, counts, holding = passages[live], counts[live], np.diff(before[postings.starts])
    terms = np.repeat(np.arange(len(holding), dtype=np.int32), holding)
    return _Run(postings.terms.all(), holding, terms, passages, counts)


def _held(run: _Run) -> Iterator[str]:
    """Return the terms that passages have."""
    return (term for term, holding in zip(run.strings, run.holding.tolist(), strict=True) if holding)


def _places(run: _Run, place_of: dict[str, int]) -> Integers:
    """Return the place of each term of a run in the catalogue, 0 where no passage has it."""
    return np.fromiter((place_of.get(term, 0) for term in run.strings), dtype=np.int32, count=len(run.strings))


def _gathered(columns: Sequence[NDArray[Any]], documents: NDArray[np.int64]) -> NDArray[Any]:
    """Return what columns of segments say of documents."""
    return np.concatenate([np.zeros(0, dtype=np.int32), *columns])[documents]


def _merged(keys: Sequence[NDArray[np.int64]], impacts: Sequence[NDArray[np.float32]], terms: int) -> Arrays:
    """Return postings by term and passage; where a passage has a term in several fields, their sum.

    A key is a term and a passage. Those of one run are ascending: sorting them all merges them.
    """
    all_keys = np.concatenate([np.zeros(0, dtype=np.int64), *keys])
    order = np.argsort(all_keys, kind="stable")
    all_keys = all_keys[order]
    first = np.flatnonzero(np.diff(all_keys, prepend=-1))
    worth = np.concatenate([np.zeros(0, dtype=np.float32), *impacts])[order]
    holding = np.bincount(all_keys[first] >> 32, minlength=terms)
    return {
        "starts": np.concatenate(([0], np.cumsum(holding, dtype=np.int64))),
        "ids": all_keys[first].astype(np.int32),
        "impacts": np.add.reduceat(worth, first) if len(first) else worth,
    }


def _count_words(segments: Sequence[Segment], numbers: Sequence[Integers]) -> Counter[str]:
    """Return how many passages have each word as written."""
    words: dict[str, int] = {}
    for segment, mine in zip(segments, numbers, strict=True):
        live = np.repeat(mine >= 0, np.diff(segment.word_starts))
        counts = np.bincount(segment.word_numbers[live], minlength=len(segment.words)).tolist()
        for word, count in zip(segment.words.all(), counts, strict=True):
            if count:
                words[word] = words.get(word, 0) + count
    return Counter(words)


def _headings(segments: Sequence[Segment], documents: NDArray[np.int64]) -> list[str]:
    headings = [heading for segment in segments for heading in segment.headings.all()]
    return [headings[document] for document in documents.tolist()]
