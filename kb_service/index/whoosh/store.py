"""The store of a Whoosh generation: what is asked is answered from compiled postings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Article
from kb_service.index.catalogue import Catalogue
from kb_service.index.distinct import distinct
from kb_service.index.passage_columns import open_columns
from kb_service.index.port import Candidates, Entry, Floats, Numbers
from kb_service.index.query import And, Best, Not, Or, Phrase, Prefix, Query, Word
from kb_service.index.records import Records
from kb_service.index.scoring import FIELDS, K1
from kb_service.index.whoosh.layout import ARTICLES_FILE, entries_file
from kb_service.index.whoosh.postings import Postings
from kb_service.meaning.vectors import Alike, open_vectors

Scores = NDArray[np.float32]  # of every passage by number; none is negative

ROWS: Final = 64  # see _best
NOTHING_ALIKE: Final = Alike(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))


class WhooshStore:
    """See index.port.Store."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.postings = Postings(folder / "postings", FIELDS)
        self.articles = Records(folder / ARTICLES_FILE, Article)
        self._catalogue = catalogue
        shards: list[str] = msgspec.msgpack.decode((folder / "shards.msgpack").read_bytes())
        self._entries = [Records(entries_file(folder, key), Entry) for key in shards]
        self._entries_before = [0, *accumulate(len(entries) for entries in self._entries)]
        self._columns = open_columns(folder / "codes.safetensors")
        self._passages = open_vectors(folder / "passages.vectors")
        self._asked = open_vectors(folder / "questions.vectors")
        self._sentences = open_vectors(folder / "sentences.vectors")
        self._sentence_starts = np.load(folder / "sentence_starts.npy") if self._sentences else None

    def candidates(
        self,
        query: Query,
        *,
        limit: int,
        vector: Floats | None = None,
        topic: str | None = None,
        also: Numbers | None = None,
    ) -> Candidates:
        """See index.port.Store."""
        scores = np.zeros(self.postings.passages, dtype=np.float32)
        ceiling = self._add(query, scores)
        extra = [] if also is None else [also]
        compared = self._passages if vector is not None else None
        if compared is not None and vector is not None:
            extra.append(compared.nearest(vector, limit=limit).numbers)
        if topic is not None:
            allowed = np.isin(self._catalogue.article_of, self._catalogue.topics.get(topic, []))
            scores[~allowed] = 0
            extra = [numbers[allowed[numbers]] for numbers in extra]
        numbers = _best(scores, limit)
        if extra:
            numbers = _ordered(distinct(np.concatenate((numbers, *extra))), scores)
        return Candidates(
            numbers=numbers.astype(np.int32),
            scores=scores[numbers],
            total=int(np.count_nonzero(scores.view(np.int32))),  # as integers: four times as fast as floats
            ceiling=ceiling,
            cosines=compared.scores_of(numbers, vector) if compared is not None and vector is not None else None,
            codes=self._columns.codes,
        )

    def entries(self, numbers: Sequence[int], *, vector: Floats | None = None) -> list[Entry]:
        """See index.port.Store."""
        cosines = self._sentence_cosines(numbers, vector)
        found = []
        for number, of_sentences in zip(numbers, cosines, strict=True):
            shard = bisect_right(self._entries_before, number) - 1
            entry = self._entries[shard].read(number - self._entries_before[shard])
            article, codes = int(self._catalogue.article_of[number]), self._columns.codes_of(number)
            found.append(
                msgspec.structs.replace(entry, article_number=article, codes=codes, sentence_cosines=of_sentences)
            )
        return found

    def articles_of(self, numbers: Sequence[int]) -> list[Article]:
        """See index.port.Store."""
        return [self.articles[number] for number in numbers]

    def asked_like(self, vector: Floats, *, count: int) -> Alike:
        """See index.port.Store."""
        return self._asked.alike(vector, count=count) if self._asked is not None else NOTHING_ALIKE

    def _sentence_cosines(self, numbers: Sequence[int], vector: Floats | None) -> list[tuple[float, ...]]:
        """Return the cosines of each passage's sentences, of all passages at once."""
        if vector is None or self._sentences is None or self._sentence_starts is None:
            return [()] * len(numbers)
        starts = self._sentence_starts
        rows = [np.arange(starts[number], starts[number + 1]) for number in numbers]
        cosines = self._sentences.scores_of(np.concatenate(rows), vector).tolist() if rows else []
        ends = [0, *accumulate(map(len, rows))]
        return [tuple(cosines[first:last]) for first, last in pairwise(ends)]

    def _scores(self, query: Query) -> tuple[Scores, float]:
        scores = np.zeros(self.postings.passages, dtype=np.float32)
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
        best = np.zeros(self.postings.passages, dtype=np.float32)
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
        if phrase.terms and all(self._catalogue.knows(term) for term in phrase.terms):
            numbers = [self.postings.terms[term] for term in phrase.terms]
            for field in self.postings.fields.values():
                holding = field.holding_phrase(numbers)
                for number in numbers if len(holding) else ():
                    ids, impacts = field.of(number)
                    scores[holding] += impacts[np.searchsorted(ids, holding)] * np.float32(phrase.weight)
        return phrase.weight * sum([self._catalogue.weight_of(term) for term in phrase.terms]) * (K1 + 1)

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
