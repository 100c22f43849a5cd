"""A change adds a segment and takes over the others; whatever the steps, answers are those of an index made at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest

from kb_service.content.article import Article
from kb_service.index.mapped_files import open_arrays
from kb_service.index.query import Phrase
from kb_service.index.whoosh import segments as segments_module
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.index.whoosh.store import CATALOGUE_FILE, WhooshStore
from kb_service.index.whoosh.writing import whoosh_says
from tests.builders import an_article
from tests.index.generated import Generator
from tests.index.questions import found, phrase

PASSAGES_EACH = 8
CANONICAL = ("starts", "ids", "impacts", "holding.text", "holding.questions", "norms.text", "norms.questions")


def some_articles(count: int = 60) -> list[Article]:
    return Generator(seed=4, vocabulary=300).articles(count, passages=PASSAGES_EACH)


def folder_of(engine: WhooshEngine, audience: str = "public") -> Path:
    store = engine.snapshot(audience=audience).store  # type: ignore[arg-type]
    assert isinstance(store, WhooshStore)
    return store.folder


def segments(engine: WhooshEngine, audience: str = "public") -> dict[str, Path]:
    return {path.name: path for path in (folder_of(engine, audience) / "whoosh").glob("*.seg")}


def assert_alike(one: WhooshEngine, other: WhooshEngine, audience: str = "public") -> None:
    """Both answer alike, byte for byte, and Whoosh counts the same passages."""
    mine, theirs = (folder_of(engine, audience) for engine in (one, other))
    postings = [open_arrays(folder / "postings.safetensors") for folder in (mine, theirs)]
    for name in CANONICAL:
        assert np.array_equal(*(arrays[name] for arrays in postings)), name
    assert (mine / CATALOGUE_FILE).read_bytes() == (theirs / CATALOGUE_FILE).read_bytes()
    stores = [engine.snapshot(audience=audience).store for engine in (one, other)]  # type: ignore[arg-type]
    numbers = range(one.snapshot(audience=audience).catalogue.passages)  # type: ignore[arg-type]
    assert stores[0].entries(numbers) == stores[1].entries(numbers)
    codes = [store.candidates(Phrase(()), limit=0).codes(np.asarray(numbers, dtype=np.int32)) for store in stores]
    assert np.array_equal(codes[0].codes, codes[1].codes)
    assert whoosh_says(mine)["documents"] == whoosh_says(theirs)["documents"] == str(len(numbers))


def test_a_change_adds_a_segment_and_shares_the_others(tmp_path: Path) -> None:
    engine, articles = WhooshEngine(tmp_path), some_articles()
    engine.replace_all(articles)
    old = segments(engine)
    engine.replace_all([*articles, an_article("zzz", "unheard of")])
    new = segments(engine)

    assert len(old) == 1
    assert len(new) == 2
    assert all(new[name].samefile(path) for name, path in old.items())
    assert found(engine.snapshot(audience="public"), phrase("unheard of")) == ["zzz"]


def test_nothing_is_written_by_whoosh_where_no_text_has_changed(tmp_path: Path) -> None:
    engine, articles = WhooshEngine(tmp_path), some_articles(3)
    engine.replace_all(articles)
    before = segments(engine)
    engine.replace_all(articles, source="another")

    assert segments(engine).keys() == before.keys()


def changed(articles: Sequence[Article], chance: Random) -> list[Article]:
    """Some articles gone, some edited, some new, and perhaps one as it was before."""
    generator = Generator(seed=chance.randrange(1 << 20), vocabulary=300)
    left = [article for article in articles if chance.random() > 0.05]
    edited = [
        generator.article(article.id, passages=chance.randrange(0, 4)) if chance.random() < 0.1 else article
        for article in left
    ]
    return [*edited, *(generator.article(f"new-{chance.randrange(1 << 20)}", passages=2) for _ in range(2))]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_an_index_made_in_steps_answers_as_one_made_at_once(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments_module, "MOST_PASSAGES", 150)
    monkeypatch.setattr(segments_module, "SMALL", 75)
    chance, stepwise = Random(seed), WhooshEngine(tmp_path / "steps")
    first = articles = some_articles()
    for step in range(8):
        stepwise.replace_all(articles)
        articles = [*first[:30], *articles[30:]] if step == 5 else changed(articles, chance)
    articles.append(an_article("for-agents", "red", agent_texts=["blue"]))
    at_once = WhooshEngine(tmp_path / "once")
    for engine in (stepwise, at_once):
        engine.replace_all(articles)

    assert len(segments(stepwise)) > 1
    for audience in ("public", "agent"):
        assert_alike(stepwise, at_once, audience)


@pytest.mark.slow
def test_segments_stay_few_and_hold_more_than_they_have_lost(tmp_path: Path) -> None:
    engine, articles = WhooshEngine(tmp_path), some_articles(40)
    most = 0
    for step in range(60):
        number = step * 7 % 40
        articles[number] = an_article(articles[number].id, f"Edition {step} of it.", "and more")
        engine.replace_all(articles)
        said = whoosh_says(folder_of(engine))
        most = max(most, int(said["segments"]))
        assert int(said["deleted documents"]) <= int(said["documents"])

    assert most <= 6


def test_large_indexes_are_of_several_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments_module, "MOST_PASSAGES", 100)
    engine, articles = WhooshEngine(tmp_path), [*some_articles(), an_article("zzz", "the very last words")]
    engine.replace_all(articles)
    snapshot = engine.snapshot(audience="public")

    assert len(segments(engine)) == 5
    last = snapshot.store.candidates(Phrase(("veri", "last", "word")), limit=10).numbers.tolist()
    assert last == [snapshot.catalogue.passages - 1]


def test_the_agents_index_shares_the_segments_of_the_public_one(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.replace_all([*some_articles(), an_article("zzz", "red", agent_texts=["zebra"])])
    public, agent = segments(engine, "public"), segments(engine, "agent")

    assert [path.samefile(agent[name]) for name, path in public.items()] == [True]
    assert len(agent) == 2
    assert not any(b"zebra" in path.read_bytes() for path in folder_of(engine).rglob("*.*"))


@pytest.mark.slow
def test_a_text_no_longer_public_is_gone_from_the_public_index_when_it_is_built_anew(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.replace_all([*some_articles(), an_article("zzz", "zebra")])
    engine.replace_all([*some_articles(), an_article("zzz", "red", agent_texts=["zebra"])], anew=True)

    assert not any(b"zebra" in path.read_bytes() for path in folder_of(engine).rglob("*.*"))
