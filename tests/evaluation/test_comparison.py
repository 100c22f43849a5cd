from __future__ import annotations

import pytest

from kb_service.evaluation.comparison import CHANGES_SHOWN, Difference, SetComparison, compare
from kb_service.evaluation.runs import Row
from tests.evaluation.runs import a_row, a_run, a_set_run, unanswerable


def compared(before: list[Row], now: list[Row]) -> SetComparison:
    return compare(a_run(a_set_run(*before)), a_run(a_set_run(*now)))[0]


def difference(found: SetComparison, name: str) -> Difference:
    return next(each for each in found.differences if each.name == name)


def rows(*, missed: int, of: int = 40) -> list[Row]:
    return [a_row(f"q{n:02}", ranked=["wrong", "right"] if n < missed else ["right"]) for n in range(of)]


def test_a_run_does_not_differ_from_itself() -> None:
    found = compared(rows(missed=5), rows(missed=5))

    assert found.changes == ()
    assert all(each.difference == 0 for each in found.differences)
    assert all(each.low == each.high == 0 for each in found.differences if each.low is not None)
    hit = difference(found, "hit@1")
    assert (hit.wins, hit.ties, hit.losses) == (0, 40, 0)


def test_wins_and_losses_are_counted_by_question() -> None:
    before, now = rows(missed=6), list(reversed(rows(missed=2)))
    now.append(a_row("q99"))
    before.append(a_row("q98"))
    found = compared(before, now)
    hit = difference(found, "hit@1")

    assert (found.questions, found.unpaired) == (40, 2)
    assert (hit.wins, hit.ties, hit.losses) == (4, 36, 0)
    assert hit.difference == pytest.approx(0.1)


def test_questions_are_drawn_in_pairs_so_that_a_steady_gain_is_more_than_chance() -> None:
    hit = difference(compared(rows(missed=20), rows(missed=10)), "hit@1")

    assert hit.low is not None
    assert hit.high is not None
    assert 0 < hit.low < 0.25 < hit.high < 0.42  # drawn apart, the interval would reach from .03 to .47


def test_figures_of_the_whole_set_are_compared_without_counts() -> None:
    before = [*rows(missed=0), *(unanswerable(f"n{n}", confidence=0.95) for n in range(9))]
    now = [*rows(missed=0), *(unanswerable(f"n{n}", confidence=0.2) for n in range(9))]
    auroc = difference(compared(before, now), "AUROC")

    assert (auroc.before, auroc.now, auroc.low, auroc.high) == (0.0, 1.0, 1.0, 1.0)
    assert auroc.wins is None


def test_a_figure_of_one_run_alone_is_not_compared() -> None:
    before, now = [a_row("a")], [a_row("a", span="x", quote="x")]

    assert "quote" not in {each.name for each in compared(before, now).differences}


def test_the_questions_that_changed_most_come_first() -> None:
    before = [a_row("a", ranked=["wrong", "right"]), a_row("b", ranked=["wrong"]), a_row("c")]
    now = [a_row("a"), a_row("b"), a_row("c")]
    changes = compared(before, now).changes

    assert [(each.question, each.first_before, each.first_now) for each in changes] == [
        ("b?", "wrong", "right"),
        ("a?", "wrong", "right"),
    ]
    assert (changes[0].before, changes[0].now) == (0.0, 1.0)


def test_only_the_largest_changes_are_listed() -> None:
    assert len(compared(rows(missed=30), rows(missed=0)).changes) == CHANGES_SHOWN


def test_sets_of_one_run_alone_are_not_compared() -> None:
    before = a_run(a_set_run(a_row("a"), name="old"), a_set_run(a_row("a"), name="both"))
    now = a_run(a_set_run(a_row("a"), name="both"), a_set_run(a_row("a"), name="new"))

    assert [each.name for each in compare(before, now)] == ["both"]


def test_sets_without_a_common_question_have_no_differences() -> None:
    found = compared([a_row("a")], [a_row("b")])

    assert (found.questions, found.unpaired, found.differences, found.changes) == (0, 2, (), ())
