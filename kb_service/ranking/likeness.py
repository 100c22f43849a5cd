"""How alike a question and each passage mean: the cosine with the passage, and with what its article is asked for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.asked import asked
from kb_service.index.port import Snapshot
from kb_service.meaning.encoder import Encoder
from kb_service.meaning.vectors import VectorTable
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
    """The vectors of a snapshot: its passages and what its articles are asked for."""

    def __init__(self, snapshot: Snapshot, passages: VectorTable, encoder: Encoder) -> None:
        self.encoder = encoder
        self.passages = passages
        self.questions = snapshot.question_vectors
        self.sentences = snapshot.sentence_vectors
        self.article_of = snapshot.article_of
        self.asked_of = np.asarray([number for _, number in asked(snapshot.guide)], dtype=np.int32)
        self.articles = len(snapshot.guide.titles)
        learnt = snapshot.coefficients
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
        self._meanings = meanings
        self._vector = vector
        self.cosines = meanings.learnt_from @ vector if meanings.learnt_from is not None else None
        self._likest = np.full(meanings.articles + 1, -1.0, dtype=np.float32)  # by article, and last for none
        if self.cosines is not None:
            np.maximum.at(self._likest, meanings.asked_of, self.cosines)  # NO_ARTICLE counts for the last
        elif meanings.questions is not None and len(meanings.asked_of):
            alike = meanings.questions.alike(vector, count=QUESTIONS_COMPARED)
            np.maximum.at(self._likest, meanings.asked_of[alike.numbers], alike.scores)
        self.not_covered = float(self._likest[-1])

    def nearest(self, limit: int) -> Numbers:
        """Return the numbers of passages that mean alike, best first."""
        return self._meanings.passages.nearest(self._vector, limit=limit).numbers

    @property
    def by_article(self) -> Cosines:
        """The cosine with the likest of what each article is asked for, -1 where it is unlike."""
        return self._likest[:-1]

    def likeness(self, numbers: Numbers) -> Likeness:
        """Return how alike the question and these passages mean."""
        passages = self._meanings.passages.scores_of(numbers, self._vector)
        articles = self._meanings.article_of[numbers]
        return Likeness(passages, self._likest[articles])

    def sentence_likeness(self, number: int) -> list[float] | None:
        """Return the cosine with each sentence of a passage, in order (see sentences.split_sentences)."""
        sentences = self._meanings.sentences
        if sentences is None:
            return None
        rows = slice(sentences.starts[number], sentences.starts[number + 1])
        cosines: list[float] = sentences.vectors.scores(self._vector, rows=rows).tolist()
        return cosines
