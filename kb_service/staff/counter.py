"""The port of the live staff count: what a helpdesk is asked and everything that can come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol

from kb_service.staff.host_name import InvalidHostName, parse_helpdesk

StaffCountStatus = Literal[
    "ok",
    "stale",
    "not_allowed",
    "invalid_domain",
    "unreachable",
    "timeout",
    "login_required",
    "not_found",
    "blocked",
    "locked",
    "wrong_domain_licence",
    "unexpected_response",
    "rate_limited",
    "disabled",
    "pending",
]

UNAVAILABLE: Final[frozenset[StaffCountStatus]] = frozenset({"unreachable", "timeout", "blocked", "rate_limited"})
"""Statuses that say nothing about the helpdesk's staff, only that it could not be asked just now."""


@dataclass(frozen=True, slots=True)
class StaffCount:
    """The active staff of one helpdesk, or the reason why the number is not known; a failure never carries a number.

    `domain` is the canonical A-label name, empty for `invalid_domain`. `count` is set for `ok`, `stale` and `locked`;
    `purchased` only for `locked`. `observed_at` (UTC) and `age_seconds` say when the helpdesk was asked; `with_notices`
    that it printed error notices around the number; `http_status` is what it answered, when it answered. `url` is where
    a person can look, "" for whatever may not be asked. `pending`: it is being asked, and whoever asks again gets it.
    """

    status: StaffCountStatus
    domain: str
    count: int | None = None
    purchased: int | None = None
    observed_at: datetime | None = None
    age_seconds: int = 0
    cached: bool = False
    with_notices: bool = False
    http_status: int | None = None
    url: str = field(default="", compare=False)  # follows from the domain


class StaffCounter(Protocol):
    """Tells how many active staff a helpdesk has. Safe to share between threads.

    counter.count("https://ACME.kayako.com/")          → StaffCount("ok", "acme.kayako.com", count=48, ...)
    counter.count("acme.kayako.com", deadline=0.0)     → what is known already, else "pending"; the look-up has begun
    counter.count("10.0.0.1")                          → StaffCount("invalid_domain", "")
    """

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        """Return within `deadline` seconds from now (None: the counter's own limit).

        Raises nothing, whatever the caller typed and whatever the helpdesk did.
        """
        ...

    def close(self) -> None:
        """Start no further look-ups; those under way are left to their own deadline."""
        ...


class DisabledCounter:
    """The StaffCounter where live counts are switched off: asks nobody and says so."""

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        name = parse_helpdesk(domain)
        return StaffCount("disabled", "" if isinstance(name, InvalidHostName) else name)

    def close(self) -> None:
        """There is nothing to stop."""
