"""From our query tree to Whoosh's query objects, for asking its own searcher the same. Its parser is never used.

The rest is put together from arrays in snapshot.py: Whoosh's DisjunctionMax takes scores from matchers that stand on
other documents (seen on 2 of 200 questions), and its Prefix forgets its boost where only one term starts so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whoosh import query as whoosh_query

from kb_service.index.query import Or, Phrase, Word
from kb_service.index.scoring import FIELD_WEIGHTS


def compile_query(query: Word | Phrase | Or) -> Any:
    """Return the Whoosh query whose BM25F score is ours: every node counts in every field, by the field's weight."""
    match query:
        case Word(term, weight):
            return _in_fields(lambda field, boost: whoosh_query.Term(field, term, boost * weight))
        case Phrase(terms, weight):
            return _in_fields(lambda field, boost: whoosh_query.Phrase(field, list(terms), boost=boost * weight))
        case Or(parts):
            return whoosh_query.Or([compile_query(part) for part in parts])  # type: ignore[arg-type]
    raise TypeError(f"not for Whoosh: {query!r}")


def _in_fields(make: Callable[[str, float], Any]) -> Any:
    return whoosh_query.Or([make(field, weight) for field, weight in FIELD_WEIGHTS.items()])
