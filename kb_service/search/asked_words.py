"""How alike two questions are by their words: the inner product of their words and pairs of words, rare ones first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb_service.search.analysis import analyse

PAIR: Final = 0.5  # how much two words in a row count beside each of them; see classifying.py

Floats = NDArray[np.float32]


class AskedWords:
    """Questions that people ask, each a vector of length 1 over its terms and pairs of terms."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [_counts(text) for text in texts]
        holding = Counter(part for counts in counted for part in counts)
        self._rarity = {part: math.log((len(texts) + 1) / (held + 1)) + 1 for part, held in holding.items()}
        self._unheard = math.log(len(texts) + 1) + 1
        self._texts = len(texts)
        postings: dict[str, list[tuple[int, float]]] = {part: [] for part in holding}
        for number, counts in enumerate(counted):
            for part, weight in self._unit(counts).items():
                postings[part].append((number, weight))
        self._postings = {
            part: (np.asarray([n for n, _ in found], np.int32), np.asarray([w for _, w in found], np.float32))
            for part, found in postings.items()
        }

    def likeness(self, text: str) -> Floats:
        """Return for each question its inner product with `text`, 0 to 1; words that nobody asks make it less."""
        found = [(*self._postings[part], w) for part, w in self._unit(_counts(text)).items() if part in self._postings]
        if not found:
            return np.zeros(self._texts, dtype=np.float32)
        numbers = np.concatenate([numbers for numbers, _, _ in found])
        products = np.concatenate([weights * weight for _, weights, weight in found])
        return np.bincount(numbers, products, self._texts).astype(np.float32)

    def _unit(self, counts: Counter[str]) -> dict[str, float]:
        parts: dict[str, float] = {}
        for part, count in counts.items():
            rarity = self._rarity.get(part, 0.0 if " " in part else self._unheard)
            parts[part] = (PAIR if " " in part else 1.0) * (1 + math.log(count)) * rarity
        length = math.sqrt(sum(weight * weight for weight in parts.values())) or 1.0
        return {part: weight / length for part, weight in parts.items()}


def _counts(text: str) -> Counter[str]:
    terms = [term.term for term in analyse(text)]
    return Counter([*terms, *(f"{one} {next_one}" for one, next_one in pairwise(terms))])
