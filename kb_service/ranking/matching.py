"""Where a passage holds the question's words: what share of their weight, how close together, and at which offsets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.port import Codes, Entry
from kb_service.questions.understanding import QuestionWord

MOST_APART: Final = 8  # words: pairs that are farther apart are not close; 3 to 20 measure alike


class Closeness(NamedTuple):
    """For each passage, between 0 and 1: the share of the question's weight it holds, and how close together.

    `held` is [passages, words]: whether the passage holds that word, a repair or a synonym of it.
    """

    coverage: NDArray[np.float64]
    proximity: NDArray[np.float64]
    held: NDArray[np.bool_]


class Place(NamedTuple):
    """[start, end) of a word in a passage's text, and the number of the question's word it stands for."""

    start: int
    end: int
    word: int


def closeness(codes: Codes, words: Sequence[QuestionWord]) -> Closeness:
    """Measure all passages of `codes` at once, without a loop over their words."""
    passages = len(codes.starts) - 1
    weights = np.asarray([word.weight for word in words])
    held = np.zeros((passages, len(words)), dtype=bool)
    total = weights.sum()
    if not passages or not total:
        return Closeness(np.zeros(passages), np.zeros(passages), held)
    wanted = [(number, code) for number, word in enumerate(words) for code in word.codes]
    standing = [(codes.codes == code).nonzero()[0] for _, code in wanted]
    places = np.concatenate(standing)
    word_at = np.repeat([number for number, _ in wanted], [len(each) for each in standing])
    passage_at = np.searchsorted(codes.starts, places, side="right") - 1
    held[passage_at, word_at] = True
    order = np.argsort(places, kind="stable")
    proximity = _proximity(places[order], passage_at[order], word_at[order], weights, passages)
    return Closeness(held @ weights / total, proximity / total, held)


def _proximity(
    places: NDArray[np.int64],
    passage_at: NDArray[np.int64],
    word_at: NDArray[np.int64],
    weights: NDArray[np.float64],
    passages: int,
) -> NDArray[np.float64]:
    """Sum over pairs of question words that are neighbours in a passage the lesser weight over their distances.

    `places` ascend; at each stands the question's word `word_at` in the passage `passage_at`. A pair counts once, where
    it is closest; its weight is divided by the distance there and by that in the question.
    """
    last = np.ones(len(places), dtype=bool)  # of several words that stand at one place
    last[:-1] = places[1:] != places[:-1]
    places, at, word = places[last], passage_at[last], word_at[last]
    left, right, distance = word[:-1], word[1:], places[1:] - places[:-1]
    near = (left != right) & (at[1:] == at[:-1]) & (distance <= MOST_APART)
    left, right, at, distance = left[near], right[near], at[1:][near], distance[near]
    worth = np.minimum(weights[left], weights[right]) / (distance * np.abs(left - right))
    pairs = len(weights) ** 2
    best = np.zeros(passages * pairs)
    np.maximum.at(best, at * pairs + np.minimum(left, right) * len(weights) + np.maximum(left, right), worth)
    return np.asarray(best.reshape(passages, pairs).sum(axis=1))


def word_places(entry: Entry, words: Sequence[QuestionWord]) -> list[Place]:
    """Return where the passage's text has a word of the question, its repair or synonym, in the order of the text.

    What stands for several words of the question comes once for each.
    """
    numbers: dict[int, list[int]] = {}
    for number, word in enumerate(words):
        for code in word.codes:
            numbers.setdefault(code, []).append(number)
    spans, body = memoryview(entry.spans).cast("I"), memoryview(entry.codes).cast("I")[entry.body_at :]
    return sorted(
        Place(spans[2 * at], spans[2 * at + 1], number)
        for at, code in enumerate(body)
        if code in numbers
        for number in numbers[code]
    )


def marks(entry: Entry, words: Sequence[QuestionWord]) -> tuple[tuple[int, int], ...]:
    """Return [start, end) of these places, sorted and without overlap; only blanks between two make them one."""
    text = entry.passage.text
    found: list[tuple[int, int]] = []
    for start, end, _ in word_places(entry, words):
        if found and (start <= found[-1][1] or not text[found[-1][1] : start].strip(" ")):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
