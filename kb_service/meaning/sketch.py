"""One bit for each component: a first, rough look at many vectors.

The bit says whether a component is above the mean of all vectors. What is asked is compared as it is, and only in the
half of its components that are largest: they make up most of its inner product with what a vector has over the mean
(that with the mean is the same for all). The exact inner product is then only needed for those that agree most.

Measured on 16,385 passages of five collections: of the true best ten 99.8% are among the 400 nearest so found, and of
the best hundred 95%. With all bits of what is asked, and less the mean as well, it took 1,000 to find as many.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Words = NDArray[np.uint64]

BITS_PER_WORD: Final = 64
CHUNK_VECTORS: Final = 32_768  # temporary arrays stay in the processor's cache


def sketch(vectors: Floats) -> Words:
    """Return the bits of [vectors, dimensions] as [words, vectors]: each word's row is read in one sweep."""
    mean = vectors.mean(axis=0) if len(vectors) else 0.0
    return np.ascontiguousarray(_packed(vectors > mean).T)


def nearest_in_sketch(words: Words, asked: Floats, limit: int) -> NDArray[np.intp]:
    """Return, ascending, the numbers of the `limit` vectors that differ least from `asked` [dimensions].

    A few more when several differ in equally many bits.
    """
    if limit >= words.shape[1]:
        return np.arange(words.shape[1])
    distances = _distances(words, asked)
    return np.flatnonzero(distances <= np.partition(distances, limit - 1)[limit - 1])


def _distances(words: Words, asked: Floats) -> NDArray[np.uint16]:
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


def _packed(bits: NDArray[np.bool_]) -> Words:
    """Return [..., dimensions] as [..., words]."""
    packed = np.packbits(bits, axis=-1)
    missing = -packed.shape[-1] % (BITS_PER_WORD // 8)
    if missing:  # np.pad takes 58 µs even where there is nothing to add
        packed = np.pad(packed, [(0, 0)] * (packed.ndim - 1) + [(0, missing)])
    return packed.view(np.uint64)
