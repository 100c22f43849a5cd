"""What is learnt from known questions: the same in blocks as at once, and what of too many is left."""

from __future__ import annotations

import numpy as np
import pytest

from kb_service.index import question_classifier
from kb_service.index.question_classifier import MOST_ARTICLES, left_unlearnt


@pytest.mark.parametrize("count", [1, 3, 4, 5, 11])
def test_in_blocks_the_same_is_learnt_as_at_once(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_classifier, "BLOCK", 4)
    chance = np.random.default_rng(count)
    vectors, wanted = chance.normal(size=(count, 3)), chance.normal(size=(count, 2))
    kernel, importance = np.exp(vectors @ vectors.T), chance.uniform(0.1, 10, count)
    expected = np.linalg.solve(kernel + np.diag(question_classifier.PENALTY / importance), wanted)

    assert np.allclose(question_classifier._solve(kernel, wanted, importance), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("articles", "ways", "unanswerable", "expected"),
    [
        (38, 3500, 1400, ""),
        (38, 3500, 3100, "6,600 questions are known, and 6,500 of them are learnt from"),
        (2000, 6000, 0, ""),  # too few an article: nothing would be learnt anyway
        (MOST_ARTICLES + 1, 5 * MOST_ARTICLES + 5, 0, "there are more than 500 articles"),
        (0, 0, 6000, ""),
    ],
)
def test_what_is_not_learnt_is_told(articles: int, ways: int, unanswerable: int, expected: str) -> None:
    told = left_unlearnt(articles, ways, unanswerable)

    assert expected in told
    assert bool(told) == bool(expected)
