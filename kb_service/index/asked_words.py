"""How alike two questions are by their words: the inner product of their words and pairs of words, rare ones first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.analysis import analyse
from kb_service.index.word_table import WordArrays, WordTable, word_arrays

PAIR: Final = 0.5  # how much two words in a row count beside each of them; see classifying.py

Integers = NDArray[np.int32]
Floats = NDArray[np.float32]


class AskedArrays(NamedTuple):
    """Questions by their words and pairs of words; the first five are the WordArrays of these parts.

    Part n stands in the questions `numbers[starts[n]:starts[n + 1]]`, ascending, with these `weights`; `rarity` is that
    of each part, and last the one of a word that nobody asks.
    """

    letters: NDArray[np.uint8]
    ends: Integers
    values: Integers
    buckets: Integers
    places: Integers
    starts: Integers
    numbers: Integers
    weights: Floats
    rarity: NDArray[np.float64]
    texts: Integers


class AskedWords:
    """Questions that people ask, each a vector of length 1 over its terms and pairs of terms."""

    def __init__(self, arrays: AskedArrays) -> None:
        self.arrays = arrays
        self._parts = WordTable(WordArrays(*arrays[:5]))
        self._starts: memoryview[int] = arrays.starts.data
        self._rarity: memoryview[float] = arrays.rarity.view(np.uint8).data.cast("d")
        self._texts = int(arrays.texts[0])

    @classmethod
    def of(cls, texts: Sequence[str]) -> AskedWords:
        """Return questions, analysed."""
        counted = [_counts(text) for text in texts]
        holding = Counter(part for counts in counted for part in counts)
        parts = {part: number for number, part in enumerate(holding)}
        rarity = {part: math.log((len(texts) + 1) / (held + 1)) + 1 for part, held in holding.items()}
        unheard = math.log(len(texts) + 1) + 1
        units = [_unit(counts, rarity.get, unheard) for counts in counted]
        held = np.asarray([parts[part] for unit in units for part in unit], dtype=np.int32)
        order = np.argsort(held, kind="stable")
        arrays = AskedArrays(
            *word_arrays(parts),
            starts=np.concatenate(([0], np.cumsum(list(holding.values())))).astype(np.int32),
            numbers=np.repeat(np.arange(len(texts), dtype=np.int32), [len(unit) for unit in units])[order],
            weights=np.asarray([weight for unit in units for weight in unit.values()], dtype=np.float32)[order],
            rarity=np.asarray([*rarity.values(), unheard]),
            texts=np.asarray([len(texts)], dtype=np.int32),
        )
        return cls(arrays)

    def likeness(self, text: str) -> Floats:
        """Return for each question its inner product with `text`, 0 to 1; words that nobody asks make it less."""
        unit = _unit(_counts(text), self._rarity_of, self._rarity[-1])
        found = [(at, weight) for part, weight in unit.items() if (at := self._parts.find(part)) is not None]
        if not found:
            return np.zeros(self._texts, dtype=np.float32)
        runs = [slice(self._starts[at], self._starts[at + 1]) for at, _ in found]
        numbers = np.concatenate([self.arrays.numbers[run] for run in runs])
        products = np.concatenate([self.arrays.weights[run] * w for run, (_, w) in zip(runs, found, strict=True)])
        return np.bincount(numbers, products, self._texts).astype(np.float32)

    def _rarity_of(self, part: str) -> float | None:
        at = self._parts.find(part)
        return None if at is None else self._rarity[at]


def _unit(counts: Counter[str], rarity_of: Callable[[str], float | None], unheard: float) -> dict[str, float]:
    parts: dict[str, float] = {}
    for part, count in counts.items():
        rarity = rarity_of(part)
        if rarity is None:
            rarity = 0.0 if " " in part else unheard
        parts[part] = (PAIR if " " in part else 1.0) * (1 + math.log(count)) * rarity
    length = math.sqrt(sum(weight * weight for weight in parts.values())) or 1.0
    return {part: weight / length for part, weight in parts.items()}


def _counts(text: str) -> Counter[str]:
    terms = [term.term for term in analyse(text)]
    return Counter([*terms, *(f"{one} {next_one}" for one, next_one in pairwise(terms))])
