"""Articles that say nearly the same: one of them is usually forgotten when the other is corrected."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from itertools import combinations
from typing import Final, NamedTuple
from zlib import crc32

from kb_service.text import tokens

SHINGLE_WORDS: Final = 4
SKETCH_SIZE: Final = 64  # smallest hashes kept of each text: similarity is then right to about 0.06
MIN_WORDS: Final = 30  # shorter texts are alike by chance
MIN_SIMILARITY: Final = 0.8
_MAX_SHARERS: Final = 50  # a shingle in more texts than this is boilerplate and points to nothing


class Pair(NamedTuple):
    """Two keys in order, and the share of their wording that is the same (0 to 1, estimated)."""

    one: str
    other: str
    similarity: float


def near_duplicates(texts: Mapping[str, str]) -> list[Pair]:
    """Return the pairs of texts that are nearly the same, in the order of `texts`."""
    sketches = {key: sketch for key, text in texts.items() if (sketch := _sketch(text))}
    sharers: dict[int, list[str]] = {}
    for key, sketch in sketches.items():
        for value in sketch:
            sharers.setdefault(value, []).append(key)
    candidates = {
        pair: None for keys in sharers.values() if len(keys) <= _MAX_SHARERS for pair in combinations(keys, 2)
    }
    pairs = (Pair(one, other, _similarity(sketches[one], sketches[other])) for one, other in candidates)
    return [pair for pair in pairs if pair.similarity >= MIN_SIMILARITY]


def _sketch(text: str) -> frozenset[int]:
    words = [token.word for token in tokens(text)]
    if len(words) < MIN_WORDS:
        return frozenset()
    shingles = {
        crc32(" ".join(words[start : start + SHINGLE_WORDS]).encode())
        for start in range(len(words) - SHINGLE_WORDS + 1)
    }
    return frozenset(heapq.nsmallest(SKETCH_SIZE, shingles))


def _similarity(one: frozenset[int], other: frozenset[int]) -> float:
    smallest = heapq.nsmallest(SKETCH_SIZE, one | other)
    return sum(value in one and value in other for value in smallest) / len(smallest)
