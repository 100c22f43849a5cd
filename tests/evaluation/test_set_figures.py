from __future__ import annotations

import pytest

from kb_service.evaluation.runs import SetRun
from kb_service.evaluation.set_figures import SET_FIGURES, SetFigure, certainty, mean_of_sets, measure_set
from tests.evaluation.runs import a_row, a_set_run, unanswerable


def figures_of(run: SetRun) -> dict[str, SetFigure]:
    return {each.name: each.with_interval() for each in measure_set(run)}


def test_a_perfect_run_is_1_everywhere() -> None:
    found = figures_of(a_set_run(*(a_row(f"a{n}") for n in range(5)), *(unanswerable(f"n{n}") for n in range(5))))

    assert {found[name].value for name in ("nDCG@10", "hit@1", "answered", "refused", "AUROC")} == {1.0}
    assert (found["nDCG@10"].low, found["nDCG@10"].high) == (1.0, 1.0)
    assert found["risk area"].value == 0.25  # half of the questions have no answer, and they come last


def test_a_figure_that_no_question_speaks_to_is_left_out() -> None:
    found = figures_of(a_set_run(a_row("a")))

    assert not {"quote", "refused", "AUROC", "AUROC left out", "AUROC foreign"} & found.keys()


def test_questions_that_are_not_judged_give_the_time_alone() -> None:
    assert figures_of(a_set_run(a_row("p", answerable="p", relevant=None))).keys() == {"milliseconds"}


def test_the_interval_surrounds_the_mean() -> None:
    rows = [a_row(f"a{n}", ranked=["right" if n % 3 else "wrong"]) for n in range(60)]
    hit = figures_of(a_set_run(*rows))["hit@1"]

    assert hit.value == pytest.approx(2 / 3)
    assert hit.low is not None
    assert hit.high is not None
    assert 0.5 < hit.low < hit.value < hit.high < 0.8


def test_confidence_is_compared_with_and_without_the_answer() -> None:
    rows = [a_row(f"a{n}", confidence=0.5 + n / 100) for n in range(10)]
    left_out = [unanswerable(row.id, confidence=row.confidence - 0.2) for row in rows]
    found = figures_of(a_set_run(*rows, left_out=left_out, foreign=[unanswerable("x", outcome="answered")]))

    assert found["AUROC left out"].value == 1.0
    assert found["refused left out"].value == 1.0
    assert (found["AUROC foreign"].value, found["refused foreign"].value) == (1.0, 0.0)


def test_every_figure_has_its_place_in_the_table() -> None:
    rows = [a_row("a", span="x", quote="x"), unanswerable("n")]
    found = figures_of(a_set_run(*rows, left_out=[unanswerable("a")], foreign=[unanswerable("x")]))

    assert found.keys() == set(SET_FIGURES)


def test_certainty_is_of_judged_questions_alone() -> None:
    confidence, right = certainty([a_row("a"), unanswerable("n"), a_row("p", answerable="p", relevant=None)])

    assert confidence.tolist() == [0.9, 0.1]
    assert right.tolist() == [True, False]


def test_the_mean_counts_every_set_the_same_and_keeps_what_all_have() -> None:
    small = measure_set(a_set_run(a_row("a")))
    large = measure_set(a_set_run(*(a_row(f"b{n}", ranked=["wrong"]) for n in range(9)), unanswerable("n")))
    means = {each.name: each for each in mean_of_sets([small, large])}

    assert (means["hit@1"].value, means["hit@1"].low, means["hit@1"].high) == (0.5, 0.5, 0.5)
    assert means["hit@1"].questions == 10
    assert "refused" not in means
    assert mean_of_sets([]) == []
