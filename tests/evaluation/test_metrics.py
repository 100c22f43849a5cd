from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.evaluation.metrics import hit, ndcg, quote_is_right, recall, reciprocal_rank

IDS = [f"d{number}" for number in range(12)]
RANKINGS = st.permutations(IDS).flatmap(lambda ids: st.integers(0, len(ids)).map(lambda n: ids[:n]))
GRADES = st.dictionaries(st.sampled_from(IDS), st.floats(0.5, 3), min_size=1)
PLACES = st.integers(1, 15)


@given(RANKINGS, GRADES, PLACES)
def test_every_ranking_metric_lies_between_0_and_1(ranked: list[str], relevant: dict[str, float], k: int) -> None:
    for metric in (ndcg, reciprocal_rank, hit, recall):
        assert 0 <= metric(ranked, relevant, k=k) <= 1 + 1e-12


@given(GRADES)
def test_a_perfect_ranking_scores_1(relevant: dict[str, float]) -> None:
    ranked = sorted(IDS, key=lambda name: -relevant.get(name, 0))

    assert ndcg(ranked, relevant, k=10) == pytest.approx(1)
    assert reciprocal_rank(ranked, relevant, k=10) == hit(ranked, relevant, k=1) == 1
    assert recall(ranked, relevant, k=len(IDS)) == 1


@given(RANKINGS, GRADES, PLACES)
def test_what_stands_below_k_does_not_count(ranked: list[str], relevant: dict[str, float], k: int) -> None:
    for metric in (ndcg, reciprocal_rank, hit, recall):
        assert metric(ranked, relevant, k=k) == metric(ranked[:k], relevant, k=k)


def test_ndcg_discounts_linear_grades_by_the_logarithm_of_the_place() -> None:
    found = ndcg(["b", "x", "a"], {"a": 2, "b": 1}, k=10)

    assert found == pytest.approx((1 + 2 / math.log2(4)) / (2 + 1 / math.log2(3)))


def test_the_second_place_halves_the_reciprocal_rank() -> None:
    assert reciprocal_rank(["x", "a"], {"a": 1}, k=10) == 0.5
    assert reciprocal_rank(["x", "a"], {"a": 1}, k=1) == 0


def test_nothing_relevant_scores_0() -> None:
    assert ndcg(["a"], {}, k=10) == recall(["a"], {}, k=10) == hit(["a"], {}, k=1) == 0


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
