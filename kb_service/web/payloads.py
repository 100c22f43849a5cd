"""What requests carry and what the API sends, as types: its contract, from which the OpenAPI document is made.

Results of the knowledge base that are sent as they are (search, lists of articles) stand in answers/results.py.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from kb_service.answers.results import (
    Answer,
    ArticleRead,
    FoundPassage,
    IndexInfo,
    Outcome,
    PartialAnswer,
    Question,
    Quote,
    RelatedArticle,
    SearchResult,
    SeatAnswer,
    Suggestion,
)
from kb_service.content.article import Audience, PassageKind, Section
from kb_service.content.passages.as_written import with_addresses
from kb_service.knowledge_base import MAX_QUESTION_CHARACTERS, MOST_SEATS
from kb_service.questions.understanding import Correction
from kb_service.record.events import Surface
from kb_service.seats.position import SeatNumber, SeatPosition, Source
from kb_service.seats.sentences import SeatState, WhatIf
from kb_service.settings import RecordMode
from kb_service.staff.counter import StaffCount, StaffCountStatus
from kb_service.staff.messages import message, note
from kb_service.web.formatting import html_to_send, with_own_addresses
from kb_service.web.recording import QueryId
from kb_service.wording.catalogue import words_in
from kb_service.wording.languages import Language, names_in

MAX_DOMAIN_CHARACTERS: Final = 253  # the longest name DNS knows

Words = Annotated[str, Meta(max_length=MAX_QUESTION_CHARACTERS, description="The question, in any words.")]
Domain = Annotated[
    str, Meta(max_length=MAX_DOMAIN_CHARACTERS, description="A helpdesk, such as acme.kayako.com, to count its staff.")
]
Token = Annotated[
    str,
    Meta(max_length=1000, description="What the operator's site signed for the domain, where it must."),
]
Seats = Annotated[int, Meta(ge=0, le=MOST_SEATS, description="How many seats are paid for.")]
Active = Annotated[int, Meta(ge=0, le=MOST_SEATS, description="How many staff accounts are active.")]
Wait = Annotated[
    bool,
    Meta(description="0: do not wait for the helpdesk; a count that is not known yet has status pending."),
]
Offset = Annotated[int, Meta(ge=0, le=10_000, description="How many to leave out at the start.")]
Topic = Annotated[str, Meta(max_length=100, description="Only articles of this topic.")]
Lang = Annotated[
    Language,
    Meta(
        description="The language of the sentences about seats and of a staff count; and of the reader, where that of "
        "the question is not known: articles that say they are in another are left out."
    ),
]
Reads = Annotated[
    str, Meta(max_length=35, description="The reader's language: articles that say they are in another are left out.")
]
Explain = Annotated[bool, Meta(description="1: say why each passage was found.")]
Html = Annotated[bool, Meta(description="1: give each passage also as it is written, as sanitized HTML.")]
FewPassages = Annotated[int, Meta(ge=1, le=20, description="The most passages to return.")]
ManyPassages = Annotated[int, Meta(ge=1, le=50, description="The most passages to return.")]
Suggestions = Annotated[int, Meta(ge=1, le=20, description="The most suggestions to return.")]
Articles = Annotated[int, Meta(ge=1, le=200, description="The most articles to return.")]

ReportSection = Literal[
    "open_questions", "disappointing", "never_opened", "most_asked", "most_copied", "most_solved", "overdue",
    "surfaces", "days",
]  # fmt: skip


class AnswerQuery(msgspec.Struct, frozen=True):
    q: Words = ""
    domain: Domain | None = None
    token: Token | None = None
    seats: Seats | None = None
    active: Active | None = None
    limit: FewPassages = 5
    explain: Explain = False
    html: Html = False
    wait: Wait = True
    lang: Lang = "en"


class AnswerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    question: Words
    domain: Domain | None = None
    token: Token | None = None
    seats: Seats | None = None
    active: Active | None = None
    limit: FewPassages = 5
    explain: Explain = False
    html: Html = False
    wait: Wait = True
    lang: Lang = "en"


class SeatsQuery(msgspec.Struct, frozen=True):
    q: Words = ""
    domain: Domain | None = None
    token: Token | None = None
    seats: Seats | None = None
    active: Active | None = None
    lang: Lang = "en"


class HomeQuery(msgspec.Struct, frozen=True):
    """What the links to topics send."""

    topic: Topic | None = None


class BrowseQuery(msgspec.Struct, frozen=True):
    """What the links within lists of articles send."""

    page: Annotated[int, Meta(ge=1, le=1000, description="Which page of a long list.")] = 1


class ResultsQuery(msgspec.Struct, frozen=True):
    """What the forms of the pages send."""

    q: Words = ""
    domain: Domain | None = None
    seats: Seats | None = None
    active: Active | None = None


class SearchQuery(msgspec.Struct, frozen=True):
    q: Words = ""
    limit: ManyPassages = 10
    offset: Offset = 0
    topic: Topic | None = None
    explain: Explain = False
    html: Html = False
    lang: Reads | None = None


class SuggestQuery(msgspec.Struct, frozen=True):
    q: Words = ""
    limit: Suggestions = 5
    lang: Reads | None = None
    topic: Annotated[str, Meta(max_length=100, description="Without words, the articles of this topic.")] | None = None
    sections: Annotated[
        bool, Meta(description="1: sections of articles too, and several suggestions of one article, by topic.")
    ] = False


class ArticlesQuery(msgspec.Struct, frozen=True):
    limit: Articles = 50
    offset: Offset = 0
    topic: Topic | None = None
    lang: Reads | None = None


class StaffCountQuery(msgspec.Struct, frozen=True):
    domain: Domain
    token: Token | None = None


class ReportQuery(msgspec.Struct, frozen=True):
    days: Annotated[int, Meta(ge=1, le=3650, description="The last so many days.")] = 30
    surface: Annotated[Surface, Meta(description="Questions of one surface alone.")] | None = None
    csv: Annotated[ReportSection, Meta(description="Send this section alone, as CSV.")] | None = None


class SentPassage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A passage of an answer, by what the answer said of it."""

    id: Annotated[str, Meta(max_length=400)]
    content_sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class ReceiptBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    query_id: QueryId
    question: Words
    passages: Annotated[tuple[SentPassage, ...], Meta(min_length=1, max_length=20, description="What is sent.")]
    domain: Domain | None = None


