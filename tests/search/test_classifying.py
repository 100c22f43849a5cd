"""Which article is asked for: learnt from the ways to ask that authors know, when they know enough of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kb_service.search.classifying import FEWEST_A_CLASS, classify, fit_classifier

DIMENSIONS = 8
REFUSED = -1


def vectors_around(*axes: int) -> NDArray[np.float32]:
    """Unit vectors, each near one axis."""
    noise = np.random.default_rng(7).normal(scale=0.05, size=(len(axes), DIMENSIONS))
    vectors = np.eye(DIMENSIONS)[list(axes)] + noise
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def fitted(*axes: int, classes: list[int], articles: int) -> NDArray[np.float32]:
    weights = fit_classifier(vectors_around(*axes), np.asarray(classes, dtype=np.int32), articles)
    assert weights is not None
    return weights


def test_a_question_belongs_to_the_article_that_is_asked_so() -> None:
    weights = fitted(*[0, 1, 2] * 6, classes=[0, 1, 2] * 6, articles=3)

    for axis in range(3):
        belonging = classify(weights, vectors_around(axis)[0])
        assert belonging.argmax() == axis
        assert belonging[axis] == pytest.approx(1, abs=0.2)


def test_one_row_an_article_and_one_for_none_of_them() -> None:
    weights = fitted(*[0, 1, 5] * 6, classes=[0, 1, REFUSED] * 6, articles=2)

    assert weights.shape == (3, DIMENSIONS + 1)
    assert weights.dtype == np.float32
    assert classify(weights, vectors_around(5)[0]).argmax() == 2


def test_an_article_with_few_ways_to_ask_counts_as_much_as_one_with_many() -> None:
    weights = fitted(*[0] * 40, *[1] * 5, classes=[0] * 40 + [1] * 5, articles=2)

    assert classify(weights, vectors_around(1)[0]).argmax() == 1


def test_what_nobody_asks_belongs_nowhere_much() -> None:
    weights = fitted(*[0, 1] * 6, classes=[0, 1] * 6, articles=2)

    assert classify(weights, vectors_around(6)[0]).max() < classify(weights, vectors_around(0)[0]).max()


@pytest.mark.parametrize(
    ("classes", "articles"),
    [
        pytest.param([], 0, id="no article"),
        pytest.param([], 2, id="no way to ask"),
        pytest.param([0] * 20, 2, id="an article nobody asks for"),
        pytest.param([0, 1] * (FEWEST_A_CLASS - 1), 2, id="too few ways to ask"),
        pytest.param([REFUSED] * 20, 1, id="only what has no answer"),
    ],
)
def test_where_too_little_is_known_nothing_is_learnt(classes: list[int], articles: int) -> None:
    vectors = vectors_around(*[0] * len(classes))

    assert fit_classifier(vectors, np.asarray(classes, dtype=np.int32), articles) is None


def test_the_same_questions_give_the_same_weights() -> None:
    first, second = (fitted(*[0, 1] * 6, classes=[0, 1] * 6, articles=2) for _ in range(2))

    assert first.tolist() == second.tolist()
