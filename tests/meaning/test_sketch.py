from __future__ import annotations

import numpy as np
import pytest

from kb_service.meaning.sketch import CHUNK_VECTORS, nearest_in_sketch, sketch


def vectors(rows: int, dimensions: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(rows, dimensions)).astype(np.float32)


@pytest.mark.parametrize(("dimensions", "words"), [(1, 1), (32, 1), (64, 1), (65, 2), (384, 6)])
def test_bits_are_kept_in_whole_words(dimensions: int, words: int) -> None:
    assert sketch(vectors(5, dimensions)).shape == (words, 5)


def test_the_nearest_differ_in_the_fewest_large_components() -> None:
    rows = vectors(CHUNK_VECTORS + 100, 70)
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
    rows = vectors(40, dimensions)
    rows[7] = -rows[3]

    assert 7 not in nearest_in_sketch(sketch(rows), rows[3], 30)


@pytest.mark.parametrize("limit", [3, 4, 100])
def test_a_limit_of_all_gives_all(limit: int) -> None:
    rows = vectors(3, 32)

    assert nearest_in_sketch(sketch(rows), rows[0], limit).tolist() == [0, 1, 2]


def test_a_sketch_may_be_of_nothing() -> None:
    assert nearest_in_sketch(sketch(vectors(0, 32)), vectors(1, 32)[0], 5).tolist() == []
