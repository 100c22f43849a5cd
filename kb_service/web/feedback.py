"""The vote of readers on answers: over the API, and by a form of the pages that works without a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec
from flask import Flask, Response, request
from msgspec import Meta
from werkzeug.exceptions import Forbidden

from kb_service.answers.presenting import article_url
from kb_service.errors import UnknownAnswer
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.events import Reason, Vote
from kb_service.record.record import Record
from kb_service.web.http import JSON, Asked, convert_fields, json_response, page_response, read_body
from kb_service.web.rate_limits import Limit
from kb_service.web.recording import UNKNOWN_QUERY, QueryId
from kb_service.wording.messages import N_

VOTES: Final = Limit("votes", per_minute=20 / 60, burst=20)  # 10 votes an hour, each sent twice: then with its reasons
FORM_ENDPOINT: Final = "votes_page"

PassageId = Annotated[str, Meta(max_length=500, description="The passage that the vote is about.")]
Reasons = Annotated[tuple[Reason, ...], Meta(max_length=4, description="What was wrong.")]
Comment = Annotated[
    str, Meta(max_length=4000, description="In the reader's words; 1,000 characters are kept, personal data masked.")
]


class FeedbackBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    query_id: QueryId
    helpful: bool
    passage_id: PassageId | None = None
    reasons: Reasons = ()
    comment: Comment = ""


class FeedbackResponse(msgspec.Struct, frozen=True):
    """The vote is stored: it is the first (201), or it replaced the one before (200)."""

    query_id: str
    helpful: bool


class VoteForm(msgspec.Struct, frozen=True):
    """What the forms send. An article that nobody asked for has no `query_id`: its first vote gets one.

    `asked_why`: the reader has seen the question what was wrong, and need not answer it.
    """

    helpful: Literal["yes", "no"]
    query_id: QueryId | None = None
    passage_id: PassageId = ""
    reasons: Reasons = ()
    comment: Comment = ""
    question: Annotated[str, Meta(max_length=2000, description="What was asked, for the page that says thanks.")] = ""
    asked_why: Annotated[bool, Meta(description="1: not the first vote.")] = False


@dataclass(frozen=True, slots=True)
class VotePage:
    """Thanks for a vote, or the question what was wrong; `url` leads back to what was voted on."""

    asked: Asked
    query_id: str
    passage_id: str
    question: str
    helpful: bool
    asks_why: bool
    url: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """The views; `base_url` is where people reach the service, "" when nobody said. Without a record nobody votes.

    `observe` is told of each vote that was stored, whether the answer had helped.
    """

    knowledge_base: KnowledgeBase
    record: Record | None
    base_url: str
    observe: Callable[[bool], None] = lambda helpful: None

    def of_program(self) -> Response:
        """Store a vote that the API was sent; answered only when it is stored."""
        sent = read_body(request, FeedbackBody)
        vote = Vote(sent.query_id, sent.helpful, sent.passage_id or "", sent.reasons, sent.comment)
        is_new = self._save(vote)
        return json_response(FeedbackResponse(vote.query_id, vote.helpful), 201 if is_new else 200)

    def of_page(self) -> Response:
        """Store a vote; answer with thanks, or after a first "no" with the question what was wrong."""
        demand_own_page(self.base_url)
        sent = _read_form()
        query_id = sent.query_id or self.knowledge_base.new_query_id(datetime.now(UTC))
        vote = Vote(query_id, sent.helpful == "yes", sent.passage_id, sent.reasons, sent.comment)
        self._save(vote)
        if request.accept_mimetypes.best == JSON:
            return json_response(FeedbackResponse(query_id, vote.helpful))
        article_id, _, anchor = sent.passage_id.partition("#")
        page = VotePage(
            asked=Asked(),
            query_id=query_id,
            passage_id=sent.passage_id,
            question=sent.question,
            helpful=vote.helpful,
            asks_why=not vote.helpful and not sent.asked_why,
            url=article_url(article_id, anchor) if article_id else "/",
        )
        return page_response("vote.html", page)

    def _save(self, vote: Vote) -> bool:
        """Store a vote on an answer that this service gave; return whether it is the first."""
        if self.record is None:
            raise Forbidden(N_("Votes are not kept here."))
        if not self.knowledge_base.gave(vote.query_id):
            raise UnknownAnswer({"query_id": UNKNOWN_QUERY})
        is_first = self.record.save_vote(vote, at=int(datetime.now(UTC).timestamp() * 1000))
        self.observe(vote.helpful)
        return is_first


def register_vote_form(app: Flask, feedback: Feedback) -> None:
    """Route the form."""
    app.add_url_rule("/feedback", FORM_ENDPOINT, feedback.of_page, methods=["POST"])


def demand_own_page(base_url: str) -> None:
    """Refuse a form that a page of another site sent in its visitor's name.

    Browsers say which page sends: by Sec-Fetch-Site, older ones and those without TLS by Origin. A client that says
    neither is not a browser, so has no visitor to be misused. A token would need a cookie, and pages that nobody else
    may be shown.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site:
        is_own = site in ("same-origin", "none")
    else:
        own = {request.host, urlsplit(base_url).netloc} - {""}  # the origin "null" has no host
        is_own = origin is None or urlsplit(origin).netloc in own
    if not is_own:
        raise Forbidden(N_("This form can only be sent from a page of this help centre."))


def _read_form() -> VoteForm:
    form = request.form
    given = {name: form[name] for name in VoteForm.__struct_fields__ if form.get(name) and name != "reasons"}
    return convert_fields({**given, "reasons": form.getlist("reasons")}, VoteForm)
