"""The figures of a set of questions with their intervals, and their means over several sets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

import msgspec
import numpy as np

from kb_service.evaluation.bootstrap import interval, resampled, resampled_means
from kb_service.evaluation.calibration import (
    Floats,
    Labels,
    auroc,
    calibration_error,
    resampled_auroc,
    resampled_risk_area,
    risk_area,
)
from kb_service.evaluation.figures import FIGURES, refused, values_of
from kb_service.evaluation.leave_out import is_answerable
from kb_service.evaluation.runs import Row, SetRun

# All figures in the order of tables. Of questions first; AUROC is how well confidence tells answerable questions from
# others: those of the set without an answer, its own with their answers left out, foreign ones.
SET_FIGURES: Final = (
    *FIGURES,
    "AUROC",
    "AUROC left out",
    "refused left out",
    "AUROC foreign",
    "refused foreign",
    "risk area",
    "calibration error",
    "milliseconds",
)


class SetFigure(msgspec.Struct, frozen=True):
    """A figure of a set, from `questions` of it; `low` and `high` bound 95 of 100 resamples, None without interval."""

    name: str
    value: float
    low: float | None
    high: float | None
    questions: int


class Measured(NamedTuple):
    """A figure and what it is in each resample, [RESAMPLES]; None where resampling would mislead."""

    name: str
    value: float
    questions: int
    resamples: Floats | None = None

    def with_interval(self) -> SetFigure:
        """Return the figure as it is shown."""
        low, high = (None, None) if self.resamples is None else interval(self.resamples)
        return SetFigure(self.name, self.value, low, high, self.questions)


def measure_set(run: SetRun) -> list[Measured]:
    """Return the figures that a set has: means over questions first, then those of the confidence, then the time."""
    found = _means(run.rows)
    unanswerable = [row for row in run.rows if row.answerable == "n"]
    found += _auroc("AUROC", [row for row in run.rows if row.answerable == "a"], unanswerable)
    for name, rows in (("left out", run.left_out), ("foreign", run.foreign)):
        found += _auroc(f"AUROC {name}", [row for row in run.rows if is_answerable(row)], rows)
        found += _refused(f"refused {name}", rows)
    found += _of_confidence(run.rows)
    milliseconds = float(np.median([row.milliseconds for row in run.rows]))
    return [*found, Measured("milliseconds", milliseconds, len(run.rows))]


def mean_of_sets(sets: Sequence[Sequence[Measured]]) -> list[SetFigure]:
    """Return the means of the figures that all sets have, every set counting the same.

    The sets are independent samples: a mean's interval is that of the means of their resamples.
    """
    if not sets:
        return []
    by_name = [{each.name: each for each in figures} for figures in sets]
    means = []
    for name in (each.name for each in sets[0] if all(each.name in found for found in by_name)):
        of_sets = [found[name] for found in by_name]
        resamples = [each.resamples for each in of_sets if each.resamples is not None]
        mean = Measured(
            name,
            float(np.mean([each.value for each in of_sets])),
            sum(each.questions for each in of_sets),
            np.mean(resamples, axis=0) if resamples else None,
        )
        means.append(mean.with_interval())
    return means


def certainty(rows: Sequence[Row]) -> tuple[Floats, Labels]:
    """Return confidence and being right of the judged questions."""
    judged = [row for row in rows if row.is_judged]
    return _confidences(judged), np.array([row.is_right for row in judged], dtype=bool)


def _means(rows: Sequence[Row]) -> list[Measured]:
    values = values_of(rows)
    resamples = resampled_means(values)
    counts = (~np.isnan(values)).sum(axis=0).tolist()
    return [
        Measured(name, float(np.nanmean(values[:, at])), counts[at], resamples[:, at])
        for at, name in enumerate(FIGURES)
        if counts[at]
    ]


def _auroc(name: str, answerable: Sequence[Row], unanswerable: Sequence[Row]) -> list[Measured]:
    """Return how well confidence tells these two apart. A question drawn in a resample is drawn in both, by its id."""
    if not answerable or not unanswerable:
        return []
    rows = [*answerable, *unanswerable]
    places = {row.id: at for at, row in enumerate({row.id: row for row in rows}.values())}
    drawn = np.array([places[row.id] for row in rows])
    confidence, positive = _confidences(rows), np.arange(len(rows)) < len(answerable)
    resamples = resampled(lambda counts: resampled_auroc(confidence, positive, counts[:, drawn]), questions=len(places))
    return [Measured(name, auroc(confidence, positive), len(rows), resamples)]


def _refused(name: str, rows: Sequence[Row]) -> list[Measured]:
    if not rows:
        return []
    values = np.array([[refused(row)] for row in rows], dtype=np.float64)
    return [Measured(name, float(values.mean()), len(rows), resampled_means(values)[:, 0])]


def _of_confidence(rows: Sequence[Row]) -> list[Measured]:
    """Return what confidence is worth; the calibration error without an interval, as resampling inflates it."""
    confidence, right = certainty(rows)
    if not len(right):
        return []
    areas = resampled(partial(resampled_risk_area, confidence, right), questions=len(right))
    return [
        Measured("risk area", risk_area(confidence, right), len(right), areas),
        Measured("calibration error", calibration_error(confidence, right), len(right)),
    ]


def _confidences(rows: Sequence[Row]) -> Floats:
    return np.array([row.confidence for row in rows], dtype=np.float64)
