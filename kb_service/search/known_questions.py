"""How near a question is to the questions that articles are known to answer: evidence of its own, beside their text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kb_service.search.analysis import analyse, is_stop_word
from kb_service.search.understanding import QuestionWord


class KnownQuestions:
    """The known questions of a snapshot by term; `weight_of` gives a term's idf."""

    def __init__(self, questions: Sequence[tuple[str, int]], weight_of: Callable[[str], float]) -> None:
        self.article_of = np.asarray([article for _, article in questions], dtype=np.int32)
        holding: dict[str, list[int]] = {}
        weights = np.zeros(len(questions))
        for number, (text, _) in enumerate(questions):
            for term in {term.term for term in analyse(text) if not is_stop_word(term.word)}:
                holding.setdefault(term, []).append(number)
                weights[number] += weight_of(term)
        self._holding = {term: np.asarray(numbers, dtype=np.int32) for term, numbers in holding.items()}
        self._weights = np.maximum(weights, 1e-9)

    def likeness(self, words: Sequence[QuestionWord]) -> NDArray[np.float64]:
        """Return, for each known question, the geometric mean of the shares of both questions' weight that agree."""
        agreed = np.zeros(len(self.article_of))
        total = sum(word.weight for word in words)
        if not total or not len(agreed):
            return agreed
        for word in words:
            found = np.zeros_like(agreed)
            for term, sureness in word.variants:
                numbers = self._holding.get(term)
                if numbers is not None:
                    found[numbers] = np.maximum(found[numbers], sureness)
            agreed += found * word.weight
        shares = np.minimum(agreed / total, 1.0) * np.minimum(agreed / self._weights, 1.0)
        return np.asarray(np.sqrt(shares))

    def of_articles(self, likeness: NDArray[np.float64], articles: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the best likeness of each of these article numbers; 0 where an article has no known question."""
        best = np.zeros(max(int(articles.max(initial=-1)), int(self.article_of.max(initial=-1))) + 2)
        np.maximum.at(best, self.article_of, likeness)  # NO_ARTICLE counts for the last row
        return best[articles]
