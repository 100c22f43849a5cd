"""The order of passages: candidates by words and by meaning, looked at closely, and no article filling the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.classifying import Classifier
from kb_service.index.known_questions import Likest
from kb_service.index.port import Candidates, Codes, Entry, Snapshot
from kb_service.meaning.encoder import Encoder
from kb_service.questions.understanding import Understander, Understanding
from kb_service.ranking.diversity import spread
from kb_service.ranking.likeness import Asked, Likeness, Meanings
from kb_service.ranking.matching import Closeness, closeness
from kb_service.ranking.patterns import Patterns
from kb_service.ranking.weights import RANKING_WEIGHTS, RankingWeights

Floats = NDArray[np.float32]


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
    `belonging` tells how much the question belongs to each article, and last to none; None where nobody learnt that.
    `contest` holds the scores of the best articles, and `likeness` the cosines of the likest ones, both descending and
    up to RankingWeights.contestants, whatever the limit.
    """

    passages: tuple[Ranked, ...]
    total: int
    not_covered: NotCovered
    opening: Ranked | None = None
    belonging: Floats | None = None
    contest: tuple[float, ...] = ()
    likeness: tuple[float, ...] = ()

    def sentence_likeness(self, passage: Ranked) -> Sequence[float] | None:
        """Return the cosine of the question with each sentence of a passage; None where meanings are not compared."""
        return passage.entry.sentence_cosines or None


class Ranker:
    """Understands and ranks against one snapshot; made once a snapshot, shared by threads."""

    def __init__(
        self, snapshot: Snapshot, *, encoder: Encoder | None = None, weights: RankingWeights = RANKING_WEIGHTS
    ) -> None:
        self.snapshot = snapshot
        self.catalogue, self._store = snapshot
        self._weights = weights
        self.understander = Understander(self.catalogue)
        self._patterns = Patterns(self.catalogue.guide.patterns)
        is_comparable = encoder is not None and encoder.name == self.catalogue.encoder
        self._meanings = Meanings(snapshot, encoder) if is_comparable and encoder else None
        learnt = self.catalogue.coefficients
        self._classifier = Classifier(learnt) if learnt else None

    def rank(
        self,
        understood: Understanding,
        *,
        limit: int,
        topic: str | None = None,
        without: Collection[int] = (),
        distinct: bool = False,
    ) -> RankedList:
        """Return the best `limit` passages for a question, as if articles `without` were not there.

        With `distinct` passages that repeat a better one come last (diversity.py): of judged collections some count
        copies too, and a search should find them (doc2dial .670, .633 with it); an answer should not.
        """
        meant = self._meanings.ask(understood.meant) if self._meanings else None
        cosines = meant.cosines if meant else None
        belonging = self._classifier.belonging(understood.meant, cosines) if self._classifier else None
        explained = self._patterns.articles_shown_by(understood.text)
        likest = self.catalogue.known_questions.likest(understood.words)
        not_covered = NotCovered(likest.to_none, meant.not_covered if meant else None)
        few = max(self._weights.candidates, limit)
        vector = meant.vector if meant else None
        also = self._also(meant, belonging, explained, few)
        found = self._store.candidates(understood.query, limit=few, vector=vector, topic=topic, also=also)
        if without:
            found = _left(found, ~np.isin(self.catalogue.article_of[found.numbers], list(without)))
        if not len(found.numbers):
            return RankedList((), 0, not_covered)
        seen = self._at_first_sight(found, meant, belonging, explained, likest)
        looked = self._look(understood, found, seen.best(max(self._weights.looked_at, limit)))
        passages, opening = self._shown(looked, limit, vector, distinct=distinct)
        return RankedList(
            passages=passages,
            total=found.total,
            not_covered=not_covered,
            opening=opening,
            belonging=belonging,
            contest=self._best_of_each(looked.seen.articles, looked.scores),
            likeness=self._best_of_each(seen.articles, seen.meant.passages) if seen.meant else (),
        )

    def _also(
        self, asked: Asked | None, belonging: Floats | None, explained: Collection[int], count: int
    ) -> NDArray[np.int32] | None:
        """Return what may be right whatever its words: the passages of the articles asked for."""
        numbers: list[NDArray[np.int32]] = []
        by_article = belonging[:-1] if belonging is not None else asked.by_article if asked else None
        if by_article is not None:
            alike = (by_article > 0).nonzero()[0]  # a few of many: they are quicker put in order than all divided
            likest = alike[np.argsort(-by_article[alike], kind="stable")[: self._weights.articles_asked]]
            numbers += self._passages_of(likest.tolist(), most=count)
        if explained:
            numbers += self._passages_of(explained, most=self.catalogue.passages)
        return np.concatenate(numbers) if numbers else None

    def _passages_of(self, articles: Collection[int], *, most: int) -> list[NDArray[np.int32]]:
        """Return the numbers of the passages of these articles, of each the first `most`."""
        starts = self.catalogue.first_passage
        runs = ((starts[article], starts[article + 1]) for article in articles)
        return [np.arange(start, min(end, start + most), dtype=np.int32) for start, end in runs]

    def _at_first_sight(
        self,
        found: Candidates,
        asked: Asked | None,
        belonging: Floats | None,
        explained: Collection[int],
        likest: Likest,
    ) -> _Seen:
        """Score the candidates by what is known without reading them."""
        articles = self.catalogue.article_of[found.numbers]
        meant = asked.likeness(found.cosines, articles) if asked and found.cosines is not None else None
        lexical = found.scores / max(found.ceiling, 1e-9)
        known = likest.of(articles)
        pattern = np.isin(articles, list(explained)) if explained else np.zeros(len(articles), dtype=np.bool_)
        weights = self._weights
        scores = (
            weights.lexical * lexical
            + weights.pattern * pattern
            + (meant.over(weights.question_likeness) if meant else weights.known_question * known)
        )
        if belonging is not None:
            scores += (weights.classified if meant else weights.classified_by_words) * belonging[articles]
        return _Seen(found.numbers, articles, scores.astype(np.float64), lexical, known, pattern, meant)

    def _look(self, understood: Understanding, found: Candidates, seen: _Seen) -> _Looked:
        """Read candidates: how near the question's words stand together, and what kind of passage it is."""
        codes = found.codes(seen.numbers)
        near = closeness(codes, understood.words)
        weights, traits = self._weights, self.catalogue.traits
        scores = (
            seen.scores
            + weights.lexical * weights.proximity * near.proximity
            + weights.pattern_steps * (traits.steps[seen.numbers] & seen.pattern)
            + weights.common_heading * traits.common_heading[seen.numbers]
        )
        return _Looked(seen, codes, scores, near, np.lexsort((seen.numbers, -scores)).tolist())

    def _best_of_each(self, articles: NDArray[np.int32], values: NDArray[np.floating[Any]]) -> tuple[float, ...]:
        """Return the best value of each article, descending, of the first articles."""
        order = values.argsort()
        best = dict(zip(articles[order].tolist(), values[order].tolist(), strict=True))  # of an article the last stays
        return tuple(sorted(best.values(), reverse=True)[: self._weights.contestants])

    def _shown(
        self, looked: _Looked, limit: int, vector: Floats | None, *, distinct: bool
    ) -> tuple[tuple[Ranked, ...], Ranked | None]:
        """Return what is shown of the candidates (see diversity.py), and the opening of RankedList."""
        articles, scores = looked.seen.articles.tolist(), looked.scores.tolist()
        same = self._weights.same_article
        chosen = spread(articles, looked.codes, scores, looked.order, limit, same_article=same, distinct=distinct)
        opening = self._opening(looked)
        read = chosen if opening is None or opening in chosen else [*chosen, opening]
        entries = self._store.entries(looked.seen.numbers[read].tolist(), vector=vector)
        ranked = {at: looked.ranked(at, entry) for at, entry in zip(read, entries, strict=True)}
        return tuple([ranked[at] for at in chosen]), None if opening is None else ranked[opening]

    def _opening(self, looked: _Looked) -> int | None:
        """Return the place of the first passage of the best candidate's article, when it is another candidate."""
        numbers, best = looked.seen.numbers.tolist(), looked.order[0]
        first = self.catalogue.first_passage[looked.seen.articles[best]]
        return numbers.index(first) if first != numbers[best] and first in numbers else None


