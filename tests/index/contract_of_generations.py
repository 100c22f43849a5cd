"""The contract of engines: one generation replaces another at once, and a snapshot stays what it was."""

from __future__ import annotations

import msgspec
import pytest

from kb_service.errors import CallerError, IndexOutOfDate
from kb_service.index.port import Engine, EngineStatus
from kb_service.index.query import Or, Phrase, Prefix, Word
from tests.builders import an_article
from tests.index.questions import billing, filled, found, phrase, words


class GenerationContract:
    def test_before_the_first_build_there_is_nothing_to_serve(self, engine: Engine) -> None:
        assert (engine.status().generation, engine.status().articles) == ("", 0)
        assert engine.status().reason
        assert engine.stored_articles() == {}
        with pytest.raises(IndexOutOfDate):
            engine.snapshot(audience="public")

    def test_an_index_of_nothing_can_be_searched(self, engine: Engine) -> None:
        snapshot = filled(engine)
        ranking = snapshot.store.candidates(Or((Word("a"), Phrase(("a", "b")), Prefix("a"))), limit=10)

        assert (snapshot.catalogue.passages, ranking.total, list(snapshot.articles())) == (0, 0, [])
        assert engine.storage().keys() == {"public", "agent"}

    def test_the_status_tells_generation_sizes_and_source(self, engine: Engine) -> None:
        status = engine.replace_all(billing(), source="fingerprint")

        assert status == engine.status()
        assert (status.articles, status.passages, status.source, status.reason) == (3, 3, "fingerprint", "")
        assert status.generation == engine.snapshot(audience="agent").catalogue.generation

    def test_the_engine_says_how_each_audiences_index_is_stored(self, engine: Engine) -> None:
        assert engine.storage() == {}
        engine.replace_all(billing())

        assert engine.storage().keys() == {"public", "agent"}
        assert all(engine.storage().values())

    def test_the_engine_names_what_it_keeps_and_tells_numbers_of_itself(self, engine: Engine) -> None:
        assert engine.generations() == []
        names = [engine.replace_all([an_article("a", text)]).generation for text in ("red", "blue")]

        assert engine.generations()[-1] == names[-1]
        assert all(value >= 0 for value in engine.measures().values())

    def test_a_new_generation_replaces_everything_at_once(self, engine: Engine) -> None:
        first = filled(engine, an_article("a", "red"), an_article("b", "blue"))
        second = filled(engine, an_article("b", "green"))

        assert second.catalogue.generation > first.catalogue.generation
        assert found(second, words("red blue")) == []
        assert found(second, words("green")) == ["b"]

    def test_what_is_built_can_be_refused_before_anybody_is_answered_from_it(self, engine: Engine) -> None:
        before, told = filled(engine, an_article("a", "red")), list[EngineStatus]()

        def refuse(status: EngineStatus) -> None:
            told.append(status)
            assert engine.snapshot(audience="public") is before
            raise CallerError("Not this one.")

        with pytest.raises(CallerError, match="Not this one"):
            engine.replace_all([an_article("a", "blue"), an_article("b", "green")], examine=refuse)
        assert engine.snapshot(audience="public") is before
        assert [(status.articles, status.passages) for status in told] == [(2, 2)]
        assert told[0].generation not in engine.generations()

    def test_anew_or_not_the_same_articles_make_the_same_index(self, engine: Engine) -> None:
        filled(engine, an_article("a", "red"), an_article("b", "blue"))
        engine.replace_all([an_article("a", "green"), an_article("b", "blue")], anew=True)
        snapshot = engine.snapshot(audience="public")

        assert (found(snapshot, words("red blue green")), snapshot.catalogue.knows("red")) == (["a", "b"], False)

    def test_an_old_snapshot_stays_as_it_was(self, engine: Engine) -> None:
        old = filled(engine, an_article("a", "red wine"))
        for text in ("blue", "green", "yellow"):
            engine.replace_all([an_article("a", text)])

        assert found(old, Or((Word("red"), phrase("red wine")))) == ["a"]
        assert old.articles()[0].public == an_article("a", "red wine").public

    def test_two_readers_during_a_switch_each_see_one_generation(self, engine: Engine) -> None:
        before = filled(engine, an_article("a", "red"))
        after = filled(engine, an_article("a", "blue"))

        assert [found(snapshot, words("red blue")) for snapshot in (before, after)] == [["a"], ["a"]]
        assert [snapshot.store.entries([0])[0].passage.text for snapshot in (before, after)] == ["red", "blue"]

    def test_snapshots_stay_usable_after_close(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "red wine"))
        engine.close()

        assert found(snapshot, phrase("red wine")) == ["a"]
        assert snapshot.articles()[0].id == "a"

    def test_stored_articles_come_back_whole_by_path(self, engine: Engine) -> None:
        articles = [msgspec.structs.replace(article, reply="Dear customer") for article in billing()]
        engine.replace_all(articles)

        assert dict(engine.stored_articles()) == {article.path: article for article in articles}
