"""From what ranking and the index hold to what is shown: passages with marks and links, summaries of articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import quote

from msgspec import UNSET, UnsetType

from kb_service.content.article import Article
from kb_service.index.catalogue import Catalogue
from kb_service.questions.understanding import QuestionWord, Understanding
from kb_service.ranking.explaining import explain as reasons
from kb_service.ranking.highlighting import marks
from kb_service.ranking.ranking import Ranked
from kb_service.ranking.results import ArticleSummary, FoundPassage, IndexInfo, RelatedArticle

SUMMARY_CHARACTERS: Final = 200


def index_info(catalogue: Catalogue) -> IndexInfo:
    """Return which generation a catalogue is of, with its size."""
    return IndexInfo(generation=catalogue.generation, articles=catalogue.articles, passages=catalogue.passages)


def article_url(article_id: str, anchor: str = "") -> str:
    """Return the path under which an article, or a passage of it, is served."""
    return f"/articles/{quote(article_id, safe='/')}" + (f"#{quote(anchor)}" if anchor else "")


def found_passages(
    ranked: Sequence[Ranked], understood: Understanding, *, today: date, explain: bool
) -> tuple[FoundPassage, ...]:
    """Return ranked passages as they are shown; `explain` adds why each stands where it does."""
    return tuple(
        found_passage(passage, understood.words, today=today, why=reasons(understood, ranked, at) if explain else UNSET)
        for at, passage in enumerate(ranked)
    )


def found_passage(
    ranked: Ranked, words: Sequence[QuestionWord], *, today: date, why: tuple[str, ...] | UnsetType = UNSET
) -> FoundPassage:
    """Return a ranked passage with its marks, its link and how fresh it is."""
    passage = ranked.entry.passage
    return FoundPassage(
        id=passage.id,
        article_id=passage.article_id,
        title=passage.title,
        heading_path=passage.heading_path,
        url=article_url(passage.article_id, passage.anchor),
        text=passage.text,
        marks=marks(ranked.entry, words),
        score=round(ranked.score, 4),
        audience=passage.audience,
        verified_at=ranked.entry.verified_at,
        stale=_is_stale(ranked.entry.review_by, today),
        content_sha256=passage.content_sha256,
        why=why,
    )


def summary_of(article: Article, *, today: date) -> ArticleSummary:
    """Return one line about an article (as a snapshot holds it)."""
    text = article.public.passages[0].text if article.public and article.public.passages else ""
    return ArticleSummary(
        id=article.id,
        title=article.title,
        topics=article.topics,
        verified_at=article.verified_at,
        stale=_is_stale(article.review_by, today),
        url=article_url(article.id),
        audience=article.audience,
        summary=_beginning(text),
    )


def related_articles(catalogue: Catalogue, article_ids: Sequence[str]) -> tuple[RelatedArticle, ...]:
    """Return those of the articles with these ids (or former ones) that there are, as something worth offering."""
    numbers = [number for name in article_ids if (number := catalogue.article_number(name)) is not None]
    found = [(catalogue.article_ids[number], catalogue.guide.titles[number]) for number in numbers]
    return tuple(RelatedArticle(article_id=name, title=title, url=article_url(name)) for name, title in found)


def _is_stale(review_by: date | None, today: date) -> bool:
    return review_by is not None and review_by < today


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= SUMMARY_CHARACTERS:
        return line
    return line[: line.rfind(" ", 0, SUMMARY_CHARACTERS) + 1 or SUMMARY_CHARACTERS].rstrip() + "…"
