"""A staff count in plain words, the same on the page, in the API, in the terminal and in the widget.

Each says what happened, of which helpdesk, and where there is no number, what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kb_service.staff.counter import StaffCount, StaffCountStatus

_FAILURES: Final[Mapping[StaffCountStatus, str]] = {
    "not_allowed": "{domain} cannot be asked from here. Check the name, or ask its administrator for the number.",
    "invalid_domain": "That is not a helpdesk address. Type only its name, such as acme.kayako.com.",
    "unreachable": "{domain} could not be reached. Check the spelling, or try again in a minute.",
    "timeout": "{domain} has not answered in time. Try again in a minute.",
    "login_required": "{domain} shows its staff count only after a login. Ask its administrator for the number.",
    "not_found": (
        "{domain} does not offer a staff count: it may not be a Kayako Classic helpdesk. "
        "Check the name, or ask its administrator for the number."
    ),
    "blocked": (
        "{domain} turned the question away with a security page. "
        "Open https://{domain}/Base/staff/getcount in your own browser instead."
    ),
    "wrong_domain_licence": (
        "{domain} runs with a licence for another domain, so it does not give its staff count. Tell its administrator."
    ),
    "unexpected_response": (
        "{domain} answered, but not with a number of staff. Try again later, or ask its administrator for the number."
    ),
    "rate_limited": "Too many staff counts are being asked for just now. Try again in a minute.",
    "disabled": (
        "Live staff counts are switched off on this service. Ask your helpdesk's administrator for the number."
    ),
}
_ELSEWHERE: Final = (
    "{domain} is not a helpdesk that can be asked from here. "
    "Check the name: that of a helpdesk at Kayako ends in .kayako.com."
)
_AGE_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def message(staff_count: StaffCount) -> str:
    """Return one or two sentences a customer understands."""
    if staff_count.status == "not_allowed" and not staff_count.domain.endswith(".kayako.com"):
        return _ELSEWHERE.format(domain=staff_count.domain)
    if staff_count.status in _FAILURES:
        return _FAILURES[staff_count.status].format(domain=staff_count.domain)
    if staff_count.status == "locked":
        return (
            f"{staff_count.domain} is locked: it has {staff_count.count} active staff "
            f"but only {staff_count.purchased} paid seats. "
            f"Raise the seats in My.kayako.com to at least {staff_count.count} to get back in."
        )
    if staff_count.status == "stale":
        return (
            f"{staff_count.domain} had {staff_count.count} active staff {_age(staff_count.age_seconds)}. "
            "It cannot be asked just now."
        )
    notices = " The helpdesk also printed error notices: tell its administrator." if staff_count.with_notices else ""
    return f"{staff_count.domain} has {staff_count.count} active staff.{notices}"


def _age(seconds: int) -> str:
    for unit, length in _AGE_UNITS:
        if seconds >= length:
            number = seconds // length
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    return "a moment ago"
