"""One opened generation for one audience: what is asked is answered from compiled postings."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Article, Audience
from kb_service.errors import DependencyFailed, EngineUnavailable
from kb_service.index.arrays import open_arrays
from kb_service.index.coefficients import open_coefficients
from kb_service.index.distinct import distinct
from kb_service.index.known_questions import KnownQuestions, QuestionArrays
from kb_service.index.passage_columns import open_columns
from kb_service.index.port import FIELDS, Codes, Entry, Guide, Ranking, SentenceVectors, Vocabulary
from kb_service.index.query import And, Best, Not, Or, Phrase, Prefix, Query, Word
from kb_service.index.records import Records
from kb_service.index.scoring import K1, B
from kb_service.index.suggestions import Suggester, SuggestionArrays
from kb_service.index.whoosh.layout import ARTICLES_FILE, GUIDE_FILE, entries_file
from kb_service.index.whoosh.postings import Postings
from kb_service.index.word_table import WordArrays, WordTable
from kb_service.meaning.vectors import open_vectors

Scores = NDArray[np.float32]  # of every passage by number; none is negative

ROWS: Final = 64  # see _best


class WhooshSnapshot:
    """See index.port.Snapshot."""

    def __init__(self, folder: Path, *, generation: str, audience: Audience, whoosh: Callable[[], Path]) -> None:
        """`whoosh` returns the folder of Whoosh's own index."""
        self.generation = generation
        self.audience = audience
        self.postings = Postings(folder / "postings", FIELDS)
        self.passages = self.postings.passages
        shards: list[str] = msgspec.msgpack.decode((folder / "shards.msgpack").read_bytes())
        self._entries = [Records(entries_file(folder, key), Entry) for key in shards]
        self._entries_before = [0, *accumulate(len(entries) for entries in self._entries)]
        self.articles = Records(folder / ARTICLES_FILE, Article)
        self.vocabulary = Vocabulary(words=WordTable(WordArrays(**open_arrays(folder / "vocabulary"))))
        self.guide = msgspec.msgpack.decode((folder / GUIDE_FILE).read_bytes(), type=Guide)
        self._ids, self.topics = read_directory(folder)
        self.article_of: NDArray[np.int32] = np.load(folder / "article_of.npy")
        self._columns = open_columns(folder / "passages")
        self.traits = self._columns.traits
        self.passage_vectors = open_vectors(folder / "passages.vectors")
        self.question_vectors = open_vectors(folder / "questions.vectors")
        self.sentence_vectors = _open_sentences(folder)
        self.coefficients = open_coefficients(folder)
        self.known_questions = KnownQuestions(QuestionArrays(**open_arrays(folder / "known_questions")))
        suggestions = SuggestionArrays(**open_arrays(folder / "suggestions"))
        self.suggester = Suggester(self.guide.titles, self.guide.questions, suggestions)
        self._whoosh = whoosh
        self._searcher: Any = None
        self._searching = threading.Lock()  # a Searcher asked by two threads at once answers wrongly, silently

    def search(
        self, query: Query, *, limit: int, topic: str | None = None, also: NDArray[np.int32] | None = None
    ) -> Ranking:
        """See index.port.Snapshot."""
        scores = np.zeros(self.passages, dtype=np.float32)
        ceiling = self._add(query, scores)
        if topic is not None:
            allowed = np.isin(self.article_of, self.topics.get(topic, []))
            scores[~allowed] = 0
            also = also[allowed[also]] if also is not None else None
        numbers = _best(scores, limit)
        if also is not None:
            numbers = _ordered(distinct(np.concatenate((numbers, also))), scores)
        return Ranking(
            numbers=numbers.astype(np.int32),
            scores=scores[numbers],
            total=int(np.count_nonzero(scores.view(np.int32))),  # as integers: four times as fast as floats
            ceiling=ceiling,
        )

    def codes(self, numbers: NDArray[np.int32]) -> Codes:
        """See index.port.Snapshot."""
        return self._columns.codes(numbers)

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """See index.port.Snapshot."""
        articles = self.article_of[list(numbers)].tolist() if len(numbers) else []
        found = []
        for number, article in zip(numbers, articles, strict=True):
            shard = bisect_right(self._entries_before, number) - 1
            entry = self._entries[shard].read(number - self._entries_before[shard])
            codes = self._columns.codes_of(number)
            found.append(msgspec.structs.replace(entry, article_number=article, codes=codes))
        return found

    def weight_of(self, term: str) -> float:
        """See index.port.Snapshot."""
        return self.postings.idf("text", term)

    def knows(self, term: str) -> bool:
        """See index.port.Snapshot."""
        return self.postings.terms.find(term) is not None

    def article_number(self, article_id: str) -> int | None:
        """See index.port.Snapshot."""
        return self._ids.get(article_id)

    def _scores(self, query: Query) -> tuple[Scores, float]:
        scores = np.zeros(self.passages, dtype=np.float32)
        return scores, self._add(query, scores)

    def _add(self, query: Query, scores: Scores) -> float:
        """Add what passages are worth for `query` to their scores; return the most that any could be worth."""
        match query:
            case Word():
                return self._each(np.add, query, scores)
            case Or(parts):
                return sum([self._add(part, scores) for part in parts])
            case Best(parts):
                return self._add_best(scores, parts)
            case And(parts):
                return self._add_all(scores, parts)
            case Prefix(start, weight):
                for term in self.postings.terms:
                    if term.startswith(start):
                        self._each(np.add, Word(term, weight), scores)
                return weight * self.postings.highest_idf * (K1 + 1)
            case Phrase():
                return self._add_phrase(scores, query)
        return 0.0

    def _each(self, combine: np.ufunc, word: Word, scores: Scores) -> float:
        """Combine the scores of the passages with a word and what it is worth there: a nanosecond for each."""
        number = self.postings.terms.find(word.term)
        if number is None:
            return word.weight * self.postings.highest_idf * (K1 + 1)
        ids, impacts = self.postings.words.of(number)
        combine.at(scores, ids, impacts if word.weight == 1 else impacts * np.float32(word.weight))
        return word.weight * self.postings.idf_of("text", number) * (K1 + 1)

    def _add_best(self, scores: Scores, parts: Sequence[Query]) -> float:
        best = np.zeros(self.passages, dtype=np.float32)
        ceiling = 0.0
        for part in parts:
            if isinstance(part, Word):
                ceiling = max(ceiling, self._each(np.maximum, part, best))
            else:
                own, most = self._scores(part)
                np.maximum(best, own, out=best)
                ceiling = max(ceiling, most)
        scores += best
        return ceiling

    def _add_phrase(self, scores: Scores, phrase: Phrase) -> float:
        """Add what the words of a phrase are worth to the passages that have it, field by field."""
        if phrase.terms and all(self.knows(term) for term in phrase.terms):
            numbers = [self.postings.terms[term] for term in phrase.terms]
            for field in self.postings.fields.values():
                holding = field.holding_phrase(numbers)
                for number in numbers if len(holding) else ():
                    ids, impacts = field.of(number)
                    scores[holding] += impacts[np.searchsorted(ids, holding)] * np.float32(phrase.weight)
        return phrase.weight * sum([self.weight_of(term) for term in phrase.terms]) * (K1 + 1)

    def _add_all(self, scores: Scores, parts: Sequence[Query]) -> float:
        wanted = [self._scores(part) for part in parts if not isinstance(part, Not)]
        if not wanted:
            return 0.0
        matching = np.logical_and.reduce([own > 0 for own, _ in wanted])
        for part in parts:
            if isinstance(part, Not):
                matching &= self._scores(part.part)[0] <= 0
        scores += np.where(matching, np.sum([own for own, _ in wanted], axis=0), np.float32(0))
        return sum([most for _, most in wanted])

    def whoosh_ranking(self, query: Word | Phrase | Or, *, limit: int | None) -> list[tuple[int, float]]:
        """Return (passage number, score) as Whoosh's own searcher ranks them: what ours are held to."""
        from whoosh.index import open_dir  # with what it imports 9 MB and 0.1 s that no answer needs
        from whoosh.scoring import BM25F

        from kb_service.index.whoosh.compiler import compile_query

        try:
            with self._searching:
                if self._searcher is None:  # not before somebody asks: it takes 14 MB for each 1,000 passages
                    self._searcher = open_dir(str(self._whoosh())).searcher(weighting=BM25F(B=B, K1=K1))
                found = self._searcher.search(compile_query(query), limit=limit)
                return [(int(number), float(score)) for score, number in found.top_n]
        except DependencyFailed:
            raise
        except Exception as error:  # Whoosh reads pickles: a damaged file can raise anything
            raise EngineUnavailable(
                f"Whoosh cannot read generation {self.generation}: {type(error).__name__}."
            ) from error


