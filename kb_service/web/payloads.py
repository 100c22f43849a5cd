"""What the API sends: its contract, as types. The OpenAPI document is made from them; the domain may change below."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kb_service.answers.results import (
    Answer,
    ArticlePage,
    ArticleRead,
    ArticleSummary,
    FoundPassage,
    IndexInfo,
    Outcome,
    Quote,
    RelatedArticle,
    SearchResult,
    Suggestion,
)
from kb_service.content.article import Audience, PassageKind, Section
from kb_service.questions.understanding import Correction
from kb_service.staff.counter import StaffCount, StaffCountStatus
from kb_service.staff.messages import message
from kb_service.web.seat_payload import SeatsResponse, seats_response

Offsets = Annotated[tuple[tuple[int, int], ...], Meta(description="[start, end) in code points of the text.")]


class PassageResponse(msgspec.Struct, frozen=True):
    """A passage, word for word as it stands in its article."""

    id: str
    article_id: str
    title: str
    heading_path: tuple[str, ...]
    url: str
    text: str
    marks: Offsets
    score: float
    audience: Audience
    verified_at: date | None
    stale: bool
    content_sha256: str
    why: Annotated[tuple[str, ...] | UnsetType, Meta(description="Only with explain=1.")] = UNSET


class StaffCountResponse(msgspec.Struct, frozen=True):
    """The live number of active staff of a helpdesk, or why it is not known."""

    status: StaffCountStatus
    domain: str
    count: int | None
    purchased: int | None
    observed_at: datetime | None
    age_seconds: int
    cached: bool
    message: str


class AnswerResponse(msgspec.Struct, frozen=True):
    """The answer to a question: a quote of a passage, or outcome `no_answer`."""

    question: str
    query_id: str
    outcome: Outcome
    confidence: Annotated[float, Meta(ge=0, le=1, description="The chance that the answer is right.")]
    answer: Quote | None
    passages: tuple[PassageResponse, ...]
    corrections: tuple[Correction, ...]
    staff_count: StaffCountResponse | None
    seats: SeatsResponse | None
    related: tuple[RelatedArticle, ...]
    index: IndexInfo
    took_ms: float
    contact_url: Annotated[str | UnsetType, Meta(description="Where to ask a person; only with no_answer.")] = UNSET


class SearchResponse(msgspec.Struct, frozen=True):
    """One page of the ranking; `total` counts every passage that matched."""

    query: str
    query_id: str
    total: int
    limit: int
    offset: int
    passages: tuple[PassageResponse, ...]
    corrections: tuple[Correction, ...]
    index: IndexInfo
    took_ms: float


class SuggestResponse(msgspec.Struct, frozen=True):
    """What completes the typed words."""

    query: str
    suggestions: tuple[Suggestion, ...]


class ArticleSummaryResponse(msgspec.Struct, frozen=True):
    """An article in a list."""

    id: str
    title: str
    topics: tuple[str, ...]
    summary: str
    url: str
    audience: Audience
    verified_at: date | None
    stale: bool


class ArticlesResponse(msgspec.Struct, frozen=True):
    """One page of the list of articles."""

    total: int
    limit: int
    offset: int
    articles: tuple[ArticleSummaryResponse, ...]
    index: IndexInfo


class ArticlePassageResponse(msgspec.Struct, frozen=True):
    """A piece of an article that answers can quote."""

    id: str
    heading_path: tuple[str, ...]
    anchor: str
    kind: PassageKind
    text: str
    content_sha256: str


class ArticleResponse(msgspec.Struct, frozen=True):
    """One article: as plain text, as sections and passages, and as sanitized HTML."""

    id: str
    title: str
    topics: tuple[str, ...]
    summary: str
    url: str
    audience: Audience
    lang: str | None
    verified_at: date | None
    review_by: date | None
    stale: bool
    questions: tuple[str, ...]
    text: str
    sections: tuple[Section, ...]
    passages: tuple[ArticlePassageResponse, ...]
    html: str
    related: tuple[RelatedArticle, ...]
    index: IndexInfo


def answer_response(answer: Answer, *, contact_url: str) -> AnswerResponse:
    """`contact_url` is offered when nothing answers; it may be empty."""
    offers_contact = contact_url and answer.outcome == "no_answer"
    return AnswerResponse(
        question=answer.question,
        query_id=answer.query_id,
        outcome=answer.outcome,
        confidence=answer.confidence,
        answer=answer.answer,
        passages=_passages(answer.passages),
        corrections=answer.corrections,
        staff_count=staff_count_response(answer.staff_count) if answer.staff_count else None,
        seats=seats_response(answer.seats, answer.seat_passage_ids) if answer.seats else None,
        related=answer.related,
        index=answer.index,
        took_ms=answer.took_ms,
        contact_url=contact_url if offers_contact else UNSET,
    )


def search_response(result: SearchResult) -> SearchResponse:
    return SearchResponse(
        query=result.query,
        query_id=result.query_id,
        total=result.total,
        limit=result.limit,
        offset=result.offset,
        passages=_passages(result.passages),
        corrections=result.corrections,
        index=result.index,
        took_ms=result.took_ms,
    )


def articles_response(page: ArticlePage) -> ArticlesResponse:
    summaries = tuple(_summary(summary) for summary in page.articles)
    return ArticlesResponse(page.total, page.limit, page.offset, summaries, page.index)


def article_response(read: ArticleRead) -> ArticleResponse:
    article, view = read.article, read.view
    passages = tuple(
        ArticlePassageResponse(each.id, each.heading_path, each.anchor, each.kind, each.text, each.content_sha256)
        for each in view.passages
    )
    return ArticleResponse(
        id=article.id,
        title=article.title,
        topics=article.topics,
        summary=read.summary.summary,
        url=read.summary.url,
        audience=article.audience,
        lang=article.lang,
        verified_at=article.verified_at,
        review_by=article.review_by,
        stale=read.summary.stale,
        questions=article.questions,
        text="\n\n".join(passage.text for passage in view.passages),
        sections=view.sections,
        passages=passages,
        html=view.html,
        related=read.related,
        index=read.index,
    )


def staff_count_response(staff_count: StaffCount) -> StaffCountResponse:
    return StaffCountResponse(
        status=staff_count.status,
        domain=staff_count.domain,
        count=staff_count.count,
        purchased=staff_count.purchased,
        observed_at=staff_count.observed_at,
        age_seconds=staff_count.age_seconds,
        cached=staff_count.cached,
        message=message(staff_count),
    )


def _passages(found: tuple[FoundPassage, ...]) -> tuple[PassageResponse, ...]:
    return tuple(
        PassageResponse(
            passage.id,
            passage.article_id,
            passage.title,
            passage.heading_path,
            passage.url,
            passage.text,
            passage.marks,
            passage.score,
            passage.audience,
            passage.verified_at,
            passage.stale,
            passage.content_sha256,
            passage.why,
        )
        for passage in found
    )


def _summary(summary: ArticleSummary) -> ArticleSummaryResponse:
    return ArticleSummaryResponse(
        id=summary.id,
        title=summary.title,
        topics=summary.topics,
        summary=summary.summary,
        url=summary.url,
        audience=summary.audience,
        verified_at=summary.verified_at,
        stale=summary.stale,
    )
