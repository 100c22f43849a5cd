"""The order of passages: candidates from the engine looked at closely, and no article filling the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kb_service.search import weights
from kb_service.search.closeness import closeness
from kb_service.search.engine import Entry, Snapshot
from kb_service.search.known_questions import KnownQuestions
from kb_service.search.patterns import Patterns
from kb_service.search.understanding import Understander, Understanding


class Evidence(NamedTuple):
    """What speaks for a passage, each between 0 and 1 or nearly so."""

    lexical: float
    coverage: float
    proximity: float
    known_question: float
    pattern: bool


class Ranked(NamedTuple):
    """A passage in its place. `held` tells for each word of the question whether the passage shows it."""

    entry: Entry
    score: float
    evidence: Evidence
    held: tuple[bool, ...]


class RankedList(NamedTuple):
    """Ranked passages, best first; `total` counts all that matched."""

    passages: tuple[Ranked, ...]
    total: int


class Ranker:
    """Understands and ranks against one snapshot; made once a snapshot, shared by threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.understander = Understander(snapshot)
        self._questions = KnownQuestions(snapshot.guide.questions, snapshot.weight_of)
        self._patterns = Patterns(snapshot.guide.patterns)

    def rank(self, understood: Understanding, *, limit: int, topic: str | None = None) -> RankedList:
        """Return the best `limit` passages for a question."""
        found = self.snapshot.search(understood.query, limit=max(weights.CANDIDATES, limit), topic=topic)
        if not len(found.numbers):
            return RankedList((), 0)
        entries = self.snapshot.entries(found.numbers.tolist())
        near = closeness(entries, understood.words)
        likeness = self._questions.best_of_articles(
            self._questions.likeness(understood.words), len(self.snapshot.guide.titles)
        )
        shown = self._patterns.articles_shown_by(understood.text)
        articles = np.asarray([entry.article_number for entry in entries])
        lexical = found.scores / max(found.ceiling, 1e-9)
        pattern = np.isin(articles, list(shown))
        scores = (
            lexical
            + weights.PROXIMITY * near.proximity
            + weights.KNOWN_QUESTION * likeness[articles]
            + weights.PATTERN * pattern
        )
        order = np.lexsort((found.numbers, -scores))
        ranked = [
            Ranked(
                entry=entries[i],
                score=float(scores[i]),
                evidence=Evidence(
                    lexical=float(lexical[i]),
                    coverage=float(near.coverage[i]),
                    proximity=float(near.proximity[i]),
                    known_question=float(likeness[articles[i]]),
                    pattern=bool(pattern[i]),
                ),
                held=tuple(near.held[i].tolist()),
            )
            for i in _spread(articles[order].tolist(), order.tolist(), limit)
        ]
        return RankedList(tuple(ranked), found.total)


def _spread(articles: Sequence[int], order: Sequence[int], limit: int) -> list[int]:
    """Return the first `limit` of `order`, passages of an article beyond SAME_ARTICLE after those of other articles."""
    seen: dict[int, int] = {}
    first: list[int] = []
    later: list[int] = []
    for article, at in zip(articles, order, strict=True):
        seen[article] = seen.get(article, 0) + 1
        (first if seen[article] <= weights.SAME_ARTICLE else later).append(at)
    return (first + later)[:limit]
