"""One bit for each component: a first, rough look at many vectors.

The bit says whether a component is above the mean of all vectors. Two vectors that mean alike agree in most bits, so
the exact inner product is only needed for those that agree most. Among the 1,000 nearest so found of 100,000 are 99%
of the true best ten and 97% of the best hundred (of 20,000: 99.7% and 98%).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

BITS_PER_WORD: Final = 64
CHUNK_VECTORS: Final = 16_384  # temporary arrays stay in the processor's cache: 1.1 ms for 100,000, else 1.3


def sketch(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> Words:
    """Return the bits of [vectors, dimensions] as [words, vectors]: each word's row is read in one sweep."""
    bits = np.packbits(vectors > mean, axis=1)
    missing = -bits.shape[1] % (BITS_PER_WORD // 8)
    if missing:  # np.pad takes 58 µs even where there is nothing to add
        bits = np.pad(bits, ((0, 0), (0, missing)))
    return np.ascontiguousarray(bits.view(np.uint64).T)


def nearest_in_sketch(words: Words, asked: Words, limit: int) -> NDArray[np.intp]:
    """Return, ascending, the numbers of the `limit` vectors that differ from `asked` [words, 1] in the fewest bits.

    A few more when several differ in equally many.
    """
    distances = np.empty(words.shape[1], dtype=np.uint16)
    for start in range(0, len(distances), CHUNK_VECTORS):
        chunk = slice(start, start + CHUNK_VECTORS)
        np.bitwise_count(words[:, chunk] ^ asked).sum(axis=0, dtype=np.uint16, out=distances[chunk])
    if limit >= len(distances):
        return np.arange(len(distances))
    return np.flatnonzero(distances <= np.partition(distances, limit - 1)[limit - 1])
