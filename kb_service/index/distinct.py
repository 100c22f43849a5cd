"""Distinct numbers in order. NumPy's own functions for it load numpy.ma (16 ms and 1 MB of every worker)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def distinct(numbers: NDArray[np.integer[Any]]) -> NDArray[Any]:
    """Return the numbers ascending, each once."""
    return distinct_with_counts(numbers)[0]


def distinct_with_counts(numbers: NDArray[np.integer[Any]]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the numbers ascending, each once, and how often each was there."""
    ordered = np.sort(numbers)
    if not len(ordered):
        return ordered, np.zeros(0, dtype=np.intp)
    first = np.concatenate(([0], (ordered[1:] != ordered[:-1]).nonzero()[0] + 1))
    return ordered[first], np.diff(first, append=len(ordered))
