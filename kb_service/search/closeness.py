"""How a passage holds the question's words: what share of their weight, and how near each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.search.engine import Entry
from kb_service.search.understanding import QuestionWord


class Closeness(NamedTuple):
    """For each passage, between 0 and 1: the share of the question's weight it holds, and how close together.

    `held` has a row a passage and a column a word: whether the passage shows that word, a repair or a synonym of it.
    """

    coverage: NDArray[np.float64]
    proximity: NDArray[np.float64]
    held: NDArray[np.bool_]


def closeness(entries: Sequence[Entry], words: Sequence[QuestionWord]) -> Closeness:
    """Measure all `entries` at once; nothing here loops over their words in Python."""
    weights = np.asarray([word.weight for word in words])
    if not entries or not weights.sum():
        nothing = np.zeros(len(entries))
        return Closeness(nothing, nothing, np.zeros((len(entries), len(words)), dtype=bool))
    codes = np.frombuffer(b"".join(entry.codes for entry in entries), dtype=np.uint32)
    lengths = [len(entry.codes) // 4 for entry in entries]
    passage_at = np.repeat(np.arange(len(entries)), lengths)
    word_at = np.full(len(codes), -1, dtype=np.int32)
    held = np.zeros((len(entries), len(words)), dtype=bool)
    for number, word in enumerate(words):
        places = np.isin(codes, np.fromiter(word.codes, dtype=np.uint32)) if len(word.codes) > 1 else codes == word.code
        word_at[places] = number
        held[passage_at[places], number] = True
    return Closeness(held @ weights / weights.sum(), _proximity(word_at, passage_at, weights, len(entries)), held)


def _proximity(
    word_at: NDArray[np.int32], passage_at: NDArray[np.int64], weights: NDArray[np.float64], passages: int
) -> NDArray[np.float64]:
    """Add up, over pairs of neighbouring question words, the lesser weight by their distance; as share of the most."""
    places = np.flatnonzero(word_at >= 0)
    words, at = word_at[places], passage_at[places]
    pair = (words[1:] != words[:-1]) & (at[1:] == at[:-1])
    lesser = np.minimum(weights[words[1:]], weights[words[:-1]])
    near = np.where(pair, lesser / (places[1:] - places[:-1]) ** 2, 0.0)
    found = np.bincount(at[1:], weights=near, minlength=passages)
    return np.asarray(found / (found + weights.sum()))
