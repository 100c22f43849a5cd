"""The order of passages: candidates by words and by meaning, looked at closely, and no article filling the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.meaning.encoder import Encoder
from kb_service.search import weights
from kb_service.search.closeness import closeness
from kb_service.search.engine import Entry, Snapshot
from kb_service.search.known_questions import KnownQuestions
from kb_service.search.likeness import NO_ARTICLE, Asked, Likeness, Meanings
from kb_service.search.patterns import Patterns
from kb_service.search.understanding import Understander, Understanding


class Evidence(NamedTuple):
    """What speaks for a passage, each between 0 and 1 or nearly so.

    `passage_likeness` and `question_likeness` are cosines: of the question with the passage, and with the likest known
    question or title of its article; None where meanings are not compared.
    """

    lexical: float
    coverage: float
    proximity: float
    known_question: float
    pattern: bool
    passage_likeness: float | None
    question_likeness: float | None


class Ranked(NamedTuple):
    """A passage in its place. `held` tells for each word of the question whether the passage shows it."""

    number: int
    entry: Entry
    score: float
    evidence: Evidence
    held: tuple[bool, ...]


class NotCovered(NamedTuple):
    """How like the question is to those known to have no answer: by words (0 to 1), and as a cosine, None without."""

    by_words: float
    likeness: float | None


class RankedList(NamedTuple):
    """Ranked passages, best first; `total` counts all that matched the words.

    `opening` is the first passage of the best article, when it is a candidate and not the best passage itself.
    """

    passages: tuple[Ranked, ...]
    total: int
    not_covered: NotCovered
    opening: Ranked | None = None
    asked: Asked | None = None

    def sentence_likeness(self, passage: Ranked) -> Sequence[float] | None:
        """Return the cosine of the question with each sentence of a passage; None where meanings are not compared."""
        return self.asked.sentence_likeness(passage.number) if self.asked else None


class Ranker:
    """Understands and ranks against one snapshot; made once a snapshot, shared by threads."""

    def __init__(self, snapshot: Snapshot, *, encoder: Encoder | None = None) -> None:
        self.snapshot = snapshot
        self.understander = Understander(snapshot)
        self._questions = KnownQuestions(
            [
                *snapshot.guide.questions,
                *snapshot.guide.phrasings,
                *((text, NO_ARTICLE) for text in snapshot.guide.not_covered),
            ],
            snapshot.weight_of,
        )
        self._patterns = Patterns(snapshot.guide.patterns)
        vectors = snapshot.passage_vectors
        comparable = encoder is not None and vectors is not None and vectors.encoder == encoder.name
        self._meanings = Meanings(snapshot, vectors, encoder) if comparable and vectors and encoder else None

    def rank(self, understood: Understanding, *, limit: int, topic: str | None = None) -> RankedList:
        """Return the best `limit` passages for a question."""
        asked = self._meanings.ask(understood.meant) if self._meanings else None
        explained = self._patterns.articles_shown_by(understood.text)
        candidates = max(weights.CANDIDATES, limit)
        also = [asked.nearest(candidates)] if asked else []
        also += [np.flatnonzero(self.snapshot.article_of == article).astype(np.int32) for article in explained]
        found = self.snapshot.search(
            understood.query, limit=candidates, topic=topic, also=np.concatenate(also) if also else None
        )
        likeness = self._questions.likeness(understood.words)
        not_covered = NotCovered(
            by_words=float(self._questions.of_articles(likeness, np.asarray([NO_ARTICLE]))[0]),
            likeness=asked.not_covered if asked else None,
        )
        if not len(found.numbers):
            return RankedList((), 0, not_covered)
        entries = self.snapshot.entries(found.numbers.tolist())
        meant = asked.likeness(found.numbers) if asked else None
        near = closeness(entries, understood.words)
        articles = self.snapshot.article_of[found.numbers]
        lexical = found.scores / max(found.ceiling, 1e-9)
        known = self._questions.of_articles(likeness, articles)
        pattern = np.isin(articles, list(explained))
        steps = np.asarray([entry.passage.kind == "steps" for entry in entries])
        common = np.asarray([self._is_below_common_heading(entry) for entry in entries])
        scores = (
            weights.LEXICAL * (lexical + weights.PROXIMITY * near.proximity)
            + (weights.PATTERN + weights.PATTERN_STEPS * steps) * pattern
            + weights.COMMON_HEADING * common
            + (meant.combined if meant else weights.KNOWN_QUESTION * known)
        )
        order = np.lexsort((found.numbers, -scores))
        evidence = _Evidence(lexical, near.coverage, near.proximity, known, pattern, meant)

        def ranked(i: int) -> Ranked:
            held = tuple(near.held[i].tolist())
            return Ranked(int(found.numbers[i]), entries[i], float(scores[i]), evidence.of(i), held)

        best = int(order[0])
        openings = [
            i for i in np.flatnonzero(articles == articles[best]) if entries[i].passage.position == 0 and i != best
        ]
        return RankedList(
            passages=tuple(ranked(i) for i in _spread(articles[order].tolist(), order.tolist(), limit)),
            total=found.total,
            not_covered=not_covered,
            opening=ranked(int(openings[0])) if openings else None,
            asked=asked,
        )

    def _is_below_common_heading(self, entry: Entry) -> bool:
        path = entry.passage.heading_path
        return bool(path) and path[-1] in self.snapshot.guide.common_headings


class _Evidence(NamedTuple):
    """The evidence for all candidates, as arrays."""

    lexical: NDArray[np.float32]
    coverage: NDArray[np.float64]
    proximity: NDArray[np.float64]
    known_question: NDArray[np.float64]
    pattern: NDArray[np.bool_]
    meant: Likeness | None

    def of(self, i: int) -> Evidence:
        return Evidence(
            lexical=float(self.lexical[i]),
            coverage=float(self.coverage[i]),
            proximity=float(self.proximity[i]),
            known_question=float(self.known_question[i]),
            pattern=bool(self.pattern[i]),
            passage_likeness=float(self.meant.passages[i]) if self.meant else None,
            question_likeness=float(self.meant.questions[i]) if self.meant else None,
        )


def _spread(articles: Sequence[int], order: Sequence[int], limit: int) -> list[int]:
    """Return the first `limit` of `order`, passages of an article beyond SAME_ARTICLE after those of other articles."""
    seen: dict[int, int] = {}
    first: list[int] = []
    later: list[int] = []
    for article, at in zip(articles, order, strict=True):
        seen[article] = seen.get(article, 0) + 1
        (first if seen[article] <= weights.SAME_ARTICLE else later).append(at)
    return (first + later)[:limit]
