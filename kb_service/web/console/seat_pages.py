"""The seat panel: the live count of a helpdesk, the seats typed once, what follows, and what would follow of a change.

What was typed stands in the address, so it stays while one tries changes, and can be linked to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from flask import Response, request
from markupsafe import Markup
from msgspec import Meta

from kb_service.accounts.storage import ReadyDatabase
from kb_service.answers.answering import seat_position
from kb_service.answers.results import Question
from kb_service.errors import BadRequest, UnknownArticle
from kb_service.knowledge_base import MOST_SEATS, KnowledgeBase
from kb_service.record.plots import line
from kb_service.record.staff_counts import counts_of
from kb_service.seats.position import SeatPosition
from kb_service.seats.reader import Mentions
from kb_service.web.console.forms import HOME
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.formatting import heading
from kb_service.web.http import Asked, page_response, read_query, typed_into
from kb_service.web.pages import SeatCard, seat_card
from kb_service.web.payloads import Active, Domain, Seats
from kb_service.web.recording import Recording
from kb_service.wording.languages import day

SEATS: Final = f"{HOME}/seats"

Change = Annotated[int, Meta(ge=-MOST_SEATS, le=MOST_SEATS)]


class SeatQuery(msgspec.Struct, frozen=True):
    """`more_seats` and `more_staff` are the change that is tried, negative for fewer."""

    domain: Domain | None = None
    seats: Seats | None = None
    active: Active | None = None
    more_seats: Change | None = None
    more_staff: Change | None = None


@dataclass(frozen=True, slots=True)
class SeatPanel:
    """`card` is None before anything was typed. `tried` is what a change would do, "" without one.

    `history` is the plot of the counts by day, "" where none are kept; `counts` are its numbers.
    """

    asked: Asked
    more_seats: str
    more_staff: str
    card: SeatCard | None
    tried: str
    articles: Sequence[tuple[str, str]]
    history: Markup
    counts: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class SeatPages:
    """The view. `public` counts staff within its budget."""

    public: KnowledgeBase
    knowledge: AgentKnowledge
    recording: Recording
    database: ReadyDatabase

    def show(self) -> Response:
        """Ask the helpdesk, and say where its seats stand."""
        wrong: dict[str, str] = {}
        try:
            asked = read_query(request, SeatQuery)
        except BadRequest as error:
            wrong = {name: f"{heading(what)}." for name, what in error.fields.items()}
            asked = read_query(request, SeatQuery, without=wrong)
        form = typed_into(request.args, wrong=wrong)
        count = self.public.staff_count(asked.domain) if asked.domain else None
        if count:
            self.recording.counted(count)
        mentions = Mentions(seat_change=asked.more_seats, staff_change=asked.more_staff)
        position = seat_position(Question("", seats=asked.seats, active=asked.active), mentions, count)
        told = replace(position, what_if=None) if position else None
        counts = self._counts(count.domain) if count and count.domain else []
        page = SeatPanel(
            asked=form,
            more_seats=request.args.get("more_seats", ""),
            more_staff=request.args.get("more_staff", ""),
            card=seat_card(told, count, (), form) if position or count or wrong else None,
            tried=position.what_if.sentence if position and position.what_if else "",
            articles=self._articles(position),
            history=Markup(line("Active staff", counts, name="history")) if counts else Markup(),  # noqa: S704 - escaped
            counts=counts,
        )
        return page_response("console/seats.html", page, 422 if wrong else 200)

    def _counts(self, domain: str) -> list[tuple[str, int]]:
        if not self.recording.keeps_counts:
            return []
        found = counts_of(self.database.opened(), domain)
        return [(day(datetime.fromtimestamp(each.counted_at / 1000, UTC).date()), each.count) for each in found]

    def _articles(self, position: SeatPosition | None) -> list[tuple[str, str]]:
        """Return the articles that the sentences rest on: their titles and addresses."""
        found = []
        for article_id in position.article_ids if position else ():
            try:
                summary = self.knowledge().article(article_id, audience="agent").summary
            except UnknownArticle:
                continue
            found.append((summary.title, f"{HOME}{summary.url}"))
        return found
