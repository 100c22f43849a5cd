"""Distinct numbers in order, as NumPy finds them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kb_service.index.distinct import distinct, distinct_with_counts


@given(numbers=st.lists(st.integers(-5, 5)))
def test_they_are_what_numpy_finds(numbers: list[int]) -> None:
    array = np.asarray(numbers, dtype=np.int32)
    found, counts = distinct_with_counts(array)

    assert (found.tolist(), counts.tolist()) == tuple(each.tolist() for each in np.unique(array, return_counts=True))
    assert (distinct(array).tolist(), distinct(array).dtype) == (found.tolist(), array.dtype)
