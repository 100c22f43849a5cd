"""An earlier generation that stands in for a damaged one answers only with what nobody has changed or deleted since."""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path

import pytest

from kb_service.content.article import Article
from kb_service.errors import IndexOutOfDate
from kb_service.index.port import Snapshot
from kb_service.index.whoosh.engine import POLL_SECONDS, RETRY_SECONDS, WhooshEngine
from tests.builders import an_article
from tests.index.contract_of_assets import INNER, SEATS, kept, read, showing
from tests.index.test_damaged_generations import spoil
from tests.index.test_generations import Clock

ARTICLES = [an_article("a", "red", agent_texts=["zebra"]), an_article("b", "blue"), an_article("c", "green")]


class Folder:
    """Which articles are still as they were."""

    def __init__(self, *ids: str) -> None:
        self.unchanged = {f"{each}.md" for each in ids}

    def __call__(self, articles: Mapping[str, Article]) -> Set[str]:
        return self.unchanged & articles.keys()


def damaged_after(folder: Path, articles: list[Article] = ARTICLES) -> str:
    """Index the articles, then something else of which nothing is left; return the name of the first generation."""
    engine = WhooshEngine(folder)
    first = engine.replace_all(articles).generation
    spoil(folder, engine.replace_all([an_article("c", "green")]).generation)
    return first


def shown(snapshot: Snapshot) -> list[str]:
    ids, catalogue = snapshot.catalogue.article_ids, snapshot.catalogue
    return [ids[n] for n in range(catalogue.articles) if n not in catalogue.withdrawn]


@pytest.mark.parametrize("audience", ["public", "agent"])
def test_of_an_earlier_generation_what_was_changed_since_is_not_shown(tmp_path: Path, audience: str) -> None:
    first = damaged_after(tmp_path)
    engine = WhooshEngine(tmp_path, unchanged=Folder("b", "c"))
    status = engine.status()

    assert shown(engine.snapshot(audience="agent" if audience == "agent" else "public")) == ["b", "c"]
    assert status.generation == f"{first}-without-1"
    assert (
        f"An earlier generation is served: {first}, without the articles that have changed since: 1." in status.reason
    )


def test_a_running_process_goes_on_without_what_was_changed_since(tmp_path: Path) -> None:
    clock, folder = Clock(), Folder("a", "b", "c")
    WhooshEngine(tmp_path).replace_all(ARTICLES)
    reader = WhooshEngine(tmp_path, monotonic=clock, unchanged=folder)
    assert shown(reader.snapshot(audience="public")) == ["a", "b", "c"]
    held = reader.snapshot(audience="public")
    spoil(tmp_path, WhooshEngine(tmp_path).replace_all([an_article("c", "green")]).generation)
    folder.unchanged.discard("b.md")
    clock.seconds += POLL_SECONDS

    assert shown(reader.snapshot(audience="public")) == ["a", "c"]
    assert shown(held) == ["a", "b", "c"]  # whoever has it goes on until the request ends
    folder.unchanged.discard("c.md")
    clock.seconds += RETRY_SECONDS
    assert shown(reader.snapshot(audience="public")) == ["a"]
    whole = WhooshEngine(tmp_path).replace_all([an_article("d", "white")])
    clock.seconds += POLL_SECONDS
    assert reader.status() == whole


def test_while_nothing_more_is_changed_the_snapshot_is_the_same(tmp_path: Path) -> None:
    clock = Clock()
    damaged_after(tmp_path)
    reader = WhooshEngine(tmp_path, monotonic=clock, unchanged=Folder("a"))
    first = reader.snapshot(audience="public")
    clock.seconds += RETRY_SECONDS

    assert reader.snapshot(audience="public") is first


def test_who_cannot_tell_what_was_changed_serves_nothing_until_somebody_decides(tmp_path: Path) -> None:
    first = damaged_after(tmp_path)
    engine = WhooshEngine(tmp_path)

    with pytest.raises(IndexOutOfDate, match="No earlier generation is served, as nobody can tell what was deleted"):
        engine.snapshot(audience="public")
    engine.roll_back()
    assert (WhooshEngine(tmp_path).status().generation, WhooshEngine(tmp_path).status().reason) == (first, "")


def test_files_of_articles_that_are_not_shown_are_not_served(tmp_path: Path) -> None:
    one, two = (showing(an_article(name, name), public=(asset,)) for name, asset in (("a", SEATS), ("b", INNER)))
    engine = WhooshEngine(tmp_path)
    engine.replace_all([one, two], read_asset=read)
    spoil(tmp_path, engine.replace_all([one], read_asset=read).generation)
    reader = WhooshEngine(tmp_path, unchanged=Folder("a"))

    assert (kept(reader, SEATS, "public"), kept(reader, INNER, "public")) == (read(SEATS), None)
