"""Which passages are shown: no article fills the list, and in an answer nothing is said twice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from kb_service.search.engine import Codes

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
        article = articles[at]
        if distinct and len(first) < min(limit, SHOWN) and bodies.repeats_one(at, first):
            repeats.append(at)
            continue
        seen[article] = seen.get(article, 0) + 1
        (first if seen[article] <= same_article else later).append(at)
    return (first + later + repeats)[:limit]


class _Bodies:
    """What passages say, looked at once each and only where it matters."""

    def __init__(self, articles: Sequence[int], codes: Codes, scores: Sequence[float]) -> None:
        self._articles, self._scores = articles, scores
        self._body = cache(codes.body)

    def repeats_one(self, at: int, better: Sequence[int]) -> bool:
        """Tell whether the passage at `at` says what one of the better ones says, of another article."""
        return any(
            self._scores[other] - self._scores[at] <= SAME_SCORE
            and self._articles[other] != self._articles[at]
            and _says_the_same(self._body(other), self._body(at))
            for other in reversed(better)
        )


def _says_the_same(one: Sequence[int], other: Sequence[int]) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    if shorter < FEWEST_WORDS:
        return one == other
    if shorter < SAME_WORDS * longer or len({*one[:BEGINNING]} & {*other[:BEGINNING]}) < BEGINNING_SHARED:
        return False
    pairs, other_pairs = {*pairwise(one)}, {*pairwise(other)}
    return len(pairs & other_pairs) >= SAME_WORDS * len(pairs | other_pairs)
