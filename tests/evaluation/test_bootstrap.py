from __future__ import annotations

import numpy as np
import pytest

from kb_service.evaluation.bootstrap import RESAMPLES, interval, resampled, resampled_means


def test_each_resample_draws_as_many_questions_as_there_are() -> None:
    sizes = resampled(lambda counts: counts.sum(axis=1), questions=7)

    assert sizes.shape == (RESAMPLES,)
    assert set(sizes) == {7}


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.arange(20.0)[:, np.newaxis]

    assert np.array_equal(resampled_means(values), resampled_means(values))
    assert not np.array_equal(resampled_means(values), resampled_means(values, seed=1))


def test_the_interval_of_a_mean_is_about_two_standard_errors_to_each_side() -> None:
    values = np.random.default_rng(3).normal(10, 2, size=(400, 1))
    low, high = interval(resampled_means(values)[:, 0])

    assert low == pytest.approx(values.mean() - 1.96 * 0.1, abs=0.03)
    assert high == pytest.approx(values.mean() + 1.96 * 0.1, abs=0.03)


def test_a_question_without_a_value_does_not_count() -> None:
    means = resampled_means(np.array([[1.0], [np.nan], [1.0]]))[:, 0]

    assert set(means[~np.isnan(means)]) == {1.0}
    assert interval(means) == (1.0, 1.0)


def test_nothing_usable_has_no_interval() -> None:
    assert np.isnan(interval(np.full(3, np.nan))).all()
