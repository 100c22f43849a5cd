"""What is shown of passages and articles: links, freshness, summaries."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from msgspec import UNSET

from kb_service.answers.presenting import (
    SUMMARY_CHARACTERS,
    article_url,
    found_passages,
    index_info,
    reasons,
    related_articles,
    summary_of,
)
from kb_service.answers.results import IndexInfo, RelatedArticle
from kb_service.content.article import Article
from kb_service.ranking import Ranker
from tests.billing_articles import LOCKED, filled_with_billing
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
    understood = ranker.understander.understand("seat")
    ranked = ranker.rank(understood, limit=1).passages[0]

    assert summary_of(article, today=TODAY).stale is is_stale
    assert found_passages([ranked], understood, today=TODAY, explain=False)[0].stale is is_stale


def test_a_found_passage_is_the_passage_with_its_marks_and_link() -> None:
    article = an_article("a/b", "First text.", "Remove a seat.", verified_at=TODAY)
    ranker = Ranker(filled(MemoryEngine(), article))
    understood = ranker.understander.understand("remove")
    ranked = ranker.rank(understood, limit=1).passages
    found, plain = (found_passages(ranked, understood, today=TODAY, explain=explain)[0] for explain in (True, False))

    assert (found.id, found.url) == ("a/b#intro.2", "/articles/a/b#intro.2")
    assert (found.text, found.marks, plain.why) == ("Remove a seat.", ((0, 6),), UNSET)
    assert found.why == reasons(understood, ranked, 0)
    assert (found.verified_at, found.audience, found.title) == (TODAY, "public", article.title)
    assert article.public
    assert found.content_sha256 == article.public.passages[1].content_sha256


def summary(text: str) -> str:
    return summary_of(an_article("a", text), today=TODAY).summary


def test_a_summary_ends_before_a_table_and_its_heading() -> None:
    assert summary("Pay by card.\n\nWays to pay\n\nCard | now\nBank | later") == "Pay by card."
    assert summary("Ways to pay\n\nCard | now\nBank | later") == "Ways to pay Card, now Bank, later"


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

    assert related_articles(catalogue, ["old", "gone"], today=TODAY) == (RelatedArticle("a", "T", "/articles/a"),)


def test_the_index_tells_its_generation_and_sizes() -> None:
    snapshot = filled(MemoryEngine(), *billing())

    assert index_info(snapshot.catalogue) == IndexInfo(generation=snapshot.catalogue.generation, articles=3, passages=3)


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(filled_with_billing(MemoryEngine()).snapshot(audience="public"))


def reasons_for(ranker: Ranker, question: str, *, at: int = 0, limit: int = 5) -> list[str]:
    understood = ranker.understander.understand(question)
    return list(reasons(understood, ranker.rank(understood, limit=limit).passages, at))


def test_words_held_and_lacked_are_named(ranker: Ranker) -> None:
    found = reasons_for(ranker, "visa mastercard xylophone card", limit=1)

    assert found[:2] == ["holds “visa”, “mastercard” and “card”", "lacks xylophone"]


def test_repairs_and_synonyms_say_what_they_are(ranker: Ranker) -> None:
    assert reasons_for(ranker, "wire", limit=1)[0] == "holds “wire” (synonym of “wire”)"
    assert reasons_for(ranker, "mastercrad", limit=1)[0] == "holds “mastercrad” (correction of “mastercrad”)"


def test_words_of_the_title_are_named(ranker: Ranker) -> None:
    assert "“payment” in the title" in reasons_for(ranker, "payment by visa", limit=1)


def test_an_error_text_is_a_reason(ranker: Ranker) -> None:
    assert "its article explains the error text in the question" in reasons_for(ranker, LOCKED)


def test_a_known_question_is_a_reason(ranker: Ranker) -> None:
    assert "its article is known to answer a question like this (100% alike)" in reasons_for(
        ranker, "which cards do you take"
    )


def test_words_close_together_are_a_reason(ranker: Ranker) -> None:
    assert "the words stand close together" in reasons_for(ranker, "American Express")


def test_the_distance_to_the_next_says_what_that_lacks(ranker: Ranker) -> None:
    ahead = reasons_for(ranker, "visa invoice")[-1]

    assert "ahead of the next, which lacks " in ahead
    assert reasons_for(ranker, "visa invoice", limit=1)[-1] != ahead


def test_a_passage_without_any_of_the_words_says_so(ranker: Ranker) -> None:
    understood = ranker.understander.understand("visa")
    passage = ranker.rank(understood, limit=1).passages[0]._replace(held=(False,))

    assert reasons(understood, [passage], 0)[:2] == ("holds none of the words", "lacks visa")
