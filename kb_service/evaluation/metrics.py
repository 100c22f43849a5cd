"""How good one ranking and one quote are: pure functions, 0 to 1, and 1 when nothing could be better."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from kb_service.text import tokens

QUOTE_F1: Final = 0.5  # half the words shared, counting what is missing and what is too much


def ndcg(ranked: Sequence[str], relevant: Mapping[str, float], *, k: int) -> float:
    """Return the normalised discounted gain of the first `k`: gain is the grade, discounted by log2(place + 1).

    As trec_eval computes it (ndcg_cut): grades are not raised to powers of two. 0 when nothing is relevant.
    """
    best = _discounted(sorted(relevant.values(), reverse=True)[:k])
    return _discounted([relevant.get(name, 0.0) for name in ranked[:k]]) / best if best else 0.0


def reciprocal_rank(ranked: Sequence[str], relevant: Mapping[str, float], *, k: int) -> float:
    """Return one over the place of the first relevant among the first `k`, 0 without one."""
    return next((1 / place for place, name in enumerate(ranked[:k], 1) if name in relevant), 0.0)


def hit(ranked: Sequence[str], relevant: Mapping[str, float], *, k: int) -> float:
    """Return 1 when any of the first `k` is relevant, else 0."""
    return float(any(name in relevant for name in ranked[:k]))


def recall(ranked: Sequence[str], relevant: Mapping[str, float], *, k: int) -> float:
    """Return the share of all relevant ones that are among the first `k`; 0 when nothing is relevant."""
    return sum(name in relevant for name in ranked[:k]) / len(relevant) if relevant else 0.0


def quote_is_right(quote: str, text: str) -> float:
    """Return 1 when the quote shows the labelled text, else 0.

    It does when the label's words stand in it in order and unbroken, or when the F1 of the words that both share (a
    word twice in both counts twice) is at least QUOTE_F1. Words are compared as the index does: case, accents and
    punctuation do not count.
    """
    quoted, labelled = _words(quote), _words(text)
    if not quoted or not labelled:
        return 0.0
    if f" {' '.join(labelled)} " in f" {' '.join(quoted)} ":
        return 1.0
    shared = (Counter(quoted) & Counter(labelled)).total()
    return float(2 * shared / (len(quoted) + len(labelled)) >= QUOTE_F1)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def _words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]
