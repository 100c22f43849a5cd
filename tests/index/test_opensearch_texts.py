"""How texts and queries stand in a cluster."""

from __future__ import annotations

import pytest

from kb_service.index.catalogue import Catalogue
from kb_service.index.entries import analysed_passages
from kb_service.index.opensearch.analyser import LONGEST_TOKEN, text_of, token_of
from kb_service.index.opensearch.queries import NOTHING, ceiling_of, clause_of
from kb_service.index.query import And, Best, Not, Or, Phrase, Prefix, Query, Word
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    engine = MemoryEngine()
    engine.replace_all([an_article("a", "red wine"), an_article("b", "read books")])
    return engine.snapshot(audience="public").catalogue


@pytest.mark.parametrize("term", ["", " ", "a b", "a\tb", "a\u2003b", "\0", "\ud800", "x" * 10_000, "#seat"])
def test_what_blanks_would_part_stands_as_its_hash(term: str) -> None:
    token = token_of(term)

    assert token.startswith("#")
    assert len(token) <= LONGEST_TOKEN
    assert token.isprintable()
    assert " " not in token


def test_words_stand_as_they_are_and_hashes_differ() -> None:
    assert [token_of(term) for term in ("seat", "straße", "x" * LONGEST_TOKEN)] == [
        "seat",
        "straße",
        "x" * LONGEST_TOKEN,
    ]
    assert token_of("a b") != token_of("a  b")


def test_a_field_has_its_words_in_runs_as_often_as_they_count() -> None:
    [passage] = analysed_passages([an_article("a", "Log-in again.", title="Two words")])

    assert text_of(passage.fields["text"]) == [*["two word"] * 3, "log in again", "login"]


@pytest.mark.parametrize(
    "query",
    [
        Or(()),
        And(()),
        Best(()),
        Phrase(()),
        Not(Word("red")),
        And((Not(Word("red")),)),
        Or((Not(Word("red")),)),
        And((Word("red"), Or(()))),
        Prefix("zz"),
        Word("red", 0.0),
    ],
)
def test_what_cannot_match_is_not_asked_for(catalogue: Catalogue, query: Query) -> None:
    assert clause_of(query, catalogue) == NOTHING


def test_a_prefix_becomes_the_words_that_start_so(catalogue: Catalogue) -> None:
    assert clause_of(Prefix("re", 0.5), catalogue) == clause_of(Or((Word("read", 0.5), Word("red", 0.5))), catalogue)


def test_the_ceiling_is_that_of_the_reference(catalogue: Catalogue) -> None:
    engine = MemoryEngine()
    engine.replace_all([an_article("a", "red wine"), an_article("b", "read books")])
    store = engine.snapshot(audience="public").store
    red = Word("red", 0.5)
    for query in (
        red,
        Phrase(("red", "wine")),
        Prefix("r"),
        Best((red, Word("wine"))),
        Or((red, And((red, Not(red))))),
    ):
        assert ceiling_of(query, catalogue) == pytest.approx(store.candidates(query, limit=1).ceiling)
