"""The page that asks who it is, and keeps what was sent without a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response

from kb_service.accounts.access import Access
from kb_service.web.console.forms import HOME, form_token, secret_before_session
from kb_service.web.console.kept_work import KeptWork
from kb_service.web.console.place import Place
from kb_service.web.http import page_response


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`way` is how people sign in; "first" says how to make the first account. `wrong` says why it did not work.

    `work` is what was sent when the session had ended, `kept` the hidden fields that hold it; None and nothing else.
    """

    way: str
    token: str
    name: str
    next_path: str
    wrong: str
    work: KeptWork | None
    kept: Mapping[str, str]


def sign_in_page(
    access: Access,
    place: Place,
    status: int = 200,
    *,
    next_path: str = HOME,
    name: str = "",
    wrong: str = "",
    work: KeptWork | None = None,
) -> Response:
    """Ask who it is, in the way that the settings say."""
    way = "oidc" if access.provider else "proxy" if access.proxy else "password"
    if way == "password" and not access.accounts.exist():
        way = "first"
    page = SignInPage(
        way=way,
        token=form_token(secret_before_session(place)),
        name=name,
        next_path=next_path,
        wrong=wrong,
        work=work,
        kept=work.hidden() if work else {},
    )
    return page_response("console/sign_in.html", page, status)
