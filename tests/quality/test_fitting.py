"""Fitting which sentence answers, and how sure an answer is."""

from __future__ import annotations

import numpy as np
import pytest
from quality.quote_fitting import Example, Marked, fit

from quality import confidence_fitting


def example(found: list[list[float]], right: list[float]) -> Example:
    return Example(Marked("q", "a", "t"), np.asarray(found), np.asarray(right), 0.0)


def test_what_right_sentences_have_is_given_weight() -> None:
    weights = fit([example([[1.0, 0.0], [0.0, 1.0]], [1.0, 0.0])] * 5)

    assert weights[0] > 0 > weights[1]


def test_what_all_sentences_have_is_given_none() -> None:
    assert fit([example([[1.0], [1.0]], [1.0, 0.0])] * 5) == pytest.approx([0.0], abs=1e-6)


def test_confidence_is_fitted_with_the_bias_left_free_and_the_other_weights_held_back() -> None:
    feature = np.repeat([0.0, 1.0], 200)
    right = np.concatenate([np.arange(200) % 4 == 0, np.arange(200) % 4 > 0]).astype(float)
    matrix = np.column_stack([np.ones(400), feature])
    model = confidence_fitting.fit(matrix, right, np.ones(400))
    seldom = confidence_fitting.fit(matrix, right, np.full(400, 0.01))

    assert confidence_fitting.predict(matrix, model)[[0, -1]] == pytest.approx([0.25, 0.75], abs=0.01)
    assert 0 < seldom.coef_[0][0] < model.coef_[0][0]
