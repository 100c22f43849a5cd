"""Decide what a helpdesk's reply means: a count, or the reason why there is none. Never by its Content-Type.

In this order: a redirect is read, never followed; a count comes only from a complete 200 or 203; then the helpdesk's
own notices (locked, licence), a security page in front of it, the HTTP status, and at last the words of the page.

Kayako Classic answers `{"activestaffcount":"48"}`, with or without the inner quotes, labelled text/html. That object,
the same among notices that PHP printed, or a bare number is a count; nothing else on a page ever is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import msgspec

from kb_service.staff.counter import StaffCountStatus

MAX_STAFF: Final = 100_000  # beyond every helpdesk there is; a larger number is a time stamp or an id
# Notices are short; on a longer page the same words are its content: a help article, a forum, a price list.
MAX_NOTICE_CHARACTERS: Final = 600

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

_BLANKS: Final = " \t\r\n"
_MEMBER: Final = "activestaffcount"
_OBJECT: Final = re.compile(rf'\{{\s*"{_MEMBER}"\s*:\s*("?)([0-9]+)\1\s*\}}')
_STAFF_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,5}")
_PAGE_TAG: Final = re.compile(r"<(?:html|head|title|script|form|nav|article)\b", re.IGNORECASE)

_LOGIN_URL: Final = re.compile(r"log-?in|sign-?in|oauth|saml|/sso\b|^(?:accounts|auth|sso)\.")

_TAG: Final = re.compile(r"<[^<>]*>")
_HTML_TAG: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|pre|span|h[1-6]|a|b|br|center|form|meta|script|table|title)\b",
    re.IGNORECASE,
)
_PASSWORD_FIELD: Final = re.compile(r"""type\s*=\s*["']?password""", re.IGNORECASE)
_CHALLENGE_SCRIPT: Final = "/cdn-cgi/challenge-platform/"
_PHP_MESSAGE: Final = re.compile(r"<b>(?:notice|warning|deprecated|(?:fatal|parse) error)</b>:", re.IGNORECASE)

_LOCKED_WORDS: Final = re.compile(r"staff count exceeded\.? ?\( ?([0-9]+) ?> ?([0-9]+) ?\)")
_WRONG_DOMAIN_WORDS: Final = re.compile(
    r"this domain name does not match (?:the )?domain (?:name|registered) in the license key file"
)
_SUSPENDED_WORDS: Final = re.compile(
    r"staff count exceeded|(?:account|helpdesk|product|site|website)(?: is| has been)? suspended"
    r"|invalid license key|expired license|(?:license|trial)(?: key| period)?(?: has| is)? (?:expired|ended)"
)
_BLOCKED_WORDS: Final = re.compile(
    r"just a moment\.\.\.|attention required!|checking your browser|incapsula incident|website firewall|captcha"
)
_LOGIN_WORDS: Final = re.compile(
    r"^(?:login required|unauthori[sz]ed|authentication required|your session has expired|please (?:log|sign) ?in)"
    r"|authentication_failed|failed to authenticate|no salt provided"
)
_OUT_OF_ORDER_WORDS: Final = re.compile(
    r"maintenance|temporarily unavailable|failed to load session|(?:currently|is) offline|down for|be back"
    r"|database (?:error|connection)|bad gateway|service unavailable"
)
_NOT_FOUND_WORDS: Final = re.compile(r"resource_not_found|404 not found|page not found")


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
    """Decide what a reply means; every reply means something.

    classify(Reply(200, body=b'{"activestaffcount":"48"}'))       → Verdict("ok", 48)
    classify(Reply(200, body=b"Staff count exceeded. (3 > 2)."))  → Verdict("locked", 3, purchased=2)
    classify(Reply(404, body=b'{"activestaffcount":"48"}'))       → Verdict("not_found")
    """
    if reply.is_redirect:
        return Verdict(_meaning_of_redirect(reply.headers.get("location", "")))
    text = _text(reply)
    if text is None:
        return Verdict(_meaning_of_status(reply.status) or "unexpected_response")
    return _counted(reply, text.strip(_BLANKS)) or _without_count(reply, _Page.of(text))


def _counted(reply: Reply, text: str) -> Verdict | None:
    if reply.status not in _COUNT_STATUSES or reply.truncated:
        return None
    count = _json_count(text) if text.startswith("{") else _staff_number(text)
    if count is not None:
        return Verdict("ok", count)
    count = _count_among_notices(text)
    return None if count is None else Verdict("ok", count, with_notices=True)


