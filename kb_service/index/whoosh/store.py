"""The store of a Whoosh generation: questions are answered from arrays that were compiled of its segments.

Whoosh's own searcher needs 4 to 31 ms for a question at 1,000 to 20,000 passages; adding slices of arrays 0.1 to 0.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Article, stored_name
from kb_service.errors import EngineUnavailable
from kb_service.index.articles import served_assets
from kb_service.index.catalogue import Catalogue
from kb_service.index.mapped_files import Arrays, Records, below, distinct, open_arrays, open_records
from kb_service.index.port import Candidates, Codes, Entry, Floats, Numbers
from kb_service.index.query import FIELD_WEIGHTS, K1, And, Best, Not, Or, Phrase, Prefix, Query, Word, idf
from kb_service.index.whoosh.assets import open_asset
from kb_service.index.whoosh.segments import Held, Integers, open_segment
from kb_service.index.word_table import Strings
from kb_service.meaning.closely import Matches, Tokens, all_matches
from kb_service.meaning.vectors import Alike, VectorTable

CATALOGUE_FILE: Final = "catalogue.safetensors"
ARTICLES_FILE: Final = "articles.msgpack"
POSTINGS_FILE: Final = "postings.safetensors"
VECTORS_FILE: Final = "vectors.safetensors"

Scores = NDArray[np.float32]  # of every passage by number; none is negative

ROWS: Final = 64  # see _best
NOTHING_ALIKE: Final = Alike(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))


class WhooshStore:
    """See index.port.Store. `held` are its segments with the numbers of their documents, see postings.py."""

    def __init__(self, folder: Path, *, generation: str) -> None:
        """Open the files below the folder of an audience; raise OSError, KeyError or ValueError on damage."""
        self.folder = folder
        self.catalogue = Catalogue(open_arrays(folder / CATALOGUE_FILE), generation=generation)
        self._withdrawn_assets: frozenset[str] = frozenset()
        self._terms = self.catalogue.terms
        arrays = open_arrays(folder / POSTINGS_FILE)
        self.articles: Records[Article] = open_records(folder / ARTICLES_FILE, Article)
        names = Strings(**below("segments", arrays))
        self.held = [Held(open_segment(folder, name), arrays[f"numbers.{name}"]) for name in names]
        self._starts: memoryview[int] = arrays["starts"].data  # read as Python numbers, from memory that workers share
        self._ids: Integers = arrays["ids"]
        self._impacts: Scores = arrays["impacts"]
        self._holding: Arrays = below("holding", arrays)
        self._norms: Arrays = below("norms", arrays)
        self._segment_of: Integers = arrays["segment_of"]
        self._document_of: Integers = arrays["document_of"]
        vectors = open_arrays(folder / VECTORS_FILE) if self.catalogue.encoder else {}
        self._passages, self._asked = (
            VectorTable(below(name, vectors)) if vectors else None for name in ("passages", "asked")
        )
        self._tokens = Tokens(**below("tokens", vectors)) if vectors else None
        self._sentence_starts: Integers | None = vectors.get("sentence_starts")

    def without(self, withdrawn: frozenset[int]) -> WhooshStore:
        """Return the same without these articles, and without the assets to which no other refers."""
        found = copy(self)
        found.catalogue = self.catalogue.without(withdrawn)
        kept, gone = set[str](), set[str]()
        for number, article in enumerate(self.articles):
            (gone if number in withdrawn else kept).update(asset.stored_name for asset in served_assets(article))
        found._withdrawn_assets = frozenset(gone - kept)
        return found

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
        scores, ceiling = self._scores(query)
        extra = [] if also is None else [also]
        compared = self._passages if vector is not None else None
        if compared is not None and vector is not None:
            extra.append(compared.nearest(vector, limit=limit).numbers)
        if topic is not None:
            allowed = np.isin(self.catalogue.article_of, self.catalogue.topics.get(topic, []))
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
            codes=self._codes,
        )

    def entries(self, numbers: Sequence[int], *, tokens: Floats | None = None) -> list[Entry]:
        """See index.port.Store."""
        found = []
        wanted = np.asarray(numbers, dtype=np.int32)
        places = (
            each.take(wanted).tolist() for each in (self._segment_of, self._document_of, self.catalogue.article_of)
        )
        for at, document, article, met in zip(*places, self._matches(numbers, tokens), strict=True):
            segment = self.held[at].segment
            codes = segment.codes[segment.code_starts[document] : segment.code_starts[document + 1]]
            entry = segment.entries[document]
            found.append(msgspec.structs.replace(entry, article_number=article, codes=codes.tobytes(), matches=met))
        return found

    def articles_of(self, numbers: Sequence[int]) -> list[Article]:
        """See index.port.Store."""
        return [self.articles[number] for number in numbers]

    def asset(self, digest: str, name: str) -> BinaryIO | None:
        """See index.port.Store."""
        if stored_name(digest, name) in self._withdrawn_assets:
            return None
        try:
            return open_asset(self.folder, digest, name)
        except OSError as error:
            raise EngineUnavailable(f"The index cannot be read: {error.strerror}.") from error

    def asked_like(self, vector: Floats, *, count: int) -> Alike:
        """See index.port.Store."""
        return self._asked.alike(vector, count=count) if self._asked is not None else NOTHING_ALIKE

    def _codes(self, numbers: Numbers) -> Codes:
        places = zip(self._segment_of[numbers].tolist(), self._document_of[numbers].tolist(), strict=True)
        found: list[NDArray[np.uint32]] = []
        body_at: list[int] = []
        for number, document in places:
            segment = self.held[number].segment
            found.append(segment.codes[segment.code_starts[document] : segment.code_starts[document + 1]])
            body_at.append(segment.body_at[document])
        codes = np.concatenate(found) if found else np.zeros(0, dtype=np.uint32)
        return Codes(codes, [0, *accumulate(map(len, found))], body_at)

    def _matches(self, numbers: Sequence[int], asked: Floats | None) -> Sequence[Matches | None]:
        """Return how well passages meet the tokens of a question, where these are compared."""
        if asked is None or self._tokens is None or self._sentence_starts is None or not numbers:
            return [None] * len(numbers)
        found: list[tuple[NDArray[np.int8], Sequence[int]]] = []
        for number in numbers:
            first, last = self._sentence_starts[number : number + 2].tolist()
            starts = self._tokens.starts[first : last + 1].tolist()
            found.append((self._tokens.whole[starts[0] : starts[-1]], [start - starts[0] for start in starts]))
        return all_matches(asked, found)

    def _scores(self, query: Query) -> tuple[Scores, float]:
        scores = np.zeros(self.catalogue.passages, dtype=np.float32)
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
                terms = self._terms.starting(start)
                run = slice(self._starts[terms.start], self._starts[terms.stop])
                np.add.at(scores, self._ids[run], self._impacts[run] * np.float32(weight))
                return weight * idf(0, self.catalogue.passages) * (K1 + 1)
            case Phrase():
                return self._add_phrase(scores, query)
        return 0.0

    def _each(self, combine: np.ufunc, word: Word, scores: Scores) -> float:
        """Combine the scores of the passages with a word and what it is worth there: a nanosecond for each."""
        term = self._terms.place(word.term)
        if term is not None:
            run = slice(self._starts[term], self._starts[term + 1])
            impacts = self._impacts[run]
            combine.at(scores, self._ids[run], impacts if word.weight == 1 else impacts * np.float32(word.weight))
        return word.weight * self.catalogue.weight_of(word.term) * (K1 + 1)

    def _add_best(self, scores: Scores, parts: Sequence[Query]) -> float:
        best = np.zeros(len(scores), dtype=np.float32)
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

    def _add_all(self, scores: Scores, parts: Sequence[Query]) -> float:
        wanted = [self._scores(part) for part in parts if not isinstance(part, Not)]
        if not wanted:
            return 0.0
        matching = np.all([own > 0 for own, _ in wanted], axis=0)
        for part in parts:
            if isinstance(part, Not):
                matching &= self._scores(part.part)[0] <= 0
        scores += np.where(matching, np.sum([own for own, _ in wanted], axis=0), np.float32(0))
        return sum([most for _, most in wanted])

    def _add_phrase(self, scores: Scores, phrase: Phrase) -> float:
        """Add what the words of a phrase are worth to the passages that have it, field by field."""
        if phrase.terms and all(map(self.catalogue.knows, phrase.terms)):
            for held in self.held:
                for field in FIELD_WEIGHTS:
                    self._add_phrase_of(scores, held, field, phrase)
        return phrase.weight * sum([self.catalogue.weight_of(term) for term in phrase.terms]) * (K1 + 1)

    def _add_phrase_of(self, scores: Scores, held: Held, field: str, phrase: Phrase) -> None:
        """Add the same for one field of one segment."""
        postings, numbers = held.segment.fields[field], held.numbers
        terms = [number for term in phrase.terms if (number := postings.find(term)) is not None]
        if len(terms) < len(phrase.terms):
            return
        documents = distinct(postings.holding(terms))
        documents = documents[numbers[documents] >= 0]
        passages = numbers[documents]
        norms, worth = self._norms[field][passages], phrase.weight * FIELD_WEIGHTS[field] * (K1 + 1)
        for term, number in zip(phrase.terms, terms, strict=True):
            counts = postings.counts_of(number, documents)
            weight = worth * idf(int(self._holding[field][self._terms.place(term)]), self.catalogue.passages)
            scores[passages] += (weight * counts / (counts + norms)).astype(np.float32)


def _best(scores: Scores, limit: int) -> NDArray[np.intp]:
    """Return the numbers of the best `limit` passages that score, ties by number.

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
