"""Figures with 95% intervals: what they would have been with other samples of questions like these."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Final

import ir_measures
import numpy as np
from ir_measures import RR, R
from scipy import stats

from kb_service.evaluation.figures import Figure, Floats, Report, certainty, figures_of, mean_of, report_on
from kb_service.evaluation.runs import Row, Run, SetRun

RESAMPLES: Final = 10_000
SEED: Final = 20_240_229  # fixed: the same run has the same intervals, and two runs of the same questions are pairs
AT_ONCE: Final = 500  # resamples in memory together: 5 MB for 1,300 questions
MEASURES: Final = {"MRR@10": RR @ 10, "recall@10": R @ 10, "recall@50": R @ 50}


def report_with_intervals(run: Run, before: Run | None = None) -> Report:
    """Return the report on a run that `kb evaluate` gives, with more figures and with intervals."""
    return report_on(run, before, figures=all_figures_of, resample=resampled)


def all_figures_of(run: SetRun) -> list[Figure]:
    """Return the figures of a set, with those of ranking that authors are not shown and the risk of sure answers."""
    found = figures_of(run)
    for name, measure in MEASURES.items():
        found.append(mean_of(name, _ranking_values(run.rows, measure)))
    confidence, right = certainty(run.rows)
    found.append(Figure("risk area", risk_area, (confidence, right), len(right)))
    return [figure for figure in found if figure.questions]


def resampled(figure: Figure) -> Floats | None:
    """Return what a figure is in each of RESAMPLES resamples of the questions; None where that would mislead."""
    if not figure.is_resampled or len(figure.data[0]) < 2:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a figure that is the same in every resample: its interval is a point
        found = stats.bootstrap(
            figure.data,
            figure.statistic,
            n_resamples=RESAMPLES,
            batch=AT_ONCE,
            vectorized=figure.is_mean,
            paired=True,
            method="percentile",
            rng=np.random.default_rng(SEED),
        )
    return np.asarray(found.bootstrap_distribution, dtype=np.float64)


def risk_coverage(confidence: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Return the share of questions answered, the surest first, and the share of those answers that are wrong.

    There is one point for each threshold that the confidences allow, the strictest first.
    """
    order = np.argsort(-confidence, kind="stable")
    last = np.flatnonzero(np.diff(confidence[order], append=np.nan) != 0)  # of each run of equal confidences
    wrong = np.cumsum(1 - right[order])[last]
    return (last + 1) / max(len(order), 1), wrong / (last + 1)


def risk_area(confidence: Floats, right: Floats) -> float:
    """Return the area under risk_coverage, 0 when all is right."""
    coverage, risk = risk_coverage(confidence, right)
    return float(np.sum(np.diff(coverage, prepend=0.0) * risk))


def _ranking_values(rows: Sequence[Row], measure: ir_measures.Measure) -> list[float | None]:
    """Return a measure of each row's ranking, None where there is nothing to find."""
    numbered = {str(at): row for at, row in enumerate(rows) if row.relevant is not None}
    # A question that no article answers counts as missed: it has a judgment, of an article that is nowhere.
    judged = {at: dict.fromkeys(row.relevant or (), 1) or {"": 1} for at, row in numbered.items()}
    ranked = {
        at: {name: float(len(row.ranked) - place) for place, name in enumerate(row.ranked)}
        for at, row in numbered.items()
    }
    found = {each.query_id: each.value for each in ir_measures.iter_calc([measure], judged, ranked)}
    return [found.get(str(at), 0.0) if str(at) in numbered else None for at in range(len(rows))]
