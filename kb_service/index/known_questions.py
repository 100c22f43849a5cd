"""What people are known to ask, and how a new question resembles it.

One table holds the questions that articles say they answer, other ways to ask them, titles that ask, and questions that
no article answers. A question is compared with all of them

* by words: the cosine of their tf-idf vectors over words and pairs of words,
* by meaning: the cosine of their vectors, where there is a model,
* by a classifier learnt from the table, where authors know many ways to ask: kernel ridge regression, whose kernel adds
  a Gaussian of the distance by meaning to the cosine by words. It tells neighbouring articles, and questions with and
  without an answer, apart better than the likest question does. Its measurements: docs/ranking-numbers.md.

Some stand at one section of their article. How much a question belongs to that section tells which passage answers: the
same classifier has a class for each section, and where nothing was learnt, the questions of the article that are near
vote for theirs.

Beside them stand the error texts that articles explain: a question that shows one is about that article.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.analysis import WEAK_WORDS, analyse, is_stop_word, parted
from kb_service.index.guide import Guide
from kb_service.index.mapped_files import Arrays, below, named
from kb_service.index.question_classifier import Classifier, learn
from kb_service.index.word_table import WordArrays, WordTable, word_arrays
from kb_service.meaning.vectors import Alike

VERSION: Final = 6  # goes up when the same questions make another table or teach the classifier something else

NO_ARTICLE: Final = -1
TITLE_WORDS: Final = 5  # content words of a title that asks; a shorter one names a section ("1. Overview")
PAIR: Final = 0.5  # the weight of two words in a row beside that of each

NEAR: Final = 0.05  # a known question has e times the vote of another whose cosine is so much lower
NEAR_BY_WORDS: Final = 0.1

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Variants = Mapping[str, Sequence[tuple[str, float]]]  # by term: the terms that may stand for it, each with how surely

SectionPassages = Mapping[tuple[int, str], tuple[int, int]]

NO_SECTIONS: Final[SectionPassages] = MappingProxyType({})
_NO_VARIANTS: Final[Variants] = {}
_FIRST: Final = np.zeros(1, dtype=np.intp)
_NO_ROWS: Final = np.zeros(0, dtype=np.int32)


def asked(guide: Guide) -> list[tuple[str, int]]:
    """Return the table: what people ask, each with the number of its article, in the order of these numbers.

    Questions that no article answers come last, with the number NO_ARTICLE.
    """
    titles = [(title, number) for number, title in enumerate(guide.titles) if _asks(title)]
    answered = sorted([*guide.questions, *guide.phrasings, *titles], key=lambda row: row[1])
    return [*answered, *((text, NO_ARTICLE) for text in guide.not_covered)]


def _asks(title: str) -> bool:
    if title.rstrip().endswith("?"):
        return True
    words = {term.term for term in analyse(title) if not is_stop_word(term.word) and term.word not in WEAK_WORDS}
    return len(words) >= TITLE_WORDS


class SectionShares(NamedTuple):
    """How much a question belongs to the section that each of `passages` (ascending) holds, 0 to 1."""

    passages: Integers
    shares: Floats

    def of(self, passages: Integers) -> Floats:
        """Return the shares of these passages; 0 for those of sections without questions of their own."""
        at = np.minimum(np.searchsorted(self.passages, passages), len(self.passages) - 1)
        return np.where(self.passages[at] == passages, self.shares[at], np.float32(0))


class Resemblance(NamedTuple):
    """How a question resembles what is known to be asked: arrays by article number, and last for no article.

    `by_words` (0 to 1) and `by_meaning` (cosines, -1 where unlike) are those of the likest question of each;
    `belonging` is how much the question belongs to each by the classifier, about 0 to 1. What is not compared or was
    not learnt is None. `explained` are the articles that explain an error text in the message. `sections` is how much
    the question belongs to sections with questions of their own; None without such sections. `is_asked_with` tells
    whether a known question of an article has one of some terms.
    """

    by_words: Floats
    by_meaning: Floats | None
    belonging: Floats | None
    explained: frozenset[int]
    sections: SectionShares | None = None
    is_asked_with: Callable[[int, Iterable[str]], bool] | None = None

    @property
    def unanswerable_by_words(self) -> float:
        """Similarity to the closest question listed as unanswerable, 0 to 1."""
        return float(self.by_words[-1])

    @property
    def unanswerable_by_meaning(self) -> float | None:
        """Cosine with the closest question listed as unanswerable; -1 when none is, None when not compared."""
        return None if self.by_meaning is None else float(self.by_meaning[-1])


class KnownQuestions:
    """The table of one catalogue, for any number of threads."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], guide: Guide) -> None:
        """`arrays` are those of known_question_arrays."""
        self._articles = len(guide.titles)
        self._article_of: Integers = arrays["article_of"]
        self._words = QuestionWords(WordColumns(**below("words", arrays)), len(self._article_of))
        self._patterns = _patterns(guide)
        self._sections = Sections(**below("sections", arrays)) if "sections.of" in arrays else None
        learnt = below("classifier", arrays)
        self.classifier = Classifier(**learnt) if learnt else None

    def compare(
        self,
        question: str,
        *,
        message: str = "",
        variants: Variants = _NO_VARIANTS,
        vector: Floats | None = None,
        nearest: Callable[[Floats], Alike] | None = None,
    ) -> Resemblance:
        """Compare a question, and look for error texts in the whole message that it is from.

        `variants` are its words' repairs and synonyms. `vector` is its meaning, None where meanings are not compared;
        `nearest` then finds the rows of the table that are likest by meaning (see Store.asked_like), where nothing was
        learnt of all of them.
        """
        unit = self._words.unit(question)
        words = self._words.cosines(unit)
        meant: dict[str, float] = {}
        for term in variants:
            for variant, sureness in variants[term] if term in unit else ():
                if variant not in unit:
                    meant[variant] = max(meant.get(variant, 0.0), unit[term] * sureness)
        alike, by_meaning = self._by_meaning(vector, nearest)
        by_words = self._likest(words + self._words.cosines(meant) if meant else words)
        learnt = None
        if self.classifier is not None:
            learnt = self.classifier.belonging(words, alike.scores if alike is not None else None)
        return Resemblance(
            by_words=by_words,
            by_meaning=by_meaning,
            belonging=None if learnt is None else learnt[: self._articles + 1],
            explained=self._explained(message),
            sections=self._shares(learnt, words, by_words, alike, by_meaning) if self._sections is not None else None,
            is_asked_with=self.is_asked_with,
        )

    def is_asked_with(self, article: int, terms: Iterable[str]) -> bool:
        """Tell whether a known question of an article has one of some terms."""
        first, end = self._article_of.searchsorted((article, article + 1)).tolist()  # ascending, as the table is
        for term in terms:
            rows = self._words.having(term)
            if rows.searchsorted(first) < rows.searchsorted(end):
                return True
        return False

    def _shares(
        self,
        learnt: Floats | None,
        words: NDArray[np.float64],
        by_words: Floats,
        alike: Alike | None,
        by_meaning: Floats | None,
    ) -> SectionShares:
        assert self._sections is not None
        if learnt is not None and len(learnt) > self._articles + 1:
            return self._sections.shares(np.clip(learnt[self._articles + 1 :], 0, 1))
        if alike is not None and by_meaning is not None:
            return self._sections.voted(alike.numbers, alike.scores, self._article_of, by_meaning, NEAR)
        numbers = np.arange(len(words), dtype=np.int32)
        return self._sections.voted(numbers, words.astype(np.float32), self._article_of, by_words, NEAR_BY_WORDS)

    def _likest(self, cosines: NDArray[np.float64]) -> Floats:
        """Return the cosine by words with the likest question of each article, and last of none."""
        likest = np.zeros(self._articles + 1, dtype=np.float32)
        alike = cosines.view(np.int64).nonzero()[0]  # as integers: a third of the time of floats
        if len(alike):
            articles = self._article_of[alike]  # ascending, as the table is
            first = np.concatenate((_FIRST, (articles[1:] != articles[:-1]).nonzero()[0] + 1))
            likest[articles[first]] = np.minimum(np.maximum.reduceat(cosines[alike], first), 1)
        return likest

    def _by_meaning(
        self, vector: Floats | None, nearest: Callable[[Floats], Alike] | None
    ) -> tuple[Alike | None, Floats | None]:
        """Return the cosines with what the classifier learnt from, or the nearest, and the best of each article."""
        if vector is None:
            return None, None
        likest = np.full(self._articles + 1, -1.0, dtype=np.float32)
        if self.classifier is not None and self.classifier.vectors is not None:
            cosines = self.classifier.vectors @ vector
            np.maximum.at(likest, self._article_of[self.classifier.kept], cosines)
            return Alike(self.classifier.kept, cosines), likest
        if nearest is not None and len(self._article_of):
            alike = nearest(vector)
            np.maximum.at(likest, self._article_of[alike.numbers], alike.scores)
            return alike, likest
        return None, likest

    def _explained(self, message: str) -> frozenset[int]:
        if not self._patterns:
            return frozenset()
        terms = _terms(message)
        return frozenset(
            article
            for at, term in enumerate(terms)
            for pattern, article in self._patterns.get(term, ())
            if terms[at : at + len(pattern)] == pattern
        )


