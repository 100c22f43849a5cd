"""Sign in with a name and a password, and sign out, here or everywhere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Final

from flask import Response, g, request
from werkzeug.exceptions import NotFound

from kb_service.accounts.sign_in import Refused
from kb_service.web.clients import client_of
from kb_service.web.console.forms import (
    MOST_FORM_BYTES,
    cookie_path,
    demand_own_form,
    path_within,
    secret_before_session,
)
from kb_service.web.console.gate import SESSION, Gate, redirected
from kb_service.web.console.kept_work import shown_again, work_kept
from kb_service.web.console.sign_in_form import sign_in_page
from kb_service.web.http import page_response

WRONG: Final = "The name or the password is wrong."
LATER: Final = "Too many tries. Wait {minutes} and try again."
# What the browser kept of this origin's pages may hold what is for agents.
CLEARED: Final = '"cache", "cookies", "storage"'  # of the host
CLEARED_BELOW_PATH: Final = '"cache"'  # the host is not ours alone
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class SignedOutPage:
    """`elsewhere` is where to sign out of the identity provider too, "" where there is no such page."""

    elsewhere: str


@dataclass(frozen=True, slots=True)
class SignInPages:
    """The views."""

    gate: Gate

    def show(self) -> Response:
        """Ask who it is; somebody who is signed in goes on at once."""
        next_path = path_within(request.args.get("next", ""))
        secret = self.gate.session_cookie()
        if secret and self.gate.access.sessions.find(secret):
            return redirected(next_path)
        return sign_in_page(self.gate.access, self.gate.place(), next_path=next_path)

    def take(self) -> Response:
        """Check a name and a password; in the same words, whatever of them is wrong."""
        access, place = self.gate.access, self.gate.place()
        request.max_content_length = MOST_FORM_BYTES
        demand_own_form(place, secret_before_session(place))
        if access.sign_in is None:
            raise NotFound
        name, next_path, work = request.form.get("name", ""), path_within(request.form.get("next", "")), work_kept()
        address = client_of(request.environ)
        found = access.sign_in.check(name, request.form.get("password", ""), address=address)
        if not isinstance(found, Refused):
            g.person = self.gate.begin(found)
            return shown_again(work) if work else redirected(next_path)
        again = partial(sign_in_page, access, place, name=name[:LONGEST_NAME], next_path=next_path, work=work)
        if not found.wait_seconds:
            return again(401, wrong=WRONG)
        minutes = math.ceil(found.wait_seconds / 60)
        response = again(429, wrong=LATER.format(minutes="a minute" if minutes == 1 else f"{minutes} minutes"))
        response.headers["Retry-After"] = str(found.wait_seconds)
        return response

    def sign_out(self) -> Response:
        """End the session, or all of this account."""
        sessions, person = self.gate.access.sessions, g.person
        if request.form.get("everywhere"):
            sessions.end_all(person.account)
        else:
            sessions.end(person.secret)
        g.person = None
        provider = self.gate.access.provider
        response = page_response(
            "console/signed_out.html", SignedOutPage(provider.end_session_url() if provider else "")
        )
        place = self.gate.place()
        name = place.cookie_prefix + SESSION
        response.delete_cookie(name, path=cookie_path(), secure=place.is_tls, httponly=True, samesite="Lax")
        response.headers["Clear-Site-Data"] = CLEARED_BELOW_PATH if place.root else CLEARED
        return response
