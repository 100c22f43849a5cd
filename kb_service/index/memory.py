"""The reference engine: exact, slow and short. What another engine answers can be checked against it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Article, Audience
from kb_service.errors import IndexOutOfDate
from kb_service.index.asked import asked, known_to_be_asked
from kb_service.index.classifying import learn
from kb_service.index.known_questions import KnownQuestions
from kb_service.index.passage_columns import ColumnWriter, join_columns
from kb_service.index.port import NO_WORDING, Codes, EngineStatus, Entry, Ranking, Vocabulary, Wording
from kb_service.index.query import And, Best, Not, Or, Phrase, Prefix, Query, Word
from kb_service.index.scoring import FIELD_WEIGHTS, K1, B
from kb_service.index.shelf import ShelvedPassage, articles_for, count_wording, count_words, make_guide, shelve
from kb_service.index.suggestions import Suggester
from kb_service.index.word_table import WordTable


class MemorySnapshot:
    """See index.port.Snapshot."""

    def __init__(
        self,
        articles: Sequence[Article],
        *,
        wording: Wording,
        generation: str,
        audience: Audience,
    ) -> None:
        self.guide = make_guide(articles, wording)
        self.topics: dict[str, list[int]] = {}
        for number, article in enumerate(articles):
            for topic in article.topics:
                self.topics.setdefault(topic, []).append(number)
        self.generation = generation
        self.audience = audience
        self.articles = articles
        words: Counter[str] = Counter()
        self._shelved: list[ShelvedPassage] = list(count_words(shelve(articles), words))
        count_wording(self.guide, words)
        self.vocabulary = Vocabulary(words=WordTable.of(words))
        self.passages = len(self._shelved)
        self.article_of = np.asarray([shelved.entry.article_number for shelved in self._shelved], dtype=np.int32)
        columns = ColumnWriter()
        for shelved in self._shelved:
            columns.add(shelved.entry)
        self._columns = join_columns([columns.columns()], self.guide.common_headings)
        self.traits = self._columns.traits
        self.passage_vectors = None
        self.sentence_vectors = None
        self.coefficients = learn(asked(self.guide), len(articles), None)
        self.question_vectors = None
        self.suggester = Suggester.of(self.guide.titles, self.guide.questions)
        self._counts = [
            {name: Counter({t: len(at) for t, at in s.fields[name].items()}) for name in FIELD_WEIGHTS}
            for s in self._shelved
        ]
        self.known_questions = KnownQuestions.of(known_to_be_asked(self.guide), self.weight_of)

    def search(
        self, query: Query, *, limit: int, topic: str | None = None, also: NDArray[np.int32] | None = None
    ) -> Ranking:
        """See index.port.Snapshot."""
        scores = {number: self._score(number, query) for number in range(self.passages)}
        found = [
            number
            for number, score in scores.items()
            if score > 0 and (topic is None or topic in self._shelved[number].entry.topics)
        ]
        best = sorted(found, key=lambda number: (-scores[number], number))[:limit]
        wanted = {int(number) for number in also} if also is not None else set()
        allowed = {n for n in wanted if topic is None or topic in self._shelved[n].entry.topics}
        best = sorted({*best, *allowed}, key=lambda number: (-scores[number], number))
        return Ranking(
            numbers=np.asarray(best, dtype=np.int32),
            scores=np.asarray([scores[number] for number in best], dtype=np.float32),
            total=len(found),
            ceiling=self._ceiling(query),
        )

    def codes(self, numbers: NDArray[np.int32]) -> Codes:
        """See index.port.Snapshot."""
        return self._columns.codes(numbers)

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """See index.port.Snapshot."""
        return [self._shelved[number].entry for number in numbers]

    def weight_of(self, term: str) -> float:
        """See index.port.Snapshot."""
        return self._idf("text", term)

    def knows(self, term: str) -> bool:
        """See index.port.Snapshot."""
        return any(term in counts for by_field in self._counts for counts in by_field.values())

    def article_number(self, article_id: str) -> int | None:
        """See index.port.Snapshot."""
        former = None
        for number, article in enumerate(self.articles):
            if article.id == article_id:
                return number
            if article_id in article.redirects_from:
                former = number
        return former

    def _score(self, number: int, query: Query) -> float:
        match query:
            case Word(term, weight):
                return weight * sum(self._bm25(number, field, term) * w for field, w in FIELD_WEIGHTS.items())
            case Phrase(terms, weight):
                return weight * self._phrase(number, terms)
            case Prefix(start, weight):
                starting = {t for f in self._counts[number].values() for t in f if t.startswith(start)}
                return weight * sum(self._score(number, Word(term)) for term in sorted(starting))
            case Best(parts):
                return max((self._score(number, part) for part in parts), default=0.0)
            case Or(parts):
                return sum(self._score(number, part) for part in parts)
            case And(parts):
                return self._all_of(number, parts)
        return 0.0

    def _all_of(self, number: int, parts: Sequence[Query]) -> float:
        if any(isinstance(part, Not) and self._score(number, part.part) > 0 for part in parts):
            return 0.0
        scores = [self._score(number, part) for part in parts if not isinstance(part, Not)]
        return sum(scores) if all(score > 0 for score in scores) else 0.0

    def _phrase(self, number: int, terms: Sequence[str]) -> float:
        score = 0.0
        if not terms:
            return score
        for field, field_weight in FIELD_WEIGHTS.items():
            places = self._shelved[number].fields[field]
            starts = places.get(terms[0], ())
            if any(all(at + i in places.get(term, ()) for i, term in enumerate(terms)) for at in starts):
                score += field_weight * sum(self._bm25(number, field, term) for term in terms)
        return score

    def _bm25(self, number: int, field: str, term: str) -> float:
        tf = self._counts[number][field][term]
        average = sum(counts[field].total() for counts in self._counts) / self.passages or 1.0
        norm = K1 * (1 - B + B * self._counts[number][field].total() / average)
        return self._idf(field, term) * tf * (K1 + 1) / (tf + norm)

    def _idf(self, field: str, term: str) -> float:
        holding = sum(term in counts[field] for counts in self._counts)
        return math.log(max(self.passages, 1) / (holding + 1)) + 1

    def _ceiling(self, query: Query) -> float:
        match query:
            case Word(term, weight):
                return weight * self._idf("text", term) * (K1 + 1)
            case Phrase(terms, weight):
                return weight * sum(self._idf("text", term) for term in terms) * (K1 + 1)
            case Prefix(_, weight):
                return weight * self._idf("text", "") * (K1 + 1)
            case Best(parts):
                return max((self._ceiling(part) for part in parts), default=0.0)
            case Or(parts) | And(parts):
                return sum(self._ceiling(part) for part in parts)
        return 0.0


class MemoryEngine:
    """See index.port.Engine."""

    def __init__(self) -> None:
        self._articles: tuple[Article, ...] = ()
        self._snapshots: dict[Audience, MemorySnapshot] = {}
        self._built = 0
        self._source = ""

    def snapshot(self, *, audience: Audience) -> MemorySnapshot:
        """See index.port.Engine."""
        if audience not in self._snapshots:
            raise IndexOutOfDate("Nothing is indexed yet.")
        return self._snapshots[audience]

    def replace_all(
        self,
        articles: Iterable[Article],
        *,
        wording: Wording = NO_WORDING,
        source: str = "",
    ) -> EngineStatus:
        """See index.port.Engine."""
        articles = tuple(articles)
        self._built += 1
        generation = f"{self._built:06d}-00000000"
        audiences: tuple[Audience, ...] = ("public", "agent")
        self._snapshots = {
            audience: MemorySnapshot(
                articles_for(articles, audience),
                wording=wording,
                generation=generation,
                audience=audience,
            )
            for audience in audiences
        }
        self._articles, self._source = articles, source
        return self.status()

    def stored_articles(self) -> Mapping[str, Article]:
        """See index.port.Engine."""
        return {article.path: article for article in self._articles if not article.hidden}

    def status(self) -> EngineStatus:
        """See index.port.Engine."""
        if not self._snapshots:
            return EngineStatus(generation="", articles=0, passages=0, reason="Nothing is indexed yet.")
        public = self._snapshots["public"]
        return EngineStatus(
            generation=public.generation, articles=len(public.articles), passages=public.passages, source=self._source
        )

    def close(self) -> None:
        """See index.port.Engine."""
        self._snapshots = {}
