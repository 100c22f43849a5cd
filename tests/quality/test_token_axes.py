from __future__ import annotations

import numpy as np

from quality.token_axes import axes


def test_axes_lie_where_most_of_the_vectors_do() -> None:
    chance = np.random.default_rng(1)
    tokens = chance.normal(size=(500, 5)).astype(np.float32) * np.asarray([1, 9, 0.1, 4, 0.2], dtype=np.float32)

    found = axes([tokens[:200], tokens[200:]], 2)

    assert np.abs(found.round(1)).tolist() == [[0, 0], [1, 0], [0, 0], [0, 1], [0, 0]]
    assert found.max(axis=0).min() > 0.9  # whichever way the vectors point


def test_axes_keep_inner_products() -> None:
    chance = np.random.default_rng(2)
    tokens = (chance.normal(size=(50, 3)) @ chance.normal(size=(3, 8))).astype(np.float32)  # of three dimensions

    found = tokens @ axes([tokens], 3)

    assert np.allclose(found @ found.T, tokens @ tokens.T, atol=1e-3)
