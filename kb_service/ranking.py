"""Rank passages for a question: candidates by words and by meaning are scored, and the best of them read closely.

ranker = Ranker(engine.snapshot(audience="public"))
ranked = ranker.rank(ranker.understander.understand("how do we remove seats?"), limit=5)
ranked.passages[0].entry.passage.id  # "remove-seats#steps"

Every number that this rests on stands here; the measurements that chose them are in docs/ranking-numbers.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.known_questions import Resemblance
from kb_service.index.port import Candidates, Codes, Entry, Snapshot
from kb_service.meaning.pairs import ReadsPairs
from kb_service.meaning.vectors import Encoder
from kb_service.questions.understanding import QuestionWord, Understander, Understanding

# Known questions compared exactly where there are many; the others count as unlike.
QUESTIONS_COMPARED: Final = 250
MOST_APART: Final = 8  # words: pairs that are farther apart are not close; 3 to 20 measure alike
# Passages that repeat another, see spread.
SHOWN: Final = 20  # repeats are looked for among so many passages
SAME_SCORE: Final = 0.15  # passages that say the same score alike: only such are compared
SAME_WORDS: Final = 0.8  # of the pairs of words of both: versions of a page that differ in a number or a name
FEWEST_WORDS: Final = 15  # shorter passages are alike by chance: they must be equal
# The first words are compared before whole passages, which tells most apart: 0.1 ms a question saved.
BEGINNING: Final = 30
BEGINNING_SHARED: Final = 8

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]
Places = NDArray[np.intp]


class RankingWeights(NamedTuple):
    """What a passage's score is the sum of, and how many passages are looked at and shown of each article."""

    lexical: float = 0.7  # times the share of the question's BM25 weight that the passage carries
    proximity: float = 0.75  # of `lexical`, times how close the question's words stand together
    # With meaning: the cosine with the passage counts 1, and what the likest question of its article has over it
    question_likeness: float = 0.4
    # By words alone: the likeness of the likest known question of its article
    known_question: float = 0.4
    # How much the question belongs to the article, where enough ways to ask are known: with meaning, and by words
    classified: float = 2.0
    classified_by_words: float = 0.5
    section: float = 0.5  # how much the question belongs to the passage's section, where that has questions of its own
    pattern: float = 1.0  # its article explains the error text in the question
    pattern_steps: float = 0.3  # and the passage is steps: who pastes an error wants to get rid of it
    common_heading: float = -0.1  # "What to do next" says where to go on, not what was asked
    overdue: float = -0.05  # its review is overdue: of two articles that say the same, the other comes first

    candidates: int = 60  # by words, and as many by meaning
    looked_at: int = 30  # of those, the best at first sight are read
    articles_asked: int = 10  # articles whose passages are all candidates because of a like known question
    same_article: int = 2  # passages of one article shown before those of others
    contestants: int = 10  # best articles whose scores tell how far the first stands out


RANKING_WEIGHTS: Final = RankingWeights()


class Evidence(NamedTuple):
    """What speaks for a passage, each between 0 and 1 or nearly so.

    `known_question` is the likeness by words of the likest known question of its article. `passage_likeness` and
    `question_likeness` are cosines: of the question with the passage, and with the likest known question of its
    article; None where meanings are not compared. `section` is how much the question belongs to the passage's section,
    0 where that has no questions of its own.
    """

    lexical: float
    coverage: float
    proximity: float
    known_question: float
    pattern: bool
    passage_likeness: float | None
    question_likeness: float | None
    section: float = 0.0


class Ranked(NamedTuple):
    """A passage in its place. `held` tells for each word of the question whether the passage holds it."""

    number: int
    entry: Entry
    score: float
    evidence: Evidence
    held: tuple[bool, ...]


class RankedList(NamedTuple):
    """Ranked passages, best first; `total` counts all that matched the words.

    `contest` holds the scores of the best articles, and `likeness` the cosines of the likest ones, both descending and
    up to RankingWeights.contestants, whatever the limit. `pairs` reads a passage together with the question, None
    where nothing does.
    """

    passages: tuple[Ranked, ...]
    total: int
    resemblance: Resemblance
    contest: tuple[float, ...] = ()
    likeness: tuple[float, ...] = ()
    pairs: ReadsPairs | None = None


