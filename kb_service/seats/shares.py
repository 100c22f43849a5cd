"""One number out of another: "48 of 60 seats", "48/60", "12 of our 60 licences are unused"."""

from __future__ import annotations

import re
from typing import Final

from kb_service.seats.number_phrases import NumberPhrase
from kb_service.seats.rules import Role

_BETWEEN: Final = re.compile(
    r"/ |(?:(?:KIND|ACTIVE|USE|in|PAY|BUY|IDLE|SEAT|LICENCE|PERSON|ABOUT|are|is) )*"
    r"(?:out )?of (?:(?:our|the|my|your|all|a|an|ABOUT|these|those) )*"
)
_OF_SOMETHING_ELSE: Final = re.compile(r"(?:LABEL|TIME|on|since|by|until|MONTH|BILL) <")  # page 1 of 3, paid on 3/12
_OF_SEATS: Final = re.compile(r"seat|person|USE|ACTIVE|SEAT|LICENCE|PERSON|LIMIT|LESS")
_DONE: Final = re.compile(r"LESSENED (?:ABOUT |ONLY )*<")
_USING: Final = re.compile(r"USE (?:ONLY |ABOUT )*<")


def is_share(first: NumberPhrase, second: NumberPhrase, between: str, *, is_short: bool) -> bool:
    """Return whether the first is a part of the second; "48 of 60" may stand alone only in a short question."""
    if not _BETWEEN.fullmatch(between) or first.value > second.value or _OF_SOMETHING_ELSE.search(first.line):
        return False
    return (is_short and "/" not in between) or bool(_OF_SEATS.search(f"{first.line} {second.line}"))


def share_roles(
    first: NumberPhrase, second: NumberPhrase, part: Role | None, whole: Role | None
) -> tuple[Role | None, Role | None]:
    """Return the roles of a part and its whole, given what each would be alone."""
    if _DONE.search(first.line):  # "removed 5 of our 60": the whole is from before or from after
        return "none", "none"
    if part == "purchased":  # "billed for 48 of 60": nobody can tell
        return None, None
    if second.noun == "person" and "<bare> /" not in first.line and not _USING.search(first.line):
        return ("active" if whole == "active" else None), None
    if part in {"add", "remove"}:
        return part, "purchased"
    return ("none" if "none" in {part, whole} else "active"), "purchased"
