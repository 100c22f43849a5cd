"""The order of passages: candidates by words and by meaning, looked at closely, and no article filling the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.meaning.encoder import Encoder
from kb_service.search import weights
from kb_service.search.closeness import Closeness, closeness
from kb_service.search.engine import Entry, Ranking, Snapshot
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
        likeness = self._questions.likeness(understood.words)
        not_covered = NotCovered(
            by_words=float(self._questions.of_articles(likeness, np.asarray([NO_ARTICLE]))[0]),
            likeness=asked.not_covered if asked else None,
        )
        found = self._candidates(understood, asked, explained, max(weights.CANDIDATES, limit), topic)
        if not len(found.numbers):
            return RankedList((), 0, not_covered)
        looked = self._look(understood, found, asked, explained, likeness)
        order = np.lexsort((found.numbers, -looked.scores))
        articles = looked.articles[order].tolist()
        openings = [i for i in order[1:].tolist() if looked.articles[i] == articles[0] and looked.is_opening(i)]
        return RankedList(
            passages=tuple(looked.ranked(i) for i in _spread(articles, order.tolist(), limit)),
            total=found.total,
            not_covered=not_covered,
            opening=looked.ranked(openings[0]) if openings else None,
            asked=asked,
        )

    def _candidates(
        self, understood: Understanding, asked: Asked | None, explained: Iterable[int], count: int, topic: str | None
    ) -> Ranking:
        """Return the best by words, the best by meaning, and all passages of articles that explain a pasted error."""
        also = [asked.nearest(count)] if asked else []
        also += [np.flatnonzero(self.snapshot.article_of == article).astype(np.int32) for article in explained]
        wanted = np.concatenate(also) if also else None
        return self.snapshot.search(understood.query, limit=count, topic=topic, also=wanted)

    def _look(
        self,
        understood: Understanding,
        found: Ranking,
        asked: Asked | None,
        explained: Iterable[int],
        likeness: NDArray[np.float64],
    ) -> _Looked:
        """Look at the candidates closely: gather what speaks for each, and score them."""
        entries = self.snapshot.entries(found.numbers.tolist())
        articles = self.snapshot.article_of[found.numbers]
        near = closeness(entries, understood.words)
        meant = asked.likeness(found.numbers) if asked else None
        lexical = found.scores / max(found.ceiling, 1e-9)
        known = self._questions.of_articles(likeness, articles)
        pattern = np.isin(articles, list(explained))
        steps = np.asarray([entry.passage.kind == "steps" for entry in entries])
        common = np.asarray([self._is_below_common_heading(entry) for entry in entries])
        words = weights.LEXICAL_BESIDE_CLASSIFIER if asked and asked.classified is not None else weights.LEXICAL
        scores = (
            words * (lexical + weights.PROXIMITY * near.proximity)
            + (weights.PATTERN + weights.PATTERN_STEPS * steps) * pattern
            + weights.COMMON_HEADING * common
            + (meant.combined if meant else weights.KNOWN_QUESTION * known)
        )
        return _Looked(found.numbers, entries, articles, scores, lexical, near, known, pattern, meant)

    def _is_below_common_heading(self, entry: Entry) -> bool:
        path = entry.passage.heading_path
        return bool(path) and path[-1] in self.snapshot.guide.common_headings


class _Looked(NamedTuple):
    """The candidates with what speaks for each and their scores, as arrays in the order of `numbers`."""

    numbers: NDArray[np.int32]
    entries: Sequence[Entry]
    articles: NDArray[np.int32]
    scores: NDArray[np.float64]
    lexical: NDArray[np.float32]
    near: Closeness
    known_question: NDArray[np.float64]
    pattern: NDArray[np.bool_]
    meant: Likeness | None

    def is_opening(self, i: int) -> bool:
        """Tell whether candidate `i` is the first passage of its article."""
        return self.entries[i].passage.position == 0

    def ranked(self, i: int) -> Ranked:
        """Return candidate `i` with its evidence."""
        evidence = Evidence(
            lexical=float(self.lexical[i]),
            coverage=float(self.near.coverage[i]),
            proximity=float(self.near.proximity[i]),
            known_question=float(self.known_question[i]),
            pattern=bool(self.pattern[i]),
            passage_likeness=float(self.meant.passages[i]) if self.meant else None,
            question_likeness=float(self.meant.questions[i]) if self.meant else None,
        )
        held = tuple(self.near.held[i].tolist())
        return Ranked(int(self.numbers[i]), self.entries[i], float(self.scores[i]), evidence, held)


def _spread(articles: Sequence[int], order: Sequence[int], limit: int) -> list[int]:
    """Return the first `limit` of `order`, passages of an article beyond SAME_ARTICLE after those of other articles."""
    seen: dict[int, int] = {}
    first: list[int] = []
    later: list[int] = []
    for article, at in zip(articles, order, strict=True):
        seen[article] = seen.get(article, 0) + 1
        (first if seen[article] <= weights.SAME_ARTICLE else later).append(at)
    return (first + later)[:limit]
