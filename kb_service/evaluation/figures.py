"""The figures of a question, each a number from 0 to 1 or nothing where the question says nothing about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from kb_service.evaluation.calibration import Floats
from kb_service.evaluation.metrics import hit, ndcg, quote_is_right, recall, reciprocal_rank
from kb_service.evaluation.runs import Row

Figure: TypeAlias = Callable[[Row], float | None]

LEADING: Final = "nDCG@10"  # the one by which questions are said to have changed


def _of_ranking(metric: Callable[..., float], k: int) -> Figure:
    return lambda row: None if row.relevant is None else metric(row.ranked, row.relevant, k=k)


def _quote(row: Row) -> float | None:
    return quote_is_right(row.quote, row.span) if row.span else None


def _answered(row: Row) -> float | None:
    return float(row.outcome == "answered") if row.answerable == "a" else None


def _right_when_answered(row: Row) -> float | None:
    return float(row.is_right) if row.outcome == "answered" and row.is_judged else None


def refused(row: Row) -> float | None:
    """Tell for a question that has no answer whether it got none."""
    return float(row.outcome != "answered") if row.answerable == "n" else None


# Ranking figures are of the articles found, "quote" of the sentences shown (see metrics.quote_is_right), "answered" of
# the questions that have an answer, "refused" of those that have none, and "right when answered" of the answers given.
FIGURES: Final[Mapping[str, Figure]] = MappingProxyType(
    {
        LEADING: _of_ranking(ndcg, 10),
        "MRR@10": _of_ranking(reciprocal_rank, 10),
        "hit@1": _of_ranking(hit, 1),
        "hit@3": _of_ranking(hit, 3),
        "recall@10": _of_ranking(recall, 10),
        "recall@50": _of_ranking(recall, 50),
        "quote": _quote,
        "answered": _answered,
        "refused": refused,
        "right when answered": _right_when_answered,
    }
)


def values_of(rows: Sequence[Row]) -> Floats:
    """Return FIGURES for each row, [rows, figures]; NaN where a question says nothing about a figure."""
    values = [[figure(row) for figure in FIGURES.values()] for row in rows]
    return np.array(values, dtype=np.float64).reshape(len(rows), len(FIGURES))
