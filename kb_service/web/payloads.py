"""What the API sends where that is not a result of the knowledge base as it is: its contract, as types.

The OpenAPI document is made from them, and from the results that are sent as they are (search, lists of articles).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from kb_service.answers.results import (
    Answer,
    ArticleRead,
    FoundPassage,
    IndexInfo,
    Outcome,
    Quote,
    RelatedArticle,
    SearchResult,
    Suggestion,
)
from kb_service.content.article import Audience, PassageKind, Section
from kb_service.content.passage_html import with_addresses
from kb_service.questions.understanding import Correction
from kb_service.staff.counter import StaffCount, StaffCountStatus
from kb_service.staff.messages import message
from kb_service.web.seat_payload import SeatsResponse, seats_response


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
    passages: tuple[FoundPassage, ...]
    corrections: tuple[Correction, ...]
    staff_count: StaffCountResponse | None
    seats: SeatsResponse | None
    related: tuple[RelatedArticle, ...]
    index: IndexInfo
    took_ms: float
    contact_url: Annotated[str | UnsetType, Meta(description="Where to ask a person; only with no_answer.")] = UNSET


class SuggestResponse(msgspec.Struct, frozen=True):
    """What completes the typed words."""

    query: str
    suggestions: tuple[Suggestion, ...]


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


Found = TypeVar("Found", Answer, SearchResult)


def with_absolute_addresses(found: Found, base_url: str) -> Found:
    """Return an answer or a search with the addresses in the HTML of its passages absolute, where there are any.

    Others show it on their own sites. As they are if `base_url` is "".
    """
    if not base_url or not any(each.html for each in found.passages):
        return found
    passages = tuple(
        replace(each, html=with_addresses(each.html, base_url + each.url, root=base_url) if each.html else each.html)
        for each in found.passages
    )
    return replace(found, passages=passages)


def answer_response(answer: Answer, *, contact_url: str) -> AnswerResponse:
    """`contact_url` is offered when nothing answers; it may be empty."""
    offers_contact = contact_url and answer.outcome == "no_answer"
    return AnswerResponse(
        question=answer.question,
        query_id=answer.query_id,
        outcome=answer.outcome,
        confidence=answer.confidence,
        answer=answer.answer,
        passages=answer.passages,
        corrections=answer.corrections,
        staff_count=staff_count_response(answer.staff_count) if answer.staff_count else None,
        seats=seats_response(answer.seats, answer.seat_passage_ids) if answer.seats else None,
        related=answer.related,
        index=answer.index,
        took_ms=answer.took_ms,
        contact_url=contact_url if offers_contact else UNSET,
    )


def article_response(read: ArticleRead) -> ArticleResponse:
    article, view = read.article, read.view
    passages = msgspec.convert(view.passages, tuple[ArticlePassageResponse, ...], from_attributes=True)
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