class Ranker:
    """Understands and ranks questions against one snapshot; made once for each, for any number of threads."""

    def __init__(
        self, snapshot: Snapshot, *, encoder: Encoder | None = None, weights: RankingWeights = RANKING_WEIGHTS
    ) -> None:
        self.snapshot = snapshot
        self.catalogue, self._store = snapshot
        self.understander = Understander(self.catalogue)
        self._encoder = encoder if encoder is not None and encoder.name == self.catalogue.encoder else None
        self._weights = weights

    def rank(
        self,
        understood: Understanding,
        *,
        limit: int,
        topic: str | None = None,
        without: Collection[int] = (),
        distinct: bool = False,
        same_article: int | None = None,
        today: date | None = None,
    ) -> RankedList:
        """Return the best `limit` passages for a question, as if articles `without` were not there.

        With `today` those that have expired by then are not there either, and overdue ones yield to others that say
        the same. With `distinct` passages that repeat a better one come last (see spread), as an answer wants it; a
        search should find copies too. `same_article` is how many of an article come before those of others, by default
        as few as the weights say.
        """
        meant = understood.meant
        encoder = self._encoder if meant.strip() else None
        vector, tokens = (encoder.encode_one(meant), encoder.tokens_of(meant)) if encoder else (None, None)
        resemblance = self.catalogue.known_questions.compare(
            understood.meant,
            message=understood.text,
            variants={word.term: word.variants for word in understood.words if word.alternatives},
            vector=vector,
            nearest=partial(self._store.asked_like, count=QUESTIONS_COMPARED),
        )
        most = max(self._weights.candidates, limit)
        also = self._passages_asked_for(resemblance, most)
        found = self._store.candidates(understood.query, limit=most, vector=vector, topic=topic, also=also)
        if without := {*without, *(self.catalogue.expired(today) if today else ())}:
            found = _without(found, np.isin(self.catalogue.article_of[found.numbers], list(without)))
        if not len(found.numbers):
            return RankedList((), 0, resemblance)
        scored = self._scored(found, resemblance)
        overdue = self.catalogue.overdue(today) if today else frozenset()
        read = self._read(understood, found, scored.best(max(self._weights.looked_at, limit)), overdue)
        return RankedList(
            passages=self._shown(
                read, limit, tokens, distinct=distinct, same_article=same_article or self._weights.same_article
            ),
            total=found.total,
            resemblance=resemblance,
            contest=self._best_of_each(read.scored.articles, read.scores),
            likeness=self._best_of_each(scored.articles, scored.cosines) if scored.cosines is not None else (),
            pairs=encoder.pairs if encoder else None,
        )

    def _passages_asked_for(self, resemblance: Resemblance, most: int) -> Numbers | None:
        """Return the passages of articles that the question seems to ask for, up to `most` of each, whatever its words.

        All those of articles that explain the error text in it.
        """
        starts = self.catalogue.first_passage
        by_article = resemblance.belonging if resemblance.belonging is not None else resemblance.by_meaning
        runs = [np.arange(starts[article], starts[article + 1], dtype=np.int32) for article in resemblance.explained]
        if by_article is not None:
            alike = (by_article[:-1] > 0).nonzero()[0]
            likest = alike[np.argsort(-by_article[alike], kind="stable")[: self._weights.articles_asked]].tolist()
            bounds = ((starts[article], starts[article + 1]) for article in likest)
            runs += [np.arange(start, min(end, start + most), dtype=np.int32) for start, end in bounds]
        return np.concatenate(runs) if runs else None

    def _scored(self, found: Candidates, resemblance: Resemblance) -> _Scored:
        """Score the candidates by what is known without reading them."""
        weights, articles = self._weights, self.catalogue.article_of[found.numbers]
        lexical = found.scores / max(found.ceiling, 1e-9)
        explained = resemblance.explained
        pattern = np.isin(articles, list(explained)) if explained else np.zeros(len(articles), dtype=np.bool_)
        known = resemblance.by_words[articles]
        asked = resemblance.by_meaning[articles] if resemblance.by_meaning is not None else None
        scores = (weights.lexical * lexical + weights.pattern * pattern).astype(np.float64)
        compared = found.cosines is not None and asked is not None
        if found.cosines is not None and asked is not None:
            scores += found.cosines + weights.question_likeness * np.maximum(asked - found.cosines, 0)
        else:
            scores += weights.known_question * known
        if resemblance.belonging is not None:
            share = weights.classified if compared else weights.classified_by_words
            scores += share * resemblance.belonging[articles]
        sections = resemblance.sections.of(found.numbers) if resemblance.sections else np.zeros_like(lexical)
        scores += weights.section * sections
        return _Scored(found.numbers, articles, scores, lexical, known, pattern, sections, found.cosines, asked)

    def _read(self, understood: Understanding, found: Candidates, scored: _Scored, overdue: Collection[int]) -> _Read:
        """Read candidates: how close the question's words stand together, and what kind of passage it is.

        `overdue` articles are placed as if they scored less; their scores, from which confidence comes, stay.
        """
        codes = found.codes(scored.numbers)
        near = closeness(codes, understood.words)
        weights, traits = self._weights, self.catalogue.traits
        scores = (
            scored.scores
            + weights.lexical * weights.proximity * near.proximity
            + weights.pattern_steps * (traits.steps[scored.numbers] & scored.pattern)
            + weights.common_heading * traits.common_heading[scored.numbers]
        )
        placed = scores + weights.overdue * np.isin(scored.articles, list(overdue)) if overdue else scores
        return _Read(scored, codes, scores, near, np.lexsort((scored.numbers, -placed)).tolist())

    def _best_of_each(self, articles: Numbers, values: NDArray[np.floating[Any]]) -> tuple[float, ...]:
        """Return the best value of each article, descending, of the first articles."""
        order = values.argsort()
        best = dict(zip(articles[order].tolist(), values[order].tolist(), strict=True))  # of an article the last stays
        return tuple(sorted(best.values(), reverse=True)[: self._weights.contestants])

    def _shown(
        self, read: _Read, limit: int, tokens: Floats | None, *, distinct: bool, same_article: int
    ) -> tuple[Ranked, ...]:
        """Return what is shown of the candidates (see spread)."""
        articles, scores = read.scored.articles.tolist(), read.scores.tolist()
        shown = spread(articles, read.codes, scores, read.order, limit, same_article=same_article, distinct=distinct)
        entries = self._store.entries(read.scored.numbers[shown].tolist(), tokens=tokens)
        return read.ranked(shown, entries)


