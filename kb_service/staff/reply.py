"""What a helpdesk's answer means, decided in a fixed order and never by its Content-Type.

A count comes first and only from a complete 200 or 203. Then the helpdesk's own notices (locked, licence), a security
page in front of it, the HTTP status, and at last the words of the page. Redirects are read, never followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from kb_service.staff.count_documents import count_among_notices, count_of_document
from kb_service.staff.counter import StaffCountStatus
from kb_service.staff.page_signs import is_security_page, licence_sign, locked_numbers, page_sign, read_page

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_COUNT_STATUSES: Final = frozenset({200, 203})
_STATUSES: Final[Mapping[int, StaffCountStatus]] = {
    401: "login_required",
    403: "blocked",
    408: "timeout",
    425: "unreachable",
    429: "rate_limited",
    451: "blocked",
    504: "timeout",
}
# Every charset that writes ASCII as ASCII; the count and all words looked for are ASCII.
_ASCII_CHARSET: Final = re.compile(r"utf-?8|(?:us-)?ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|koi8-[ru]")
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([^\s"';]+)""", re.IGNORECASE)
_LOGIN_URL: Final = re.compile(r"log-?in|sign-?in|oauth|saml|/sso\b|^(?:accounts|auth|sso)\.")
_SUSPENDED_URL: Final = re.compile(r"suspend")


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer; header names in lower case. `truncated`: the body was longer than what was read."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    truncated: bool = False

    @property
    def is_redirect(self) -> bool:
        return self.status in _REDIRECTS

    @property
    def is_encoded(self) -> bool:
        """Whether the body came compressed although only identity was asked for; such a body is not read."""
        return self.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning of a reply, with the numbers of `ok` and `locked`."""

    status: StaffCountStatus
    count: int | None = None
    purchased: int | None = None
    with_notices: bool = False


def classify(reply: Reply) -> Verdict:
    """Decide what a reply means; every reply means something."""
    if reply.is_redirect:
        return Verdict(_meaning_of_redirect(reply.headers.get("location", "")))
    text = _text(reply)
    if text is None:
        return Verdict(_meaning_of_status(reply.status) or "unexpected_response")
    return _counted(reply, text) or _without_count(reply, text)


def _counted(reply: Reply, text: str) -> Verdict | None:
    if reply.status not in _COUNT_STATUSES or reply.truncated:
        return None
    count = count_of_document(reply.body, text)
    if count is not None:
        return Verdict("ok", count)
    count = count_among_notices(text)
    return None if count is None else Verdict("ok", count, with_notices=True)


def _without_count(reply: Reply, text: str) -> Verdict:
    page = read_page(text)
    numbers = None if reply.truncated else locked_numbers(page)
    if numbers:
        return Verdict("locked", *numbers)
    if licence := licence_sign(page):
        return Verdict(licence)
    if "cf-mitigated" in reply.headers or is_security_page(page):
        return Verdict("blocked")
    return Verdict(_meaning_of_status(reply.status) or page_sign(page))


def _text(reply: Reply) -> str | None:
    charset = _CHARSET.search(reply.headers.get("content-type", ""))
    if reply.is_encoded or (charset and not _ASCII_CHARSET.fullmatch(charset[1].lower())):
        return None
    return reply.body.decode("utf-8-sig", "replace")


def _meaning_of_status(status: int) -> StaffCountStatus | None:
    """None where the body has to tell."""
    if status in _COUNT_STATUSES:
        return None
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return "unreachable"
    return "not_found" if status >= 400 else "unexpected_response"


def _meaning_of_redirect(location: str) -> StaffCountStatus:
    try:
        target = urlsplit(location)
        host = target.hostname or ""
    except ValueError:
        return "unexpected_response"
    place = f"{host}{target.path}?{target.query}".lower()
    if not location or target.scheme not in ("", "http", "https") or _SUSPENDED_URL.search(place):
        return "unexpected_response"
    return "login_required" if _LOGIN_URL.search(place) else "not_found"
