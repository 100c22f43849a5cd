"""What requests leave in the record: questions, openings and other deeds, from whoever sent the current request.

Who that is tells one asker's questions from another's for some minutes, and is never kept. Who asks not to be tracked
(`Sec-GPC`, `DNT`) is counted, without the words of the question.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from flask import Response, request
from msgspec import Meta

from kb_service.answers.results import Answer, SearchResult
from kb_service.content.article import Audience
from kb_service.errors import UnknownAnswer
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.asked import event_of_answer, event_of_search
from kb_service.record.events import Asked, Counted, Deed, Done, Surface
from kb_service.record.record import Record
from kb_service.settings import RecordMode
from kb_service.staff.counter import StaffCount
from kb_service.web.clients import client_of
from kb_service.web.http import json_response, read_body
from kb_service.web.rate_limits import Limit
from kb_service.wording.messages import N_

EVENTS: Final = Limit("events", per_minute=120, burst=60)
PAGES_PREFIX: Final = "/search"
VIA_WIDGET: Final = "via=widget"  # in the query string: who calls the API for the widget says so
CONSOLE_PREFIX: Final = "/console"
UNKNOWN_QUERY: Final = N_("is not the query_id of an answer of this service")

QueryId = Annotated[
    str, Meta(max_length=28, pattern="^q_[0-9A-HJKMNP-TV-Z]{26}$", description="The query_id of the answer.")
]


class EventBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    query_id: QueryId
    event: Annotated[
        Deed,
        Meta(description="opened: the article was read; copied; solved: it was the solution; contacted: it was not."),
    ]
    article_id: Annotated[str, Meta(max_length=400, description="The article that the event is about.")] = ""


class EventResponse(msgspec.Struct, frozen=True):
    """The event was taken; `recorded` is false where nothing is recorded, or nothing can be."""

    query_id: str
    recorded: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """Turns answers into events of `record`; without one nothing is recorded. Never raises, never waits.

    `keeps_counts`: live staff counts are kept, by day.
    """

    record: Record | None = None
    keeps_counts: bool = False
    now: Callable[[], float] = time.time

    @property
    def mode(self) -> RecordMode:
        """What is recorded: on, votes or off."""
        return self.record.mode if self.record else "off"

    @property
    def keeps_questions(self) -> bool:
        """Whether what people ask is kept."""
        return self.mode == "on"

    def asked(self, answer: Answer, *, audience: Audience = "public") -> None:
        """Record a question by its answer."""
        if self.record:
            surface, asker = _who()
            at = self._milliseconds()
            self._put(event_of_answer(answer, at=at, surface=surface, audience=audience, asker=asker))
            if answer.staff_count:
                self.counted(answer.staff_count)

    def searched(self, found: SearchResult) -> None:
        """Record a search."""
        if self.record:
            surface, asker = _who()
            self._put(event_of_search(found, at=self._milliseconds(), surface=surface, asker=asker))

    def opened(self, article_id: str) -> None:
        """Record that an article was opened, if an answer of the last minutes had shown it to the same visitor."""
        if self.record and "prefetch" not in request.headers.get("Sec-Purpose", ""):
            self.record.put(Done("", self._milliseconds(), "opened", article_id, _who()[1]))

    def counted(self, found: StaffCount) -> None:
        """Keep a count that a helpdesk has just given."""
        if self.record and self.keeps_counts and found.status == "ok" and found.count is not None and not found.cached:
            self.record.put(Counted(self._milliseconds(), found.domain, found.count))

    def popular(self) -> tuple[str, ...]:
        """Return the ids of articles by how often they answered of late; see Record.popular."""
        return self.record.popular() if self.record else ()

    def _put(self, event: Asked | None) -> None:
        if event is None or self.record is None:
            return
        self.record.put(event if event.asker else msgspec.structs.replace(event, text=""))

    def _milliseconds(self) -> int:
        return int(self.now() * 1000)


@dataclass(frozen=True, slots=True)
class Events:
    """The view that programs tell what became of an answer."""

    knowledge_base: KnowledgeBase
    recording: Recording

    def of_program(self) -> Response:
        """Take an event on an answer of this service; it is written in a moment."""
        sent = read_body(request, EventBody)
        if not self.knowledge_base.gave(sent.query_id):
            raise UnknownAnswer({"query_id": UNKNOWN_QUERY})
        record, now = self.recording.record, int(datetime.now(UTC).timestamp() * 1000)
        taken = record.put(Done(sent.query_id, now, sent.event, sent.article_id)) if record else False
        return json_response(EventResponse(sent.query_id, taken))


def _who() -> tuple[Surface, str]:
    """Return where the current request asks, and who does; "" for somebody who does not wish to be tracked."""
    environ = request.environ  # answers that are remembered take .2 ms: this must not take .03
    surface: Surface = "api"
    if request.path.startswith(PAGES_PREFIX):
        surface = "pages"
    elif VIA_WIDGET in environ["QUERY_STRING"]:
        surface = "widget"
    elif request.path.startswith(CONSOLE_PREFIX):
        surface = "console"
    if environ.get("HTTP_SEC_GPC") == "1" or environ.get("HTTP_DNT") == "1":
        return surface, ""
    return surface, f"{client_of(environ)} {environ.get('HTTP_USER_AGENT', '')}"
