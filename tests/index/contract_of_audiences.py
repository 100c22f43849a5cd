"""The contract of engines: who may see what, and what a snapshot tells of its articles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec
import pytest

from kb_service.content.article import Article, Audience, Section
from kb_service.index.guide import SynonymRule, Wording
from kb_service.index.port import Engine
from kb_service.index.query import Or, Prefix, Word
from tests.builders import an_article
from tests.index.questions import SECRET, billing, filled, found, words

AUDIENCES: tuple[Audience, ...] = ("public", "agent")


class AudienceContract:
    def test_agents_find_public_and_agent_text(self, engine: Engine) -> None:
        snapshot = filled(engine, *billing(), audience="agent")

        assert sorted(found(snapshot, words(SECRET))) == ["macros", "seats"]
        assert found(snapshot, words("refund")) == ["refunds"]

    def test_nothing_for_agents_is_anywhere_in_the_public_snapshot(self, engine: Engine) -> None:
        private = msgspec.structs.replace(an_article("private", "Open text."), reply=f"Dear {SECRET}")
        snapshot = filled(engine, *billing(), private)

        assert found(snapshot, Or((Word(SECRET), Prefix(SECRET[:3])))) == []
        assert not snapshot.catalogue.knows(SECRET)
        assert snapshot.catalogue.article_number("macros") is None
        everything = (
            list(snapshot.articles()),
            snapshot.store.entries(range(snapshot.catalogue.passages)),
            dict(snapshot.catalogue.words),
            snapshot.catalogue.guide,
            dict(snapshot.catalogue.topics),
        )
        assert SECRET.encode() not in msgspec.json.encode(everything)

    def test_entries_name_what_their_article_calls_related(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "red", related=["b", "c"]), an_article("b", "blue"))

        assert [entry.related for entry in snapshot.store.entries([0, 1])] == [("b", "c"), ()]

    def test_replies_come_to_agents(self, engine: Engine) -> None:
        with_reply = msgspec.structs.replace(an_article("a", "Text."), reply="Dear customer")

        assert filled(engine, with_reply, audience="agent").articles()[0].reply == "Dear customer"

    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_hidden_articles_are_left_out(self, engine: Engine, audience: Audience) -> None:
        hidden = msgspec.structs.replace(an_article("hidden", "Some zebra."), hidden=True)

        snapshot = filled(engine, *billing(), hidden, audience=audience)

        assert snapshot.catalogue.article_number("hidden") is None
        assert found(snapshot, words("some")) == []

    def test_unlisted_articles_have_their_ids_and_are_found_nowhere(self, engine: Engine) -> None:
        by_address = an_article("a-gift", "Some zebra.", topics=["money"], questions=["Any zebra?"])
        unlisted = msgspec.structs.replace(by_address, unlisted="`unlisted: true`")

        snapshot = filled(engine, *billing(), unlisted)
        number = snapshot.catalogue.article_number("a-gift")

        assert number is not None
        assert snapshot.store.articles_of([number])[0].public == unlisted.public
        assert found(snapshot, words("some zebra")) == []
        assert not snapshot.catalogue.knows("zebra")
        assert "a-gift" not in [article.id for article in snapshot.articles()]
        assert snapshot.catalogue.articles == engine.status().articles == len(snapshot.articles()) == 3
        assert len(snapshot.catalogue.topics["money"]) == 2
        assert snapshot.catalogue.guide == filled(engine, *billing()).catalogue.guide

    def test_articles_expire_and_are_overdue_by_their_days(self, engine: Engine) -> None:
        offer = msgspec.structs.replace(an_article("offer", "x"), expires_at=date(2026, 12, 1))
        catalogue = filled(engine, offer, an_article("z", "x", review_by=date(2026, 12, 1))).catalogue

        assert [sorted(catalogue.expired(date(2026, month, day))) for month, day in ((11, 30), (12, 1))] == [[], [0]]
        assert [sorted(catalogue.overdue(date(2026, 12, day))) for day in (1, 2)] == [[], [1]]

    def test_a_note_of_the_source_can_be_made_when_the_articles_were_read(self, engine: Engine) -> None:
        taken: list[str] = []

        def articles() -> Iterator[Article]:
            for article in billing():
                taken.append(article.id)
                yield article

        assert engine.replace_all(articles(), source=lambda: ",".join(taken)).source == "refunds,invoices,seats,macros"

    def test_former_ids_lead_to_the_article_unless_another_has_that_id(self, engine: Engine) -> None:
        moved = an_article("new", "text", redirects_from=["old", "taken"])
        snapshot = filled(engine, moved, an_article("taken", "text"))

        assert [snapshot.catalogue.article_number(name) for name in ("new", "old", "taken", "never")] == [0, 0, 1, None]

    def test_articles_carry_their_audience_view_as_public(self, engine: Engine) -> None:
        seats = billing()[2]
        engine.replace_all([seats])
        public, agent = (engine.snapshot(audience=audience).articles()[0] for audience in AUDIENCES)

        assert (public.public, public.agent) == (seats.public, None)
        assert (agent.public, agent.agent) == (seats.agent, None)

    def test_the_guide_holds_titles_questions_and_patterns_by_article(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("b", "x", patterns=["E42"]), an_article("a", "x", questions=["Why?"]))

        guide = snapshot.catalogue.guide

        assert (guide.titles, guide.questions, guide.patterns) == (("A", "B"), (("Why?", 0),), (("E42", 1),))

    def test_the_guide_holds_the_authors_wording_without_phrasings_of_hidden_articles(self, engine: Engine) -> None:
        wording = Wording(
            synonyms=(SynonymRule(("licenc",), ("seat",), 0.5),),
            not_covered=("What about tax?",),
            phrasings=(("Give back money", "refunds"), ("How to reply?", "macros")),
        )
        engine.replace_all(billing(), wording=wording)
        public, agent = (engine.snapshot(audience=audience).catalogue.guide for audience in AUDIENCES)

        assert (public.synonyms, public.not_covered) == (wording.synonyms, wording.not_covered)
        assert public.phrasings == (("Give back money", 1),)
        assert agent.phrasings == (("Give back money", 2), ("How to reply?", 1))

    def test_questions_at_a_section_for_agents_are_known_to_them_alone(self, engine: Engine) -> None:
        seats = an_article("seats", "Buy seats.", agent_texts=["Ask the CRM."], questions=["How?"])
        assert seats.agent
        crm = Section("CRM", 2, "the-crm", ("CRM",))
        seats = msgspec.structs.replace(
            seats,
            agent=msgspec.structs.replace(seats.agent, sections=(crm,)),
            question_sections={"How?": "the-crm"},
        )
        engine.replace_all([seats], wording=Wording(phrasings=(("Whom?", "seats#the-crm"), ("What?", "seats#intro"))))
        public, agent = (engine.snapshot(audience=audience) for audience in AUDIENCES)

        assert public.catalogue.guide.sections == (("What?", 0, "intro"),)
        at_crm = (("How?", 0, "the-crm"), ("Whom?", 0, "the-crm"))
        assert agent.catalogue.guide.sections == (*at_crm, ("What?", 0, "intro"))
        assert agent.catalogue.guide.phrasings == (("Whom?", 0), ("What?", 0))
        assert public.catalogue.guide.phrasings == (("What?", 0),)
        assert (public.catalogue.guide.questions, agent.catalogue.guide.questions) == ((), (("How?", 0),))
        assert (public.articles()[0].questions, public.articles()[0].question_sections) == ((), {})

    def test_the_vocabulary_counts_passages_by_the_word_as_written(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "Seats, seats!", title="x"), an_article("b", "A seat", title="x"))

        assert dict(snapshot.catalogue.words) == {"seats": 1, "seat": 1, "a": 1, "x": 2}
