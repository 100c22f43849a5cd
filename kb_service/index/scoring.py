"""The lexical score of every engine, BM25F, with the measurement that chose each constant.

The score of a passage for a term is the sum over FIELD_WEIGHTS, of each field:

    weight × idf × count × (K1 + 1) / (count + K1 × (1 − B + B × length / average))

`count` is how often the field of the passage has the term, `length` how many words it has, rounded as Lucene stores it
(`rounded_lengths`: so an engine on Lucene scores alike), `average` the mean of unrounded lengths over all passages, and
`idf` = ln(passages / (passages whose field has the term + 1)) + 1.

nDCG@10 below is on four judged collections (doc2dial passages, orsharc, stackfaq, cranfield), words only.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FIELDS: Final = ("text", "questions")  # what is searched: title, headings and body; known questions

# BM25F over one field in which a word of the title counts as three and its length as much. Against one BM25 a field
# and their sum (.646 .723 .732 .524) and concatenation (.591 .785 .735 .516) this gives .658 .779 .773 .526; weights 2
# to 5 and b .4 to .75 differ by less than .01, title fields with an own b of .3 likewise.
K1: Final = 1.2
B: Final = 0.6
PART_COUNTS: Final = {"title": 3, "headings": 2, "body": 1}

# Fields scored on their own and added: the article's known questions are evidence of another kind than its text.
# Hit@1 of the shipped answer tests with meaning: weight 0 .770, .25 .824, .5 .865, 1 .892; of known questions left out
# of the index in turn .571 .563 .539 .524: in between.
FIELD_WEIGHTS: Final = {"text": 1.0, "questions": 0.75}

# Lucene's SmallFloat.intToByte4: lengths below 24 as they are, 24 more in a float with 4 significant bits.
_FREE: Final = 24
_SIGNIFICANT_BITS: Final = 4


def idf(holding: int, passages: int) -> float:
    """Return the inverse document frequency of a term that `holding` of `passages` have; 0 gives the highest."""
    return math.log(max(passages, 1) / (holding + 1)) + 1


def idfs(holding: NDArray[np.integer[Any]], passages: int) -> NDArray[np.float64]:
    """Return `idf` for each of these numbers of passages."""
    return np.asarray(np.log(max(passages, 1) / (holding + 1)) + 1)


def rounded_lengths(lengths: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Return lengths in words as Lucene reads them back from one byte: up to 39 exact, then the next lower step.

    >>> rounded_lengths(np.array([39, 41, 57, 1000])).tolist()
    [39, 40, 56, 984]
    """
    beyond = np.maximum(lengths.astype(np.int64) - _FREE, 0)
    bits = np.frexp(beyond)[1].astype(np.int64)
    shift = np.maximum(bits - _SIGNIFICANT_BITS, 0)
    return np.where(lengths < _FREE, lengths, _FREE + (beyond >> shift << shift))


def length_norms(lengths: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Return of each passage's length in words what is added to `count` below the line of the formula."""
    average = (float(lengths.sum(dtype=np.int64)) / len(lengths) if len(lengths) else 0.0) or 1.0
    return np.asarray(K1 * ((1 - B) + B * rounded_lengths(lengths) / average))
