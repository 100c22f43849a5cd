"""Whoosh's own index of a generation: Whoosh can be asked, and answers are scored from what its reader says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from whoosh.index import open_dir
from whoosh.qparser import QueryParser

from kb_service.index.port import Snapshot
from kb_service.index.query import FIELDS
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.index.whoosh.store import WhooshStore
from tests.builders import an_article
from tests.index.generated import Generator


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    engine.replace_all(
        [*Generator(seed=1, vocabulary=400).articles(60, passages=4), an_article("log-ins", "Log-in page")]
    )
    return engine.snapshot(audience="public")


@pytest.fixture(scope="module")
def index(snapshot: Snapshot) -> Iterator[Any]:
    opened = open_dir(str(store_of(snapshot).folder / "whoosh"))
    yield opened
    opened.close()


def store_of(snapshot: Snapshot) -> WhooshStore:
    assert isinstance(snapshot.store, WhooshStore)
    return snapshot.store


def test_as_many_passages_have_each_term_as_its_reader_says(snapshot: Snapshot, index: Any) -> None:
    with index.reader() as reader:
        frequencies = {text.decode(): reader.doc_frequency("text", text) for text in reader.lexicon("text")}
        questions = {text.decode() for text in reader.lexicon("questions")}

    assert len(frequencies) > 300
    assert {term: held for term, held in snapshot.catalogue.terms.items() if held} == frequencies
    assert snapshot.catalogue.terms.keys() == frequencies.keys() | questions


def test_postings_and_places_are_those_of_its_reader(snapshot: Snapshot, index: Any) -> None:
    [held] = store_of(snapshot).held
    with index.reader() as reader:
        for field in FIELDS:
            postings = held.segment.fields[field]
            assert postings.terms.all() == [text.decode() for text in reader.lexicon(field)]
            for number, term in enumerate(postings.terms):
                places = [(m.id(), place) for m in each_of(reader, field, term) for place in m.value_as("positions")]
                assert [(spot >> 32, spot & 0xFFFFFFFF) for spot in postings.spots(number).tolist()] == places


def each_of(reader: Any, field: str, term: str) -> Iterator[Any]:
    matcher = reader.postings(field, term)
    while matcher.is_active():
        yield matcher
        matcher.next()


def test_passages_are_as_long_as_all_their_terms_together(snapshot: Snapshot, index: Any) -> None:
    [held] = store_of(snapshot).held
    with index.reader() as reader:
        for field in FIELDS:
            lengths: Counter[int] = Counter()
            for term in reader.lexicon(field):
                for matcher in each_of(reader, field, term.decode()):
                    lengths[matcher.id()] += int(matcher.weight())
            assert held.segment.fields[field].lengths.tolist() == [lengths[at] for at in range(len(held.segment))]
            assert reader.field_length(field) == lengths.total()


@pytest.mark.parametrize("typed", ["log-in page", "Pages", '"log in page"'])
def test_its_own_parser_and_searcher_find_what_we_analyse_alike(index: Any, typed: str) -> None:
    with index.searcher() as searcher:
        found = searcher.search(QueryParser("text", index.schema).parse(typed))

        assert found[0]["key"] == "log-ins#intro"


def test_a_document_is_known_by_the_id_of_its_passage(snapshot: Snapshot, index: Any) -> None:
    with index.reader() as reader:
        keys = [stored["key"] for stored in reader.all_stored_fields()]

    assert keys == [entry.passage.id for entry in snapshot.store.entries(range(snapshot.catalogue.passages))]


def test_no_pickle_is_read_to_answer(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("unpickled")

    for name in ("pickle.load", "pickle.loads", "marshal.load", "marshal.loads"):
        monkeypatch.setattr(name, fail)
    store = WhooshStore(store_of(snapshot).folder, generation="again")

    assert np.array_equal(store.catalogue.article_of, snapshot.catalogue.article_of)
    assert store.entries([0]) == snapshot.store.entries([0])
