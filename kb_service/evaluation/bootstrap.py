"""Intervals by resampling questions: what a figure would have been with another sample of questions like these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from kb_service.evaluation.calibration import Floats

RESAMPLES: Final = 10_000
SEED: Final = 20_240_229  # fixed: the same run has the same intervals
_AT_ONCE: Final = 500  # resamples in memory together: 5 MB for 1,300 questions
_EDGES: Final = (2.5, 97.5)  # percent: 95 of 100 between them


def resampled(statistic: Callable[[Floats], Floats], *, questions: int, seed: int = SEED) -> Floats:
    """Return `statistic` of RESAMPLES resamples, [RESAMPLES, ...].

    It is given counts [r, questions], how often each question was drawn, and returns r results.
    """
    return np.concatenate([statistic(counts) for counts in _draws(questions, seed)])


def resampled_means(values: Floats, *, seed: int = SEED) -> Floats:
    """Return the means of the columns of `values` [questions, m] for each resample, [RESAMPLES, m].

    NaN marks what a question has no value for; a mean is NaN where a resample drew none that has one.
    """
    present = ~np.isnan(values)
    filled = np.where(present, values, 0.0)

    def means(counts: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            found: Floats = (counts @ filled) / (counts @ present)
        return found

    return resampled(means, questions=len(values), seed=seed)


def interval(results: Floats) -> tuple[float, float]:
    """Return the percentile interval, 95%, of resampled results [RESAMPLES], leaving out NaN; NaN if all are."""
    usable = results[~np.isnan(results)]
    if not len(usable):
        return float("nan"), float("nan")
    low, high = np.percentile(usable, _EDGES)
    return float(low), float(high)


def _draws(questions: int, seed: int) -> Iterator[Floats]:
    rng = np.random.default_rng(seed)
    for start in range(0, RESAMPLES, _AT_ONCE):
        rows = min(_AT_ONCE, RESAMPLES - start)
        drawn = rng.integers(questions, size=(rows, questions)) + questions * np.arange(rows)[:, np.newaxis]
        counts = np.bincount(drawn.ravel(), minlength=rows * questions)
        yield counts.reshape(rows, questions).astype(np.float64)
