"""How alike a question and each passage mean: the cosine with the passage, and with what its article is asked for."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Passage
from kb_service.meaning.encoder import Encoder
from kb_service.meaning.vectors import Nearest, VectorTable
from kb_service.search import weights
from kb_service.search.analysis import analyse, is_stop_word
from kb_service.search.classifying import classify
from kb_service.search.engine import Guide, Snapshot
from kb_service.search.stop_words import WEAK_WORDS

Cosines = NDArray[np.float32]
Numbers = NDArray[np.int32]

NO_ARTICLE: Final = -1


class Likeness(NamedTuple):
    """Of some passages: the cosine with the passage, with the likest question of its article, and all as one score."""

    passages: Cosines
    questions: Cosines
    combined: Cosines


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
        self.classifier = snapshot.classifier

    def ask(self, text: str) -> Asked | None:
        """Return `text` ready to be compared; None when it says nothing."""
        return Asked(self, self.encoder.encode_one(text)) if text.strip() else None


class Asked:
    """A question as a vector, beside the vectors of a snapshot.

    `not_covered` is the cosine with the likest question that is known to have no answer, -1 without any.
    """

    def __init__(self, meanings: Meanings, vector: NDArray[np.float32]) -> None:
        self._meanings = meanings
        self._vector = vector
        self._neighbours: Numbers = np.zeros(0, dtype=np.int32)
        self._likest = np.full((2, meanings.articles + 1), -1.0, dtype=np.float32)  # the last column: no article
        if meanings.questions is not None and len(meanings.asked_of):
            nearest = meanings.questions.nearest(vector, limit=weights.QUESTIONS_COMPARED)
            self._neighbours = meanings.asked_of[nearest.numbers[: weights.NEIGHBOURS]]
            self._likest = _two_likest(nearest, meanings.asked_of, meanings.articles)
        self.not_covered = float(self._likest[0, -1])
        known = meanings.classifier
        self.classified = classify(known, vector) if known is not None else None

    def neighbours(self, article: int) -> float:
        """Return the share of the likest asked questions that are this article's, less that of those without answer."""
        if not len(self._neighbours):
            return 0.0
        return float(np.mean(self._neighbours == article) - np.mean(self._neighbours == NO_ARTICLE))

    def nearest(self, limit: int) -> Numbers:
        """Return the numbers of passages that mean alike, or whose article is asked for alike, in no order."""
        by_passage = self._meanings.passages.nearest(self._vector, limit=limit).numbers
        by_article = self._likest[0, :-1] if self.classified is None else self.classified[:-1]
        few = min(weights.ARTICLES_ASKED, len(by_article))
        articles = np.argpartition(by_article, -few)[-few:] if few else np.zeros(0, dtype=np.int64)
        articles = articles[by_article[articles] > 0]
        first = np.searchsorted(self._meanings.article_of, articles, side="left")
        last = np.minimum(np.searchsorted(self._meanings.article_of, articles, side="right"), first + limit)
        ranges = [np.arange(a, b, dtype=np.int32) for a, b in zip(first, last, strict=True)]
        return np.concatenate([by_passage, *ranges]).astype(np.int32)

    def likeness(self, numbers: Numbers) -> Likeness:
        """Return how alike the question and these passages mean."""
        passages = self._meanings.passages.scores_of(numbers, self._vector)
        articles = self._meanings.article_of[numbers]
        questions = self._likest[0, articles]
        combined = passages + np.float32(weights.QUESTION_LIKENESS) * np.maximum(questions - passages, 0)
        if self.classified is not None:
            combined = combined + np.float32(weights.CLASSIFIED) * self.classified[articles]
            combined = combined + np.float32(weights.TWO_LIKEST) * self._likest[:, articles].mean(axis=0)
        return Likeness(passages, questions, combined.astype(np.float32))

    def sentence_likeness(self, number: int) -> list[float] | None:
        """Return the cosine with each sentence of a passage, in order (see sentences.split_sentences)."""
        sentences = self._meanings.sentences
        if sentences is None:
            return None
        numbers = np.arange(sentences.starts[number], sentences.starts[number + 1])
        return sentences.vectors.scores_of(numbers, self._vector).tolist() if len(numbers) else []


def _two_likest(nearest: Nearest, asked_of: Numbers, articles: int) -> Cosines:
    """Return, by article and last for none, the best and second best cosine among the nearest asked questions.

    What is not among them is taken to be as unlike as the last of them.
    """
    least = nearest.scores[-1] if len(nearest.scores) else np.float32(-1.0)
    likest = np.full((2, articles + 1), -1.0, dtype=np.float32)
    for article, cosine in zip(asked_of[nearest.numbers].tolist(), nearest.scores.tolist(), strict=True):
        if likest[0, article] < 0:
            likest[0, article], likest[1, article] = cosine, least
        elif likest[1, article] <= least:
            likest[1, article] = cosine
    return likest


def asked(guide: Guide) -> list[tuple[str, int]]:
    """Return what people ask, with article numbers: known questions, phrasings, titles that say as much as one.

    Questions that no article answers come last, with the number NO_ARTICLE.
    """
    titles = [(title, number) for number, title in enumerate(guide.titles) if _says_a_question(title)]
    return [*guide.questions, *guide.phrasings, *titles, *((text, NO_ARTICLE) for text in guide.not_covered)]


def embedded_text(passage: Passage) -> str:
    """Return what of a passage is embedded: with its title and headings it is found better (MRR .808 against .788)."""
    context = ". ".join(part for part in dict.fromkeys((passage.title, *passage.heading_path)) if part)
    return f"{context}. {passage.text}" if context else passage.text


def _says_a_question(title: str) -> bool:
    if title.rstrip().endswith("?"):
        return True
    words = {term.term for term in analyse(title) if not is_stop_word(term.word) and term.word not in WEAK_WORDS}
    return len(words) >= weights.TITLE_WORDS
