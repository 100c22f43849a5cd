"""What a run is worth in figures, and what changed since another."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.evaluation.figures import (
    BINS,
    CHANGES_SHOWN,
    ORDER,
    Difference,
    Floats,
    SetComparison,
    auroc,
    calibration_error,
    certainty,
    figures_of,
    hit,
    mean,
    ndcg,
    quote_is_right,
    reliability,
    report_on,
)
from kb_service.evaluation.runs import Row, SetRun
from tests.evaluation.runs import a_row, a_run, a_set_run, unanswerable

RANKING = ("nDCG@10", "hit@1", "hit@3")
IDS = [f"d{number}" for number in range(12)]
RANKINGS = st.permutations(IDS).flatmap(lambda ids: st.integers(0, len(ids)).map(lambda n: ids[:n]))
GRADES = st.dictionaries(st.sampled_from(IDS), st.floats(0.5, 3), min_size=1)
PLACES = st.integers(1, 15)
CONFIDENCES = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=1, max_size=20)
JUDGED = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=1, max_size=40)


def arrays(*pairs: tuple[float, bool]) -> tuple[Floats, Floats]:
    return np.array([pair[0] for pair in pairs], dtype=float), np.array([pair[1] for pair in pairs], dtype=float)


def values(run: SetRun) -> dict[str, float]:
    return {figure.name: figure.value for figure in figures_of(run)}


def compared(before: list[Row], now: list[Row]) -> SetComparison:
    return report_on(a_run(a_set_run(*now)), a_run(a_set_run(*before))).comparison[0]


def difference(found: SetComparison, name: str) -> Difference:
    return next(each for each in found.differences if each.name == name)


def rows(*, missed: int, of: int = 40) -> list[Row]:
    return [a_row(f"q{n:02}", ranked=["wrong", "right"] if n < missed else ["right"]) for n in range(of)]


@given(RANKINGS, GRADES, PLACES)
def test_ranking_metrics_lie_between_0_and_1_and_look_at_the_first_k_alone(
    ranked: list[str], relevant: dict[str, float], k: int
) -> None:
    for metric in (ndcg, hit):
        assert 0 <= metric(ranked, relevant, k=k) <= 1 + 1e-12
        assert metric(ranked, relevant, k=k) == metric(ranked[:k], relevant, k=k)


@given(GRADES)
def test_a_perfect_ranking_scores_1(relevant: dict[str, float]) -> None:
    ranked = sorted(IDS, key=lambda name: -relevant.get(name, 0))

    assert ndcg(ranked, relevant, k=10) == pytest.approx(1)
    assert hit(ranked, relevant, k=1) == 1


def test_ndcg_discounts_linear_grades_by_the_logarithm_of_the_place() -> None:
    found = ndcg(["b", "x", "a"], {"a": 2, "b": 1}, k=10)

    assert found == pytest.approx((1 + 2 / math.log2(4)) / (2 + 1 / math.log2(3)))


def test_nothing_relevant_scores_0() -> None:
    assert ndcg(["a"], {}, k=10) == hit(["a"], {}, k=1) == 0


@pytest.mark.parametrize(
    ("quote", "text", "right"),
    [
        pytest.param("Wait 24 hours.", "wait 24 hours", 1, id="the same words"),
        pytest.param("Pay first. Then wait 24 hours, and sign in.", "wait 24 hours", 1, id="contains it"),
        pytest.param("Wait 240 hours or more, as we said.", "wait 24 hours", 0, id="part of a word is not the word"),
        pytest.param("You wait for 24 hours", "wait up to 24 hours", 1, id="most words shared"),
        pytest.param("a b", "a b c d e f", 1, id="F1 of exactly one half"),
        pytest.param("a", "a b c d", 0, id="too few words shared"),
        pytest.param("a a a a", "a b", 0, id="a repeated word counts once"),
        pytest.param("", "wait", 0, id="no quote"),
        pytest.param("wait", "", 0, id="nothing labelled"),
    ],
)
def test_a_quote_is_right_when_it_shows_the_labelled_text(quote: str, text: str, right: int) -> None:
    assert quote_is_right(quote, text) == right


@given(CONFIDENCES, CONFIDENCES)
def test_auroc_is_the_share_of_pairs_in_the_right_order(sure: list[float], unsure: list[float]) -> None:
    wins = sum((p > o) + (p == o) / 2 for p in sure for o in unsure)

    assert auroc(np.array(sure), np.array(unsure)) == pytest.approx(wins / (len(sure) * len(unsure)))


def test_what_is_not_a_number_does_not_count() -> None:
    assert auroc(np.array([0.9, np.nan]), np.array([np.nan, 0.1])) == 1
    assert np.isnan(auroc(np.array([np.nan]), np.array([0.1])))
    assert mean(np.array([1.0, np.nan, 0.0])) == 0.5
    assert np.isnan(mean(np.array([np.nan])))


@given(JUDGED)
def test_bins_hold_every_question_once_least_sure_first(pairs: list[tuple[float, bool]]) -> None:
    bins = reliability(*arrays(*pairs))

    assert sorted(np.concatenate([sure for sure, _ in bins])) == sorted(pair[0] for pair in pairs)
    assert [sure.mean() for sure, _ in bins] == sorted(sure.mean() for sure, _ in bins)
    assert 0 <= calibration_error(*arrays(*pairs)) <= 1


def test_bins_hold_equal_numbers_of_different_confidences() -> None:
    bins = reliability(*arrays(*((number / 100, True) for number in range(100))))

    assert [len(sure) for sure, _ in bins] == [10] * BINS


def test_equal_confidences_are_never_parted_so_the_base_rate_is_perfectly_calibrated() -> None:
    assert calibration_error(*arrays(*((0.5, number % 2 == 0) for number in range(40)))) == 0


def test_certainty_that_is_always_wrong_is_the_largest_error() -> None:
    assert calibration_error(*arrays((1.0, False), (1.0, False))) == 1


def test_there_is_no_bin_without_a_question() -> None:
    assert reliability(*arrays()) == []
    assert calibration_error(*arrays()) == 0


@pytest.mark.parametrize(
    ("row", "figures"),
    [
        pytest.param(
            a_row(span="Pay first.", quote="Pay first."),
            dict.fromkeys([*RANKING, "quote", "answered", "right when answered"], 1),
            id="perfect",
        ),
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
def test_a_question_has_the_figures_it_speaks_to(row: Row, figures: dict[str, float]) -> None:
    found = values(a_set_run(row))
    of_a_question = {name: value for name, value in found.items() if name not in {"calibration error", "milliseconds"}}

    assert of_a_question == figures


def test_a_perfect_run_is_1_everywhere() -> None:
    found = values(a_set_run(*(a_row(f"a{n}") for n in range(5)), *(unanswerable(f"n{n}") for n in range(5))))

    assert {found[name] for name in ("nDCG@10", "hit@1", "answered", "refused", "AUROC")} == {1.0}


def test_confidence_is_compared_with_and_without_the_answer() -> None:
    rows = [a_row(f"a{n}", confidence=0.5 + n / 100) for n in range(10)]
    left_out = [unanswerable(row.id, confidence=row.confidence - 0.2) for row in rows]
    found = values(a_set_run(*rows, left_out=left_out, foreign=[unanswerable("x", outcome="answered")]))

    assert (found["AUROC left out"], found["refused left out"]) == (1.0, 1.0)
    assert (found["AUROC foreign"], found["refused foreign"]) == (1.0, 0.0)


def test_every_figure_has_its_place_in_the_table() -> None:
    rows = [a_row("a", span="x", quote="x"), unanswerable("n")]
    found = values(a_set_run(*rows, left_out=[unanswerable("a")], foreign=[unanswerable("x")]))

    assert found.keys() == set(ORDER) - {"MRR@10", "recall@10", "recall@50", "risk area"}  # quality/ adds these


def test_certainty_is_of_judged_questions_alone() -> None:
    confidence, right = certainty([a_row("a"), unanswerable("n"), a_row("p", answerable="p", relevant=None)])

    assert (confidence.tolist(), right.tolist()) == ([0.9, 0.1], [1.0, 0.0])


def test_one_set_needs_no_mean() -> None:
    report = report_on(a_run(a_set_run(a_row("a"), name="one")))

    assert [(each.name, each.questions, each.documents) for each in report.sets] == [("one", 1, 3)]
    assert report.means == ()


def test_there_is_a_mean_for_each_variant_that_counts_every_set_the_same_and_keeps_what_all_have() -> None:
    wrong = [a_row(f"b{n}", ranked=["wrong"]) for n in range(9)]
    report = report_on(
        a_run(
            a_set_run(a_row("a"), name="one"),
            a_set_run(*wrong, name="one with typos", variant="typos"),
            a_set_run(*wrong, unanswerable("n"), name="two"),
            a_set_run(*wrong, name="two with typos", variant="typos"),
        )
    )
    found = [{figure.name: figure for figure in each.figures} for each in report.means]

    assert [each.name for each in report.means] == ["mean", "mean with typos"]
    assert [(each["hit@1"].value, each["hit@1"].questions) for each in found] == [(0.5, 10), (0.0, 18)]
    assert "refused" not in found[0]


def test_articles_that_two_sets_ask_about_count_once() -> None:
    report = report_on(a_run(a_set_run(a_row("a"), name="one"), a_set_run(a_row("b"), name="two")))

    assert [(each.questions, each.documents) for each in report.means] == [(2, 3)]


def test_a_run_does_not_differ_from_itself() -> None:
    found = compared(rows(missed=5), rows(missed=5))

    assert found.changes == ()
    assert all(each.difference == 0 for each in found.differences)
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


def test_figures_of_the_whole_set_are_compared_without_counts() -> None:
    before = [*rows(missed=0), *(unanswerable(f"n{n}", confidence=0.95) for n in range(9))]
    now = [*rows(missed=0), *(unanswerable(f"n{n}", confidence=0.2) for n in range(9))]
    auroc = difference(compared(before, now), "AUROC")

    assert (auroc.before, auroc.now, auroc.wins) == (0.0, 1.0, None)


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

    assert [each.name for each in report_on(now, before).comparison] == ["both"]


def test_sets_without_a_common_question_have_no_differences() -> None:
    found = compared([a_row("a")], [a_row("b")])

    assert (found.questions, found.unpaired, found.differences, found.changes) == (0, 2, (), ())