class _Scored(NamedTuple):
    """Candidates that are not read yet, with their scores, as arrays of one length; see Evidence.

    `cosines` are those of the passages, `asked` those of the likest known question of their articles.
    """

    numbers: Numbers
    articles: Numbers
    scores: NDArray[np.float64]
    lexical: Floats
    known_question: Floats
    pattern: NDArray[np.bool_]
    sections: Floats
    cosines: Floats | None
    asked: Floats | None

    def best(self, count: int) -> _Scored:
        """Return the best `count`, in the order of their numbers."""
        if len(self.numbers) <= count:
            return self
        kept = np.sort(np.lexsort((self.numbers, -self.scores))[:count])
        best: dict[str, Any] = {name: None if each is None else each[kept] for name, each in self._asdict().items()}
        return _Scored(**best)


class _Read(NamedTuple):
    """Candidates that were read, and their scores, in the order of `scored`; `order` has the best first."""

    scored: _Scored
    codes: Codes
    scores: NDArray[np.float64]
    near: Closeness
    order: list[int]

    def ranked(self, places: Sequence[int], entries: Sequence[Entry]) -> tuple[Ranked, ...]:
        """Return the candidates at these places, whose entries these are, with their evidence."""
        scored, near = self.scored, self.near

        def told(values: NDArray[Any] | None) -> list[Any]:
            return [None] * len(places) if values is None else values[places].tolist()

        evidence = map(
            Evidence,
            told(scored.lexical),
            told(near.coverage),
            told(near.proximity),
            told(scored.known_question),
            told(scored.pattern),
            told(scored.cosines),
            told(scored.asked),
            told(scored.sections),
        )
        held = map(tuple, told(near.held))
        return tuple(map(Ranked, told(scored.numbers), entries, told(self.scores), evidence, held))


