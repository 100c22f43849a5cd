"""Vectors on disk: 8-bit numbers, memory-mapped and so shared by all workers, and the search for the nearest ones.

Of many rows the nearest are looked for in a sketch first: one bit for each component, whether it is above the mean of
all vectors. What is asked is compared as it is, and only in the half of its components that are largest: they make up
most of its inner product with what a vector has over the mean (that with the mean is the same for all). The exact inner
product is then only needed for those that agree most. Measurements: docs/model.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]
Sketch = NDArray[np.uint64]

LARGEST: Final = 127
BLOCK_ROWS: Final = 256  # turned into floats at once: fewer or more take longer
# Up to here looking at every row takes no longer (0.15 ms) than at those the sketch picks.
SCANNED_ROWS: Final = 1_000
CANDIDATES: Final = 400  # taken from the sketch: they hold 99.8% of the true best ten
CANDIDATES_PER_RESULT: Final = 2
BITS_PER_WORD: Final = 64
CHUNK_VECTORS: Final = 32_768  # compared at once: temporary arrays stay in the processor's cache
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
    scales = np.abs(vectors).max(axis=1) / LARGEST
    scales[scales == 0] = 1
    return Vectors(np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32))


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
        self._sketch: Sketch = arrays["sketch"]
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


def sketch(vectors: Floats) -> Sketch:
    """Return the bits of [vectors, dimensions] as [words, vectors]: each word's row is read in one sweep."""
    mean = vectors.mean(axis=0) if len(vectors) else 0.0
    return np.ascontiguousarray(_packed(vectors > mean).T)


def nearest_in_sketch(words: Sketch, asked: Floats, limit: int) -> NDArray[np.intp]:
    """Return, ascending, the numbers of the `limit` vectors that differ least from `asked` [dimensions].

    A few more when several differ in equally many bits.
    """
    if limit >= words.shape[1]:
        return np.arange(words.shape[1])
    distances = _distances(words, asked)
    return np.flatnonzero(distances <= np.partition(distances, limit - 1)[limit - 1])


def _products(rows: NDArray[np.int8], asked: Floats) -> Floats:
    """Return the inner products of 8-bit rows, as they are, with `asked`."""
    products = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        np.dot(rows[block].astype(np.float32), asked, out=products[block])
    return products


def _distances(words: Sketch, asked: Floats) -> NDArray[np.uint16]:
    """Return in how many of its large components each vector differs from `asked`."""
    sizes = np.abs(asked)
    large = sizes >= np.partition(sizes, len(sizes) // 2)[len(sizes) // 2]
    bits, mask = _packed(asked > 0), _packed(large)
    distances = np.zeros(words.shape[1], dtype=np.min_scalar_type(np.count_nonzero(large)))  # bytes if they do
    for start in range(0, len(distances), CHUNK_VECTORS):
        chunk = slice(start, start + CHUNK_VECTORS)
        counted = distances[chunk]
        for row, is_positive, is_large in zip(words[:, chunk], bits, mask, strict=True):  # all at once: a third longer
            different = row ^ is_positive
            different &= is_large
            counted += np.bitwise_count(different)
    return distances.astype(np.uint16)  # the n-th is found ten times as fast among these as among bytes


def _packed(bits: NDArray[np.bool_]) -> Sketch:
    """Return [..., dimensions] as [..., words]."""
    packed = np.packbits(bits, axis=-1)
    missing = -packed.shape[-1] % (BITS_PER_WORD // 8)
    if missing:  # np.pad takes 58 µs even where there is nothing to add
        packed = np.pad(packed, [(0, 0)] * (packed.ndim - 1) + [(0, missing)])
    return packed.view(np.uint64)
