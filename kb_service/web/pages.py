"""The pages: they work without a script, and show what the API says in the same words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, Response, render_template, request
from markupsafe import Markup

from kb_service.answers.results import Question
from kb_service.knowledge_base import KnowledgeBase
from kb_service.web.caching import HTML, OWN, cacheable
from kb_service.web.front_desk import FrontDesk
from kb_service.web.page_contexts import ArticleReader, Asked, HomePage
from kb_service.web.parameters import HomeQuery, ResultsQuery, read_query
from kb_service.web.results_page import PASSAGES_ON_A_PAGE, results_page
from kb_service.web.structured_data import article_data
from kb_service.web.words import printable

RESULTS_ENDPOINT: Final = "results_page"
QUESTIONS_ON_HOME: Final = 6
ARTICLES_OF_A_TOPIC: Final = 100


@dataclass(frozen=True, slots=True)
class Pages:
    """The views. The audience is the public one, always."""

    knowledge_base: KnowledgeBase
    desk: FrontDesk
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
        return _html("home.html", page)

    def results(self) -> Response:
        """One passage more than is shown is asked for: it tells whether there is a page after this one."""
        asked = read_query(request, ResultsQuery)
        domain = asked.domain if asked.page == 1 else None
        wanted = asked.page * PASSAGES_ON_A_PAGE + 1
        answer = self.desk.answer(Question(asked.q, domain=domain, seats=asked.seats, limit=wanted), token=None)
        form = Asked(printable(asked.q), printable(asked.domain or ""), asked.seats)
        return _html("results.html", results_page(answer, form, page=asked.page))

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
        )
        return _html("article.html", page)


def register_pages(app: Flask, pages: Pages, etag: Callable[[], str]) -> None:
    """Route the pages."""
    app.add_url_rule("/", "home_page", cacheable(pages.home, etag, HTML))
    app.add_url_rule("/search", RESULTS_ENDPOINT, cacheable(pages.results, etag, HTML, keep=OWN))
    app.add_url_rule("/articles/<path:article_id>", "article_page", cacheable(pages.article, etag, HTML))


def _html(template: str, page: Any) -> Response:
    return Response(render_template(template, page=page), content_type=HTML)