class Closeness(NamedTuple):
    """For each passage, between 0 and 1: the share of the question's weight it holds, and how close together.

    `held` is [passages, words]: whether the passage holds that word, a repair or a synonym of it.
    """

    coverage: NDArray[np.float64]
    proximity: NDArray[np.float64]
    held: NDArray[np.bool_]


def _without(found: Candidates, dropped: NDArray[np.bool_]) -> Candidates:
    kept = ~dropped
    cosines = found.cosines[kept] if found.cosines is not None else None
    return found._replace(numbers=found.numbers[kept], scores=found.scores[kept], cosines=cosines)


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
    sizes = codes.body_sizes() if distinct else []

    def body(at: int) -> _Body:
        if at not in bodies:
            words = codes.body(at)
            bodies[at] = _Body(words, frozenset(words[:BEGINNING].tolist()))
        return bodies[at]

    def repeats_a_better_one(at: int) -> bool:
        most, article, size = scores[at] + SAME_SCORE, articles[at], sizes[at]
        return any(
            _says_the_same(body(other), body(at))
            for other in reversed(first)
            if scores[other] <= most
            and articles[other] != article
            and min(sizes[other], size) >= SAME_WORDS * max(sizes[other], size)
        )

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

    words: NDArray[np.uint32]
    beginning: frozenset[int]


def _says_the_same(one: _Body, other: _Body) -> bool:
    """Tell that of bodies that are about as long."""
    if min(len(one.words), len(other.words)) < FEWEST_WORDS:
        return np.array_equal(one.words, other.words)
    if len(one.beginning & other.beginning) < BEGINNING_SHARED:
        return False
    pairs, other_pairs = {*pairwise(one.words.tolist())}, {*pairwise(other.words.tolist())}
    return len(pairs & other_pairs) >= SAME_WORDS * len(pairs | other_pairs)


def standing(wanted: NDArray[np.uint32], codes: NDArray[np.uint32]) -> tuple[Places, Places]:
    """Return where wanted codes stand among others, as pairs of places in both, in the order of `wanted`."""
    found = (wanted[:, None] == codes).ravel().nonzero()[0]  # of one dimension: many times as fast as of two
    return np.divmod(found, max(len(codes), 1))


def closeness(codes: Codes, words: Sequence[QuestionWord]) -> Closeness:
    """Measure all passages of `codes` at once, without a loop over their words."""
    passages = len(codes.starts) - 1
    weights = np.asarray([word.weight for word in words])
    held = np.zeros((passages, len(words)), dtype=bool)
    total = weights.sum()
    if not passages or not total:
        return Closeness(np.zeros(passages), np.zeros(passages), held)
    wanted = np.asarray([(code, number) for number, word in enumerate(words) for code in word.codes])
    found, places = standing(wanted[:, 0].astype(np.uint32), codes.codes)
    word_at = wanted[found, 1]
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


def marks(entry: Entry, words: Sequence[QuestionWord]) -> tuple[tuple[int, int], ...]:
    """Return [start, end) of where the passage's text has a word of the question, its repair or synonym.

    They are sorted and without overlap; only blanks between two make them one.
    """
    wanted = {code for word in words for code in word.codes}
    spans, body = memoryview(entry.spans).cast("I"), memoryview(entry.codes).cast("I")[entry.body_at :]
    text = entry.passage.text
    found: list[tuple[int, int]] = []
    for start, end in sorted([(spans[2 * at], spans[2 * at + 1]) for at, code in enumerate(body) if code in wanted]):
        if found and (start <= found[-1][1] or not text[found[-1][1] : start].strip(" ")):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
