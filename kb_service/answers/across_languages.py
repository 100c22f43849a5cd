"""Articles for a question in a language that none of them is in: those whose titles and known questions mean the same.

What is found so may help, and is never claimed to answer: no passage was read in the language of the question.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb_service.index.port import Snapshot
from kb_service.meaning.across_languages import LANGUAGES, Multilingual
from kb_service.questions.understanding import Understanding
from kb_service.ranking import Evidence, Ranked

NEAR: Final = 0.47  # the cosine from which an article may help; what chose it: docs/model.md
MOST: Final = 3  # articles


class AcrossLanguages:
    """Finds articles of one snapshot for questions in other languages; for any number of threads."""

    def __init__(self, snapshot: Snapshot, model: Multilingual) -> None:
        self._catalogue, self._store = snapshot
        self._model = model
        self._reading = threading.Lock()

    def may_help(self, understood: Understanding, *, without: Collection[int]) -> list[Ranked]:
        """Return the beginnings of the articles that may help, the likest first; none in an unknown language."""
        if understood.foreign not in LANGUAGES or not self._catalogue.articles:
            return []
        with self._reading:
            numbers, vectors = self._asked
        [asked] = self._model.vectors([understood.meant])
        likeness = np.full(self._catalogue.articles, -1.0, dtype=np.float32)
        np.maximum.at(likeness, numbers, vectors @ asked)
        likeness[[number for number in without if number < len(likeness)]] = -1.0  # unlisted ones come behind
        nearest = [number for number in np.argsort(-likeness)[:MOST].tolist() if likeness[number] >= NEAR]
        entries = self._store.entries([self._catalogue.first_passage[number] for number in nearest])
        held = (False,) * len(understood.words)
        return [
            Ranked(
                self._catalogue.first_passage[number],
                entry,
                likeness.item(number),
                Evidence(0.0, 0.0, 0.0, 0.0, False, None, likeness.item(number)),
                held,
            )
            for number, entry in zip(nearest, entries, strict=True)
        ]

    @cached_property
    def _asked(self) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The numbers of articles with the vectors of their titles and known questions, made at the first question."""
        guide = self._catalogue.guide
        texts = [*zip(guide.titles, range(self._catalogue.articles), strict=True), *guide.questions]
        numbers = np.array([number for _, number in texts], dtype=np.int32)
        return numbers, self._model.vectors([text for text, _ in texts])