class ReceiptResponse(msgspec.Struct, frozen=True):
    """The receipt of what an agent sent."""

    url: Annotated[str, Meta(description="Where anybody who knows it reads it; empty where all of it is for agents.")]
    agents_url: Annotated[str, Meta(description="Where agents read all of it.")]
    expires_at: datetime


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
    note: Annotated[
        str, Meta(description="What of `message` is left to say beside `seats`, which tell the count; may be empty.")
    ]
    url: Annotated[str, Meta(description="Where a person sees the count; empty where it cannot be asked for.")]


class SeatsResponse(msgspec.Struct, frozen=True):
    """Seats that are paid for against staff who are active, and what follows; null is unknown, nothing is guessed."""

    state: SeatState
    purchased: Annotated[int | None, Meta(description="Seats that are paid for; null when unknown or only guessed.")]
    purchased_source: Annotated[Source | None, Meta(description="Where `purchased` comes from.")]
    purchased_number: Annotated[
        SeatNumber | None,
        Meta(description="The seats paid for with their source and the span of the question, also when only guessed."),
    ]
    active: Annotated[int | None, Meta(description="Staff accounts that are enabled; null when unknown or guessed.")]
    active_source: Annotated[Source | None, Meta(description="Where `active` comes from.")]
    active_number: Annotated[
        SeatNumber | None,
        Meta(description="The active staff with their source and the span of the question, also when only guessed."),
    ]
    available: Annotated[int | None, Meta(description="How many more staff can be enabled.")]
    excess: Annotated[int | None, Meta(description="How many active staff are too many.")]
    questions: Annotated[
        tuple[str, ...], Meta(description="A question about each guessed number: “Do you pay for 60 seats?”")
    ]
    capacity: str
    billing: str
    conflicts: Annotated[tuple[str, ...], Meta(description="Numbers that contradict each other, in words.")]
    what_if: Annotated[WhatIf | None, Meta(description="What the change that the question speaks of would do.")]
    passage_ids: Annotated[tuple[str, ...], Meta(description="The passages that these sentences rest on.")]


class SeatsAnswerResponse(msgspec.Struct, frozen=True):
    """What a question says of seats, with the live count: the same as in its answer."""

    staff_count: StaffCountResponse | None
    seats: SeatsResponse | None


class AnswerResponse(msgspec.Struct, frozen=True):
    """The answer to a question: a quote of a passage; or outcome `possible`, passages that may help; or `no_answer`."""

    question: str
    query_id: str
    outcome: Outcome
    confidence: Annotated[float, Meta(ge=0, le=1, description="The chance that the best quote answers.")]
    answer: Quote | None
    passages: tuple[FoundPassage, ...]
    corrections: tuple[Correction, ...]
    staff_count: StaffCountResponse | None
    seats: SeatsResponse | None
    related: tuple[RelatedArticle, ...]
    index: IndexInfo
    took_ms: float
    answers: Annotated[
        tuple[PartialAnswer, ...],
        Meta(description="Each question of a message that asks several, where one of them has an answer; else empty."),
    ]
    ask: Annotated[str, Meta(description="Who can answer, where no article does and its authors say who; else empty.")]
    languages: Annotated[
        tuple[str, ...],
        Meta(
            description="Those of the articles, where the question is in none of them, called as in `lang`; else empty."
        ),
    ]
    record: Annotated[
        RecordMode,
        Meta(description="What is kept of it: the question, votes and events (on), votes alone, or nothing (off)."),
    ]
    contact_url: Annotated[
        str | UnsetType, Meta(description="Where to ask a person; where nothing is claimed to answer.")
    ] = UNSET


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


