"""Completes what is being typed: titles, known questions and headings whose words continue it, in milliseconds."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb_service.index.mapped_files import Records, distinct, distinct_with_counts
from kb_service.index.word_table import Strings, string_arrays
from kb_service.text import tokens

Texts = NDArray[np.int32]  # numbers of texts, ascending

MAX_TYPED_WORDS: Final = 12
MOST_OF_AN_ARTICLE: Final = 3  # suggestions, where sections are wanted
SLIP_FROM: Final = 4  # characters of a word in which one slip is looked for; shorter ones have too many neighbours
TWO_SLIPS_FROM: Final = 8

Heading = tuple[str, int, str]
Headings = Sequence[Heading] | Records[Heading]  # each with the number of its article and its anchor
Range = tuple[int, int]  # of the alphabet: the first word, and the one behind the last


class Completion(NamedTuple):
    """A title, known question or heading ("section") of an article that goes on from what is typed.

    `anchor` is that of the section, "" for others; `marks` as in FoundPassage.
    """

    text: str
    kind: str
    article_number: int
    anchor: str
    marks: tuple[tuple[int, int], ...]


class SuggestionArrays(NamedTuple):
    """The words of titles, known questions and headings.

    Texts are numbered in the order in which they complete, words in the order of the alphabet (`letters`,
    `letter_ends`: see StringArrays). Text n is number `order[n]` of the titles and, behind them, the questions and the
    headings; its words are `said[ends[n]:ends[n + 1]]`. Word n stands in the texts `holding[places[n]:places[n + 1]]`.
    """

    letters: NDArray[np.uint8]
    letter_ends: Texts
    order: Texts
    said: Texts
    ends: Texts
    holding: Texts
    places: Texts


def suggestion_arrays(
    titles: Sequence[str], questions: Sequence[tuple[str, int]], headings: Headings = ()
) -> SuggestionArrays:
    """Return what Suggester needs."""
    texts = [*titles, *(question for question, _ in questions), *(heading for heading, _, _ in headings)]
    ends_of_kinds = np.cumsum([len(titles), len(questions)])
    kinds = np.searchsorted(ends_of_kinds, np.arange(len(texts)), side="right").tolist()
    order = sorted(range(len(texts)), key=lambda at: (kinds[at], len(texts[at])))
    numbers: dict[str, int] = {}
    spoken, ends = array("i"), array("i", [0])
    for at in order:
        spoken.extend([numbers.setdefault(token.word, len(numbers)) for token in tokens(texts[at])])
        ends.append(len(spoken))
    words = sorted(numbers)
    renumbered = np.zeros(len(numbers), dtype=np.int32)
    renumbered[[numbers[word] for word in words]] = np.arange(len(numbers), dtype=np.int32)
    said = renumbered[np.asarray(spoken)]
    texts_of = np.repeat(np.arange(len(order), dtype=np.int32), np.diff(np.asarray(ends)))
    places = np.concatenate(([0], np.cumsum(np.bincount(said, minlength=len(numbers))))).astype(np.int32)
    return SuggestionArrays(
        *string_arrays(words),
        np.asarray(order, dtype=np.int32),
        said,
        np.asarray(ends),
        texts_of[np.argsort(said, kind="stable")],
        places,
    )


class Suggester:
    """The titles, known questions and headings of a snapshot by the beginnings of their words, as arrays.

    As Python's own sets and tuples they took 28 MB for 40,000 texts, and the slowest completion 100 ms.
    """

    def __init__(
        self,
        titles: Sequence[str],
        questions: Sequence[tuple[str, int]],
        arrays: SuggestionArrays,
        headings: Headings = (),
    ) -> None:
        self._titles, self._questions, self._headings = titles, questions, headings
        self._words = Strings(arrays.letters, arrays.letter_ends)
        _, _, self._order, self._said, self._ends, self._holding, self._places = arrays

    @classmethod
    def of(cls, titles: Sequence[str], questions: Sequence[tuple[str, int]], headings: Headings = ()) -> Suggester:
        """Return what completes these.

        Questions and headings come with the numbers of their articles, titles have their place.
        """
        return cls(titles, questions, suggestion_arrays(titles, questions, headings), headings)

    def complete(self, typed: str, *, limit: int, sections: bool = False) -> tuple[Completion, ...]:
        """Return up to `limit` texts that hold every typed word, the last one as a beginning; one an article.

        Those that begin with what is typed come first, then titles, then what is short. A word that no text has is read
        as the nearest. With `sections` headings complete too, and an article may have several texts.
        """
        words = [token.word for token in tokens(typed)][:MAX_TYPED_WORDS]
        if not words or limit < 1:
            return ()
        last = len(words) if typed[-1:].isspace() else len(words) - 1
        read = [self._read(word, whole=at < last) for at, word in enumerate(words)]
        matching = self._matching(read)
        begun = self._begun(matching, read)
        shown = [word for each in read for word in each.shown]
        found: list[Completion] = []
        of_article: Counter[int] = Counter()
        for at in self._order[np.concatenate((matching[begun], matching[~begun]))].tolist():
            text, kind, article, anchor = self._text(at)
            if (anchor and not sections) or of_article[article] >= (MOST_OF_AN_ARTICLE if sections else 1):
                continue
            of_article[article] += 1
            found.append(Completion(text, kind, article, anchor, _marks(text, shown)))
            if len(found) == limit:
                break
        return tuple(found)

    def _text(self, at: int) -> tuple[str, str, int, str]:
        if at < len(self._titles):
            return self._titles[at], "title", at, ""
        at -= len(self._titles)
        if at < len(self._questions):
            text, article = self._questions[at]
            return text, "question", article, ""
        text, article, anchor = self._headings[at - len(self._questions)]
        return text, "section", article, anchor

    def _read(self, word: str, *, whole: bool) -> _Read:
        first, behind = begun = self._beginning(word)
        if first < behind and (not whole or self._words[first] == word):
            return _Read((word,), ((first, first + 1) if whole else begun,), (begun,))
        near = self._nearest(word, whole=whole)
        ranges = tuple((at, at + 1) for at in near)
        return _Read(tuple(self._words[at] for at in near) or (word,), ranges, ranges or (begun,))

    def _beginning(self, word: str) -> Range:
        return bisect_left(self._words, word), bisect_left(self._words, word + "\U0010ffff")

    def _nearest(self, word: str, *, whole: bool) -> list[int]:
        """Return the words that differ from this one by the fewest slips, or begin so where it is not whole.

        They begin with its first letter or its second: both are rarely wrong.
        """
        if len(word) < SLIP_FROM or not word.isalpha():
            return []
        places = sorted({at for letter in set(word[:2]) for at in range(*self._beginning(letter))})
        if not places:
            return []
        words = [self._words[at] for at in places]
        most = 1 if len(word) < TWO_SLIPS_FROM else 2
        lengths = (None,) if whole else (len(word) - 1, len(word), len(word) + 1)
        beginnings = [[each[:end] for each in words] for end in lengths]
        slips = np.min([process.cdist([word], each, scorer=OSA.distance)[0] for each in beginnings], axis=0)
        fewest = min(int(slips.min()), most)
        return [places[at] for at in np.flatnonzero(slips == fewest).tolist()]

    def _matching(self, read: Sequence[_Read]) -> Texts:
        """Return the texts that hold the words, ascending; where a word is nobody's, those that hold the most."""
        spans = [[(self._places[low], self._places[high]) for low, high in each.held] for each in read]
        holding = [distinct(np.concatenate([self._holding[low:high] for low, high in each])) for each in spans if each]
        texts, counts = distinct_with_counts(np.concatenate(holding) if holding else self._holding[:0])
        most = max(counts.tolist(), default=0)
        return texts[counts == most] if most * 2 > len(read) else texts[:0]

    def _begun(self, texts: Texts, read: Sequence[_Read]) -> NDArray[np.bool_]:
        """Tell for each text whether each typed word begins the word at its place, as far as it has words."""
        first, number = self._ends[texts], self._ends[texts + 1] - self._ends[texts]
        begun: NDArray[np.bool_] = number > 0
        for at, each in enumerate(read):
            said = self._said[np.minimum(first + at, len(self._said) - 1)]
            goes_on = np.any([(low <= said) & (said < high) for low, high in each.begun], axis=0)
            begun &= (number <= at) | goes_on
        return begun


class _Read(NamedTuple):
    """How a typed word was read: `shown` are the words to mark, `held` those of which a text has one.

    `begun` are those that a text may have at its place. Words are ranges of the alphabet.
    """

    shown: tuple[str, ...]
    held: tuple[Range, ...]
    begun: tuple[Range, ...]


def _marks(text: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for token in tokens(text):
        typed = max((len(word) for word in words if token.word.startswith(word)), default=0)
        if typed:
            as_written = token.end - token.start == len(token.word)  # not so: "1,200", "ﬁnance"; marked whole
            end = token.start + typed if as_written else token.end
            if found and token.start <= found[-1][1]:  # scripts without spaces are read as overlapping pairs
                found[-1] = (found[-1][0], max(found[-1][1], end))
            else:
                found.append((token.start, end))
    return tuple(found)
