"""What agents say of answers: that one solved a ticket, or that something is wrong, for somebody to see to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, get_args

from flask import Response, g, request
from werkzeug.exceptions import Forbidden, NotFound

from kb_service.accounts.accounts import Accounts
from kb_service.accounts.random_secrets import now_ms
from kb_service.accounts.storage import ReadyDatabase
from kb_service.answers.presenting import article_url
from kb_service.errors import BadRequest, UnknownAnswer
from kb_service.record.events import Done
from kb_service.record.flags import MAX_NOTE_CHARACTERS, Flag, FlagState, list_flags, raise_flag, set_flag
from kb_service.web.console.forms import FLAGS, HOME
from kb_service.web.console.gate import redirected
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.http import page_response
from kb_service.web.recording import UNKNOWN_QUERY, Recording
from kb_service.wording.languages import day

MOST_FLAG_ID: Final = 2**31 - 1  # what databases take


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """A flag as an item of the list; `url` leads to what it is about."""

    flag: Flag
    url: str
    day: str


@dataclass(frozen=True, slots=True)
class FlagsPage:
    """The flags that are in a state, the oldest first; `state` is "" for those that are not done.

    `people` are those whom the reader may give flags to: leads anybody, agents nobody.
    """

    flags: Sequence[ShownFlag]
    state: str
    people: Sequence[str]


@dataclass(frozen=True, slots=True)
class NotedPage:
    """What was noted."""

    said: str


@dataclass(frozen=True, slots=True)
class WorkPages:
    """The views, for agents."""

    database: ReadyDatabase
    accounts: Accounts
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
        """List what somebody has to see to; `state` in the address chooses."""
        state = request.args.get("state", "")
        found = list_flags(self.database.opened(), with_done=True)
        chosen = [each for each in found if each.state == state or (not _is_state(state) and each.state != "done")]
        shown = [ShownFlag(each, f"{HOME}{_url(each.passage_id)}", day_of_moment(each.flagged_at)) for each in chosen]
        people = [each.name for each in self.accounts.all() if not each.disabled] if _is_lead() else []
        page = FlagsPage(shown, state if _is_state(state) else "", people)
        return page_response("console/flags.html", page)

    def set_flag(self, flag_id: int) -> Response:
        """Take a flag, give it back, or say that it is done; leads also give it to somebody else."""
        if flag_id > MOST_FLAG_ID:
            raise NotFound
        state = next((each for each in get_args(FlagState) if each == request.form.get("state")), None)
        if state is None:
            raise BadRequest({"state": f"must be {', '.join(get_args(FlagState))}"})
        owner = request.form.get("owner", "") or g.person.account.name
        if owner != g.person.account.name:
            if not _is_lead():
                raise Forbidden("Flags are given to others by people with the role lead.")
            if owner not in {each.name for each in self.accounts.all() if not each.disabled}:
                raise BadRequest({"owner": "must have an account here"})
        set_flag(self.database.opened(), flag_id, state, owner=owner, at=now_ms())
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
            raise UnknownAnswer({"query_id": UNKNOWN_QUERY})
        return query_id


def _is_lead() -> bool:
    return bool(g.person.account.may_act_as("lead"))


def _is_state(state: str) -> bool:
    return state in get_args(FlagState)


def _url(passage_id: str) -> str:
    article_id, _, anchor = passage_id.partition("#")
    return article_url(article_id, anchor)


def day_of_moment(milliseconds: int) -> str:
    """Return the day of a time of the record, as people write it."""
    return day(datetime.fromtimestamp(milliseconds / 1000, UTC).date())
