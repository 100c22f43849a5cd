"""Which passages are shown: no article fills the list, and in an answer nothing is said twice."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from kb_service.search.engine import Entry

SHOWN: Final = 20  # of so many repeats are looked for
SAME_SCORE: Final = 0.15  # passages that say the same score alike: others need not be compared
SAME_WORDS: Final = 0.8  # of the pairs of words of both: versions of a page that differ in a number or a name
FEWEST_WORDS: Final = 15  # of a passage: shorter ones are alike by chance
SPAN_BYTES: Final = 8  # of a word in Entry.spans
BEGINNING: Final = 30  # words whose first look tells most passages apart: with it 0.12 ms a question, 0.21 without
BEGINNING_SHARED: Final = 8


def spread(
    entries: Sequence[Entry],
    scores: Sequence[float],
    order: Sequence[int],
    limit: int,
    *,
    same_article: int,
    distinct: bool = False,
) -> list[int]:
    """Return the first `limit` of `order`, numbers of `entries` best first.

    Passages of an article beyond `same_article` come after those of others. With `distinct` those come last that repeat
    a better one of another article: a page for another version of the product, a copy.
    """
    seen: dict[int, int] = {}
    first: list[int] = []
    later: list[int] = []
    repeats: list[int] = []
    for at in order:
        article = entries[at].article_number
        if distinct and len(first) < min(limit, SHOWN) and _repeats_one(at, first, entries, scores):
            repeats.append(at)
            continue
        seen[article] = seen.get(article, 0) + 1
        (first if seen[article] <= same_article else later).append(at)
    return (first + later + repeats)[:limit]


def _repeats_one(at: int, better: Sequence[int], entries: Sequence[Entry], scores: Sequence[float]) -> bool:
    mine = entries[at]
    return any(
        scores[other] - scores[at] <= SAME_SCORE
        and entries[other].article_number != mine.article_number
        and _says_the_same(entries[other], mine)
        for other in reversed(better)
    )


def _says_the_same(one: Entry, other: Entry) -> bool:
    if one.passage.content_sha256 == other.passage.content_sha256:
        return True
    shorter, longer = sorted((len(one.spans), len(other.spans)))
    if shorter < FEWEST_WORDS * SPAN_BYTES or shorter < SAME_WORDS * longer:
        return False
    mine, others = _body(one), _body(other)
    if len({*mine[:BEGINNING]} & {*others[:BEGINNING]}) < BEGINNING_SHARED:
        return False
    pairs, other_pairs = {*pairwise(mine)}, {*pairwise(others)}
    return len(pairs & other_pairs) >= SAME_WORDS * len(pairs | other_pairs)


def _body(entry: Entry) -> list[int]:
    return memoryview(entry.codes).cast("I")[entry.body_at :].tolist()
