"""What people ask and what they get back: the types that KnowledgeBase takes and returns, ready to be sent as JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kb_service.content.article import Article, Audience, View
from kb_service.questions.understanding import Correction
from kb_service.seats.position import SeatPosition
from kb_service.staff.counter import StaffCount
from kb_service.wording.languages import Language

Outcome = Literal["answered", "possible", "no_answer", "wants_person", "empty_question"]


class Question(msgspec.Struct, frozen=True):
    """Any text is a question. `domain` asks for the live staff count; `seats` that are paid for and `active` staff are
    what the asker entered, if anything.

    `limit` is the most passages wanted; `explain` asks for the reasons of each passage's rank, `html` for the passages
    as they are written; `lang` is that of the sentences about seats. `languages` are those that the asker reads, the
    best first: where the articles have none in that of the question, those that say another are left out. Where nobody
    `waits` for a helpdesk, a count that is not known yet is `pending`.
    """

    text: str
    audience: Audience = "public"
    domain: str | None = None
    seats: int | None = None
    active: int | None = None
    limit: int = 5
    explain: bool = False
    waits: bool = True
    html: bool = False
    lang: Language = "en"
    languages: tuple[str, ...] = ()


class Highlight(msgspec.Struct, frozen=True):
    """[start, end) in code points of a passage's text: what of it answers best, if any of it does."""

    start: int
    end: int


class FoundPassage(msgspec.Struct, frozen=True):
    """A passage, word for word as it stands in its article."""

    id: str
    article_id: str
    title: str
    heading_path: tuple[str, ...]
    url: str
    text: str
    marks: Annotated[tuple[tuple[int, int], ...], Meta(description="[start, end) in code points of the text.")]
    score: float
    audience: Audience
    verified_at: date | None
    stale: bool
    content_sha256: str
    lang: Annotated[str, Meta(description="The language of the article; empty where it is not known.")] = ""
    highlight: Annotated[
        Highlight | UnsetType,
        Meta(description="What of the text answers best; only in answers, of the passages that were read closely."),
    ] = UNSET
    why: Annotated[tuple[str, ...] | UnsetType, Meta(description="Only with explain=1.")] = UNSET
    html: Annotated[
        str | UnsetType,
        Meta(
            description="Only with html=1: the passage as it is written, as sanitized HTML. Its `<mark>` elements hold "
            "the `highlight`, without one what `marks` are of the text."
        ),
    ] = UNSET


class IndexInfo(msgspec.Struct, frozen=True):
    """The generation a result was made from, with its size."""

    generation: str
    articles: int
    passages: int


class RelatedArticle(msgspec.Struct, frozen=True):
    """An article worth offering: its title and where it is served."""

    article_id: str
    title: str
    url: str
    lang: str = ""


class Quote(msgspec.Struct, frozen=True):
    """Verbatim text of a passage: `text == passage.text[start:end]`."""

    text: str
    passage_id: str
    start: int
    end: int


class PartialAnswer(msgspec.Struct, frozen=True):
    """What answers one of several questions of a message; `answer` is None where nothing is claimed to.

    `question` is as it was looked for, with what it refers to. `title` and `url` are those of the quote, or "".
    """

    question: str
    outcome: Outcome
    confidence: Annotated[float, Meta(ge=0, le=1)]
    answer: Quote | None
    title: str
    url: str


class SeatAnswer(msgspec.Struct, frozen=True):
    """What a question says of seats, with the live count; `seat_passage_ids` as in Answer."""

    staff_count: StaffCount | None
    seats: SeatPosition | None
    seat_passage_ids: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True):
    """The answer to a question: a quote of a passage, or none.

    `possible` shows `passages` that may help, and claims nothing. With `no_answer` there are none, and `related` may
    name the nearest titles instead of what belongs to the answer. `seat_passage_ids` are the
    passages that the sentences of `seats` rest on. `answers` has each question of a message that asks several, where
    one of them has an answer: the first of these is `answer` too. `ask` says who can answer what no
    article does, where authors say so; `languages` are those of the articles where the question is in none of them.
    `remembered` tells whether it came from the cache.
    """

    question: str
    query_id: str
    outcome: Outcome
    confidence: Annotated[float, Meta(ge=0, le=1, description="The chance that the best quote answers.")]
    answer: Quote | None
    passages: tuple[FoundPassage, ...]
    corrections: tuple[Correction, ...]
    staff_count: StaffCount | None
    seats: SeatPosition | None
    seat_passage_ids: tuple[str, ...]
    related: tuple[RelatedArticle, ...]
    index: IndexInfo
    took_ms: float
    answers: tuple[PartialAnswer, ...] = ()
    ask: str = ""
    languages: tuple[str, ...] = ()
    remembered: bool = False


class SearchResult(msgspec.Struct, frozen=True):
    """One page of the ranking; `total` counts every passage that matched."""

    query: str
    query_id: str
    total: int
    limit: int
    offset: int
    passages: tuple[FoundPassage, ...]
    corrections: tuple[Correction, ...]
    index: IndexInfo
    took_ms: float


class Suggestion(msgspec.Struct, frozen=True):
    """A title, known question or section that completes what is typed; `marks` as in FoundPassage.

    `title` is that of its article, `topic` that of the topic under which the article stands, "" without one.
    """

    text: str
    kind: str
    article_id: str
    url: str
    marks: tuple[tuple[int, int], ...]
    title: str = ""
    topic: str = ""


class ArticleSummary(msgspec.Struct, frozen=True):
    """An article in a list; `summary` is the beginning of its text, `lang` its language, "" where that is not known."""

    id: str
    title: str
    topics: tuple[str, ...]
    summary: str
    url: str
    audience: Audience
    verified_at: date | None
    stale: bool
    lang: str = ""


class Translation(msgspec.Struct, frozen=True):
    """An article that says the same in another language."""

    lang: str
    url: str


class ArticlePage(msgspec.Struct, frozen=True):
    """One page of the list of articles; `total` counts all of them."""

    total: int
    limit: int
    offset: int
    articles: tuple[ArticleSummary, ...]
    index: IndexInfo


class Topic(msgspec.Struct, frozen=True):
    """A topic, how many articles have it, how it is called and what is said of it (may be "")."""

    name: str
    articles: int
    title: str
    description: str = ""


class ArticleRead(msgspec.Struct, frozen=True):
    """One article as its audience may read it; `translations` are those of it and itself, none where there are none.

    `previous` and `following` stand beside it in its (first) topic.
    """

    article: Article
    view: View
    summary: ArticleSummary
    related: tuple[RelatedArticle, ...]
    index: IndexInfo
    translations: tuple[Translation, ...] = ()
    topic: Topic | None = None
    previous: RelatedArticle | None = None
    following: RelatedArticle | None = None


class Status(msgspec.Struct, frozen=True):
    """Whether questions can be answered now, and why not; `model` is "" where only words are compared."""

    ready: bool
    reason: str
    index: IndexInfo | None
    model: str
