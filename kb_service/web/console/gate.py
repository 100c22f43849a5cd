"""Who asks, and may they? Every route of the console and of the API for agents stands behind `Gate.requires`.

Pages take a session, those that are read a token too, the API a token alone: so no cookie works outside the console.
Nothing is allowed that no route allows: tests/web/console/test_routes.py walks all routes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final
from urllib.parse import quote

from flask import Response, g, redirect, request
from werkzeug.exceptions import Forbidden

from kb_service.accounts.access import Access
from kb_service.accounts.accounts import Account, Role
from kb_service.accounts.api_tokens import Scope
from kb_service.web.console.forms import (
    HOME,
    OTHER_PAGE,
    demand_own_form,
    form_token,
    is_own_form,
    path_within,
    set_panel_cookie,
)
from kb_service.web.console.kept_work import shown_again, work_sent
from kb_service.web.console.place import NOT_SAFE_HERE, Place, place_of
from kb_service.web.console.sign_in_form import sign_in_page
from kb_service.web.formatting import printable
from kb_service.web.http import View
from kb_service.web.problems import is_api
from kb_service.web.programs import bearer, checked
from kb_service.web.root import root

SESSION: Final = "kb_session"
PANEL_SESSION: Final = "kb_panel"
SIGN_IN: Final = f"{HOME}/sign-in"
SCOPE_OF: Final[Mapping[Role, Scope]] = {"agent": "answers:agent", "lead": "reports"}
SAFE: Final = frozenset({"GET", "HEAD"})
MAX_FORM_BYTES: Final = 16 * 1024

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in; `secret` is of their session, `token` is for their forms."""

    account: Account
    secret: str
    token: str


@dataclass(frozen=True, slots=True)
class Gate:
    """`base_url` is where people reach the service, "" when nobody said.

    `panel_ancestors` are the origins of helpdesks whose pages may have the panel in a frame.
    """

    access: Access
    base_url: str
    panel_ancestors: tuple[str, ...] = ()

    def requires(
        self,
        role: Role,
        *,
        takes_tokens: bool = False,
        max_form_bytes: int = MAX_FORM_BYTES,
        in_panel: bool = False,
        otherwise: View | None = None,
    ) -> Callable[[View], View]:
        """Return a decorator for views that only people of a role, or tokens with the scope of that, may reach.

        Pages need somebody who signed in, unless they take tokens too; the API needs a token, always. With `in_panel`
        the session of a panel will do as well; `otherwise` is shown instead of the way to the sign-in, in a frame.
        """

        def behind_gate(view: View) -> View:
            @wraps(view)
            def respond(**values: str) -> Response:
                request.max_content_length = max_form_bytes
                place = self.place()
                if otherwise:
                    g.frame_ancestors = self.panel_ancestors
                if is_api(request.path) or (takes_tokens and bearer()):
                    self._demand_token(role)
                    return view(**values)
                person = self._person(in_panel=in_panel)
                if person is None:
                    return otherwise() if otherwise else self._to_sign_in(place)
                if not person.account.may_act_as(role):
                    _log.warning("refused: account %d is no %s", person.account.account_id, role)
                    raise Forbidden(f"This is for people with the role {role}.")
                g.person = person
                if request.method not in SAFE and not is_own_form(place, person.secret):
                    if work := work_sent(place):  # from a page of an earlier session
                        return shown_again(work, 403)
                    demand_own_form(place, person.secret)
                return view(**values)

            respond.required_role = role  # type: ignore[attr-defined]
            return respond

        return behind_gate

    def place(self) -> Place:
        """Return where the browser is; raise Forbidden where there is no console."""
        place = place_of(request, self.base_url)
        if place is None:
            raise Forbidden(NOT_SAFE_HERE)
        return place

    def session_cookie(self) -> str:
        """Return the secret of the browser's session, "" without one."""
        return request.cookies.get(self.place().cookie_prefix + SESSION, "")

    def hand_over(self, person: Person) -> str:
        """Return a secret for which a panel gets a session of its own, once and within a minute."""
        return self.access.sessions.hand_over(person.secret, browser=_browser())

    def begin_panel(self, handed: str, response: Response) -> Response:
        """Begin the session of a panel with `response`; raise Forbidden where nothing good was handed over."""
        secret = self.access.sessions.take(handed, browser=_browser()) if self.panel_ancestors else None
        if secret is None:
            raise Forbidden(OTHER_PAGE)
        set_panel_cookie(response, self.place().cookie_prefix + PANEL_SESSION, secret)
        return response

    def begin(self, account: Account) -> Person:
        """Sign somebody in with the response that is made, under a session id that nobody knew before."""
        secret = self.access.sessions.begin(account, browser=_browser(), instead_of=self.session_cookie())
        g.set_session = (self.place(), secret)
        return Person(account, secret, form_token(secret))

    def _person(self, *, in_panel: bool) -> Person | None:
        secret = self.session_cookie()
        account = self.access.sessions.find(secret) if secret else None
        if account is None and in_panel and self.panel_ancestors:
            secret = request.cookies.get(self.place().cookie_prefix + PANEL_SESSION, "")
            account = self.access.sessions.find(secret, "panel") if secret else None
        if self.access.proxy:
            vouched = self.access.proxy.vouched(_header, request.remote_addr)
            known = self.access.accounts.vouched_for(vouched) if vouched else None
            if known is None:
                raise Forbidden("The proxy that signs people in says of nobody with a role here that it is you.")
            if account is None or account.account_id != known.account_id:
                return self.begin(known)
        return Person(account, secret, form_token(secret)) if account else None

    def _demand_token(self, role: Role) -> None:
        checked(self.access.tokens.find(bearer()), SCOPE_OF[role])

    def _to_sign_in(self, place: Place) -> Response:
        """Lead to the sign-in, and back afterwards; what was sent is kept in the page where it can be."""
        if request.method not in SAFE and (work := work_sent(place)):
            return sign_in_page(self.access, place, 401, work=work)
        wanted = request.full_path.rstrip("?") if request.method in SAFE else HOME
        return redirected(f"{SIGN_IN}?next={quote(path_within(wanted), safe='/')}" if wanted != HOME else SIGN_IN)


def redirected(path: str) -> Response:
    """Lead a browser to a path of this service, by GET."""
    response = redirect(root() + path, 303)
    assert isinstance(response, Response)
    return response


def _browser() -> str:
    return printable(request.headers.get("User-Agent", ""))


def _header(name: str) -> str:
    return request.headers.get(name, "")
