"""How alike a question and each passage mean: the cosine with the passage, and with what its article is asked for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.asked import asked
from kb_service.index.port import Snapshot
from kb_service.meaning.encoder import Encoder
from kb_service.ranking.weights import QUESTIONS_COMPARED

Cosines = NDArray[np.float32]
Numbers = NDArray[np.int32]


class Likeness(NamedTuple):
    """Of some passages: the cosine with the passage, and with the likest question of its article."""

    passages: Cosines
    questions: Cosines

    def over(self, share: float) -> Cosines:
        """Return the cosine with the passage and `share` of what the likest question has over it."""
        return np.asarray(self.passages + np.float32(share) * np.maximum(self.questions - self.passages, 0))


class Meanings:
    """What the articles of a snapshot are asked for, and the vectors of that."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self.encoder = encoder
        self.store = snapshot.store
        catalogue = snapshot.catalogue
        self.asked_of = np.asarray([number for _, number in asked(catalogue.guide)], dtype=np.int32)
        self.articles = catalogue.articles
        learnt = catalogue.coefficients
        self.learnt_from = learnt.vectors if learnt else None
        if learnt and learnt.vectors is not None:
            self.asked_of = self.asked_of[learnt.kept]

    def ask(self, text: str) -> Asked | None:
        """Return `text` ready to be compared; None when it says nothing."""
        return Asked(self, self.encoder.encode_one(text)) if text.strip() else None


class Asked:
    """A question as a vector, beside the vectors of a snapshot.

    `cosines` are those with the questions that a classifier learnt from, None where there is none; `not_covered` is
    the one with the likest question that is known to have no answer, -1 without any.
    """

    def __init__(self, meanings: Meanings, vector: NDArray[np.float32]) -> None:
        self.vector = vector
        self.cosines = meanings.learnt_from @ vector if meanings.learnt_from is not None else None
        self._likest = np.full(meanings.articles + 1, -1.0, dtype=np.float32)  # by article, and last for none
        if self.cosines is not None:
            np.maximum.at(self._likest, meanings.asked_of, self.cosines)  # NO_ARTICLE counts for the last
        elif len(meanings.asked_of):
            alike = meanings.store.asked_like(vector, count=QUESTIONS_COMPARED)
            np.maximum.at(self._likest, meanings.asked_of[alike.numbers], alike.scores)
        self.not_covered = float(self._likest[-1])

    @property
    def by_article(self) -> Cosines:
        """The cosine with the likest of what each article is asked for, -1 where it is unlike."""
        return self._likest[:-1]

    def likeness(self, passages: Cosines, articles: Numbers) -> Likeness:
        """Return how alike the question and some passages mean: `passages` are the cosines, `articles` theirs."""
        return Likeness(passages, self._likest[articles])
