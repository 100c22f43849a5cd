"""Intervals by resampling, and figures of kept libraries, on runs as `kb evaluate` keeps them."""

from __future__ import annotations

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from kb_service.evaluation.figures import ORDER, Difference, SetFigure, auroc, mean_of, ndcg
from kb_service.evaluation.runs import Row, SetRun
from quality.intervals import (
    RESAMPLES,
    all_figures_of,
    report_with_intervals,
    resampled,
    risk_area,
    risk_coverage,
)
from tests.evaluation.runs import a_row, a_run, a_set_run, unanswerable

IDS = [f"d{number}" for number in range(12)]
JUDGED = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=2, max_size=40)


def figures(run: SetRun) -> dict[str, SetFigure]:
    return {each.name: each for each in report_with_intervals(a_run(run)).sets[0].figures}


def difference(before: list[Row], now: list[Row], name: str) -> Difference:
    (found,) = report_with_intervals(a_run(a_set_run(*now)), a_run(a_set_run(*before))).comparison
    return next(each for each in found.differences if each.name == name)


def rows(*, missed: int, of: int = 40) -> list[Row]:
    return [a_row(f"q{n:02}", ranked=["wrong", "right"] if n < missed else ["right"]) for n in range(of)]


@given(st.permutations(IDS), st.dictionaries(st.sampled_from(IDS), st.integers(1, 3), min_size=1))
def test_our_ndcg_is_that_of_trec_eval(ranked: list[str], relevant: dict[str, int]) -> None:
    scores = {name: float(len(ranked) - place) for place, name in enumerate(ranked)}
    (found,) = ir_measures.iter_calc([ir_measures.nDCG @ 10], {"q": relevant}, {"q": scores})

    assert ndcg(ranked, relevant, k=10) == pytest.approx(found.value, abs=1e-6)


@given(JUDGED.filter(lambda pairs: len({right for _, right in pairs}) == 2))
def test_our_auroc_is_that_of_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    sure = np.array([confidence for confidence, right in pairs if right])
    unsure = np.array([confidence for confidence, right in pairs if not right])
    expected = roc_auc_score([right for _, right in pairs], [confidence for confidence, _ in pairs])

    assert auroc(sure, unsure) == pytest.approx(expected)


def test_ranking_figures_are_of_questions_with_something_to_find() -> None:
    run = a_set_run(
        a_row("second", ranked=["wrong", "right"]),
        a_row("half", ranked=["right"], relevant=["right", "other"]),
        a_row("missed", relevant=[]),
        unanswerable("n"),
    )
    found = {each.name: (each.value, each.questions) for each in all_figures_of(run)}

    assert found["MRR@10"] == (pytest.approx((0.5 + 1 + 0) / 3), 3)
    assert found["recall@10"] == (pytest.approx((1 + 0.5 + 0) / 3), 3)


def test_every_figure_has_its_place_in_the_table() -> None:
    run = a_set_run(
        *(a_row("a", span="x", quote="x"), unanswerable("n")), left_out=[unanswerable("a")], foreign=[unanswerable("x")]
    )

    assert list(figures(run)) == list(ORDER)


def test_the_same_figure_has_the_same_resamples() -> None:
    figure = mean_of("any", np.arange(20.0).tolist())
    first, second = resampled(figure), resampled(figure)

    assert first is not None
    assert second is not None
    assert first.shape == (RESAMPLES,)
    assert np.array_equal(first, second)


def test_the_interval_of_a_mean_is_about_two_standard_errors_to_each_side() -> None:
    values = np.random.default_rng(3).normal(10, 2, size=400)
    found = resampled(mean_of("any", values.tolist()))

    assert found is not None
    assert np.percentile(found, [2.5, 97.5]) == pytest.approx([values.mean() - 0.196, values.mean() + 0.196], abs=0.03)


def test_a_question_without_a_value_does_not_count() -> None:
    found = resampled(mean_of("any", [1.0, None, 1.0]))

    assert found is not None
    assert set(found[~np.isnan(found)]) == {1.0}


def test_the_interval_surrounds_the_mean_and_a_perfect_figure_has_a_point() -> None:
    found = figures(a_set_run(*(a_row(f"a{n}", ranked=["right" if n % 3 else "wrong"]) for n in range(60))))
    hit, answered = found["hit@1"], found["answered"]

    assert hit.low is not None
    assert hit.high is not None
    assert 0.5 < hit.low < hit.value < hit.high < 0.8
    assert (answered.low, answered.high) == (1.0, 1.0)


def test_calibration_and_time_have_no_interval() -> None:
    found = figures(a_set_run(*rows(missed=5)))

    assert [found[name].low for name in ("calibration error", "milliseconds")] == [None, None]


def test_questions_are_drawn_in_pairs_so_that_a_steady_gain_is_more_than_chance() -> None:
    hit = difference(rows(missed=20), rows(missed=10), "hit@1")

    assert hit.low is not None
    assert hit.high is not None
    assert 0 < hit.low < 0.25 < hit.high < 0.42  # drawn apart, the interval would reach from .03 to .47


def test_a_question_and_its_copy_without_an_answer_are_drawn_together() -> None:
    sure = [a_row(f"a{n}", confidence=n / 10) for n in range(10)]
    found = figures(a_set_run(*sure, left_out=[unanswerable(row.id, confidence=row.confidence) for row in sure]))

    assert (found["AUROC left out"].value, found["AUROC left out"].low, found["AUROC left out"].high) == (0.5, 0.5, 0.5)


@given(JUDGED)
def test_risk_ends_with_all_questions_covered(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = np.array([pair[0] for pair in pairs]), np.array([float(pair[1]) for pair in pairs])
    coverage, risk = risk_coverage(confidence, right)

    assert (coverage[-1], risk[-1]) == (1, pytest.approx(1 - right.mean()))
    assert len(coverage) == len(set(confidence.tolist()))
    assert coverage.tolist() == sorted(coverage.tolist())


def test_the_risk_area_is_the_mean_risk_over_all_coverages() -> None:
    found = risk_area(np.array([0.9, 0.8, 0.7]), np.array([1.0, 0.0, 1.0]))

    assert found == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert risk_area(np.array([0.9, 0.2]), np.array([1.0, 1.0])) == 0
