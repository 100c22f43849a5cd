"""One's own sessions, each of which can be ended, and one's own password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import Response, g, request
from werkzeug.exceptions import NotFound

from kb_service.accounts.accounts import LOCAL
from kb_service.accounts.passwords import FEWEST_CHARACTERS, MOST_CHARACTERS, problem_with
from kb_service.accounts.random_secrets import hash_of
from kb_service.accounts.sign_in import Refused
from kb_service.web.clients import client_of
from kb_service.web.console.forms import HOME
from kb_service.web.console.gate import Gate, redirected
from kb_service.web.console.sign_in_pages import LATER, WRONG
from kb_service.web.http import page_response
from kb_service.wording.languages import day

ACCOUNT: Final = f"{HOME}/account"


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session as a row of the list; `key` names it in the form that ends it."""

    key: str
    browser: str
    begun: str
    seen: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """`has_password`: it can be changed here. `wrong` says why it was not, `done` that it was."""

    name: str
    role: str
    sessions: Sequence[ShownSession]
    has_password: bool
    fewest: int
    most: int
    wrong: str
    done: str


@dataclass(frozen=True, slots=True)
class AccountPages:
    """The views."""

    gate: Gate

    def show(self) -> Response:
        return self._page()

    def end_session(self) -> Response:
        """End one session of this account."""
        self.gate.access.sessions.end_one_of(g.person.account, request.form.get("key", ""))
        return redirected(ACCOUNT)

    def change_password(self) -> Response:
        """Take a new password from somebody who knows the one before; every other session ends."""
        person, access = g.person, self.gate.access
        if access.sign_in is None or person.account.source != LOCAL:
            raise NotFound
        address = client_of(request.environ)
        name = person.account.name
        found = access.sign_in.check(name, request.form.get("password", ""), address=address)
        if isinstance(found, Refused):
            wrong = LATER.format(minutes="some minutes") if found.wait_seconds else WRONG
            return self._page(429 if found.wait_seconds else 422, wrong=wrong)
        new = request.form.get("new_password", "")
        if problem := problem_with(new, name=name):
            return self._page(422, wrong=f"The new password is not taken. {problem}")
        account = access.accounts.set_password(name, new)
        self.gate.begin(account)
        return redirected(f"{ACCOUNT}?done=password")

    def _page(self, status: int = 200, *, wrong: str = "") -> Response:
        person = g.person
        this = hash_of(person.secret)
        page = AccountPage(
            name=person.account.name,
            role=person.account.role,
            sessions=[
                ShownSession(
                    each.key, each.browser or "unknown", _time(each.created_at), _time(each.seen_at), each.key == this
                )
                for each in self.gate.access.sessions.of(person.account)
            ],
            has_password=self.gate.access.sign_in is not None and person.account.source == LOCAL,
            fewest=FEWEST_CHARACTERS,
            most=MOST_CHARACTERS,
            wrong=wrong,
            done="Your password is changed, and every other session has ended." if request.args.get("done") else "",
        )
        return page_response("console/account.html", page, status)


def _time(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{day(moment.date())}, {moment:%H:%M} UTC"
