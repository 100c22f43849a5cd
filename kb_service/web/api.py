"""The JSON API: a view reads typed parameters, asks for the public audience and sends a payload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import msgspec
from flask import Flask, Response, request

from kb_service.answers.results import Question, Suggestion
from kb_service.knowledge_base import KnowledgeBase
from kb_service.web import operations as table
from kb_service.web import parameters, payloads
from kb_service.web.caching import JSON, OWN, SHARED, View, cacheable
from kb_service.web.feedback import Feedback
from kb_service.web.front_desk import FrontDesk
from kb_service.web.parameters import read_body, read_query
from kb_service.web.security import preflight


@dataclass(frozen=True, slots=True)
class Api:
    """The views. `contact_url` is where a person is offered help when nothing answers; it may be empty."""

    knowledge_base: KnowledgeBase
    desk: FrontDesk
    contact_url: str
    feedback: Feedback

    def get_answer(self) -> Response:
        asked = read_query(request, parameters.AnswerQuery)
        return self._answer(asked.q, asked)

    def post_answer(self) -> Response:
        asked = read_body(request, parameters.AnswerBody)
        return self._answer(asked.question, asked)

    def search(self) -> Response:
        asked = read_query(request, parameters.SearchQuery)
        found = self.knowledge_base.search(
            asked.q, limit=asked.limit, offset=asked.offset, topic=asked.topic, explain=asked.explain
        )
        return _json(payloads.search_response(found))

    def suggest(self) -> Response:
        asked = read_query(request, parameters.SuggestQuery)
        is_begun = asked.q.strip()
        suggestions = (
            self.knowledge_base.suggest(asked.q, limit=asked.limit)
            if is_begun
            else self._beginnings(asked.topic, asked.limit)
        )
        return _json(payloads.SuggestResponse(asked.q, suggestions))

    def articles(self) -> Response:
        asked = read_query(request, parameters.ArticlesQuery)
        page = self.knowledge_base.articles(limit=asked.limit, offset=asked.offset, topic=asked.topic)
        return _json(payloads.articles_response(page))

    def article(self, article_id: str) -> Response:
        return _json(payloads.article_response(self.knowledge_base.article(article_id)))

    def staff_count(self) -> Response:
        asked = read_query(request, parameters.StaffCountQuery)
        return _json(payloads.staff_count_response(self.desk.staff_count(asked.domain, token=asked.token)))

    def _beginnings(self, topic: str | None, limit: int) -> tuple[Suggestion, ...]:
        """Return what to offer before anything is typed."""
        if topic is None:
            return self.knowledge_base.popular_questions(limit=limit)
        articles = self.knowledge_base.articles(topic=topic, limit=limit).articles
        return tuple(Suggestion(each.title, "title", each.id, each.url, ()) for each in articles)

    def _answer(self, text: str, asked: parameters.AnswerQuery | parameters.AnswerBody) -> Response:
        question = Question(text, domain=asked.domain, seats=asked.seats, limit=asked.limit, explain=asked.explain)
        answer = self.desk.answer(question, token=asked.token)
        return _json(payloads.answer_response(answer, contact_url=self.contact_url))

    def views(self) -> Mapping[table.Operation, View]:
        """Return which view does which operation."""
        return {
            table.GET_ANSWER: self.get_answer,
            table.POST_ANSWER: self.post_answer,
            table.SEARCH: self.search,
            table.SUGGEST: self.suggest,
            table.ARTICLES: self.articles,
            table.ARTICLE: self.article,
            table.STAFF_COUNT: self.staff_count,
            table.FEEDBACK: self.feedback.post,
        }


def register_api(app: Flask, api: Api, etag: Callable[[], str]) -> None:
    """Route every operation of the table, and OPTIONS where pages of other sites may call."""
    methods = defaultdict(set)
    for operation, view in api.views().items():
        keep = OWN if "query_id" in operation.returns.__struct_fields__ else SHARED
        respond = cacheable(view, etag, JSON, keep=keep) if operation.is_cached else view
        app.add_url_rule(operation.rule, operation.endpoint, respond, methods=[operation.method])
        methods[operation.rule].add(operation.method)
    for rule in table.CROSS_ORIGIN_PATHS:
        app.add_url_rule(rule, f"preflight {rule}", partial(preflight, methods[rule]), methods=["OPTIONS"])


def _json(payload: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(payload), content_type=JSON)
