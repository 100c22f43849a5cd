"""What each template is given as `page`, and what all are given as `site`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from kb_service.answers.results import ArticleSummary, Outcome, RelatedArticle, Suggestion, Topic
from kb_service.content.article import Section
from kb_service.questions.understanding import Correction
from kb_service.web.marked_text import Piece


@dataclass(frozen=True, slots=True)
class Site:
    """Addresses of our files, where to ask a person (may be empty), whether visitors may have a helpdesk counted."""

    style_url: str
    icon_url: str
    script_url: str
    base_url: str
    contact_url: str
    counts_staff: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the search form."""

    query: str = ""
    domain: str = ""
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class HomePage:
    """With a `topic`, the articles of that topic instead of example questions."""

    asked: Asked
    topics: tuple[Topic, ...]
    questions: tuple[Suggestion, ...]
    topic: str
    articles: tuple[ArticleSummary, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """The passage `id` in pieces: marked is the sentence that answers, in other passages the words asked for."""

    id: str
    title: str
    heading_path: tuple[str, ...]
    url: str
    pieces: tuple[Piece, ...]
    verified_at: date | None
    stale: bool


@dataclass(frozen=True, slots=True)
class SeatCard:
    """The seat position: numbers (None is unknown), sentences, and the passage they rest on (`url` may be empty)."""

    headline: str
    purchased: int | None
    active: int | None
    sentences: tuple[str, ...]
    conflicts: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """`answer` is None when nothing answers; then `related` are the nearest titles. `staff_count` is a sentence.

    Only the first `page` has the answer and the seats; `before` and `after` are the addresses of its neighbours or "".
    """

    asked: Asked
    query_id: str
    outcome: Outcome
    answer: Quotation | None
    others: tuple[Quotation, ...]
    corrections: tuple[Correction, ...]
    staff_count: str
    seats: SeatCard | None
    related: tuple[RelatedArticle, ...]
    page: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ArticleReader:
    """`html` was sanitized when the index was built. `data` is for machines, None where the base URL is not known."""

    asked: Asked
    summary: ArticleSummary
    sections: tuple[Section, ...]
    html: Markup
    lang: str | None
    related: tuple[RelatedArticle, ...]
    data: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class VotePage:
    """Thanks for a vote, or the question what was wrong; `url` leads back to what was voted on."""

    asked: Asked
    query_id: str
    passage_id: str
    asks_why: bool
    url: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`heading` says what happened in words, `title` is the name of the status."""

    asked: Asked
    status: int
    title: str
    heading: str
    detail: str
    problems: tuple[str, ...]
    request_id: str