def _open_sentences(folder: Path) -> SentenceVectors | None:
    vectors = open_vectors(folder / "sentences.vectors")
    return SentenceVectors(vectors, np.load(folder / "sentence_starts.npy")) if vectors is not None else None


def _best(scores: Scores, limit: int) -> NDArray[np.intp]:
    """Return the numbers of the best `limit` passages that score, ties by number, as Whoosh breaks them.

    As many columns as `limit` have a maximum of at least `least`, so as many passages do: the rest needs no sorting.
    """
    columns = len(scores) // ROWS
    if 0 < limit < columns:
        highest = scores[: columns * ROWS].reshape(ROWS, columns).max(axis=0)
        highest.partition(columns - limit)
        least = highest[columns - limit]
        if least > 0:
            return _ordered((scores >= least).nonzero()[0], scores)[:limit]
    return _ordered(scores.nonzero()[0], scores)[:limit]


def _ordered(numbers: NDArray[np.intp], scores: Scores) -> NDArray[np.intp]:
    """Return ascending numbers by score, best first, ties by number."""
    return numbers[(-scores[numbers]).argsort(kind="stable")]


def write_directory(folder: Path, articles: Sequence[Article]) -> None:
    """Write which ids (former ones too) and topics belong to which article number."""
    ids = {old: number for number, article in enumerate(articles) for old in article.redirects_from}
    ids |= {article.id: number for number, article in enumerate(articles)}
    topics: dict[str, list[int]] = {}
    for number, article in enumerate(articles):
        for topic in article.topics:
            topics.setdefault(topic, []).append(number)
    (folder / "directory.msgpack").write_bytes(msgspec.msgpack.encode((ids, topics)))


def read_directory(folder: Path) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Read back what write_directory wrote."""
    return msgspec.msgpack.decode(
        (folder / "directory.msgpack").read_bytes(), type=tuple[dict[str, int], dict[str, list[int]]]
    )