class Sections(NamedTuple):
    """The sections that have questions of their own, numbered by article and anchor.

    `of` has the section of each row of the table, -1 for none, `articles` the article of each section. Passage
    `passages[n]` holds the section `holds[n]`; passages ascend, and may hold several.
    """

    of: Integers
    articles: Integers
    passages: Integers
    holds: Integers

    def shares(self, of_sections: Floats) -> SectionShares:
        """Return what is known of sections by passage."""
        passages, places = np.unique(self.passages, return_inverse=True)
        shares = np.zeros(len(passages), dtype=np.float32)
        np.maximum.at(shares, places, of_sections[self.holds])
        return SectionShares(passages, shares)

    def voted(
        self, rows: Integers, cosines: Floats, article_of: Integers, likest: Floats, near: float
    ) -> SectionShares:
        """Let these rows vote, each for its section: the nearer to the question, the more.

        A section has its share of its article's votes, times the cosine of that article's likest question.
        """
        articles, sections = article_of[rows], self.of[rows]
        votes = np.exp((cosines - likest[articles]) / np.float32(near))
        all_votes = np.bincount(articles, votes, len(likest))[self.articles]
        mine = np.bincount(sections[sections >= 0], votes[sections >= 0], len(self.articles))
        shares = mine / np.maximum(all_votes, 1e-9) * np.clip(likest[self.articles], 0, 1)
        return self.shares(shares.astype(np.float32))


