"""Our query tree. Any engine can compile it; no user text ever reaches an engine's own parser.

Terms are analysed already (see analysis.py). `weight` multiplies a node's score and stands between 0 and 1 for
anything less sure than a word of the question itself.
"""

from __future__ import annotations

import msgspec


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
