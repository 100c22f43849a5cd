"""Memory while an index is built: that of one article at a time, not of all their texts."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from kb_service.content.article import Article
from kb_service.engines.whoosh.engine import WhooshEngine
from tests.builders import an_article

pytestmark = pytest.mark.slow

ARTICLES = 200
CHARACTERS = 100_000  # of HTML in each: 20 MB together
MOST_BYTES = ARTICLES * CHARACTERS // 4  # 1.4 MB are taken


def large_articles() -> Iterator[Article]:
    for number in range(ARTICLES):
        article = an_article(f"article-{number:03}", "red wine")
        assert article.public
        html = f"<p>{number}</p>".ljust(CHARACTERS)
        yield msgspec.structs.replace(article, public=msgspec.structs.replace(article.public, html=html))


def peak_bytes(engine: WhooshEngine, articles: Iterable[Article]) -> int:
    tracemalloc.start()
    try:
        engine.replace_all(articles)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_build_keeps_few_of_the_texts_that_go_through_it(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)

    assert peak_bytes(engine, large_articles()) < MOST_BYTES
    assert engine.status().articles == ARTICLES


def test_articles_taken_over_from_the_generation_before_are_not_kept_either(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.replace_all(large_articles())
    stored = engine.stored_articles()

    assert peak_bytes(engine, (stored[path] for path in stored)) < MOST_BYTES
    assert dict(engine.stored_articles()) == dict(stored)
