"""Vectors on disk: 8-bit numbers, memory-mapped and so shared by all workers, and the search for the nearest ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.meaning.graph import quantize_columns
from kb_service.meaning.sketch import nearest_in_sketch, sketch

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]

LARGEST: Final = 127
BLOCK_ROWS: Final = 256  # turned into floats at once: fewer or more take longer
# Up to here looking at every row takes no longer (0.15 ms) than at those the sketch picks.
SCANNED_ROWS: Final = 1_000
CANDIDATES: Final = 400  # what they hold of the true best, see sketch.py
CANDIDATES_PER_RESULT: Final = 2
ALL: Final = slice(None)


class Vectors(NamedTuple):
    """Vectors as 8-bit numbers [rows, dimensions] times a scale for each row."""

    whole: NDArray[np.int8]
    scales: Floats


class Alike(NamedTuple):
    """Row numbers and their inner products with what was asked."""

    numbers: Numbers
    scores: Floats


def quantize(vectors: Floats) -> Vectors:
    """Return [rows, dimensions] as 8-bit numbers: a quarter of the size, and no loss in ranking that shows."""
    whole, scales = quantize_columns(vectors.T, LARGEST)
    return Vectors(np.ascontiguousarray(whole.T), scales)


def vector_arrays(vectors: Vectors) -> dict[str, NDArray[Any]]:
    """Return what a VectorTable needs of vectors, by name."""
    return {**vectors._asdict(), "sketch": sketch(floats_of(vectors))}


def floats_of(vectors: Vectors) -> Floats:
    """Return vectors as floats, [rows, dimensions]."""
    return vectors.whole * vectors.scales[:, None]


class VectorTable:
    """Vectors of an index; for any number of threads. `arrays` are those of vector_arrays, numbered by their rows."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._whole: NDArray[np.int8] = arrays["whole"]
        self._scales: Floats = arrays["scales"]
        self._sketch: NDArray[np.uint64] = arrays["sketch"]
        self.dimensions = self._whole.shape[1]

    def __len__(self) -> int:
        return len(self._whole)

    def scores(self, asked: Floats, *, rows: slice = ALL) -> Floats:
        """Return the inner products of a run of rows with `asked`: 0.13 ms for each 1,000 rows."""
        return _products(self._whole[rows], asked) * self._scales[rows]

    def scores_of(self, numbers: NDArray[np.integer[Any]], asked: Floats) -> Floats:
        """Return the inner products of these rows with `asked`, in their order."""
        rows = self._whole.take(numbers, axis=0)
        return _products(rows, asked) * self._scales.take(numbers)

    def alike(self, asked: Floats, *, count: int) -> Alike:
        """Return the rows that are likely to be the best, ascending: all of few, of many about `count`."""
        if len(self) <= SCANNED_ROWS:
            return Alike(np.arange(len(self), dtype=np.int32), self.scores(asked))
        candidates = nearest_in_sketch(self._sketch, asked, count)
        return Alike(candidates.astype(np.int32), self.scores_of(candidates, asked))

    def nearest(self, asked: Floats, *, limit: int) -> Alike:
        """Return the best `limit`, best first, ties by number. Of many rows a few that belong there may be missing."""
        numbers, scores = self.alike(asked, count=max(CANDIDATES, CANDIDATES_PER_RESULT * limit))
        best = np.argsort(-scores, kind="stable")[:limit]
        return Alike(numbers[best], scores[best])


def _products(rows: NDArray[np.int8], asked: Floats) -> Floats:
    """Return the inner products of 8-bit rows, as they are, with `asked`."""
    products = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        np.dot(rows[block].astype(np.float32), asked, out=products[block])
    return products
