"""One bit for each component: a first, rough look at many vectors.

The bit says whether a component is above the mean of all vectors. What is asked is compared as it is, and only in the
half of its components that are largest: they make up most of its inner product with what a vector has over the mean
(that with the mean is the same for all). The exact inner product is then only needed for those that agree most.

Measured on 16,385 passages of five sites and 500 questions: among the 400 nearest so found are 99.8% of the true best
ten and 95% of the best hundred. With all bits of what is asked and less the mean as well it took 1,000 to find these.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Words = NDArray[np.uint64]

BITS_PER_WORD: Final = 64
CHUNK_VECTORS: Final = 16_384  # temporary arrays stay in the processor's cache


def sketch(vectors: Floats) -> Words:
    """Return the bits of [vectors, dimensions] as [words, vectors]: each word's row is read in one sweep."""
    mean = vectors.mean(axis=0) if len(vectors) else 0.0
    return _packed(vectors > mean)


def nearest_in_sketch(words: Words, asked: Floats, limit: int) -> NDArray[np.intp]:
    """Return, ascending, the numbers of the `limit` vectors that differ least from `asked` [dimensions].

    A few more when several differ in equally many bits.
    """
    sizes = np.abs(asked)
    large = _packed((sizes >= np.partition(sizes, len(sizes) // 2)[len(sizes) // 2])[None])
    positive = _packed((asked > 0)[None])
    distances = np.empty(words.shape[1], dtype=np.uint16)
    for start in range(0, len(distances), CHUNK_VECTORS):
        chunk = slice(start, start + CHUNK_VECTORS)
        different = words[:, chunk] ^ positive
        different &= large
        np.bitwise_count(different).sum(axis=0, dtype=np.uint16, out=distances[chunk])
    if limit >= len(distances):
        return np.arange(len(distances))
    return np.flatnonzero(distances <= np.partition(distances, limit - 1)[limit - 1])


def _packed(bits: NDArray[np.bool_]) -> Words:
    """Return [vectors, dimensions] as [words, vectors]."""
    packed = np.packbits(bits, axis=1)
    missing = -packed.shape[1] % (BITS_PER_WORD // 8)
    if missing:  # np.pad takes 58 µs even where there is nothing to add
        packed = np.pad(packed, ((0, 0), (0, missing)))
    return np.ascontiguousarray(packed.view(np.uint64).T)
