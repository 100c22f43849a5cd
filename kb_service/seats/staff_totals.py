"""Agents and administrators named apart: "45 agents and 3 admins" are 48 people, since both take seats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kb_service.seats.number_phrases import NumberPhrase

_TOGETHER: Final = re.compile(r"(?:and|plus|,|, and) (?:ONLY )?")
_ONE_ADMIN: Final = re.compile(r"(?:and|plus) an? ADMIN\b")


def add_up_staff(phrases: Sequence[NumberPhrase], classes: Sequence[str]) -> list[NumberPhrase]:
    """Return the phrases with agents and the administrators beside them made one."""
    found: list[NumberPhrase] = []
    for phrase in phrases:
        if found and _belong_together(found[-1], phrase, classes):
            found[-1] = _sum(found[-1], phrase)
        elif phrase.noun == "person" and _ONE_ADMIN.match(" ".join(classes[phrase.end : phrase.end + 3])):
            found.append(replace(phrase, value=phrase.value + 1))
        else:
            found.append(phrase)
    return found


def _belong_together(first: NumberPhrase, second: NumberPhrase, classes: Sequence[str]) -> bool:
    between = " ".join([*classes[first.end : second.start], ""])
    return {first.noun, second.noun} == {"person", "admin"} and bool(_TOGETHER.fullmatch(between))


def _sum(first: NumberPhrase, second: NumberPhrase) -> NumberPhrase:
    before, after = first.line.partition("<")[0], second.line.partition(">")[2]
    return NumberPhrase(first.value + second.value, "person", first.start, second.end, f"{before}<person>{after}")
