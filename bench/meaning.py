"""What comparing meanings adds to an answer, beside the encoding of the question itself.

Passages and their words get made-up vectors: encoding 20,000 passages would take half an hour. What is found so is
wrong; what it costs is not, because nothing that is measured depends on what the vectors say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.corpus import Corpus
from bench.measuring import Times, side_by_side
from kb_service.answers.results import Question
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import build_index
from kb_service.knowledge_base import KnowledgeBase
from kb_service.meaning.vectors import CloseText, Encoder
from kb_service.staff.counter import DisabledCounter
from kb_service.text import tokens

QUESTIONS: Final = 200
REFUSE_BELOW: Final = 0.0  # made-up vectors make no answer sure: what is refused would not be quoted, and cost less


class Compared(NamedTuple):
    """Times of encoding a question, and of an answer by words alone and with meanings compared."""

    encoding: Times
    by_words: Times
    with_meaning: Times

    @property
    def added(self) -> float:
        """Milliseconds of the median that are not the encoding."""
        return self.with_meaning.p50 - self.by_words.p50 - self.encoding.p50


class MadeUpVectors:
    """Stands in for an encoder while indexing: any unit vectors, under its name."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimensions, self.token_dimensions = encoder.name, encoder.dimensions, encoder.token_dimensions
        self.pairs = None
        self._chance = np.random.default_rng(1)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector a text."""
        drawn = self._chance.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)

    def encode_one(self, text: str) -> NDArray[np.float32]:
        """Return a vector."""
        return np.asarray(self.encode([text])[0])

    def encode_closely(self, texts: Sequence[str]) -> list[CloseText]:
        """Return one vector for each text, and one for each of its words."""
        found = []
        for vector, text in zip(self.encode(texts), texts, strict=True):
            starts = [word.start for word in tokens(text)]
            drawn = self._chance.standard_normal((len(starts), self.token_dimensions), dtype=np.float32)
            found.append(CloseText(vector, drawn, np.asarray(starts, dtype=np.int32)))
        return found

    def tokens_of(self, text: str) -> NDArray[np.float32]:
        """Return one vector for each word."""
        return self.encode_closely([text])[0].tokens


def compare(corpus: Corpus, articles: Path, folder: Path, opened: Callable[[], Encoder]) -> Compared:
    """Index `articles` with made-up vectors in a new `folder`, and ask each question once.

    `opened` returns an encoder that has not encoded anything: what it encoded it remembers.
    """
    encoder = opened()
    build_index(articles, WhooshEngine(folder, encoder=MadeUpVectors(encoder)), encoder_name=encoder.name)

    def works() -> dict[str, Callable[[str], object]]:
        engine = WhooshEngine(folder, audiences=("public",))
        words = KnowledgeBase(engine, staff_counter=DisabledCounter(), no_answer_below=REFUSE_BELOW)
        meanings = KnowledgeBase(
            engine, staff_counter=DisabledCounter(), no_answer_below=REFUSE_BELOW, encoder=opened()
        )
        return {
            "encoding": opened().encode_one,
            "by_words": lambda text: words.answer(Question(text)),
            "with_meaning": lambda text: meanings.answer(Question(text)),
        }

    return Compared(**side_by_side(works, corpus.questions(QUESTIONS)))
