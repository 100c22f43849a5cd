"""A change told by its two ends: "from 20 to 15 seats", "our 60 licences down to 48", "to 75 seats from 60"."""

from __future__ import annotations

import re
from typing import Final, Literal

from kb_service.seats.number_phrases import NumberPhrase

Step = Literal["planned", "done"]

_BETWEEN: Final = re.compile(
    r"(?:(?:KIND|PAY|BUY|SEAT|LICENCE|PERSON|ABOUT) )*(?P<done>LESSENED )?(?:MOVE )?(?P<way>(?:down|back|up) )?"
    r"to (?:(?:ONLY|ABOUT|the|our) )*"
)
_BETWEEN_BACKWARDS: Final = re.compile(
    r"(?:(?:KIND|SEAT|LICENCE|PERSON) )*(?:up |down )?from (?:(?:ABOUT|the|our|_) )*"
)
_TOWARDS: Final = re.compile(r"(?:LESS|RAISE|MOVE|GET|WISH|NEED)(?: [^#,]+)? to (?:(?:ONLY|ABOUT|the|our) )*<")
_CHANGE: Final = re.compile(
    r"(?:LESS|RAISE|MOVE|GET|WISH|NEED)(?: [^#,]+)? <|(?:SEAT|LICENCE|PERSON|PLAN|count) from <"
)
_DONE: Final = re.compile(r"(?<!be )(?<!GET )(?P<verb>LESSENED|ADDED|MOVED)(?: [^#,]+)? <")
_ADDED: Final = re.compile(r"ADDED (?:ONLY |ABOUT )*<")
_WISHED: Final = re.compile(
    r"(?:WISH|NEED|GET|can|could|be) (?:(?!(?:was|were|HAVE|i|we|they|,) )[^#]+ )?(?:LESSENED|ADDED|MOVED)\b"
)
_SEATS_BEFORE: Final = re.compile(r"(?:SEAT|LICENCE|PLAN)[^#]* <")
_MONEY: Final = re.compile(r"\b(?:BILL|COST|PAY)\b[^#]* <")
_ADDITION: Final = re.compile(r"ADD [^#]*<|<[^>]*EXTRA|<\w+> EXTRA|EXTRA <")  # "add 5 seats to our 60"


def step_of(first: NumberPhrase, second: NumberPhrase, between: str) -> Step | None:
    """Return whether two numbers, with these classes between them, are the ends of a change of seats."""
    match = _BETWEEN.fullmatch(between)
    if match is None or first.value == second.value or _ADDITION.search(first.line):
        return None
    nouns = {first.noun, second.noun}
    if nouns == {"bare"} and _MONEY.search(first.line):
        return None
    is_wish = bool(_WISHED.search(first.line))
    if match["done"] and not is_wish:
        return "done"
    if _ADDED.search(first.line) and between.endswith("our "):  # "added 10 seats to our 50"
        return None
    if (done := _DONE.search(first.line)) and not is_wish:
        is_seats = "seat" in nouns or done["verb"] != "MOVED" or _SEATS_BEFORE.search(first.line)
        return "done" if is_seats else None
    is_cut = second.value < first.value and "seat" in nouns and second.noun != "person"
    return "planned" if is_wish or is_cut or match["way"] or _CHANGE.search(first.line) else None


def is_told_backwards(first: NumberPhrase, second: NumberPhrase, between: str) -> bool:
    """Return whether two numbers are the ends of a planned change, the end before the beginning."""
    return (
        first.value != second.value
        and bool(_BETWEEN_BACKWARDS.fullmatch(between))
        and bool(_TOWARDS.search(first.line))
        and "seat" in {first.noun, second.noun}
    )
