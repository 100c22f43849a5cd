"""Numbers that follow each other and speak of each other correct the roles that each would have alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kb_service.seats.number_phrases import NumberPhrase
from kb_service.seats.rules import Role
from kb_service.seats.shares import is_share, share_roles
from kb_service.seats.steps import is_told_backwards, step_of

_CHOICE: Final = re.compile(r"(?:(?:SEAT|PERSON|LICENCE) )?or (?:for )?(?:(?:the|our|ONLY) )*")  # 60 or 48 seats
_ALONE: Final = frozenset({"foreign", "article"})


def join_pairs(
    phrases: Sequence[NumberPhrase], roles: Sequence[Role | None], classes: Sequence[str], *, is_short: bool
) -> tuple[list[Role | None], list[tuple[int, int]]]:
    """Return the corrected roles, and the planned steps as (from, to)."""
    joined = list(roles)
    steps: list[tuple[int, int]] = []
    for place in range(len(phrases) - 1):
        first, second = phrases[place : place + 2]
        if not _ALONE.isdisjoint({first.noun, second.noun}):
            continue
        between = " ".join([*classes[first.start + 1 : second.start], ""])
        step = step_of(first, second, between)
        if step == "planned":
            joined[place : place + 2] = ["purchased", "none"]
            steps.append((first.value, second.value))
        elif step == "done":
            joined[place : place + 2] = ["none", "purchased"]
        elif is_told_backwards(first, second, between):
            joined[place : place + 2] = ["none", "purchased"]
            steps.append((second.value, first.value))
        elif is_share(first, second, between, is_short=is_short):
            joined[place : place + 2] = share_roles(first, second, joined[place], joined[place + 1])
        elif _CHOICE.fullmatch(between):
            joined[place + 1] = joined[place + 1] or joined[place]
    return joined, steps