class _Seen(NamedTuple):
    """Candidates with what is known of them unread, and their scores by that, as arrays in the order of `numbers`."""

    numbers: NDArray[np.int32]
    articles: NDArray[np.int32]
    scores: NDArray[np.float64]
    lexical: NDArray[np.float32]
    known_question: NDArray[np.float64]
    pattern: NDArray[np.bool_]
    meant: Likeness | None

    def best(self, count: int) -> _Seen:
        """Return the best `count`, in the order of their numbers as before."""
        if len(self.numbers) <= count:
            return self
        kept = np.sort(np.lexsort((self.numbers, -self.scores))[:count])
        return _Seen(
            numbers=self.numbers[kept],
            articles=self.articles[kept],
            scores=self.scores[kept],
            lexical=self.lexical[kept],
            known_question=self.known_question[kept],
            pattern=self.pattern[kept],
            meant=Likeness(self.meant.passages[kept], self.meant.questions[kept]) if self.meant else None,
        )


class _Looked(NamedTuple):
    """The candidates that were read, and their scores, in the order of `seen`; `order` has the best first."""

    seen: _Seen
    codes: Codes
    scores: NDArray[np.float64]
    near: Closeness
    order: list[int]

    def ranked(self, i: int, entry: Entry) -> Ranked:
        """Return candidate `i` with its evidence."""
        seen, near = self.seen, self.near
        evidence = Evidence(
            lexical=seen.lexical.item(i),
            coverage=near.coverage.item(i),
            proximity=near.proximity.item(i),
            known_question=seen.known_question.item(i),
            pattern=seen.pattern.item(i),
            passage_likeness=seen.meant.passages.item(i) if seen.meant else None,
            question_likeness=seen.meant.questions.item(i) if seen.meant else None,
        )
        return Ranked(seen.numbers.item(i), entry, self.scores.item(i), evidence, tuple(near.held[i].tolist()))


def _left(found: Candidates, kept: NDArray[np.bool_]) -> Candidates:
    cosines = found.cosines[kept] if found.cosines is not None else None
    return found._replace(numbers=found.numbers[kept], scores=found.scores[kept], cosines=cosines)
