"""The contract of engines: what is compared by meaning, where there is an encoder."""

from __future__ import annotations

import numpy as np
import pytest

from kb_service.index.entries import embedded_text
from kb_service.index.guide import Wording
from kb_service.index.known_questions import asked
from kb_service.index.port import Engine, Floats, Snapshot
from kb_service.index.query import Or, Word
from tests.builders import an_article
from tests.fakes import BagOfWordsEncoder
from tests.index.questions import billing, filled

ENCODER = BagOfWordsEncoder(dimensions=256)
NEARLY = 0.01  # vectors may be stored with 8 bits a number
BLUE = "blue cheese"
NOTHING = Or(())


def vector_of(text: str) -> Floats:
    return ENCODER.encode_one(text)


def all_passages(snapshot: Snapshot) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.arange(snapshot.catalogue.passages, dtype=np.int32)


class MeaningContract:
    def test_without_an_encoder_nothing_is_compared(self, engine: Engine) -> None:
        catalogue, store = filled(engine, *billing())
        vector = vector_of("refund")

        assert catalogue.encoder == ""
        assert store.candidates(Word("refund"), limit=5, vector=vector).cosines is None
        assert store.entries([0], tokens=ENCODER.tokens_of("seat"))[0].matches is None
        assert len(store.asked_like(vector, count=5).numbers) == 0

    def test_the_catalogue_names_the_encoder(self, comparing_engine: Engine) -> None:
        assert filled(comparing_engine, *billing()).catalogue.encoder == ENCODER.name

    def test_candidates_come_with_the_cosine_of_each_passage(self, comparing_engine: Engine) -> None:
        snapshot = filled(comparing_engine, *billing(), audience="agent")
        found = snapshot.store.candidates(NOTHING, limit=1, vector=vector_of("seat"), also=all_passages(snapshot))
        entries = snapshot.store.entries(found.numbers.tolist())

        assert found.cosines is not None
        assert sorted(found.numbers.tolist()) == all_passages(snapshot).tolist()
        expected = [ENCODER.encode_one(embedded_text(entry.passage)) @ vector_of("seat") for entry in entries]
        assert found.cosines == pytest.approx(np.asarray(expected), abs=NEARLY)

    def test_the_nearest_are_candidates_whatever_their_words(self, comparing_engine: Engine) -> None:
        snapshot = filled(comparing_engine, an_article("a", "red"), an_article("b", "blue"), an_article("c", "green"))
        found = snapshot.store.candidates(Word("red"), limit=1, vector=vector_of("B. blue"))

        assert found.numbers.tolist() == [0, 1]
        assert (found.scores[1], found.total) == (0, 1)

    def test_the_nearest_obey_the_topic(self, comparing_engine: Engine) -> None:
        snapshot = filled(comparing_engine, an_article("a", "red", topics=["t"]), an_article("b", "blue"))

        for text, numbers in (("red", [0]), ("blue", [])):
            found = snapshot.store.candidates(NOTHING, limit=1, vector=vector_of(f"{text}"), topic="t")
            assert found.numbers.tolist() == numbers

    def test_entries_come_with_how_well_each_sentence_meets_the_question(self, comparing_engine: Engine) -> None:
        texts = ["Red wine is stored here. Blue cheese is not. Blue tea is.", "Yellow."]
        snapshot = filled(comparing_engine, an_article("a", *texts))

        first, second = (entry.matches for entry in snapshot.store.entries([0, 1], tokens=ENCODER.tokens_of(BLUE)))

        assert first is not None
        assert second is not None
        assert first.passage == pytest.approx((1, 1), abs=NEARLY)
        assert [met for _, met, _ in first.sentences] == pytest.approx([0, 1, 0.5], abs=NEARLY)
        assert [least for *_, least in first.sentences] == pytest.approx([0, 1, 0], abs=NEARLY)
        assert second.sentences == (pytest.approx((0, 0, 0), abs=NEARLY),)
        assert snapshot.store.entries([0])[0].matches is None

    def test_what_is_asked_is_compared_by_its_place(self, comparing_engine: Engine) -> None:
        comparing_engine.replace_all(billing(), wording=Wording(not_covered=("What about tax?",)))
        snapshot = comparing_engine.snapshot(audience="public")
        questions = [text for text, _ in asked(snapshot.catalogue.guide)]

        assert len(questions) == 2
        for place, text in enumerate(questions):
            alike = snapshot.store.asked_like(vector_of(text), count=5)
            assert alike.numbers[alike.scores.argmax()] == place
            assert alike.scores.max() == pytest.approx(1, abs=NEARLY)

    def test_the_public_is_compared_with_what_it_may_read_alone(self, comparing_engine: Engine) -> None:
        comparing_engine.replace_all(billing())
        sizes = []
        for audience in ("public", "agent"):
            snapshot = comparing_engine.snapshot(audience=audience)  # type: ignore[arg-type]
            found = snapshot.store.candidates(NOTHING, limit=10, vector=vector_of("x"))
            sizes.append((len(found.numbers), snapshot.catalogue.passages))

        assert sizes == [(3, 3), (5, 5)]
