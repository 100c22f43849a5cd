"""The contract of engines: which passages a query finds."""

from __future__ import annotations

from typing import Any

import pytest

from kb_service.index.port import Engine
from kb_service.index.query import And, Best, Not, Or, Phrase, Prefix, Query, Word
from tests.builders import an_article
from tests.index.questions import billing, filled, found, phrase, words

HOSTILE_TERMS = {
    "empty": "",
    "nul": "\0",
    "surrogate": "\ud800",
    "10,000 characters": "x" * 10_000,
    "pickle": "cos\nsystem\n(S'true'\ntR.",
    "parser syntax": "text:* OR (",
}


class FindingContract:
    def test_a_word_of_the_body_finds_its_passage(self, engine: Engine) -> None:
        assert found(filled(engine, *billing()), words("refund")) == ["refunds"]

    def test_a_word_of_the_title_finds_every_passage_of_the_article(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "one", "two", title="Proration"), an_article("b", "three"))

        assert found(snapshot, words("proration")) == ["a", "a"]

    def test_a_word_of_a_known_question_finds_the_article(self, engine: Engine) -> None:
        assert found(filled(engine, *billing()), words("back")) == ["refunds"]

    def test_a_word_nobody_wrote_finds_nothing(self, engine: Engine) -> None:
        ranking = filled(engine, *billing()).store.candidates(words("xylophone"), limit=10)

        assert (ranking.total, ranking.numbers.tolist(), ranking.scores.tolist()) == (0, [], [])

    def test_and_needs_every_part(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "red"), an_article("b", "red blue"), an_article("c", "blue"))

        assert found(snapshot, And((Word("red"), Word("blue")))) == ["b"]

    def test_or_takes_any_part_and_prefers_more_of_them(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "red sky"), an_article("b", "red blue"), an_article("c", "green sky"))

        assert found(snapshot, words("red blue")) == ["b", "a"]

    def test_not_leaves_out_within_and(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "red"), an_article("b", "red blue"))

        assert found(snapshot, And((Word("red"), Not(Word("blue"))))) == ["a"]

    def test_not_alone_finds_nothing(self, engine: Engine) -> None:
        snapshot = filled(engine, *billing())

        assert found(snapshot, Not(Word("refund"))) == []
        assert found(snapshot, And((Not(Word("refund")),))) == []

    def test_best_counts_the_better_alternative_and_not_their_sum(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "red blue"), an_article("b", "green"))
        red, blue = (snapshot.store.candidates(Word(term), limit=1).scores[0] for term in ("red", "blue"))

        best = snapshot.store.candidates(Best((Word("red"), Word("blue"))), limit=1).scores[0]

        assert best == pytest.approx(max(red, blue))

    def test_a_phrase_needs_its_words_side_by_side_in_order(self, engine: Engine) -> None:
        snapshot = filled(
            engine,
            an_article("right", "pay the money back now"),
            an_article("turned", "pay back money now"),
            an_article("apart", "money was never given back"),
        )

        assert found(snapshot, phrase("money back")) == ["right"]

    def test_a_phrase_keeps_its_stop_words(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "log in to the portal"), an_article("b", "log of the portal"))

        assert found(snapshot, phrase("log in")) == ["a"]

    def test_a_phrase_does_not_run_from_the_title_into_the_body(self, engine: Engine) -> None:
        assert found(filled(engine, an_article("a", "back soon", title="Money")), phrase("money back")) == []

    def test_a_phrase_reads_the_words_as_they_stand_and_not_joined(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "The log-in page", questions=["A sign-up form?"]))

        assert (
            found(snapshot, Phrase(("log", "in", "page"))) == found(snapshot, Phrase(("sign", "up", "form"))) == ["a"]
        )
        assert found(snapshot, Word("login")) == found(snapshot, Word("signup")) == ["a"]
        assert found(snapshot, Phrase(("login", "in"))) == found(snapshot, Phrase(("signup", "up"))) == []

    def test_a_prefix_finds_longer_words_and_the_word_itself(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "seat"), an_article("b", "seaweed"), an_article("c", "sand"))

        assert sorted(found(snapshot, Prefix("sea"))) == ["a", "b"]

    def test_a_prefix_is_worth_the_words_that_start_so(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "seat", questions=["seat"]), an_article("b", "other"))
        word = snapshot.store.candidates(Word("seat", 0.3), limit=1).scores

        assert snapshot.store.candidates(Prefix("sea", 0.3), limit=1).scores == pytest.approx(word)

    @pytest.mark.parametrize("node", [Or, And, Best, Phrase], ids=lambda node: node.__name__.lower())
    def test_a_node_without_parts_finds_nothing(self, engine: Engine, node: Any) -> None:
        assert found(filled(engine, *billing()), node(())) == []

    @pytest.mark.parametrize("term", HOSTILE_TERMS.values(), ids=HOSTILE_TERMS.keys())
    def test_hostile_terms_find_nothing(self, engine: Engine, term: str) -> None:
        snapshot = filled(engine, *billing())
        queries: list[Query] = [Word(term), Phrase((term, "payment")), Phrase(("refund", term)), And((Word(term),))]

        assert [found(snapshot, query) for query in queries] == [[]] * 4
        assert not snapshot.catalogue.knows(term)
        assert snapshot.catalogue.article_number(term) is None
