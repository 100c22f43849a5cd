"""A staff count in plain words, the same on the page, in the API, in the terminal and in the widget.

Each says what happened, of which helpdesk, and where there is no number, what to do next. "Locked" is said only of a
helpdesk that said so itself, and never as a reason to buy: seats that are ordered take up to a day to arrive.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
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
        "{domain} turned the question away with a security page. Open its staff count in your own browser instead."
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
    "pending": "{domain} is being asked for its active staff. Look again in a moment.",
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
            f"{staff_count.domain} is locked: its licence has {_seats(staff_count.purchased)} for {staff_count.count} "
            "active staff. If enough seats are ordered, allow a day for them to arrive, then write to "
            "Billing@kayako.com. If not, add seats in My.kayako.com, or ask Kayako Support to disable accounts."
        )
    if staff_count.status == "stale":
        return (
            f"{staff_count.domain} had {staff_count.count} active staff {_age(staff_count.age_seconds)}. "
            "It cannot be asked just now."
        )
    at = f", counted at {_clock(staff_count.observed_at)}" if staff_count.observed_at else ""
    return f"{staff_count.domain} has {staff_count.count} active staff{at}. {note(staff_count)}".rstrip()


def note(staff_count: StaffCount) -> str:
    """Return what is left to say where the number itself is told already: all of a failure, nothing of a good count."""
    if staff_count.count is None:
        return message(staff_count)
    if staff_count.status == "stale":
        return f"{staff_count.domain} cannot be asked just now."
    return "The helpdesk also printed error notices: tell its administrator." if staff_count.with_notices else ""


def counted(staff_count: StaffCount) -> str:
    """Return when a number was counted, to stand beside it: "counted live at 14:02 UTC", "last counted 2 hours ago"."""
    if staff_count.status == "stale":
        return f"last counted {_age(staff_count.age_seconds)}"
    how = "from the helpdesk's own error" if staff_count.status == "locked" else "counted live"
    return f"{how} at {_clock(staff_count.observed_at)}" if staff_count.observed_at else how


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%H:%M} UTC"


def _seats(number: int | None) -> str:
    return f"{number} paid seat{'' if number == 1 else 's'}"


def _age(seconds: int) -> str:
    for unit, length in _AGE_UNITS:
        if seconds >= length:
            number = seconds // length
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    return "a moment ago"
