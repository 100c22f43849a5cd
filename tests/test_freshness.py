"""An index that is older than its articles says so, and one that would lose most of them is not built unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_service.assembly import open_knowledge_base
from kb_service.errors import CallerError
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import OLD_INDEX, Freshness, build_index, open_engine, update_index
from kb_service.settings import Settings
from tests.index.test_damaged_generations import spoil

pytestmark = pytest.mark.slow


def write(folder: Path, count: int) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"a{number}.md").write_text(f"# Title {number}\n\nText number {number}.", encoding="utf-8")
    return folder


def test_an_edit_makes_the_index_old_until_it_is_built_again(tmp_path: Path) -> None:
    articles, engine, now = write(tmp_path / "articles", 2), WhooshEngine(tmp_path / "index"), [0.0]
    build_index(articles, engine)
    fresh = Freshness(articles, lambda: engine.status().source, clock=lambda: now[0], seconds=30)

    assert fresh.reason() == ""
    (articles / "a1.md").write_text("# Other\n\nOther text.", encoding="utf-8")
    assert not fresh.is_old()  # it has looked a moment ago
    now[0] = 31
    assert fresh.reason() == OLD_INDEX
    build_index(articles, engine)
    assert not fresh.is_old()


def test_nobody_knows_how_old_an_index_is_without_its_articles(tmp_path: Path) -> None:
    articles, engine = write(tmp_path / "articles", 1), WhooshEngine(tmp_path / "index")
    build_index(articles, engine)

    assert not Freshness(tmp_path / "elsewhere", lambda: engine.status().source).is_old()
    assert not Freshness(articles, lambda: "").is_old()
    assert not Freshness(articles, lambda: '{"fingerprint": "of before"}').is_old()


def test_most_articles_do_not_vanish_unless_that_is_meant(tmp_path: Path) -> None:
    articles, engine = write(tmp_path / "articles", 20), WhooshEngine(tmp_path / "index")
    before = build_index(articles, engine).status
    for number in range(11):
        (articles / f"a{number}.md").unlink()

    with pytest.raises(CallerError, match="has 9 that can be shown"):
        build_index(articles, engine)
    assert engine.status() == before
    assert build_index(articles, engine, force=True).status.articles == 9


def test_most_passages_do_not_vanish_unless_that_is_meant(tmp_path: Path) -> None:
    articles, engine = write(tmp_path / "articles", 3), WhooshEngine(tmp_path / "index")
    long = articles / "long.md"
    long.write_text("".join(f"## Part {n}\n\n{f'Text of part {n}. ' * 40}\n\n" for n in range(9)), encoding="utf-8")
    before = build_index(articles, engine).status
    long.write_text("## Part 0\n\nText of part 0.\n", encoding="utf-8")

    with pytest.raises(CallerError, match="More than half of the passages are gone: 4 are left of 12"):
        build_index(articles, engine)
    assert engine.status() == before
    assert build_index(articles, engine, force=True).status.passages == 4


def test_text_that_was_deleted_is_not_answered_when_the_index_without_it_is_damaged(tmp_path: Path) -> None:
    settings = Settings(articles=write(tmp_path / "articles", 3), index=tmp_path / "index", model=None)
    update_index(settings)
    (settings.articles / "a1.md").unlink()
    (settings.articles / "a2.md").write_text("# Title 2\n\nAnother text.", encoding="utf-8")
    spoil(settings.index, update_index(settings).status.generation)
    knowledge_base = open_knowledge_base(settings, offline=True)

    assert [article.id for article in knowledge_base.articles().articles] == ["a0"]
    assert [passage.article_id for passage in knowledge_base.search("text number title").passages] == ["a0"]
    assert "without the articles that have changed since: 2" in knowledge_base.status().reason
    update_index(settings)
    assert open_knowledge_base(settings, offline=True).status().reason == ""


def test_a_damaged_index_is_built_again_though_its_articles_are_the_same(tmp_path: Path) -> None:
    settings = Settings(articles=write(tmp_path / "articles", 2), index=tmp_path / "index", model=None)
    update_index(settings)
    spoil(settings.index, update_index(settings, full=True).status.generation)

    assert update_index(settings).built
    assert open_engine(settings).status().reason == ""


def test_a_few_articles_may_go_at_any_time(tmp_path: Path) -> None:
    articles, engine = write(tmp_path / "articles", 6), WhooshEngine(tmp_path / "index")
    build_index(articles, engine)
    for number in range(5):
        (articles / f"a{number}.md").unlink()

    assert build_index(articles, engine).status.articles == 1
