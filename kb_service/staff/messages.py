"""A staff count in plain words, the same on the page, in the API, in the terminal and in the widget.

Each says what happened, of which helpdesk, and where there is no number, what to do next. "Locked" is said only of a
helpdesk that said so itself, and never as a reason to buy: seats that are ordered take up to a day to arrive.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from kb_service.staff.counter import StaffCount
from kb_service.wording.catalogue import Words, words_in

_AGE_UNITS: Final = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


def message(staff_count: StaffCount, words: Words | None = None) -> str:
    """Return one or two sentences a customer understands, English without `words`."""
    words = words or words_in("en")
    name: str = staff_count.status
    if name == "not_allowed" and not staff_count.domain.endswith(".kayako.com"):
        name = "elsewhere"
    elif name == "ok" and staff_count.observed_at:
        name = "ok_at"
    return words.say(
        f"count.{name}",
        domain=staff_count.domain,
        count=staff_count.count,
        purchased=staff_count.purchased,
        age=_age(words, staff_count.age_seconds),
        clock=_clock(staff_count.observed_at),
        note="" if staff_count.count is None else note(staff_count, words),
    ).rstrip()


def note(staff_count: StaffCount, words: Words | None = None) -> str:
    """Return what is left to say where the number itself is told already: all of a failure, nothing of a good count."""
    words = words or words_in("en")
    if staff_count.count is None:
        return message(staff_count, words)
    if staff_count.status == "stale":
        return words.say("count.stale_note", domain=staff_count.domain)
    return words.say("count.notices") if staff_count.with_notices else ""


def counted(staff_count: StaffCount, words: Words | None = None) -> str:
    """Return when a number was counted, to stand beside it: "counted live at 14:02 UTC", "last counted 2 hours ago"."""
    words = words or words_in("en")
    if staff_count.status == "stale":
        return words.say("count.last_counted", age=_age(words, staff_count.age_seconds))
    how = "from_error" if staff_count.status == "locked" else "live"
    name = f"count.{how}_at" if staff_count.observed_at else f"count.{how}"
    return words.say(name, clock=_clock(staff_count.observed_at))


def _clock(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%H:%M} UTC" if moment else ""


def _age(words: Words, seconds: int) -> str:
    for unit, length in _AGE_UNITS:
        if seconds >= length:
            return words.say("count.ago", time=words.number(seconds // length, unit))
    return words.say("count.just_now")
