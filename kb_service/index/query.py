"""What an engine is asked: our query tree, and the lexical score of what matches it, BM25F.

Any engine can compile the tree; no user text ever reaches an engine's own parser. Terms are analysed already (see
analysis.py). `weight` multiplies a node's score and stands between 0 and 1 for anything less sure than a word of the
question itself.

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

import msgspec
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


class Word(msgspec.Struct, frozen=True, tag="word"):
    """Passages with this term in any field."""

    term: str
    weight: float = 1.0


class Phrase(msgspec.Struct, frozen=True, tag="phrase"):
    """Passages with these terms side by side in one field, in this order."""

    terms: tuple[str, ...]
    weight: float = 1.0


class Prefix(msgspec.Struct, frozen=True, tag="prefix"):
    """Passages with a term that starts so."""

    start: str
    weight: float = 1.0


class Best(msgspec.Struct, frozen=True, tag="best"):
    """Alternatives for one thing (a word, its repair, its synonyms): a passage gets the best of them, not their sum."""

    parts: tuple[Query, ...]


class And(msgspec.Struct, frozen=True, tag="and"):
    """Passages that match every part; their scores are added."""

    parts: tuple[Query, ...]


class Or(msgspec.Struct, frozen=True, tag="or"):
    """Passages that match any part; the scores of those that match are added."""

    parts: tuple[Query, ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    """Within And: passages that match this part are left out."""

    part: Query


Query = Word | Phrase | Prefix | Best | And | Or | Not


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
