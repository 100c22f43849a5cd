from __future__ import annotations

import numpy as np
import pytest

from kb_service.meaning.vectors import (
    CHUNK_VECTORS,
    SCANNED_ROWS,
    VectorTable,
    floats_of,
    nearest_in_sketch,
    quantize,
    sketch,
    vector_arrays,
)


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


def test_quantized_rows_come_back_within_half_a_step() -> None:
    rows = unit_vectors(4) * np.float32([[1], [0.001], [1000], [0]])

    whole, scales = quantize(rows)

    assert np.abs(whole).max(axis=1).tolist() == [127, 127, 127, 0]
    assert (np.abs(whole * scales[:, None] - rows) <= scales[:, None] * 0.5001).all()


def random_vectors(rows: int, dimensions: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(rows, dimensions)).astype(np.float32)


@pytest.mark.parametrize(("dimensions", "words"), [(1, 1), (32, 1), (64, 1), (65, 2), (384, 6)])
def test_bits_are_kept_in_whole_words(dimensions: int, words: int) -> None:
    assert sketch(random_vectors(5, dimensions)).shape == (words, 5)


def test_the_nearest_differ_in_the_fewest_large_components() -> None:
    rows = random_vectors(CHUNK_VECTORS + 100, 70)
    asked = rows[CHUNK_VECTORS + 5]
    large = np.abs(asked) >= np.median(np.abs(asked))
    different = (((rows > rows.mean(axis=0)) != (asked > 0)) & large).sum(axis=1)

    found = nearest_in_sketch(sketch(rows), asked, 50)

    assert CHUNK_VECTORS + 5 in found
    assert len(found) >= 50
    assert different[found].max() <= np.delete(different, found).min()


def test_small_components_do_not_count() -> None:
    asked = np.array([1, -1, 0.1, 0.1], np.float32)
    rows = np.array([[1, 1, 1, 1], [1, -1, -1, -1], [-1, 1, 1, 1]], np.float32)

    assert nearest_in_sketch(sketch(rows), asked, 1).tolist() == [1]


@pytest.mark.parametrize("dimensions", [64, 384, 510, 512, 1200])
def test_the_opposite_is_the_furthest_whatever_the_number_of_dimensions(dimensions: int) -> None:
    rows = random_vectors(40, dimensions)
    rows[7] = -rows[3]

    assert 7 not in nearest_in_sketch(sketch(rows), rows[3], 30)


@pytest.mark.parametrize("limit", [3, 4, 100])
def test_a_limit_of_all_gives_all(limit: int) -> None:
    rows = random_vectors(3, 32)

    assert nearest_in_sketch(sketch(rows), rows[0], limit).tolist() == [0, 1, 2]


def test_a_sketch_may_be_of_nothing() -> None:
    assert nearest_in_sketch(sketch(random_vectors(0, 32)), random_vectors(1, 32)[0], 5).tolist() == []
