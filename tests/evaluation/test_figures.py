from __future__ import annotations

import numpy as np
import pytest

from kb_service.evaluation.figures import FIGURES, values_of
from kb_service.evaluation.runs import Row
from tests.evaluation.runs import a_row, unanswerable

RANKING = ("nDCG@10", "MRR@10", "hit@1", "hit@3", "recall@10", "recall@50")


def figures_of(row: Row) -> dict[str, float]:
    values = values_of([row])[0]
    return {name: float(value) for name, value in zip(FIGURES, values, strict=True) if not np.isnan(value)}


def test_a_perfect_row_scores_1_in_every_figure_it_has() -> None:
    row = a_row(span="Pay first.", quote="Pay first.")

    assert figures_of(row) == dict.fromkeys([*RANKING, "quote", "answered", "right when answered"], 1.0)


@pytest.mark.parametrize(
    ("row", "figures"),
    [
        pytest.param(unanswerable("q"), {"refused": 1}, id="rightly refused"),
        pytest.param(
            unanswerable("q", outcome="answered"), {"refused": 0, "right when answered": 0}, id="wrongly answered"
        ),
        pytest.param(a_row(answerable="p", relevant=None, outcome="no_answer"), {}, id="partly, no articles named"),
        pytest.param(
            a_row(relevant=[], outcome="no_answer"), dict.fromkeys(RANKING, 0) | {"answered": 0}, id="no article has it"
        ),
        pytest.param(
            a_row(span="Pay first.", outcome="no_answer", ranked=["other"]),
            dict.fromkeys(RANKING, 0) | {"quote": 0, "answered": 0},
            id="missed",
        ),
    ],
)
def test_a_row_has_the_figures_it_speaks_to(row: Row, figures: dict[str, float]) -> None:
    assert figures_of(row) == figures
