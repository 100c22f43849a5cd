"""The verdict of readers on answers: one vote a question, answered only when it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from flask import Response, request
from msgspec import Meta

from kb_service.votes import Reason, Vote, VoteStore
from kb_service.web.caching import JSON
from kb_service.web.parameters import read_body
from kb_service.web.rate_limit import Limit

VOTES: Final = Limit("votes", per_minute=20 / 60, burst=20)  # 10 votes an hour, each sent twice: then with its reasons

QueryId = Annotated[
    str, Meta(max_length=28, pattern="^q_[0-9A-HJKMNP-TV-Z]{26}$", description="The query_id of the answer.")
]
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


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Feedback:
    """The view."""

    votes: VoteStore
    now: Callable[[], datetime] = _now

    def post(self) -> Response:
        sent = read_body(request, FeedbackBody)
        vote = Vote(sent.query_id, sent.helpful, sent.passage_id or "", sent.reasons, sent.comment)
        is_new = self.votes.save(vote, at=self.now())
        stored = msgspec.json.encode(FeedbackResponse(vote.query_id, vote.helpful))
        return Response(stored, 201 if is_new else 200, content_type=JSON)
