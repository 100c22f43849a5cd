"""The embedded engine keeps the contract; and what only it does."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kb_service.errors import EngineUnavailable
from kb_service.index.whoosh.engine import WhooshEngine
from tests.builders import an_article
from tests.index.contract import EngineContract
from tests.index.contract_of_meaning import ENCODER
from tests.index.questions import billing, found, phrase, words


class TestWhooshEngine(EngineContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> WhooshEngine:
        return WhooshEngine(tmp_path)

    @pytest.fixture
    def comparing_engine(self, tmp_path: Path) -> WhooshEngine:
        return WhooshEngine(tmp_path, encoder=ENCODER)


def test_another_engine_on_the_same_folder_serves_the_same(tmp_path: Path) -> None:
    WhooshEngine(tmp_path).replace_all(billing(), source="s")
    reopened = WhooshEngine(tmp_path)

    assert found(reopened.snapshot(audience="public"), words("refund")) == ["refunds"]
    assert reopened.status().source == "s"
    assert dict(reopened.stored_articles()) == {article.path: article for article in billing()}


def test_a_closed_engine_opens_again_when_asked(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.replace_all([an_article("a", "red")])
    engine.close()

    assert found(engine.snapshot(audience="public"), words("red")) == ["a"]


def test_a_process_for_the_public_cannot_open_the_agents_index(tmp_path: Path) -> None:
    WhooshEngine(tmp_path).replace_all(billing())
    public = WhooshEngine(tmp_path, audiences=("public",))

    with pytest.raises(EngineUnavailable, match="agent"):
        public.snapshot(audience="agent")
    assert public.stored_articles() == {}
    assert public.status().articles == 3


def test_both_audiences_share_their_files_where_only_replies_differ(tmp_path: Path) -> None:
    article = msgspec.structs.replace(an_article("a", "red wine"), reply="Dear customer")
    status = WhooshEngine(tmp_path).replace_all([article])
    generation = tmp_path / status.generation

    for name in ("catalogue", "postings"):
        public, agent = (generation / audience / f"{name}.safetensors" for audience in ("public", "agent"))
        assert public.samefile(agent)
    assert b"Dear customer" in (generation / "agent/articles.msgpack").read_bytes()
    assert not any(b"Dear customer" in path.read_bytes() for path in (generation / "public").rglob("*.*"))


def test_a_phrase_first_asked_when_the_folder_is_gone_is_found(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.replace_all([an_article("a", "red wine")])
    held = engine.snapshot(audience="public")
    for _ in range(2):
        engine.replace_all([an_article("a", "white wine")])

    assert not (tmp_path / held.catalogue.generation).exists()
    assert found(held, phrase("red wine")) == ["a"]
