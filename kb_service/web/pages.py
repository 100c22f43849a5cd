"""The pages: they work without a script, and show what the API says in the same words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Flask, Response, request
from markupsafe import Markup
from msgspec.structs import replace

from kb_service.answers.results import (
    Answer,
    ArticleSummary,
    FoundPassage,
    Outcome,
    Question,
    RelatedArticle,
    Suggestion,
    Topic,
)
from kb_service.content.article import Section
from kb_service.knowledge_base import KnowledgeBase
from kb_service.questions.understanding import Correction
from kb_service.seats.position import SeatPosition
from kb_service.staff.messages import message
from kb_service.web.discovery import article_data
from kb_service.web.formatting import SEAT_HEADLINES, printable
from kb_service.web.parameters import MAX_PAGES, HomeQuery, ResultsQuery, read_query
from kb_service.web.responses import HTML, OWN, Asked, cacheable, page_response
from kb_service.web.visitors import Visitors

RESULTS_ENDPOINT: Final = "results_page"
QUESTIONS_ON_HOME: Final = 6
ARTICLES_OF_A_TOPIC: Final = 100
PASSAGES_ON_A_PAGE: Final = 8  # three screens of a laptop


@dataclass(frozen=True, slots=True)
class HomePage:
    """With a `topic`, the articles of that topic instead of example questions."""

    asked: Asked
    topics: tuple[Topic, ...]
    questions: tuple[Suggestion, ...]
    topic: str
    articles: tuple[ArticleSummary, ...]


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

    The marks of `answer` are the sentence that answers, those of `others` the words asked for. Only the first `page`
    has the answer and the seats; `before` and `after` are the addresses of its neighbours or "".
    """

    asked: Asked
    query_id: str
    outcome: Outcome
    answer: FoundPassage | None
    others: tuple[FoundPassage, ...]
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
    unlisted: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """The views. The audience is the public one, always."""

    knowledge_base: KnowledgeBase
    visitors: Visitors
    base_url: str

    def home(self) -> Response:
        topic = read_query(request, HomeQuery).topic
        articles = self.knowledge_base.articles(topic=topic, limit=ARTICLES_OF_A_TOPIC).articles if topic else ()
        page = HomePage(
            asked=Asked(),
            topics=self.knowledge_base.topics(),
            questions=self.knowledge_base.popular_questions(limit=QUESTIONS_ON_HOME),
            topic=topic or "",
            articles=articles,
        )
        return page_response("home.html", page)

    def results(self) -> Response:
        """One passage more than is shown is asked for: it tells whether there is a page after this one."""
        asked = read_query(request, ResultsQuery)
        domain = asked.domain if asked.page == 1 else None
        wanted = asked.page * PASSAGES_ON_A_PAGE + 1
        answer = self.visitors.answer(Question(asked.q, domain=domain, seats=asked.seats, limit=wanted), token=None)
        form = Asked(printable(asked.q), printable(asked.domain or ""), asked.seats)
        return page_response("results.html", results_page(answer, form, page=asked.page))

    def article(self, article_id: str) -> Response:
        read = self.knowledge_base.article(article_id)
        page = ArticleReader(
            asked=Asked(),
            summary=read.summary,
            sections=read.view.sections,
            html=Markup(read.view.html),  # noqa: S704 - sanitized when the index was built
            lang=read.article.lang,
            related=read.related,
            data=article_data(read, base_url=self.base_url),
            unlisted=bool(read.article.unlisted),
        )
        return page_response("article.html", page)


def register_pages(app: Flask, pages: Pages, etag: Callable[[], str]) -> None:
    """Route the pages."""
    app.add_url_rule("/", "home_page", cacheable(pages.home, etag, HTML))
    app.add_url_rule("/search", RESULTS_ENDPOINT, cacheable(pages.results, etag, HTML, keep=OWN))
    app.add_url_rule("/articles/<path:article_id>", "article_page", cacheable(pages.article, etag, HTML))


def results_page(answer: Answer, asked: Asked, *, page: int = 1) -> ResultsPage:
    """Return what a page of the results shows of an answer: the passage that answers first, then the others.

    A page behind the last one is the last one: what was shared before a new index keeps leading somewhere.
    """
    passages, quoted = answer.passages, answer.answer.passage_id if answer.answer else None
    page = min(page, max(1, math.ceil(len(passages) / PASSAGES_ON_A_PAGE)))
    is_first, end = page == 1, page * PASSAGES_ON_A_PAGE
    others = passages[end - PASSAGES_ON_A_PAGE : end]
    return ResultsPage(
        asked=asked,
        query_id=answer.query_id,
        outcome=answer.outcome,
        answer=_quoted_passage(answer) if is_first else None,
        others=tuple(each for each in others if each.id != quoted) if is_first else others,
        corrections=answer.corrections,
        staff_count=message(answer.staff_count) if answer.staff_count and is_first else "",
        seats=_seat_card(answer.seats, answer.seat_passage_ids) if answer.seats and is_first else None,
        related=answer.related,
        page=page,
        before="" if is_first else _address(asked, page - 1),
        after=_address(asked, page + 1) if len(passages) > end and page < MAX_PAGES else "",
    )


def _address(asked: Asked, page: int) -> str:
    given = {"q": asked.query, "domain": asked.domain, "seats": asked.seats, "page": page if page > 1 else None}
    return "/search?" + urlencode({name: value for name, value in given.items() if value not in ("", None)})


def _quoted_passage(answer: Answer) -> FoundPassage | None:
    """Return the passage that is quoted, with the quote as its only mark."""
    found = answer.answer
    if found is None:
        return None
    passage = next(each for each in answer.passages if each.id == found.passage_id)
    return replace(passage, marks=((found.start, found.end),))


def _seat_card(position: SeatPosition, passage_ids: tuple[str, ...]) -> SeatCard:
    what_if = position.what_if.sentence if position.what_if else ""
    return SeatCard(
        headline=SEAT_HEADLINES[position.state],
        purchased=position.purchased,
        active=position.active,
        sentences=tuple(filter(None, (*position.questions, position.capacity, position.billing, what_if))),
        conflicts=position.conflicts,
        url=f"/articles/{quote(passage_ids[0], safe='/#')}" if passage_ids else "",
    )
