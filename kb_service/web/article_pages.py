"""The pages to read and browse: an article, the articles of a topic, and all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, Response, request
from markupsafe import Markup

from kb_service.answers.results import ArticlePage, ArticleRead, ArticleSummary, RelatedArticle, Topic, Translation
from kb_service.content.article import Section
from kb_service.errors import UnknownArticle
from kb_service.knowledge_base import KnowledgeBase
from kb_service.web.article_html import on_page
from kb_service.web.discovery import article_data
from kb_service.web.formatting import html_to_send
from kb_service.web.http import HTML, Asked, cacheable, moved, page_response, read_query
from kb_service.web.languages import in_language_of_request as say
from kb_service.web.languages import reading, speak
from kb_service.web.payloads import BrowseQuery
from kb_service.web.recording import Recording
from kb_service.web.root import root
from kb_service.wording.messages import N_

LIST_PATH: Final = "/articles"
ARTICLES_A_PAGE: Final = 100
TOPICS_AT_ONCE: Final = 200  # articles, up to which one page shows them all by topic

_ENDING: Final = re.compile(r"(/index)?(\.html?|\.md|\.markdown)?/*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticleReader:
    """`html` was sanitized when the index was built. `data` is for machines, None where the base URL is not known.

    `lang` is the language of the article, "" where that is not known; `translations` are those of it and itself.
    """

    asked: Asked
    summary: ArticleSummary
    sections: tuple[Section, ...]
    html: Markup
    lang: str
    translations: tuple[Translation, ...]
    related: tuple[RelatedArticle, ...]
    topic: Topic | None
    previous: RelatedArticle | None
    following: RelatedArticle | None
    data: Mapping[str, Any] | None
    unlisted: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """The articles of a `topic`, or of all; `groups` have the title of their topic, "" where they are in none.

    `before` and `behind` are the addresses of further ones, "" without.
    """

    asked: Asked
    name: str
    topic: Topic | None
    topics: tuple[Topic, ...]
    total: int
    groups: tuple[tuple[str, tuple[ArticleSummary, ...]], ...]
    before: str
    behind: str


@dataclass(frozen=True, slots=True)
class ArticlePages:
    """The views. The audience is the public one, always."""

    knowledge_base: KnowledgeBase
    base_url: str
    site_name: str
    recording: Recording

    def article(self, article_id: str) -> Response:
        read = self._found(article_id)
        if read.summary.id != article_id:
            return moved(read.summary.url)
        self.recording.opened(read.summary.id)
        speak(read.article.lang)
        html = on_page(html_to_send(read.view.html, base_url=root()), picture=say(N_("Open the picture")))
        titles = {each.name: each.title for each in self.knowledge_base.topics()}
        page = ArticleReader(
            asked=Asked(),
            summary=read.summary,
            sections=read.view.sections,
            html=Markup(html),  # noqa: S704 - sanitized when the index was built
            lang=read.summary.lang,
            translations=read.translations,
            related=read.related,
            topic=read.topic,
            previous=read.previous,
            following=read.following,
            data=article_data(read, base_url=self.base_url, site_name=self.site_name, topics=titles),
            unlisted=bool(read.article.unlisted),
        )
        return page_response("article.html", page)

    def topic(self, name: str) -> Response:
        """List the articles of a topic."""
        topics = self.knowledge_base.topics(languages=reading())
        number = read_query(request, BrowseQuery).page
        found = self._listed(number, topic=name)
        page = ListPage(
            asked=Asked(),
            name=name,
            topic=next((each for each in topics if each.name == name), None),
            topics=topics,
            total=found.total,
            groups=(("", found.articles),) if found.articles else (),
            **_neighbours("/", {"topic": name}, number, found.total),
        )
        return page_response("topic.html", page)

    def all(self) -> Response:
        """List all articles: by topic, or where they are too many a page at a time."""
        topics = self.knowledge_base.topics(languages=reading())
        number = read_query(request, BrowseQuery).page
        found = self.knowledge_base.articles(limit=TOPICS_AT_ONCE, languages=reading())
        by_topic = found.total <= TOPICS_AT_ONCE
        if not by_topic:
            found = self._listed(number, topic=None)
        page = ListPage(
            asked=Asked(),
            name="",
            topic=None,
            topics=topics,
            total=found.total,
            groups=_by_topic(found.articles, topics) if by_topic else (("", found.articles),),
            **_neighbours(LIST_PATH, {}, 1 if by_topic else number, 0 if by_topic else found.total),
        )
        return page_response("articles.html", page)

    def _listed(self, number: int, *, topic: str | None) -> ArticlePage:
        offset = (number - 1) * ARTICLES_A_PAGE
        return self.knowledge_base.articles(topic=topic, limit=ARTICLES_A_PAGE, offset=offset, languages=reading())

    def _found(self, article_id: str) -> ArticleRead:
        """Return the article of an address as somebody wrote it, also with what other help centres have at its end."""
        try:
            return self.knowledge_base.article(article_id)
        except UnknownArticle:
            plain = _ENDING.sub("", article_id)
            if not plain or plain == article_id:
                raise
            return self.knowledge_base.article(plain)


def register_article_pages(app: Flask, pages: ArticlePages, etag: Callable[[], str]) -> None:
    """Route the pages; a topic has the address of the home page with its name."""
    app.add_url_rule(LIST_PATH, "articles_page", cacheable(pages.all, etag, HTML))
    app.add_url_rule(f"{LIST_PATH}/<path:article_id>", "article_page", cacheable(pages.article, etag, HTML))


def _by_topic(
    articles: Iterable[ArticleSummary], topics: Iterable[Topic]
) -> tuple[tuple[str, tuple[ArticleSummary, ...]], ...]:
    """Return articles by their first topic, those without one at the end."""
    groups: dict[str, list[ArticleSummary]] = {each.name: [] for each in topics}
    for each in articles:
        groups.setdefault(next((name for name in each.topics if name in groups), ""), []).append(each)
    titles = {each.name: each.title for each in topics}
    return tuple((titles.get(name, ""), tuple(found)) for name, found in groups.items() if found)


def _neighbours(path: str, query: Mapping[str, str], number: int, total: int) -> dict[str, str]:
    def address(other: int) -> str:
        return f"{path}?{urlencode({**query, 'page': other})}"

    return {
        "before": address(number - 1) if number > 1 else "",
        "behind": address(number + 1) if number * ARTICLES_A_PAGE < total else "",
    }
