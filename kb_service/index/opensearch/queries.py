"""Our query tree in the cluster's own query language; no user text reaches a parser of the cluster."""

from __future__ import annotations

from typing import Any, Final

from kb_service.errors import EngineUnavailable
from kb_service.index.catalogue import Catalogue
from kb_service.index.opensearch.analyser import token_of
from kb_service.index.query import FIELD_WEIGHTS, K1, And, Best, Not, Or, Phrase, Prefix, Query, Word, idf

Clause = dict[str, Any]
NOTHING: Final[Clause] = {"match_none": {}}
MOST_CLAUSES: Final = 1_000  # that a cluster takes unless its settings say more


def clause_of(query: Query, catalogue: Catalogue) -> Clause:
    """Return what finds and scores the same passages as `query`."""
    match query:
        case Word(term, weight):
            return _any([_term(field, term, weight) for field in FIELD_WEIGHTS]) if weight > 0 else NOTHING
        case Phrase(terms, weight):
            return _any([_phrase(field, terms, weight) for field in FIELD_WEIGHTS]) if terms and weight > 0 else NOTHING
        case Prefix(start, weight):
            return clause_of(Or(tuple([Word(term, weight) for term in _starting(start, catalogue)])), catalogue)
        case Or(parts):
            return _any([clause_of(part, catalogue) for part in parts])
        case Best(parts):
            found = [clause for part in parts if (clause := clause_of(part, catalogue)) != NOTHING]
            return {"dis_max": {"queries": found}} if found else NOTHING
        case And(parts):
            return _all_of(parts, catalogue)
    return NOTHING


def ceiling_of(query: Query, catalogue: Catalogue) -> float:
    """Return the most that any passage could score."""
    match query:
        case Word(term, weight):
            return weight * catalogue.weight_of(term) * (K1 + 1)
        case Phrase(terms, weight):
            return weight * sum([catalogue.weight_of(term) for term in terms]) * (K1 + 1)
        case Prefix(_, weight):
            return weight * idf(0, catalogue.passages) * (K1 + 1)
        case Best(parts):
            return max((ceiling_of(part, catalogue) for part in parts), default=0.0)
        case Or(parts) | And(parts):
            return sum([ceiling_of(part, catalogue) for part in parts])
    return 0.0


def _any(clauses: list[Clause]) -> Clause:
    found = [clause for clause in clauses if clause != NOTHING]
    return {"bool": {"should": found}} if found else NOTHING


def _all_of(parts: tuple[Query, ...], catalogue: Catalogue) -> Clause:
    wanted = [clause_of(part, catalogue) for part in parts if not isinstance(part, Not)]
    if not wanted or NOTHING in wanted:
        return NOTHING
    unwanted = [clause_of(part.part, catalogue) for part in parts if isinstance(part, Not)]
    return {"bool": {"must": wanted, "must_not": unwanted}}


def _term(field: str, term: str, weight: float) -> Clause:
    return {"term": {field: {"value": token_of(term), "boost": weight * FIELD_WEIGHTS[field]}}}


def _phrase(field: str, terms: tuple[str, ...], weight: float) -> Clause:
    """Return what finds the words side by side and scores each as it would be scored alone."""
    text = " ".join(map(token_of, terms))
    scored = [_term(field, term, weight) for term in terms]
    return {"bool": {"filter": [{"match_phrase": {field: {"query": text}}}], "must": scored}}


def _starting(start: str, catalogue: Catalogue) -> list[str]:
    places = catalogue.terms.starting(start)
    if len(places) * len(FIELD_WEIGHTS) > MOST_CLAUSES:
        raise EngineUnavailable(f"Too many words start with {start!r}.")
    return [catalogue.terms.word(place) for place in places]
