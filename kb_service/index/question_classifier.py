"""Learns from known ways to ask which article a question belongs to, which of its sections, or that none answers it.

A weighted kernel ridge regression: the numbers and what they were chosen by are in docs/ranking-numbers.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

FEWEST_A_CLASS: Final = 5  # ways to ask, on average over all articles: with fewer nothing is learnt
MOST_ARTICLES: Final = 500  # with more the coefficients are too many to look at for each question
MOST_LEARNT: Final = 6_500  # questions: 6,100 take 7 s and 650 MB, more as the square; else each article keeps as many
BLOCK: Final = 512  # rows of the kernel that are solved at once
SPREAD: Final = 1.0  # of the Gaussian
WORDS: Final = 0.3  # of the cosine by words beside the Gaussian
ALWAYS: Final = 0.5  # what all questions have in common, where only words are compared
PENALTY: Final = 0.05
MOST_SECTIONS: Final = 1_000  # classes of their own: for more of them the nearest questions vote
UNANSWERABLE_IMPORTANCE: Final = 120.0  # of all questions without an answer together, beside one article's

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


def left_unlearnt(articles: int, ways: int, unanswerable: int) -> str:
    """Return what is not learnt of so many ways to ask and questions without an answer, as a sentence; "" if all is."""
    known = ways + unanswerable
    if not articles or ways < FEWEST_A_CLASS * articles:
        return ""
    if articles > MOST_ARTICLES:
        return f"nothing is learnt from the {known:,} known questions: there are more than {MOST_ARTICLES:,} articles"
    if known > MOST_LEARNT:
        return (
            f"{known:,} questions are known, and {MOST_LEARNT:,} of them are learnt from, in turn one of each article:"
            " the others are compared by words alone. Delete questions that say the same."
        )
    return ""


class Classifier(NamedTuple):
    """How much each of the questions `kept` (row numbers) speaks for each article, for none, and for each section.

    Both tables of coefficients are [kept, articles + 1 + sections], without sections where these are too many;
    `vectors` (of length 1) are those of the questions kept.
    """

    kept: Integers
    by_words: Floats
    with_meaning: Floats | None = None
    vectors: Floats | None = None

    def belonging(self, words: NDArray[np.float64], cosines: Floats | None) -> Floats:
        """Return how much a question belongs to each article, about 0 to 1, to none, and to each section learnt.

        `words` are its cosines by words with all rows, `cosines` those by meaning with the questions kept.
        """
        mine = words[self.kept].astype(np.float32)
        if cosines is None or self.with_meaning is None:
            return np.asarray((mine + np.float32(ALWAYS)) @ self.by_words)
        return np.asarray(_kernel(mine, cosines) @ self.with_meaning)


def learn(
    article_of: Integers,
    articles: int,
    cosines: Callable[[int], NDArray[np.float64]],
    vectors: Floats | None,
    *,
    section_of: Integers | None = None,
) -> Classifier | None:
    """Return a classifier of questions with the numbers of their articles, `articles` for none, and their sections.

    `cosines` returns those of a question with all questions by words. Every article counts the same, however many ways
    to ask it has. Where too little is known the result is None.
    """
    ways = np.bincount(article_of, minlength=articles + 1)[:articles]
    if not 0 < articles <= MOST_ARTICLES or not ways.all() or ways.mean() < FEWEST_A_CLASS:
        return None
    kept = _kept(article_of, articles)
    classes = article_of[kept]
    counts = np.bincount(classes, minlength=articles + 1)
    importance = np.where(classes == articles, UNANSWERABLE_IMPORTANCE, counts[:articles].mean()) / counts[classes]
    wanted = np.eye(articles + 1)[classes]
    if section_of is not None and section_of.max() < MOST_SECTIONS:
        wanted = np.hstack((wanted, np.arange(section_of.max() + 1) == section_of[kept, np.newaxis]))
    alike = np.empty((len(kept), len(kept)), dtype=np.float32)
    for row, number in zip(alike, kept, strict=True):
        row[:] = cosines(int(number))[kept]
    by_words = _solve(np.add(alike, ALWAYS, dtype=np.float64), wanted, importance)
    if vectors is None:
        return Classifier(kept, by_words)
    lengths = np.linalg.norm(vectors[kept], axis=1, keepdims=True)
    mine = (vectors[kept] / np.maximum(lengths, 1e-9)).astype(np.float32)
    alike = _kernel(alike, mine @ mine.T)
    return Classifier(kept, by_words, _solve(alike.astype(np.float64), wanted, importance), mine)


def _kernel(words: Floats, cosines: Floats) -> Floats:
    return np.asarray(np.exp(np.float32(2 * SPREAD) * (cosines - 1)) + np.float32(WORDS) * words, dtype=np.float32)


def _solve(kernel: NDArray[np.float64], wanted: NDArray[np.float64], importance: NDArray[np.float64]) -> Floats:
    """Return the coefficients of a weighted kernel ridge regression, by Cholesky's method; the kernel is written over.

    In blocks and in place: with thousands of questions each further copy of the kernel takes hundreds of MB.
    """
    kernel[np.diag_indices_from(kernel)] += PENALTY / importance
    found = wanted.copy()
    blocks = [slice(start, min(start + BLOCK, len(kernel))) for start in range(0, len(kernel), BLOCK)]
    with threadpool_limits(1, user_api="blas"):  # on a busy machine threads of BLAS mostly wait for each other
        for number, own in enumerate(blocks):
            kernel[own, own] = np.linalg.inv(np.linalg.cholesky(kernel[own, own]))
            found[own] = kernel[own, own] @ found[own]
            for below in blocks[number + 1 :]:
                kernel[below, own] = kernel[below, own] @ kernel[own, own].T
                found[below] -= kernel[below, own] @ found[own]
            for right in blocks[number + 1 :]:
                kernel[right.start :, right] -= kernel[right.start :, own] @ kernel[right, own].T
        for own in reversed(blocks):
            found[own] = kernel[own, own].T @ found[own]
            found[: own.start] -= kernel[own, : own.start].T @ found[own]
    return found.astype(np.float32)


def _kept(classes: Integers, articles: int) -> Integers:
    """Return the rows to learn from: in turn one of each class, up to MOST_LEARNT.

    Those without an answer are of many kinds: of them a third of all may be kept.
    """
    if len(classes) <= MOST_LEARNT:
        return np.arange(len(classes), dtype=np.int32)
    turn = np.zeros(len(classes))
    for each in np.unique(classes):
        mine = np.flatnonzero(classes == each)
        turn[mine] = np.arange(len(mine))
    turn[classes == articles] *= 2 / articles
    return np.sort(np.argsort(turn, kind="stable")[:MOST_LEARNT]).astype(np.int32)
