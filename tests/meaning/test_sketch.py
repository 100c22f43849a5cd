from __future__ import annotations

import numpy as np
import pytest

from kb_service.meaning.sketch import CHUNK_VECTORS, nearest_in_sketch, sketch


def vectors(rows: int, dimensions: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(rows, dimensions)).astype(np.float32)


@pytest.mark.parametrize(("dimensions", "words"), [(1, 1), (32, 1), (64, 1), (65, 2), (384, 6)])
def test_bits_are_kept_in_whole_words(dimensions: int, words: int) -> None:
    assert sketch(vectors(5, dimensions), np.zeros(dimensions, np.float32)).shape == (words, 5)


def test_the_nearest_differ_in_the_fewest_bits() -> None:
    rows = vectors(CHUNK_VECTORS + 100, 70)
    mean = rows.mean(axis=0)
    asked = rows[CHUNK_VECTORS + 5]
    different = ((rows > mean) != (asked > mean)).sum(axis=1)

    found = nearest_in_sketch(sketch(rows, mean), sketch(asked[None], mean), 50)

    assert CHUNK_VECTORS + 5 in found
    assert len(found) >= 50
    assert different[found].max() <= np.delete(different, found).min()


@pytest.mark.parametrize("limit", [3, 4, 100])
def test_a_limit_of_all_gives_all(limit: int) -> None:
    bits = sketch(vectors(3, 32), np.zeros(32, np.float32))

    assert nearest_in_sketch(bits, bits[:, :1], limit).tolist() == [0, 1, 2]
