"""What agents say of answers: that one solved a ticket, or that something is wrong, for somebody to see to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, get_args

from flask import Response, g, request

from kb_service.accounts.random_secrets import now_ms
from kb_service.accounts.storage import ReadyDatabase
from kb_service.answers.presenting import article_url
from kb_service.errors import BadRequest
from kb_service.record.events import Done
from kb_service.record.flags import MAX_NOTE_CHARACTERS, Flag, FlagState, list_flags, raise_flag, set_flag
from kb_service.web.console.forms import HOME
from kb_service.web.console.gate import redirected
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.formatting import day
from kb_service.web.http import page_response
from kb_service.web.recording import UNKNOWN_QUERY, Recording

FLAGS: Final = f"{HOME}/flags"


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """A flag as an item of the list; `url` leads to what it is about."""

    flag: Flag
    url: str
    day: str


@dataclass(frozen=True, slots=True)
class FlagsPage:
    """The flags that are not done, the oldest first."""

    flags: Sequence[ShownFlag]


@dataclass(frozen=True, slots=True)
class NotedPage:
    """What was noted."""

    said: str


@dataclass(frozen=True, slots=True)
class WorkPages:
    """The views, for agents."""

    database: ReadyDatabase
    knowledge: AgentKnowledge
    recording: Recording

    def raise_flag(self) -> Response:
        """Flag a passage that an answer of this service showed."""
        form, note = request.form, request.form.get("note", "").strip()
        if not note or len(note) > MAX_NOTE_CHARACTERS:
            raise BadRequest({"note": f"must be a text of 1 to {MAX_NOTE_CHARACTERS:,} characters"})
        query_id, passage_id = self._query_id(), form.get("passage_id", "")
        self.knowledge().article(passage_id.partition("#")[0], audience="agent")
        name = g.person.account.name
        raised = raise_flag(
            self.database.opened(), passage_id=passage_id, note=note, query_id=query_id, flagged_by=name, at=now_ms()
        )
        return page_response("console/noted.html", NotedPage(f"Flag {raised.flag_id} is raised."))

    def flags(self) -> Response:
        """List what somebody has to see to."""
        found = list_flags(self.database.opened())
        shown = [ShownFlag(each, f"{HOME}{_url(each.passage_id)}", _day(each.flagged_at)) for each in found]
        return page_response("console/flags.html", FlagsPage(shown))

    def set_flag(self, flag_id: int) -> Response:
        """Take a flag, give it back, or say that it is done."""
        state = next((each for each in get_args(FlagState) if each == request.form.get("state")), None)
        if state is None:
            raise BadRequest({"state": f"must be {', '.join(get_args(FlagState))}"})
        set_flag(self.database.opened(), flag_id, state, owner=g.person.account.name, at=now_ms())
        return redirected(FLAGS)

    def solved(self) -> Response:
        """Note that an article solved a question."""
        query_id, article_id = self._query_id(), request.form.get("article_id", "")
        self.knowledge().article(article_id, audience="agent")
        if self.recording.record:
            self.recording.record.put(Done(query_id, now_ms(), "solved", article_id))
        return page_response("console/noted.html", NotedPage("It is noted that this solved it."))

    def _query_id(self) -> str:
        query_id = request.form.get("query_id", "")
        if not self.knowledge().gave(query_id):
            raise BadRequest({"query_id": UNKNOWN_QUERY})
        return query_id


def _url(passage_id: str) -> str:
    article_id, _, anchor = passage_id.partition("#")
    return article_url(article_id, anchor)


def _day(milliseconds: int) -> str:
    return day(datetime.fromtimestamp(milliseconds / 1000, UTC).date())
