from __future__ import annotations

import numpy as np
import pytest

from kb_service.meaning.vectors import SCANNED_ROWS, VectorTable, floats_of, quantize, vector_arrays


def unit_vectors(rows: int, *, dimensions: int = 64) -> np.ndarray:
    """Rows in a few groups, as the passages of a help centre are."""
    random = np.random.default_rng(5)
    groups = random.normal(size=(20, dimensions))
    vectors = groups[random.integers(0, 20, rows)] + random.normal(size=(rows, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def table_of(vectors: np.ndarray) -> VectorTable:
    return VectorTable(vector_arrays(quantize(vectors)))


def test_scores_are_the_inner_products() -> None:
    vectors = unit_vectors(700)
    table = table_of(vectors)

    scores = table.scores(vectors[3])

    assert (len(table), table.dimensions) == (700, 64)
    assert scores.dtype == np.float32
    assert np.abs(scores - vectors @ vectors[3]).max() < 0.01
    assert np.allclose(table.scores_of(np.array([5, 3, 5]), vectors[3]), scores[[5, 3, 5]], atol=1e-6)
    assert np.allclose(table.scores(vectors[3], rows=slice(2, 9)), scores[2:9], atol=1e-6)
    assert table.scores(vectors[3], rows=slice(4, 4)).tolist() == []


def test_the_nearest_of_few_rows_are_exact() -> None:
    vectors = unit_vectors(300)
    table = table_of(vectors)

    numbers, scores = table.nearest(vectors[7], limit=10)

    assert numbers[0] == 7
    assert numbers.tolist() == np.argsort(-table.scores(vectors[7]), kind="stable")[:10].tolist()
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)


def test_the_nearest_of_many_rows_are_nearly_all_found() -> None:
    vectors = unit_vectors(SCANNED_ROWS * 3)
    table = table_of(vectors)

    found = [
        len(set(np.argsort(-table.scores(asked))[:10]) & set(table.nearest(asked, limit=10).numbers.tolist()))
        for asked in vectors[:50]
    ]

    assert sum(found) >= 0.97 * 500


def test_of_few_rows_all_may_be_alike() -> None:
    vectors = unit_vectors(300)
    table = table_of(vectors)

    numbers, scores = table.alike(vectors[7], count=10)

    assert numbers.tolist() == list(range(300))
    assert np.array_equal(scores, table.scores(vectors[7]))


def test_of_many_rows_about_as_many_are_alike_as_asked_for() -> None:
    vectors = unit_vectors(SCANNED_ROWS + 1)
    table = table_of(vectors)

    numbers, scores = table.alike(vectors[7], count=50)

    assert 50 <= len(numbers) < 100
    assert 7 in numbers
    assert numbers.tolist() == sorted(set(numbers.tolist()))
    assert np.allclose(scores, table.scores(vectors[7])[numbers], atol=1e-6)


def test_equally_near_rows_come_by_number() -> None:
    table = table_of(np.repeat(unit_vectors(1), 50, axis=0))

    assert table.nearest(unit_vectors(1)[0], limit=5).numbers.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_may_hold_nothing_or_one(rows: int) -> None:
    table = table_of(unit_vectors(rows))

    assert table.scores(unit_vectors(1)[0]).shape == (rows,)
    assert len(table.nearest(unit_vectors(1)[0], limit=9).numbers) == rows


def test_what_was_quantized_stays_as_it_is() -> None:
    once = quantize(unit_vectors(50))

    again = quantize(floats_of(once))

    assert np.array_equal(once.whole, again.whole)
