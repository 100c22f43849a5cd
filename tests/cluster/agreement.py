"""How far two engines agree: on the order of candidates, and on whole answers."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray

from kb_service.analysis import analyse, is_stop_word
from kb_service.answers.results import Answer, Question
from kb_service.content.article import Article
from kb_service.index.port import Candidates, Engine, Snapshot
from kb_service.index.query import And, Best, Or, Phrase, Query, Word
from kb_service.knowledge_base import KnowledgeBase
from kb_service.meaning.vectors import CloseText, Encoder
from kb_service.text import tokens
from tests.fakes import BagOfWordsEncoder, FixedStaffCounter
from tests.index.generated import Generator

NEARLY = 1e-5  # relative: scores are 32-bit floats in both
SURENESS = 0.01
FIRST = 10
NEAREST = 60


class DenseEncoder(BagOfWordsEncoder):
    """Texts that share words mean something alike; each word is a direction that has something of every dimension."""

    def __init__(self, *, dimensions: int = 128) -> None:
        super().__init__(name=f"dense-{dimensions}", dimensions=dimensions)
        self._direction = lru_cache(100_000)(self._made)
        self._word = lru_cache(100_000)(self._alone)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [
            sum((self._direction(term.term) for term in analyse(text) if not is_stop_word(term.word)), self._made("."))
            for text in texts
        ]
        vectors = np.asarray(rows, dtype=np.float32).reshape(len(rows), self.dimensions)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def encode_closely(self, texts: Sequence[str]) -> list[CloseText]:
        return [self._closely(text, vector) for text, vector in zip(texts, self.encode(texts), strict=True)]

    def tokens_of(self, text: str) -> NDArray[np.float32]:
        return self.encode_closely([text])[0].tokens

    def _closely(self, text: str, vector: NDArray[np.float32]) -> CloseText:
        words = tokens(text)
        rows = np.asarray([self._word(word.word) for word in words], dtype=np.float32).reshape(-1, self.dimensions)
        return CloseText(vector, rows, np.asarray([word.start for word in words], dtype=np.int32))

    def _alone(self, word: str) -> NDArray[np.float32]:
        return np.asarray(self.encode([word])[0])

    def _made(self, term: str) -> NDArray[np.float32]:
        chance = np.random.default_rng(zlib.crc32(term.encode()))
        return np.asarray(chance.standard_normal(self.dimensions), dtype=np.float32)


def articles_of(passages: int, *, seed: int = 7) -> list[Article]:
    """Articles of five passages with words as unevenly frequent as real ones."""
    return Generator(seed=seed, vocabulary=max(500, passages // 5)).articles(passages // 5, passages=5)


def texts(passages: int, count: int, *, seed: int = 7) -> list[str]:
    """Questions in the words of `articles_of`, frequent and rare, some with a slip."""
    made = Generator(seed=seed, vocabulary=max(500, passages // 5))
    chance = Random(seed)
    found = []
    for number in range(count):
        words = [*made.words(2, 6).split(), *chance.sample(made.vocabulary, k=2)]
        if number % 10 == 0:
            words[0] = words[0][:-1] + "x"
        found.append(" ".join(words) + "?")
    return found


def queries(passages: int, count: int, *, seed: int = 7) -> Iterator[Query]:
    """Query trees of every kind that a question can become."""
    made = Generator(seed=seed, vocabulary=max(500, passages // 5))
    for number in range(count):
        plain = made.question()
        first, second, *_ = [*made.words(2, 3).split()]
        yield plain
        if number % 4 == 0:
            yield Or((*plain.parts, Phrase((first, second), 0.5)))
            yield Or((Best((Word(first), Word(second, 0.4), And((Word(first), Word(second))))), *plain.parts))


def differences(exact: Candidates, other: Candidates) -> str:
    """What is different between two lists, but for passages whose scores are nearly the same; "" if nothing is."""
    if exact.total != other.total:
        return f"{other.total} matches, not {exact.total}"
    if not np.allclose(exact.scores, other.scores, rtol=NEARLY):
        return f"scores {other.scores.tolist()}, not {exact.scores.tolist()}"
    score_of = dict(zip(exact.numbers.tolist(), exact.scores.tolist(), strict=True))
    for one, next_one in pairwise(other.numbers.tolist()[:FIRST]):
        if one in score_of and next_one in score_of and score_of[one] < score_of[next_one] * (1 - NEARLY):
            return f"{next_one} behind {one}"
    return ""


def disagreeing_queries(exact: Snapshot, other: Snapshot, asked: Iterator[Query]) -> list[str]:
    """The queries that two snapshots answer differently, with how."""
    found = []
    for query in asked:
        told = differences(*(each.store.candidates(query, limit=FIRST) for each in (exact, other)))
        if told:
            found.append(f"{query}: {told}")
    return found


def differing_neighbours(exact: Snapshot, other: Snapshot, encoder: Encoder, asked: Sequence[str]) -> list[str]:
    """The texts to which two snapshots find other passages the nearest, or as near."""
    found = []
    for text in asked:
        vector = encoder.encode_one(text)
        one, another = (each.store.candidates(Or(()), limit=NEAREST, vector=vector) for each in (exact, other))
        assert one.cosines is not None
        assert another.cosines is not None
        cosines, others = np.sort(one.cosines), np.sort(another.cosines)
        if one.numbers.tolist() != another.numbers.tolist() or not np.allclose(cosines, others, atol=NEARLY):
            found.append(text)
    return found


def comparable(answer: Answer) -> tuple[object, ...]:
    """What an answer says: all that somebody sees of it but for numbers behind the point."""
    return (
        answer.outcome,
        answer.answer,
        [passage.id for passage in answer.passages],
        [passage.marks for passage in answer.passages],
        answer.corrections,
        answer.related,
    )


def knowledge(engine: Engine, encoder: Encoder | None) -> KnowledgeBase:
    return KnowledgeBase(engine, encoder=encoder, staff_counter=FixedStaffCounter())


def disagreeing_answers(exact: KnowledgeBase, other: KnowledgeBase, asked: Sequence[str]) -> list[str]:
    """The questions that two knowledge bases answer differently, or with a confidence that differs by a hundredth."""
    found = []
    for text in asked:
        one, another = (kb.answer(Question(text)) for kb in (exact, other))
        if comparable(one) != comparable(another) or abs(one.confidence - another.confidence) > SURENESS:
            found.append(text)
    return found
