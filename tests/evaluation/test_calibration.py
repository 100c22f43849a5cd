from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.evaluation.calibration import (
    BINS,
    Floats,
    Labels,
    auroc,
    calibration_error,
    reliability,
    resampled_auroc,
    resampled_risk_area,
    risk_area,
    risk_coverage,
)

Judged = tuple[Floats, Labels]


def judged(*pairs: tuple[float, bool]) -> Judged:
    return np.array([pair[0] for pair in pairs], dtype=float), np.array([pair[1] for pair in pairs], dtype=bool)


QUESTIONS = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=2, max_size=40)
BOTH_KINDS = QUESTIONS.filter(lambda pairs: len({right for _, right in pairs}) == 2)


@given(BOTH_KINDS)
def test_auroc_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[float, bool]]) -> None:
    positives = [confidence for confidence, positive in pairs if positive]
    others = [confidence for confidence, positive in pairs if not positive]
    wins = sum((p > o) + (p == o) / 2 for p in positives for o in others)

    assert auroc(*judged(*pairs)) == pytest.approx(wins / (len(positives) * len(others)))


def test_auroc_is_1_when_all_positives_are_surer() -> None:
    assert auroc(*judged((0.9, True), (0.8, True), (0.7, False))) == 1


@given(BOTH_KINDS, st.data())
def test_a_resample_counts_as_if_questions_stood_there_as_often(
    pairs: list[tuple[float, bool]], data: st.DataObject
) -> None:
    counts = data.draw(st.lists(st.integers(0, 3), min_size=len(pairs), max_size=len(pairs)))
    drawn = [pair for pair, count in zip(pairs, counts, strict=True) for _ in range(count)]
    confidence, labels = judged(*pairs)
    as_counts = np.array([counts], dtype=float)

    if len({positive for _, positive in drawn}) == 2:
        assert resampled_auroc(confidence, labels, as_counts)[0] == pytest.approx(auroc(*judged(*drawn)))
        assert resampled_risk_area(confidence, labels, as_counts)[0] == pytest.approx(risk_area(*judged(*drawn)))


@given(QUESTIONS)
def test_risk_ends_with_all_questions_covered(pairs: list[tuple[float, bool]]) -> None:
    points = risk_coverage(*judged(*pairs))
    wrong = sum(not right for _, right in pairs)

    assert points[-1] == pytest.approx((1, wrong / len(pairs)))
    assert [point.coverage for point in points] == sorted({point.coverage for point in points})


def test_the_risk_area_is_the_mean_risk_over_all_coverages() -> None:
    assert risk_area(*judged((0.9, True), (0.8, False), (0.7, True))) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)


def test_all_right_has_no_risk() -> None:
    assert risk_area(*judged((0.9, True), (0.2, True))) == 0


@given(QUESTIONS)
def test_bins_hold_every_question_once_and_intervals_hold_the_share(pairs: list[tuple[float, bool]]) -> None:
    bins = reliability(*judged(*pairs))

    assert sum(each.questions for each in bins) == len(pairs)
    assert [each.confidence for each in bins] == sorted(each.confidence for each in bins)
    assert all(0 <= each.low <= each.right + 1e-12 and each.right - 1e-12 <= each.high <= 1 for each in bins)
    assert 0 <= calibration_error(*judged(*pairs)) <= 1


def test_bins_hold_equal_numbers_of_different_confidences() -> None:
    bins = reliability(*judged(*((number / 100, True) for number in range(100))))

    assert [each.questions for each in bins] == [10] * BINS


def test_equal_confidences_are_never_parted_so_the_base_rate_is_perfectly_calibrated() -> None:
    pairs = [(0.5, number % 2 == 0) for number in range(40)]

    assert calibration_error(*judged(*pairs)) == 0


def test_certainty_that_is_always_wrong_is_the_largest_error() -> None:
    assert calibration_error(*judged((1.0, False), (1.0, False))) == 1


def test_there_is_no_bin_without_a_question() -> None:
    assert reliability(*judged()) == []
    assert calibration_error(*judged()) == 0
