"""The vote of readers on pages: a form that works without a script, and the same from one that stays on the page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec
from flask import Flask, Response, render_template, request
from msgspec import Meta
from werkzeug.exceptions import Forbidden

from kb_service.analytics.recorder import FeedbackRecorder
from kb_service.analytics.vote import Vote
from kb_service.answers.presenting import article_url
from kb_service.knowledge_base import new_query_id
from kb_service.web.caching import HTML, JSON
from kb_service.web.feedback import Comment, FeedbackResponse, PassageId, QueryId, Reasons
from kb_service.web.page_contexts import Asked, VotePage
from kb_service.web.parameters import convert_fields

VOTES_ENDPOINT: Final = "votes_page"


class VoteForm(msgspec.Struct, frozen=True):
    """What the forms send. An article that nobody asked for has no `query_id`: its first vote gets one.

    `asked_why`: the reader has seen the question what was wrong, and need not answer it.
    """

    helpful: Literal["yes", "no"]
    query_id: QueryId | None = None
    passage_id: PassageId = ""
    reasons: Reasons = ()
    comment: Comment = ""
    asked_why: Annotated[bool, Meta(description="1: not the first vote.")] = False


@dataclass(frozen=True, slots=True)
class VotesPage:
    """The view; `base_url` is where people reach the service, "" when nobody said."""

    recorder: FeedbackRecorder
    base_url: str

    def post(self) -> Response:
        """Store a vote; answer with thanks, or after a first "no" with the question what was wrong."""
        _demand_own_page(self.base_url)
        sent = _read_form()
        query_id = sent.query_id or new_query_id(time.time_ns() // 1_000_000)
        vote = Vote(query_id, sent.helpful == "yes", sent.passage_id, sent.reasons, sent.comment)
        self.recorder.record(vote, at=datetime.now(UTC))
        if request.accept_mimetypes.best == JSON:
            return Response(msgspec.json.encode(FeedbackResponse(query_id, vote.helpful)), content_type=JSON)
        article_id, _, anchor = sent.passage_id.partition("#")
        page = VotePage(
            asked=Asked(),
            query_id=query_id,
            passage_id=sent.passage_id,
            asks_why=not vote.helpful and not sent.asked_why,
            url=article_url(article_id, anchor) if article_id else "/",
        )
        return Response(render_template("vote.html", page=page), content_type=HTML)


def register_votes(app: Flask, votes: VotesPage) -> None:
    """Route the form."""
    app.add_url_rule("/feedback", VOTES_ENDPOINT, votes.post, methods=["POST"])


def _demand_own_page(base_url: str) -> None:
    """Refuse a form that a page of another site sent in its visitor's name.

    Browsers say which page sends: by Sec-Fetch-Site, older ones and those without TLS by Origin. Who says neither is no
    browser, so has no visitor to be misused. A token would need a cookie, and pages that nobody else may be shown.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site:
        is_own = site in ("same-origin", "none")
    else:
        own = (request.host, urlsplit(base_url).netloc)
        is_own = origin is None or urlsplit(origin).netloc in own
    if not is_own:
        raise Forbidden("This form can only be sent from a page of this help centre.")


def _read_form() -> VoteForm:
    form = request.form
    given = {name: form[name] for name in VoteForm.__struct_fields__ if form.get(name) and name != "reasons"}
    return convert_fields({**given, "reasons": form.getlist("reasons")}, VoteForm)
