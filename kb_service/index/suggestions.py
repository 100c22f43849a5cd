"""Completes what is being typed: titles and known questions whose words continue it, in milliseconds."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.mapped_files import distinct, distinct_with_counts
from kb_service.index.word_table import Strings, string_arrays
from kb_service.text import tokens

Texts = NDArray[np.int32]  # numbers of texts, ascending

MAX_TYPED_WORDS: Final = 12


class Completion(NamedTuple):
    """A title or known question of an article that goes on from what is typed; `marks` as in FoundPassage."""

    text: str
    kind: str
    article_number: int
    marks: tuple[tuple[int, int], ...]


class SuggestionArrays(NamedTuple):
    """The words of titles and known questions.

    Texts are numbered in the order in which they complete, words in the order of the alphabet (`letters`,
    `letter_ends`: see StringArrays). Text n is number `order[n]` of the titles and, behind them, the questions; its
    words are `said[ends[n]:ends[n + 1]]`. Word n stands in the texts `holding[places[n]:places[n + 1]]`.
    """

    letters: NDArray[np.uint8]
    letter_ends: Texts
    order: Texts
    said: Texts
    ends: Texts
    holding: Texts
    places: Texts


def suggestion_arrays(titles: Sequence[str], questions: Sequence[tuple[str, int]]) -> SuggestionArrays:
    """Return what Suggester needs."""
    texts = [*titles, *(question for question, _ in questions)]
    order = sorted(range(len(texts)), key=lambda at: (at >= len(titles), len(texts[at])))
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
    """The titles and known questions of a snapshot by the beginnings of their words, as arrays.

    As Python's own sets and tuples they took 28 MB for 40,000 texts, and the slowest completion 100 ms.
    """

    def __init__(self, titles: Sequence[str], questions: Sequence[tuple[str, int]], arrays: SuggestionArrays) -> None:
        self._titles, self._questions = titles, questions
        self._words = Strings(arrays.letters, arrays.letter_ends)
        _, _, self._order, self._said, self._ends, self._holding, self._places = arrays

    @classmethod
    def of(cls, titles: Sequence[str], questions: Sequence[tuple[str, int]]) -> Suggester:
        """Return what completes these; questions come with the numbers of their articles, titles have their place."""
        return cls(titles, questions, suggestion_arrays(titles, questions))

    def complete(self, typed: str, *, limit: int) -> tuple[Completion, ...]:
        """Return up to `limit` texts that hold every typed word, the last one as a beginning; one an article.

        Those that begin with what is typed come first, then titles, then what is short.
        """
        words = [token.word for token in tokens(typed)][:MAX_TYPED_WORDS]
        if not words or limit < 1:
            return ()
        matching = self._matching(words, whole=typed[-1:].isspace())
        begun = self._begun(matching, words)
        found: dict[int, Completion] = {}
        for at in self._order[np.concatenate((matching[begun], matching[~begun]))].tolist():
            text, kind, article = self._text(at)
            if article not in found:
                found[article] = Completion(text, kind, article, _marks(text, words))
                if len(found) == limit:
                    break
        return tuple(found.values())

    def _text(self, at: int) -> tuple[str, str, int]:
        if at < len(self._titles):
            return self._titles[at], "title", at
        text, article = self._questions[at - len(self._titles)]
        return text, "question", article

    def _matching(self, words: Sequence[str], *, whole: bool) -> Texts:
        """Return the texts that hold the words, ascending; where a word is nobody's, those that hold the most."""
        ranges = [self._exactly(word) for word in words]
        if not whole:
            ranges[-1] = self._beginning(words[-1])
        holding = [distinct(self._holding[self._places[first] : self._places[last]]) for first, last in ranges]
        texts, counts = distinct_with_counts(np.concatenate(holding))
        most = max(counts.tolist(), default=0)
        return texts[counts == most] if most * 2 > len(words) else texts[:0]

    def _begun(self, texts: Texts, words: Sequence[str]) -> NDArray[np.bool_]:
        """Tell for each text whether each typed word begins the word at its place, as far as it has words."""
        first, number = self._ends[texts], self._ends[texts + 1] - self._ends[texts]
        begun: NDArray[np.bool_] = number > 0
        for at, word in enumerate(words):
            low, high = self._beginning(word)
            said = self._said[np.minimum(first + at, len(self._said) - 1)]
            begun &= (number <= at) | ((low <= said) & (said < high))
        return begun

    def _exactly(self, word: str) -> tuple[int, int]:
        at = bisect_left(self._words, word)
        return at, at + (at < len(self._words) and self._words[at] == word)

    def _beginning(self, word: str) -> tuple[int, int]:
        """Return the first of the words that begin so, and the one behind the last."""
        return bisect_left(self._words, word), bisect_left(self._words, word + "\U0010ffff")


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
