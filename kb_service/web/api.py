"""The JSON API: a view reads typed parameters, asks for the public audience and sends a payload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from flask import Flask, Response, request

from kb_service.answers.results import Question
from kb_service.knowledge_base import KnowledgeBase
from kb_service.web import operations as table
from kb_service.web import payloads
from kb_service.web.beginning import Beginning
from kb_service.web.contact import Contact
from kb_service.web.every_request import preflight
from kb_service.web.feedback import Feedback
from kb_service.web.http import JSON, OWN, SHARED, View, cacheable, json_response, read_body, read_query
from kb_service.web.recording import Events
from kb_service.web.root import root
from kb_service.web.visitors import Visitors


@dataclass(frozen=True, slots=True)
class Api:
    """The views. `contact_url` is where a person is offered help when nothing answers; it may be empty.

    Links in HTML begin with `base_url`, where it is known.
    """

    knowledge_base: KnowledgeBase
    visitors: Visitors
    contact_url: str
    base_url: str
    feedback: Feedback
    events: Events
    contact: Contact
    beginning: Beginning

    def get_answer(self) -> Response:
        asked = read_query(request, payloads.AnswerQuery)
        return self._answer(asked.q, asked)

    def post_answer(self) -> Response:
        asked = read_body(request, payloads.AnswerBody)
        return self._answer(asked.question, asked)

    def seats(self) -> Response:
        asked = read_query(request, payloads.SeatsQuery)
        question = Question(asked.q, domain=asked.domain, seats=asked.seats, active=asked.active, lang=asked.lang)
        found = self.visitors.seats(question, token=asked.token)
        return json_response(payloads.seats_answer_response(found, asked.lang))

    def search(self) -> Response:
        asked = read_query(request, payloads.SearchQuery)
        found = self.knowledge_base.search(
            asked.q,
            limit=asked.limit,
            offset=asked.offset,
            topic=asked.topic,
            explain=asked.explain,
            html=asked.html,
            languages=payloads.reads(asked.lang),
        )
        self.events.recording.searched(found)
        return json_response(payloads.with_absolute_addresses(found, self.base_url or root()))

    def suggest(self) -> Response:
        asked = read_query(request, payloads.SuggestQuery)
        if asked.q.strip():
            suggestions = self.knowledge_base.suggest(
                asked.q, limit=asked.limit, languages=payloads.reads(asked.lang), sections=asked.sections
            )
        else:
            suggestions = self.beginning.offered(asked.topic, payloads.reads(asked.lang), limit=asked.limit)
        return json_response(payloads.SuggestResponse(asked.q, suggestions))

    def articles(self) -> Response:
        asked = read_query(request, payloads.ArticlesQuery)
        found = self.knowledge_base.articles(
            limit=asked.limit, offset=asked.offset, topic=asked.topic, languages=payloads.reads(asked.lang)
        )
        return json_response(found)

    def article(self, article_id: str) -> Response:
        read = self.knowledge_base.article(article_id)
        self.events.recording.opened(read.summary.id)
        return json_response(payloads.article_response(read, base_url=self.base_url or root()))

    def staff_count(self) -> Response:
        asked = read_query(request, payloads.StaffCountQuery)
        return json_response(payloads.staff_count_response(self.visitors.staff_count(asked.domain, token=asked.token)))

    def _answer(self, text: str, asked: payloads.AnswerQuery | payloads.AnswerBody) -> Response:
        question = payloads.question_of(asked, text)
        answer = self.visitors.answer(question, token=asked.token)
        answer = payloads.with_absolute_addresses(answer, self.base_url or root())
        record = self.events.recording.mode
        said = payloads.answer_response(answer, contact_url=self.contact_url, record=record, lang=asked.lang)
        return json_response(said)

    def views(self) -> Mapping[table.Operation, View]:
        """Return which view does which operation."""
        return {
            table.GET_ANSWER: self.get_answer,
            table.POST_ANSWER: self.post_answer,
            table.SEATS: self.seats,
            table.SEARCH: self.search,
            table.SUGGEST: self.suggest,
            table.ARTICLES: self.articles,
            table.ARTICLE: self.article,
            table.STAFF_COUNT: self.staff_count,
            table.FEEDBACK: self.feedback.of_program,
            table.EVENTS: self.events.of_program,
            table.CONTACT: self.contact.of_program,
            table.WIDGET: self.beginning.of_program,
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
