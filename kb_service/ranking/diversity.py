"""Which ranked passages are shown: no article fills the list, and an answer does not say the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from kb_service.index.port import Codes

SHOWN: Final = 20  # repeats are looked for among so many passages
SAME_SCORE: Final = 0.15  # passages that say the same score alike: only such are compared
SAME_WORDS: Final = 0.8  # of the pairs of words of both: versions of a page that differ in a number or a name
FEWEST_WORDS: Final = 15  # shorter passages are alike by chance: they must be equal
# The first words are compared before whole passages, which tells most apart: 0.1 ms a question saved.
BEGINNING: Final = 30
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
    """Return the first `limit` of `order`, which are places of passages in the other lists, best first.

    Passages of an article beyond `same_article` come after those of others. With `distinct` passages that repeat a
    better one of another article (a page for another version of the product, a copy) come last.
    """
    shown_of: dict[int, int] = {}
    first: list[int] = []
    later: list[int] = []
    repeats: list[int] = []
    bodies: dict[int, _Body] = {}

    def body(at: int) -> _Body:
        if at not in bodies:
            words = codes.body(at)
            bodies[at] = _Body(words, frozenset(words[:BEGINNING]))
        return bodies[at]

    def repeats_a_better_one(at: int) -> bool:
        alike = [n for n in reversed(first) if scores[n] <= scores[at] + SAME_SCORE and articles[n] != articles[at]]
        return any(_says_the_same(body(other), body(at)) for other in alike)

    for at in order:
        if len(first) == limit:
            break
        if distinct and len(first) < SHOWN and repeats_a_better_one(at):
            repeats.append(at)
            continue
        article = articles[at]
        shown_of[article] = shown_of.get(article, 0) + 1
        (first if shown_of[article] <= same_article else later).append(at)
    return (first + later + repeats)[:limit]


class _Body(NamedTuple):
    """The words of a passage's text as codes, and the set of those it begins with."""

    words: Sequence[int]
    beginning: frozenset[int]


def _says_the_same(one: _Body, other: _Body) -> bool:
    shorter, longer = sorted((len(one.words), len(other.words)))
    if shorter < FEWEST_WORDS:
        return one.words == other.words
    if shorter < SAME_WORDS * longer or len(one.beginning & other.beginning) < BEGINNING_SHARED:
        return False
    pairs, other_pairs = {*pairwise(one.words)}, {*pairwise(other.words)}
    return len(pairs & other_pairs) >= SAME_WORDS * len(pairs | other_pairs)
