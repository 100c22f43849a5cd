"""What the widget shows before anything is typed: what fits the page it is on, what is often asked, and topics."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from flask import Response, request
from msgspec import Meta

from kb_service.answers.results import ArticleSummary, Suggestion, Topic
from kb_service.errors import DependencyFailed, UnknownArticle
from kb_service.knowledge_base import KnowledgeBase
from kb_service.site import PageRule, SiteText
from kb_service.web.http import json_response, read_query
from kb_service.web.payloads import Reads, reads
from kb_service.web.recording import Recording

QUESTIONS: Final = 5
TOPICS: Final = 12
OF_A_TOPIC: Final = 20

_log: Final = logging.getLogger(__name__)


class BeginningQuery(msgspec.Struct, frozen=True):
    page: Annotated[str, Meta(max_length=500, description="Address of the page that the visitor is on.")] = ""
    topic: Annotated[str, Meta(max_length=100, description="Only articles of this topic.")] | None = None
    lang: Reads | None = None


class BeginningResponse(msgspec.Struct, frozen=True):
    """What to offer on a page."""

    title: Annotated[str, Meta(description="What the operator has the widget say at its top; may be empty.")]
    suggested: Annotated[tuple[Suggestion, ...], Meta(description="What the operator offers on this page.")]
    questions: Annotated[tuple[Suggestion, ...], Meta(description="What is often asked, or the articles of the topic.")]
    topics: Annotated[tuple[Topic, ...], Meta(description="The topics, in their order.")]
    messages: Annotated[bool, Meta(description="Whether `POST /contact` carries messages to people.")]
    contact_url: Annotated[str, Meta(description="Where a person helps; may be empty.")]


@dataclass(frozen=True, slots=True)
class Beginning:
    """The view."""

    knowledge_base: KnowledgeBase
    recording: Recording
    site: SiteText
    takes_messages: bool

    def of_program(self) -> Response:
        asked = read_query(request, BeginningQuery)
        languages = reads(asked.lang)
        found = BeginningResponse(
            title=self.site.widget.title,
            suggested=tuple(self._of_page(asked.page)) if asked.page else (),
            questions=self.offered(asked.topic, languages, limit=OF_A_TOPIC if asked.topic else QUESTIONS),
            topics=() if asked.topic else self.knowledge_base.topics(languages=languages)[:TOPICS],
            messages=self.takes_messages,
            contact_url=self.site.contact_url,
        )
        return json_response(found)

    def offered(self, topic: str | None, languages: Sequence[str], *, limit: int) -> tuple[Suggestion, ...]:
        """Return the articles of a topic, or without one what is often asked."""
        if topic is None:
            popular = self.recording.popular()
            return self.knowledge_base.popular_questions(limit=limit, asked=popular, languages=languages)
        found = self.knowledge_base.articles(topic=topic, limit=limit, languages=languages).articles
        return tuple(map(_as_suggestion, found))

    def tell_of_missing_articles(self) -> None:
        """Log which articles the file of the site names that visitors cannot read."""
        named = [(rule.match, article_id) for rule in self.site.widget.pages for article_id in rule.articles]
        with suppress(DependencyFailed):  # without an index nobody knows
            for match, article_id in named:
                if not self._article(article_id):
                    _log.warning("widget.pages, match %s: there is no article %r for visitors", match, article_id)

    def _of_page(self, page: str) -> Iterator[Suggestion]:
        rule = next((each for each in self.site.widget.pages if each.fits(page)), PageRule(""))
        for question in rule.questions:
            yield Suggestion(question, "question", "", "", ())
        for article_id in rule.articles:
            if found := self._article(article_id):
                yield found

    def _article(self, article_id: str) -> Suggestion | None:
        try:
            found = self.knowledge_base.article(article_id).summary
        except UnknownArticle:
            return None
        return _as_suggestion(found)


def _as_suggestion(article: ArticleSummary) -> Suggestion:
    return Suggestion(article.title, "title", article.id, article.url, (), article.title)
