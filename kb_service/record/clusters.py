"""Puts phrases together that ask the same: by meaning where there is a model, by words else.

The phrases asked most often lead: each of the others joins the nearest group whose centre is near enough, or leads one
of its own. Then groups whose centres are near join the larger one. All in the order of counts: the same record always
gives the same groups.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np

from kb_service.analysis import STOP_WORDS, WEAK_WORDS, analyse
from kb_service.meaning.vectors import Floats

BLOCK: Final = 256  # phrases compared with all groups at once
JOINED: Final = 400  # groups that are compared with each other: the others are asked too seldom to be shown
WORD_COMPONENTS: Final = 384  # a word is a random direction: two have a cosine of 0 +- .05


class Nearness(NamedTuple):
    """How alike a phrase and a group must be, and two groups: cosines."""

    phrase: float
    group: float


IN_MEANING: Final = Nearness(phrase=0.58, group=0.60)
IN_WORDS: Final = Nearness(phrase=0.45, group=0.30)


def cluster(vectors: Floats, counts: Sequence[int], near: Nearness) -> list[list[int]]:
    """Return groups of row numbers, the group asked most often first, in each the phrase asked most often first.

    `vectors` are unit vectors, `counts` how often each was asked.
    """
    order = sorted(range(len(counts)), key=lambda row: (-counts[row], row))
    weighted = vectors * np.sqrt(np.array(counts, dtype=np.float32))[:, None]
    groups = _Groups(vectors.shape[1])
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        known = len(groups.rows)
        before = vectors[block] @ groups.centres[:known].T if known else np.zeros((len(block), 1), dtype=np.float32)
        for row, cosines in zip(block, before, strict=True):
            nearest, cosine = int(cosines.argmax()), float(cosines.max())
            if len(groups.rows) > known:  # led by an earlier phrase of this block
                of_block = groups.centres[known : len(groups.rows)] @ vectors[row]
                if float(of_block.max()) > cosine:
                    nearest, cosine = known + int(of_block.argmax()), float(of_block.max())
            groups.add([row], weighted[row], to=nearest if cosine >= near.phrase else None)
    return _joined(groups, weighted, counts, near.group)


class _Groups:
    """Groups with their centres: the directions of the sums of what is in them."""

    def __init__(self, dimensions: int) -> None:
        self.rows: list[list[int]] = []
        self.centres = np.zeros((64, dimensions), dtype=np.float32)
        self._sums = np.zeros_like(self.centres)

    def add(self, rows: Sequence[int], weight: Floats, *, to: int | None) -> None:
        """Add rows, whose vectors are `weight` together, to a group; without one they are a group of their own."""
        if to is None:
            to = len(self.rows)
            self.rows.append([])
            if to == len(self.centres):
                self.centres = np.concatenate([self.centres, np.zeros_like(self.centres)])
                self._sums = np.concatenate([self._sums, np.zeros_like(self._sums)])
        self.rows[to] += rows
        self._sums[to] += weight
        self.centres[to] = self._sums[to] / max(math.sqrt(float(self._sums[to] @ self._sums[to])), 1e-9)


def _joined(groups: _Groups, weighted: Floats, counts: Sequence[int], near: float) -> list[list[int]]:
    """Return the groups in the order of counts, after those near to a larger one have joined it."""

    def asked(rows: Sequence[int]) -> tuple[int, int]:
        return -sum(counts[row] for row in rows), rows[0]

    found = sorted(groups.rows, key=asked)
    joined = _Groups(weighted.shape[1])
    for rows in found[:JOINED]:
        weight = weighted[rows].sum(axis=0)
        cosines = joined.centres[: len(joined.rows)] @ weight / max(float(np.linalg.norm(weight)), 1e-9)
        nearest = int(cosines.argmax()) if len(cosines) else 0
        joined.add(rows, weight, to=nearest if len(cosines) and cosines[nearest] >= near else None)
    merged = [sorted(rows, key=lambda row: (-counts[row], row)) for rows in joined.rows]
    return sorted([*merged, *found[JOINED:]], key=asked)


def word_vectors(phrases: Sequence[str]) -> Floats:
    """Return unit vectors of the words of phrases: rare words count more, those of grammar little or nothing."""
    terms = [_terms(phrase) for phrase in phrases]
    seen = Counter(term for each in terms for term in set(each))
    direction = {term: _direction(term) * math.log(1 + len(phrases) / times) for term, times in seen.items()}
    vectors = np.zeros((len(phrases), WORD_COMPONENTS), dtype=np.float32)
    for row, each in enumerate(terms):
        for term in each:
            vectors[row] += direction[term]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    np.divide(vectors, lengths, out=vectors, where=lengths > 0)
    return vectors


def _terms(phrase: str) -> set[str]:
    found = {term.term for term in analyse(phrase)}
    return found - STOP_WORDS - WEAK_WORDS or found


def _direction(term: str) -> Floats:
    """Return the direction of a word: the same everywhere, and at a right angle to nearly every other."""
    digest = blake2b(term.encode(), digest_size=WORD_COMPONENTS // 8).digest()
    signs = np.unpackbits(np.frombuffer(digest, dtype=np.uint8)).astype(np.float32) * 2 - 1
    direction: Floats = signs / np.float32(math.sqrt(WORD_COMPONENTS))
    return direction
