"""Fitting which sentence answers."""

from __future__ import annotations

import numpy as np
import pytest

from kb_service.evaluation.quote_fitting import Example, Marked, fit


def example(found: list[list[float]], right: list[float]) -> Example:
    return Example(Marked("q", "a", "t"), np.asarray(found), np.asarray(right), 0.0)


def test_what_right_sentences_have_is_given_weight() -> None:
    weights = fit([example([[1.0, 0.0], [0.0, 1.0]], [1.0, 0.0])] * 5)

    assert weights[0] > 0 > weights[1]


def test_what_all_sentences_have_is_given_none() -> None:
    assert fit([example([[1.0], [1.0]], [1.0, 0.0])] * 5) == pytest.approx([0.0])