def reads(language: str | None) -> tuple[str, ...]:
    """Return the languages that a reader is known to read."""
    return (language,) if language else ()


def question_of(asked: AnswerQuery | AnswerBody, text: str, *, audience: Audience = "public") -> Question:
    """Return what somebody asked, as the knowledge base takes it; `text` is the question itself."""
    return Question(
        text,
        audience=audience,
        domain=asked.domain,
        seats=asked.seats,
        active=asked.active,
        limit=asked.limit,
        explain=asked.explain,
        waits=asked.wait,
        html=asked.html,
        lang=asked.lang,
        languages=(asked.lang,),
    )


Found = TypeVar("Found", Answer, SearchResult)


def with_absolute_addresses(found: Found, base_url: str) -> Found:
    """Return an answer or a search with the addresses in the HTML of its passages absolute, where there are any.

    Others show it on their own sites. What is ours is below `base_url`, other paths at the top of its host. As they are
    if it is "".
    """
    if not base_url or not any(each.html for each in found.passages):
        return found
    parts = urlsplit(base_url)
    host = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    def absolute(html: str, url: str) -> str:
        return with_addresses(with_own_addresses(html, base_url), base_url + url, root=host)

    passages = tuple(
        replace(each, html=absolute(each.html, each.url) if each.html else each.html) for each in found.passages
    )
    return replace(found, passages=passages)


def answer_response(answer: Answer, *, contact_url: str, record: RecordMode, lang: Language = "en") -> AnswerResponse:
    """`contact_url` is offered when nothing is claimed to answer; it may be empty. `lang` is that of the seats."""
    offers_contact = contact_url and answer.outcome in {"possible", "no_answer", "wants_person"}
    return AnswerResponse(
        question=answer.question,
        query_id=answer.query_id,
        outcome=answer.outcome,
        confidence=answer.confidence,
        answer=answer.answer,
        passages=answer.passages,
        corrections=answer.corrections,
        staff_count=staff_count_response(answer.staff_count, lang) if answer.staff_count else None,
        seats=seats_response(answer.seats, answer.seat_passage_ids) if answer.seats else None,
        related=answer.related,
        index=answer.index,
        took_ms=answer.took_ms,
        answers=answer.answers,
        ask=answer.ask,
        languages=names_in(lang, answer.languages),
        record=record,
        contact_url=contact_url if offers_contact else UNSET,
    )


def seats_answer_response(found: SeatAnswer, lang: Language = "en") -> SeatsAnswerResponse:
    return SeatsAnswerResponse(
        staff_count=staff_count_response(found.staff_count, lang) if found.staff_count else None,
        seats=seats_response(found.seats, found.seat_passage_ids) if found.seats else None,
    )


def article_response(read: ArticleRead, *, base_url: str = "") -> ArticleResponse:
    """Links in the HTML begin with `base_url`, where it is known."""
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
        html=html_to_send(view.html, base_url=base_url),
        related=read.related,
        index=read.index,
    )


def staff_count_response(staff_count: StaffCount, lang: Language = "en") -> StaffCountResponse:
    words = words_in(lang)
    return StaffCountResponse(
        status=staff_count.status,
        domain=staff_count.domain,
        count=staff_count.count,
        purchased=staff_count.purchased,
        observed_at=staff_count.observed_at,
        age_seconds=staff_count.age_seconds,
        cached=staff_count.cached,
        message=message(staff_count, words),
        note=note(staff_count, words),
        url=staff_count.url,
    )


def seats_response(position: SeatPosition, passage_ids: tuple[str, ...]) -> SeatsResponse:
    return SeatsResponse(
        state=position.state,
        purchased=position.purchased,
        purchased_source=_source(position.purchased_number),
        purchased_number=position.purchased_number,
        active=position.active,
        active_source=_source(position.active_number),
        active_number=position.active_number,
        available=position.available,
        excess=position.excess,
        questions=position.questions,
        capacity=position.capacity,
        billing=position.billing,
        conflicts=position.conflicts,
        what_if=position.what_if,
        passage_ids=passage_ids,
    )


def _source(number: SeatNumber | None) -> Source | None:
    return number.source if number and number.certain else None