def _section_arrays(guide: Guide, rows: Sequence[tuple[str, int]], section_passages: SectionPassages) -> Arrays:
    """Return the arrays of Sections, none where no question stands at a section."""
    at = {(text, number): (number, anchor) for text, number, anchor in guide.sections}
    numbers = {section: number for number, section in enumerate(sorted(set(at.values())))}
    if not numbers:
        return {}
    held = sorted(
        (passage, number) for section, number in numbers.items() for passage in range(*section_passages[section])
    )
    return {
        "of": np.asarray([numbers.get(at.get(row, (NO_ARTICLE, "")), -1) for row in rows], dtype=np.int32),
        "articles": np.asarray([article for article, _ in numbers], dtype=np.int32),
        "passages": np.asarray([passage for passage, _ in held], dtype=np.int32),
        "holds": np.asarray([number for _, number in held], dtype=np.int32),
    }


def _patterns(guide: Guide) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """Return the error texts that articles explain, by their first terms."""
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for text, article in guide.patterns:
        if terms := _terms(text):
            found.setdefault(terms[0], []).append((terms, article))
    return found


def _terms(text: str) -> tuple[str, ...]:
    return tuple(term.term for term in parted(analyse(text))[0])


def known_question_arrays(
    guide: Guide,
    *,
    vectors: Floats | None,
    encoder: str,
    section_passages: SectionPassages = NO_SECTIONS,
    before: Iterable[Mapping[str, NDArray[Any]]] = (),
) -> Arrays:
    """Return the arrays that KnownQuestions is opened from.

    `vectors` are those of `asked(guide)` by the model `encoder`, [asked, dimensions]; None without one.
    `section_passages` are the first passage of each section of the guide and the one behind its last, by article and
    anchor. Where the same was asked in one of `before` its arrays are returned: learning takes up to two seconds.
    """
    known_by = [VERSION, guide.titles, guide.questions, guide.phrasings, guide.not_covered, guide.sections]
    rows, articles = asked(guide), len(guide.titles)
    sections = _section_arrays(guide, rows, section_passages)
    digest = hashlib.sha256(msgspec.msgpack.encode([*known_by, encoder if vectors is not None else ""]))
    key = np.frombuffer(digest.digest(), dtype=np.uint8)
    for known in before:
        if np.array_equal(known.get("key", ()), key):
            return dict(known) | named("sections", sections)  # their passages may have other numbers by now
    texts = [text for text, _ in rows]
    article_of = np.asarray([number if number >= 0 else articles for _, number in rows], dtype=np.int32)
    words = QuestionWords.of(texts)
    learnt = learn(
        article_of,
        articles,
        lambda number: words.cosines(words.unit(texts[number])),
        vectors,
        section_of=sections.get("of"),
    )
    tables = {name: table for name, table in learnt._asdict().items() if table is not None} if learnt else {}
    return {
        "key": key,
        "article_of": article_of,
        **named("words", words.columns._asdict()),
        **named("classifier", tables),
        **named("sections", sections),
    }


