"""What the words of a page say about why it is not a count: a licence, a login, a security page, a broken helpdesk."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from kb_service.staff.counter import StaffCountStatus
from kb_service.staff.whole_numbers import whole_number

# Notices are short; on a longer page the same words are its content: a help article, a forum, a price list.
MAX_NOTICE_CHARACTERS: Final = 600

_TAG: Final = re.compile(r"<[^<>]*>")
_HTML_TAG: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|pre|span|h[1-6]|a|b|br|center|form|meta|script|table|title)\b",
    re.IGNORECASE,
)
_LOCKED: Final = re.compile(r"staff count exceeded\.? ?\( ?([0-9]+) ?> ?([0-9]+) ?\)")
_PASSWORD_FIELD: Final = re.compile(r"""type\s*=\s*["']?password""", re.IGNORECASE)
_CHALLENGE_SCRIPT: Final = "/cdn-cgi/challenge-platform/"
_PHP_MESSAGE: Final = re.compile(r"<b>(?:notice|warning|deprecated|(?:fatal|parse) error)</b>:", re.IGNORECASE)

_WRONG_DOMAIN: Final = re.compile(
    r"this domain name does not match (?:the )?domain (?:name|registered) in the license key file"
)
_SUSPENDED: Final = re.compile(
    r"staff count exceeded|(?:account|helpdesk|product|site|website)(?: is| has been)? suspended"
    r"|invalid license key|expired license|(?:license|trial)(?: key| period)?(?: has| is)? (?:expired|ended)"
)
_BLOCKED: Final = re.compile(
    r"just a moment\.\.\.|attention required!|checking your browser|incapsula incident|website firewall|captcha"
)
_LOGIN: Final = re.compile(
    r"^(?:login required|unauthori[sz]ed|authentication required|your session has expired|please (?:log|sign) ?in)"
    r"|authentication_failed|failed to authenticate|no salt provided"
)
_OUT_OF_ORDER: Final = re.compile(
    r"maintenance|temporarily unavailable|failed to load session|(?:currently|is) offline|down for|be back"
    r"|database (?:error|connection)|bad gateway|service unavailable"
)
_NO_SUCH_ACTION: Final = re.compile(r"resource_not_found|404 not found|page not found")


@dataclass(frozen=True, slots=True)
class Page:
    """A body as a person would read it: `words` without tags, in lower case, blanks collapsed."""

    source: str
    words: str

    @property
    def is_notice(self) -> bool:
        return len(self.words) <= MAX_NOTICE_CHARACTERS


def read_page(text: str) -> Page:
    return Page(text, " ".join(html.unescape(_TAG.sub(" ", text)).lower().split()))


def locked_numbers(page: Page) -> tuple[int, int] | None:
    """Return (active, purchased) of `Staff count exceeded. (3 > 2).`, the helpdesk's own words for being locked."""
    pairs = set(_LOCKED.findall(page.words)) if page.is_notice else set()
    if len(pairs) != 1:
        return None
    active, purchased = (whole_number(digits) for digits in pairs.pop())
    return (active, purchased) if active is not None and purchased is not None and active > purchased else None


def licence_sign(page: Page) -> StaffCountStatus | None:
    """A licence for another domain is named as such; any other licence trouble is only "no number"."""
    if _WRONG_DOMAIN.search(page.words):
        return "wrong_domain_licence"
    return "unexpected_response" if page.is_notice and _SUSPENDED.search(page.words) else None


def is_security_page(page: Page) -> bool:
    return _CHALLENGE_SCRIPT in page.source or (page.is_notice and _BLOCKED.search(page.words) is not None)


def page_sign(page: Page) -> StaffCountStatus:
    """Say what a page without a count is, when nothing before it did."""
    if page.is_notice and (_PASSWORD_FIELD.search(page.source) or _LOGIN.search(page.words)):
        return "login_required"
    if page.is_notice and _OUT_OF_ORDER.search(page.words):
        return "unreachable"
    if _PHP_MESSAGE.search(page.source):
        return "unexpected_response"
    if _HTML_TAG.search(page.source) or (page.is_notice and _NO_SUCH_ACTION.search(page.words)):
        return "not_found"
    return "unexpected_response"
