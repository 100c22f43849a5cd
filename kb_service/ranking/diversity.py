"""Which passages are shown: no article fills the list, and in an answer nothing is said twice."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from kb_service.index.port import Codes

SHOWN: Final = 20  # of so many repeats are looked for
SAME_SCORE: Final = 0.15  # passages that say the same score alike: others need not be compared
SAME_WORDS: Final = 0.8  # of the pairs of words of both: versions of a page that differ in a number or a name
FEWEST_WORDS: Final = 15  # of a passage: shorter ones are alike by chance
BEGINNING: Final = 30  # words whose first look tells most passages apart: with it 0.12 ms a question, 0.21 without
BEGINNING_SHARED: Final = 8


def spread(
    articles: Sequence[int],
    codes: Codes,
    scores: Sequence[float],
    order: Sequence[int],
    limit: int,
    *,
    same_article: int,
    distinct: bool = False,
) -> list[int]:
    """Return the first `limit` of `order`, places of passages in the other lists, best first.

    Passages of an article beyond `same_article` come after those of others. With `distinct` those come last that repeat
    a better one of another article: a page for another version of the product, a copy.
    """
    seen: dict[int, int] = {}
    first: list[int] = []
    later: list[int] = []
    repeats: list[int] = []
    bodies = _Bodies(articles, codes, scores)
    for at in order:
        if len(first) == limit:
            break
        article = articles[at]
        if distinct and len(first) < SHOWN and bodies.repeats_one(at, first):
            repeats.append(at)
            continue
        seen[article] = seen.get(article, 0) + 1
        (first if seen[article] <= same_article else later).append(at)
    return (first + later + repeats)[:limit]


class _Body(NamedTuple):
    """The words of a passage, and those it begins with."""

    words: Sequence[int]
    beginning: frozenset[int]


class _Bodies:
    """What passages say, read once each and only where it matters."""

    def __init__(self, articles: Sequence[int], codes: Codes, scores: Sequence[float]) -> None:
        self._articles, self._scores = articles, scores
        self._codes = codes
        self._read: dict[int, _Body] = {}

    def repeats_one(self, at: int, better: Sequence[int]) -> bool:
        """Tell whether the passage at `at` says what one of the better ones says, of another article."""
        article, least = self._articles[at], self._scores[at] + SAME_SCORE
        rivals = [n for n in reversed(better) if self._scores[n] <= least and self._articles[n] != article]
        return any(_says_the_same(self._body(rival), self._body(at)) for rival in rivals)

    def _body(self, at: int) -> _Body:
        body = self._read.get(at)
        if body is None:
            words = self._codes.body(at)
            body = self._read[at] = _Body(words, frozenset(words[:BEGINNING]))
        return body


def _says_the_same(one: _Body, other: _Body) -> bool:
    shorter, longer = sorted((len(one.words), len(other.words)))
    if shorter < FEWEST_WORDS:
        return one.words == other.words
    if shorter < SAME_WORDS * longer or len(one.beginning & other.beginning) < BEGINNING_SHARED:
        return False
    pairs, other_pairs = {*pairwise(one.words)}, {*pairwise(other.words)}
    return len(pairs & other_pairs) >= SAME_WORDS * len(pairs | other_pairs)