class WordColumns(NamedTuple):
    """Questions by their parts, which are words and pairs of words; the first five are the WordArrays of the parts.

    Part n stands in the questions `numbers[starts[n]:starts[n + 1]]`, ascending, with these `weights`.
    """

    letters: NDArray[np.uint8]
    ends: Integers
    values: Integers
    buckets: Integers
    places: Integers
    starts: Integers
    numbers: Integers
    weights: Floats


class QuestionWords:
    """Questions as tf-idf vectors of length 1 over words and pairs of words."""

    def __init__(self, columns: WordColumns, questions: int) -> None:
        self.columns = columns
        self._questions = questions
        self._find = WordTable(WordArrays(*columns[:5])).find
        self._starts: memoryview[int] = columns.starts.data

    @classmethod
    def of(cls, texts: Sequence[str]) -> QuestionWords:
        """Return the vectors of `texts`."""
        counted = [_parts(text) for text in texts]
        holding = Counter(part for counts in counted for part in counts)
        numbers = {part: number for number, part in enumerate(holding)}
        units = [_unit(counts, holding.__getitem__, len(texts)) for counts in counted]
        held = np.asarray([numbers[part] for unit in units for part in unit], dtype=np.int32)
        order = np.argsort(held, kind="stable")
        columns = WordColumns(
            *word_arrays(numbers),
            starts=np.concatenate(([0], np.cumsum(list(holding.values())))).astype(np.int32),
            numbers=np.repeat(np.arange(len(texts), dtype=np.int32), [len(unit) for unit in units])[order],
            weights=np.asarray([weight for unit in units for weight in unit.values()], dtype=np.float32)[order],
        )
        return cls(columns, len(texts))

    def unit(self, text: str) -> dict[str, float]:
        """Return a text as a vector of length 1 by part; words that nobody asks are in it too, pairs are not."""
        return _unit(_parts(text), self._holding, self._questions)

    def cosines(self, unit: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the inner product of a vector with each question, 0 to 1 for one of length 1."""
        found = [(at, weight) for part, weight in unit.items() if (at := self._find(part)) is not None]
        if not found:
            return np.zeros(self._questions)
        runs = [slice(self._starts[at], self._starts[at + 1]) for at, _ in found]
        numbers = np.concatenate([self.columns.numbers[run] for run in runs])
        products = np.concatenate([self.columns.weights[run] * w for run, (_, w) in zip(runs, found, strict=True)])
        return np.asarray(np.bincount(numbers, products, self._questions), dtype=np.float64)

    def having(self, part: str) -> Integers:
        """Return the questions that have a word or a pair of words, ascending."""
        at = self._find(part)
        return _NO_ROWS if at is None else self.columns.numbers[self._starts[at] : self._starts[at + 1]]

    def _holding(self, part: str) -> int:
        at = self._find(part)
        return 0 if at is None else self._starts[at + 1] - self._starts[at]


def _parts(text: str) -> Counter[str]:
    terms = [term.term for term in analyse(text)]
    return Counter([*terms, *map(" ".join, pairwise(terms))])


def _unit(counts: Mapping[str, int], holding: Callable[[str], int], questions: int) -> dict[str, float]:
    """Return tf-idf weights of parts, scaled to length 1; `holding` tells how many of all questions have a part."""
    weights: dict[str, float] = {}
    for part, count in counts.items():
        held, is_pair = holding(part), " " in part
        if held or not is_pair:
            rarity = math.log((questions + 1) / (held + 1)) + 1
            weights[part] = (PAIR if is_pair else 1.0) * (1 + math.log(count)) * rarity
    length = math.hypot(*weights.values()) or 1.0
    return {part: weight / length for part, weight in weights.items()}
