"""What is shown of passages and articles: links, freshness, summaries."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from kb_service.content.article import Article
from kb_service.ranking.presenting import (
    SUMMARY_CHARACTERS,
    article_url,
    found_passage,
    index_info,
    related_articles,
    summary_of,
)
from kb_service.ranking.ranking import Ranker
from kb_service.ranking.results import IndexInfo, RelatedArticle
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import billing, filled

TODAY = date(2026, 11, 25)

URLS = {
    "an id": (("seats",), "/articles/seats"),
    "an id with a folder": (("guides/seats",), "/articles/guides/seats"),
    "an anchor": (("seats", "why"), "/articles/seats#why"),
    "signs that mean something in links": (("a?b#c d", "e f"), "/articles/a%3Fb%23c%20d#e%20f"),
    "letters beyond ASCII": (("größe",), "/articles/gr%C3%B6%C3%9Fe"),
}
REVIEWS = {
    "never": (None, False),
    "tomorrow": (date(2026, 11, 26), False),
    "today": (date(2026, 11, 25), False),
    "yesterday": (date(2026, 11, 24), True),
}


@pytest.mark.parametrize(("place", "expected"), URLS.values(), ids=URLS.keys())
def test_links_lead_to_the_place(place: tuple[str, ...], expected: str) -> None:
    assert article_url(*place) == expected


@pytest.mark.parametrize(("review_by", "is_stale"), REVIEWS.values(), ids=REVIEWS.keys())
def test_an_article_is_stale_after_the_day_of_its_review(review_by: date | None, is_stale: bool) -> None:
    article = an_article("a", "seat", review_by=review_by)
    ranker = Ranker(filled(MemoryEngine(), article))
    ranked = ranker.rank(ranker.understander.understand("seat"), limit=1).passages[0]

    assert summary_of(article, today=TODAY).stale is is_stale
    assert found_passage(ranked, [], today=TODAY).stale is is_stale


def test_a_found_passage_is_the_passage_with_its_marks_and_link() -> None:
    article = an_article("a/b", "First text.", "Remove a seat.", verified_at=TODAY)
    ranker = Ranker(filled(MemoryEngine(), article))
    understood = ranker.understander.understand("remove")
    found = found_passage(ranker.rank(understood, limit=1).passages[0], understood.words, today=TODAY, why=("it is",))

    assert (found.id, found.url) == ("a/b#intro.2", "/articles/a/b#intro.2")
    assert (found.text, found.marks, found.why) == ("Remove a seat.", ((0, 6),), ("it is",))
    assert (found.verified_at, found.audience, found.title) == (TODAY, "public", article.title)
    assert article.public
    assert found.content_sha256 == article.public.passages[1].content_sha256


def summary(text: str) -> str:
    return summary_of(an_article("a", text), today=TODAY).summary


def test_a_summary_is_the_beginning_of_the_text_in_whole_words() -> None:
    assert summary("One line\n\nand another.") == "One line and another."
    assert summary("word " * 100) == ("word " * 40)[: SUMMARY_CHARACTERS - 1] + "…"
    assert summary("x" * 500) == "x" * SUMMARY_CHARACTERS + "…"


@pytest.mark.parametrize(
    "article",
    [an_article("a"), msgspec.structs.replace(an_article("a", "text"), public=None)],
    ids=["no passage", "no view"],
)
def test_an_article_without_text_has_an_empty_summary(article: Article) -> None:
    assert summary_of(article, today=TODAY).summary == ""


def test_a_related_article_is_a_title_and_a_link() -> None:
    catalogue = filled(MemoryEngine(), an_article("a", title="T", redirects_from=["old"])).catalogue

    assert related_articles(catalogue, ["old", "gone"]) == (RelatedArticle("a", "T", "/articles/a"),)


def test_the_index_tells_its_generation_and_sizes() -> None:
    snapshot = filled(MemoryEngine(), *billing())

    assert index_info(snapshot.catalogue) == IndexInfo(generation=snapshot.catalogue.generation, articles=3, passages=3)
