"""The port of the live staff count: what is asked of a helpdesk and everything that can come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

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
]

UNAVAILABLE: Final[frozenset[StaffCountStatus]] = frozenset({"unreachable", "timeout", "blocked", "rate_limited"})
"""Statuses that say nothing about the helpdesk's staff, only that it could not be asked just now."""


@dataclass(frozen=True, slots=True)
class StaffCount:
    """The active staff of one helpdesk, or the reason why nobody knows; a failure never carries a number.

    `domain` is the canonical A-label name, empty for `invalid_domain`. `count` is set for `ok`, `stale` and `locked`;
    `purchased` only for `locked`. `observed_at` (UTC) and `age_seconds` say when the helpdesk was asked; `with_notices`
    that it printed error notices around the number; `http_status` is what it answered, when it answered.
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


class StaffCounter(Protocol):
    """Knows how many active staff a helpdesk has. Safe to share between threads."""

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        """Return within `deadline` seconds from now (None: the counter's own limit).

        Raises nothing, whatever the caller typed and whatever the helpdesk did.
        """
        ...

    def close(self) -> None:
        """Start no further look-ups; those under way are left to their own deadline."""
        ...
