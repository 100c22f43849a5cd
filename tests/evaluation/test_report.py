from __future__ import annotations

from kb_service.evaluation.report import report_on
from tests.evaluation.runs import a_row, a_run, a_set_run


def test_one_set_needs_no_mean() -> None:
    report = report_on(a_run(a_set_run(a_row("a"), name="one")))

    assert [(each.name, each.questions, each.documents) for each in report.sets] == [("one", 1, 3)]
    assert report.means == ()


def test_there_is_a_mean_for_each_variant() -> None:
    wrong = a_row("a", ranked=["wrong"])
    report = report_on(
        a_run(
            a_set_run(a_row("a"), name="one"),
            a_set_run(wrong, name="one with typos", variant="typos"),
            a_set_run(a_row("a"), name="two"),
            a_set_run(wrong, name="two with typos", variant="typos"),
        )
    )

    assert [(each.name, each.figures[0].value) for each in report.means] == [("mean", 1.0), ("mean with typos", 0.0)]


def test_articles_that_two_sets_ask_about_count_once() -> None:
    report = report_on(a_run(a_set_run(a_row("a"), name="one"), a_set_run(a_row("b"), name="two")))

    assert [(each.questions, each.documents) for each in report.means] == [(2, 3)]
