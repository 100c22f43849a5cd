"""An index that is older than its articles says so, and one that would lose most of them is not built unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_service.errors import CallerError
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import OLD_INDEX, Freshness, build_index


def write(folder: Path, count: int) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"a{number}.md").write_text(f"# Title {number}\n\nText number {number}.", encoding="utf-8")
    return folder


@pytest.mark.slow
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


def test_a_few_articles_may_go_at_any_time(tmp_path: Path) -> None:
    articles, engine = write(tmp_path / "articles", 6), WhooshEngine(tmp_path / "index")
    build_index(articles, engine)
    for number in range(5):
        (articles / f"a{number}.md").unlink()

    assert build_index(articles, engine).status.articles == 1
