"""How near a question is to the questions that articles are known to answer: evidence of its own, beside their text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from kb_service.analysis import analyse, is_stop_word
from kb_service.index.word_table import WordArrays, WordTable, word_arrays

Integers = NDArray[np.int32]
Floats = NDArray[np.float64]


class Weighed(Protocol):
    """A word of a question: what it weighs, and the terms that stand for it, each with how surely (0 to 1)."""

    @property
    def weight(self) -> float: ...

    @property
    def variants(self) -> Sequence[tuple[str, float]]: ...


class QuestionArrays(NamedTuple):
    """Known questions in the order of their articles; the first five are the WordArrays of their terms.

    Term n stands in the questions `numbers[starts[n]:starts[n + 1]]`, ascending; `weights` are of whole questions.
    """

    letters: NDArray[np.uint8]
    ends: Integers
    values: Integers
    buckets: Integers
    places: Integers
    starts: Integers
    numbers: Integers
    weights: Floats
    article_of: Integers


class Likest(NamedTuple):
    """The articles that are known to answer a like question, ascending, and how like the likest one is (0 to 1)."""

    articles: Integers
    likeness: Floats

    @property
    def to_none(self) -> float:
        """How like the likest question is that no article answers."""
        return float(self.likeness[0]) if len(self.articles) and self.articles[0] < 0 else 0.0

    def of(self, articles: Integers) -> Floats:
        """Return how like the likest question of each of these articles is; 0 where none is like."""
        if not len(self.articles):
            return np.zeros(len(articles))
        at = np.minimum(np.searchsorted(self.articles, articles), len(self.articles) - 1)
        return np.where(self.articles[at] == articles, self.likeness[at], 0.0)


NOTHING_LIKE: Final = Likest(np.zeros(0, dtype=np.int32), np.zeros(0))
_FIRST: Final = np.zeros(1, dtype=np.intp)


class KnownQuestions:
    """The known questions of a snapshot by term. Only those that share a word with what is asked are looked at."""

    def __init__(self, arrays: QuestionArrays) -> None:
        self._terms = WordTable(WordArrays(*arrays[:5]))
        self._starts: memoryview[int] = arrays.starts.data
        self._numbers, self._weights, self._article_of = arrays.numbers, arrays.weights, arrays.article_of

    @classmethod
    def of(cls, questions: Sequence[tuple[str, int]], weight_of: Callable[[str], float]) -> KnownQuestions:
        """Return questions with their articles' numbers, see question_arrays."""
        return cls(question_arrays(questions, weight_of))

    def likest(self, words: Sequence[Weighed]) -> Likest:
        """Return the articles with a like question.

        How like two questions are is the geometric mean of the shares of both questions' weight that agree.
        """
        agreed = np.zeros(len(self._weights))
        for word in words:
            self._add(agreed, word)
        touched = (agreed > 0).nonzero()[0]
        if not len(touched):
            return NOTHING_LIKE
        agreed, articles = agreed[touched], self._article_of[touched]
        shares = np.minimum(agreed / sum([word.weight for word in words]), 1.0)
        shares *= np.minimum(agreed / self._weights[touched], 1.0)
        first = np.concatenate((_FIRST, (articles[1:] != articles[:-1]).nonzero()[0] + 1))
        return Likest(articles[first], np.sqrt(np.maximum.reduceat(shares, first)))

    def _add(self, agreed: Floats, word: Weighed) -> None:
        """Add what `word` weighs to the questions with a term that stands for it: by its surest term there."""
        terms = [(at, sure) for term, sure in word.variants if (at := self._terms.find(term)) is not None]
        found = [(self._numbers[self._starts[at] : self._starts[at + 1]], word.weight * sure) for at, sure in terms]
        if len(found) == 1:
            np.add.at(agreed, *found[0])
        elif found:
            surest = np.zeros(len(agreed))
            for numbers, worth in found:
                np.maximum.at(surest, numbers, worth)
            agreed += surest


def question_arrays(questions: Sequence[tuple[str, int]], weight_of: Callable[[str], float]) -> QuestionArrays:
    """Return what KnownQuestions needs of questions with their articles' numbers; `weight_of` gives a term's idf."""
    ordered = sorted(questions, key=lambda question: question[1])
    terms: dict[str, int] = {}
    holding: list[int] = []
    counts: list[int] = []
    for text, _ in ordered:
        mine = {term.term for term in analyse(text) if not is_stop_word(term.word)}
        holding.extend(terms.setdefault(term, len(terms)) for term in sorted(mine))
        counts.append(len(mine))
    held = np.asarray(holding, dtype=np.int32)
    asking = np.repeat(np.arange(len(ordered), dtype=np.int32), counts)
    starts = np.concatenate(([0], np.cumsum(np.bincount(held, minlength=len(terms)))))
    arrays = QuestionArrays(
        *word_arrays(terms),
        starts=starts.astype(np.int32),
        numbers=asking[np.argsort(held, kind="stable")],
        weights=np.zeros(len(ordered)),
        article_of=np.asarray([article for _, article in ordered], dtype=np.int32),
    )
    return weighed_anew(arrays, weight_of)


def weighed_anew(arrays: QuestionArrays, weight_of: Callable[[str], float]) -> QuestionArrays:
    """Return the same questions where `weight_of` gives their terms' idf."""
    worth = np.zeros(len(arrays.values))
    for term, number in WordTable(WordArrays(*arrays[:5])).items():
        worth[number] = weight_of(term)
    weights = np.bincount(arrays.numbers, np.repeat(worth, np.diff(arrays.starts)), len(arrays.article_of))
    return arrays._replace(weights=np.maximum(weights, 1e-9))