def _without_count(reply: Reply, page: _Page) -> Verdict:
    numbers = None if reply.truncated else _locked_numbers(page)
    if numbers:
        return Verdict("locked", *numbers)
    if licence := _licence_trouble(page):
        return Verdict(licence)
    if "cf-mitigated" in reply.headers or _is_security_page(page):
        return Verdict("blocked")
    return Verdict(_meaning_of_status(reply.status) or _meaning_of_page(page))


def _text(reply: Reply) -> str | None:
    charset = _CHARSET.search(reply.headers.get("content-type", ""))
    if reply.is_encoded or (charset and not _ASCII_CHARSET.fullmatch(charset[1].lower())):
        return None
    return reply.body.decode("utf-8-sig", "replace")


class _KayakoCount(msgspec.Struct):
    """The member that is read of Kayako's object, as it is written."""

    activestaffcount: msgspec.Raw


def _json_count(text: str) -> int | None:
    if text.count(_MEMBER) != 1:
        return None  # given twice, no value is the right one
    try:
        value = bytes(msgspec.json.decode(text, type=_KayakoCount).activestaffcount).decode()
    except (msgspec.MsgspecError, RecursionError):
        return None
    return _staff_number(value.removeprefix('"').removesuffix('"'))


def _count_among_notices(text: str) -> int | None:
    """Find the object among notices that PHP or the licence check printed around it; all copies must agree.

    On a full page it has to come first or last: in the middle it is a quotation, in a help article for instance.
    """
    objects = list(_OBJECT.finditer(text))
    if not objects or len(objects) != text.lower().count(_MEMBER):
        return None
    numbers = {_staff_number(found[2]) for found in objects}
    at_an_edge = objects[0].start() == 0 or objects[-1].end() == len(text)
    return numbers.pop() if len(numbers) == 1 and (at_an_edge or not _PAGE_TAG.search(text)) else None


def _staff_number(text: str) -> int | None:
    """Read plain ASCII digits of a believable size, without a sign or leading zeros; None for everything else."""
    number = int(text) if _STAFF_NUMBER.fullmatch(text) else None
    return number if number is not None and number <= MAX_STAFF else None


def _meaning_of_redirect(location: str) -> StaffCountStatus:
    try:
        target = urlsplit(location)
        host = target.hostname or ""
    except ValueError:
        return "unexpected_response"
    place = f"{host}{target.path}?{target.query}".lower()
    if not location or target.scheme not in ("", "http", "https") or "suspend" in place:
        return "unexpected_response"
    return "login_required" if _LOGIN_URL.search(place) else "not_found"


def _meaning_of_status(status: int) -> StaffCountStatus | None:
    """None where the body has to tell."""
    if status in _COUNT_STATUSES:
        return None
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return "unreachable"
    return "not_found" if status >= 400 else "unexpected_response"


@dataclass(frozen=True, slots=True)
class _Page:
    """A body as a person would read it: `words` without tags, in lower case, blanks collapsed."""

    source: str
    words: str

    @classmethod
    def of(cls, text: str) -> _Page:
        return cls(text, " ".join(html.unescape(_TAG.sub(" ", text)).lower().split()))

    @property
    def is_notice(self) -> bool:
        return len(self.words) <= MAX_NOTICE_CHARACTERS


def _locked_numbers(page: _Page) -> tuple[int, int] | None:
    """Return (active, purchased) of `Staff count exceeded. (3 > 2).`, the helpdesk's own words for being locked."""
    pairs = set(_LOCKED_WORDS.findall(page.words)) if page.is_notice else set()
    if len(pairs) != 1:
        return None
    active, purchased = (_staff_number(digits) for digits in pairs.pop())
    return (active, purchased) if active is not None and purchased is not None and active > purchased else None


def _licence_trouble(page: _Page) -> StaffCountStatus | None:
    """A licence for another domain is named as such; any other licence trouble is only "no number"."""
    if _WRONG_DOMAIN_WORDS.search(page.words):
        return "wrong_domain_licence"
    return "unexpected_response" if page.is_notice and _SUSPENDED_WORDS.search(page.words) else None


def _is_security_page(page: _Page) -> bool:
    return _CHALLENGE_SCRIPT in page.source or (page.is_notice and _BLOCKED_WORDS.search(page.words) is not None)


def _meaning_of_page(page: _Page) -> StaffCountStatus:
    """Say what a page without a count is, when nothing before it did."""
    if page.is_notice and (_PASSWORD_FIELD.search(page.source) or _LOGIN_WORDS.search(page.words)):
        return "login_required"
    if page.is_notice and _OUT_OF_ORDER_WORDS.search(page.words):
        return "unreachable"
    if _PHP_MESSAGE.search(page.source):
        return "unexpected_response"
    if _HTML_TAG.search(page.source) or (page.is_notice and _NOT_FOUND_WORDS.search(page.words)):
        return "not_found"
    return "unexpected_response"
