"""Is a form ours? Two proofs, both needed: the browser says that a page of ours sends, and the form has our token.

The token is a MAC with the secret of a cookie that pages of other origins cannot read or set: that of the session, and
before there is one, of a cookie that the sign-in page sets (double submit).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from flask import Request, Response, g, request
from werkzeug.exceptions import Forbidden

from kb_service.accounts.random_secrets import new_secret
from kb_service.web.console.place import Place
from kb_service.web.root import root

TOKEN_FIELD: Final = "form_token"  # noqa: S105 - its name
BEFORE_SESSION: Final = "kb_form"
LONGEST_PATH: Final = 2000
HOME: Final = "/console"
FLAGS: Final = f"{HOME}/flags"
SOLVED: Final = f"{HOME}/solved"
MOST_FORM_BYTES: Final = 300 * 1024  # of a ticket of 20,000 characters, four bytes each, each byte written %41

OTHER_PAGE: Final = "This form can only be sent from a page of this console. Load the page again."


def form_token(secret: str) -> str:
    """Return the token of the forms of a browser whose cookie holds this secret."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def demand_own_form(place: Place, secret: str) -> None:
    """Raise Forbidden unless a page of ours, given to the browser with this secret, sent the current request."""
    if not is_own_form(place, secret):
        raise Forbidden(OTHER_PAGE)


def is_own_form(place: Place, secret: str) -> bool:
    """Tell whether a page of ours, given to the browser with this secret, sent the current request."""
    if not (sent_by_own_page(request, place) and secret):
        return False
    return hmac.compare_digest(request.form.get(TOKEN_FIELD, "").encode(), form_token(secret).encode())


def sent_by_own_page(sent: Request, place: Place) -> bool:
    """Tell whether the browser says that a page of this origin sends; a request that says nothing is refused.

    Browsers send Sec-Fetch-Site over TLS and to this machine, Origin with every form; where both are there, both count.
    """
    site, origin = sent.headers.get("Sec-Fetch-Site"), sent.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is not None:
        return origin == place.origin
    return site is not None or sent.headers.get("Referer", "").startswith(place.origin + "/")


def secret_before_session(place: Place) -> str:
    """Return the secret of a browser without a session; a new one is set with the response."""
    name = place.cookie_prefix + BEFORE_SESSION
    secret = request.cookies.get(name, "")
    if not secret:
        secret = new_secret()
        g.set_before_session = (name, secret, place.is_tls)
    return secret


def set_panel_cookie(response: Response, name: str, value: str) -> None:
    """Set the cookie of a panel in a frame on another site: browsers keep one for each site that the frame is on.

    They take it over TLS alone, and plainly on this machine.
    """
    response.set_cookie(name, value, path=cookie_path(), secure=True, httponly=True, samesite="None", partitioned=True)


def set_cookie(response: Response, name: str, value: str, *, is_tls: bool, seconds: int | None = None) -> None:
    """Set a cookie that no script reads and no other site sends with a form; without `seconds` until the browser ends.

    Lax, not Strict: a link from a helpdesk's page, or the way back from an identity provider, finds somebody signed in.
    """
    response.set_cookie(name, value, max_age=seconds, path=cookie_path(), secure=is_tls, httponly=True, samesite="Lax")


def cookie_path() -> str:
    """Return which requests of a browser carry our cookies: below a path of a host, those to the console."""
    return f"{root()}{HOME}" if root() else "/"


def path_within(path: str) -> str:
    """Return a path of the console as it is, and the console itself for everything else.

    >>> path_within("//evil.example/console"), path_within("/console/articles/a?x=1")
    ('/console', '/console/articles/a?x=1')
    """
    is_path = len(path) <= LONGEST_PATH and path.isascii() and path.isprintable() and not set(path) & set("\\ #")
    is_ours = path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))
    steps = path.partition("?")[0].replace("%2e", ".").replace("%2E", ".").split("/")  # as browsers read them
    return path if is_path and is_ours and ".." not in steps and "" not in steps[1:] else HOME
