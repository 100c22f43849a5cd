"""What templates say with values: dates, topics, the way to a person. Knows no web framework."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from kb_service.seats.sentences import SeatState

SEAT_HEADLINES: Final[Mapping[SeatState, str]] = {
    "under": "You have seats to spare",
    "exact": "All your seats are in use",
    "over": "More staff than seats",
    "unknown": "Your seats",
}

# Not strftime: month names would follow the locale of the server, which is not the language of the page.
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date) -> str:
    """Return a date as people write it: 20 Nov 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def heading(text: str) -> str:
    """Return `text` with a capital letter at its beginning and nothing else changed."""
    return text[:1].upper() + text[1:]


def topic(name: str) -> str:
    """Return the name of a topic as people read it: "staff-accounts" is "Staff accounts"."""
    return heading(name.replace("-", " "))


def contact_address(url: str, question: str) -> str:
    """Return `url` with the question in it, as the text of a mail or as `question=`; as it is without a question."""
    if not question:
        return url
    parts = urlsplit(url)
    name = "body" if parts.scheme == "mailto" else "question"
    query = "&".join(filter(None, (parts.query, f"{name}={quote(question, safe='')}")))
    return urlunsplit(parts._replace(query=query))


def printable(text: str) -> str:
    """Return `text` with a replacement character for each control character, which HTML cannot hold."""
    return re.sub(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "\ufffd", text)
