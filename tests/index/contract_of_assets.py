"""The contract of engines: pictures and files are kept with a generation, each for those who may see its article."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from kb_service.content.article import Article, Asset, Audience, View
from kb_service.errors import CallerError
from kb_service.index.port import Engine
from tests.builders import an_article

CONTENTS = {"seats.png": b"open picture", "inner.png": b"inner picture", "gone.png": b""}


def read(asset: Asset) -> bytes:
    return CONTENTS[asset.path]


def asset(path: str) -> Asset:
    sha256 = hashlib.sha256(CONTENTS[path]).hexdigest() if CONTENTS[path] else ""
    return Asset(target=path, path=path, sha256=sha256, name=path if sha256 else "")


SEATS, INNER, GONE = map(asset, CONTENTS)


def showing(article: Article, *, public: tuple[Asset, ...] = (), agent: tuple[Asset, ...] = ()) -> Article:
    """An article whose views refer to assets."""

    def view(given: View | None, assets: tuple[Asset, ...]) -> View | None:
        return msgspec.structs.replace(given, assets=assets) if given else None

    return msgspec.structs.replace(article, public=view(article.public, public), agent=view(article.agent, agent))


def kept(engine: Engine, asset: Asset, audience: Audience) -> bytes | None:
    file = engine.snapshot(audience=audience).store.asset(asset.digest, asset.name)
    if file is None:
        return None
    with file:
        return file.read()


class AssetContract:
    def test_a_file_is_there_for_those_who_may_read_an_article_with_it(self, engine: Engine) -> None:
        both = an_article("both", "Open.", agent_texts=["Inner."])
        engine.replace_all([showing(both, public=(SEATS,), agent=(SEATS, INNER))], read_asset=read)

        assert kept(engine, SEATS, "public") == kept(engine, SEATS, "agent") == b"open picture"
        assert kept(engine, INNER, "agent") == b"inner picture"
        assert kept(engine, INNER, "public") is None

    def test_the_picture_of_an_article_for_agents_or_of_a_hidden_one_is_not_public(self, engine: Engine) -> None:
        inner = showing(an_article("inner", "Inner.", audience="agent"), agent=(INNER,))
        hidden = msgspec.structs.replace(showing(an_article("hidden", "Draft."), public=(SEATS,)), hidden=True)
        engine.replace_all([an_article("open", "Open."), inner, hidden], read_asset=read)

        assert kept(engine, INNER, "agent") == b"inner picture"
        assert kept(engine, INNER, "public") is None
        assert kept(engine, SEATS, "public") is kept(engine, SEATS, "agent") is None

    def test_what_was_not_found_is_not_read(self, engine: Engine) -> None:
        engine.replace_all([showing(an_article("a", "Open."), public=(GONE,))], read_asset=read)

        assert kept(engine, GONE, "public") is None

    @pytest.mark.parametrize("name", ["", "..", "../seats.png", "a/b.png", "\0.png", "seats.PNG", "x" * 5000])
    def test_no_other_name_leads_to_a_file(self, engine: Engine, name: str) -> None:
        engine.replace_all([showing(an_article("a", "Open."), public=(SEATS,))], read_asset=read)
        store = engine.snapshot(audience="public").store

        assert store.asset(SEATS.digest, name) is None
        assert store.asset("../" * 10 + "etc", name) is None
        assert store.asset(SEATS.sha256, SEATS.name) is None

    def test_a_file_that_stays_is_not_read_again_and_one_that_no_article_shows_goes(self, engine: Engine) -> None:
        engine.replace_all([showing(an_article("a", "Open."), public=(SEATS, INNER))], read_asset=read)
        stored = engine.stored_articles()["a.md"]
        assert stored.public
        assert stored.public.assets == (SEATS, INNER)

        engine.replace_all([showing(an_article("a", "Open, too."), public=(SEATS,))], read_asset=read)

        assert kept(engine, SEATS, "public") == b"open picture"
        assert kept(engine, INNER, "public") is None

    def test_a_file_that_cannot_be_read_leaves_what_is_served(self, engine: Engine) -> None:
        def fail(asset: Asset) -> bytes:
            raise CallerError("It was changed.")

        engine.replace_all([an_article("a", "Open.")])
        before = engine.status().generation
        with pytest.raises(CallerError, match="changed"):
            engine.replace_all([showing(an_article("b", "Open."), public=(SEATS,))], read_asset=fail)

        assert engine.status().generation == before

    def test_an_open_file_outlives_its_generation(self, engine: Engine) -> None:
        engine.replace_all([showing(an_article("a", "Open."), public=(SEATS,))], read_asset=read)
        file = engine.snapshot(audience="public").store.asset(SEATS.digest, SEATS.name)
        for number in range(3):
            engine.replace_all([an_article("b", f"Text {number}.")])

        assert file
        with file:
            assert file.read() == b"open picture"
