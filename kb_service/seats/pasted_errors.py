"""The numbers of a pasted "Staff count exceeded. (3 > 2)", in every state of repair, read before anything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kb_service.seats.tokens import MAX_SEATS, number_word

_ERROR: Final = r"(?:staf+\W{0,4}(?:users?\W{0,4})?(?:count|limit)|(?<![a-z])ex[a-z]{1,4}d(?:ed)?\b)"
_ERROR_HINT: Final = r"error|message|locked|log ?in|log ?on|screen|shows?\b|says\b|page"
_COUNT: Final = r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,6}|[a-z]{3,9})(?![0-9a-z])"
_GREATER: Final = r"(?:(?:[>›»]\s{0,9}){1,3}|(?:is )?(?:greater|more|higher|bigger) than )"  # a quoted mail adds a ">"
_ERROR_FORMS: Final = (
    (re.compile(rf"(?<![0-9.,a-z])\(?{_COUNT}\s{{0,9}}{_GREATER}{_COUNT}\)?"), False, True),
    (re.compile(rf"(?<![0-9.,a-z])\(?{_COUNT}\s{{0,9}}(?:<\s{{0,9}}|(?:is )?less than ){_COUNT}\)?"), True, True),
    (re.compile(rf"{_ERROR}\W{{0,6}}{_COUNT}\s?(?:/|of|out of|vs\.?|over)\s?{_COUNT}"), False, True),
    (
        re.compile(rf"\b(?:allowed|limit|max)\s?[=:]\s?{_COUNT}[\s,;]{{1,3}}(?:current|active|used)\s?[=:]\s?{_COUNT}"),
        True,
        True,
    ),
    (re.compile(rf"{_ERROR}\W{{0,6}}\({_COUNT}\s{{1,3}}{_COUNT}\)"), False, False),  # the ">" was lost
)


@dataclass(frozen=True, slots=True)
class StaffCountError:
    """What one message says: so many enabled staff on so few seats, always more of the first; `start` and `end` are
    offsets in the text. Not `certain` where the sign between the numbers is lost.
    """

    active: int
    purchased: int
    start: int
    end: int
    certain: bool = True


def read_pasted_errors(lowered: str) -> tuple[list[StaffCountError], str]:
    """Return the errors pasted into a text, and the text with blanks in their place; `lowered` is `plain`.

    A comparison is such an error only where the message is named and the first number is the larger one.
    """
    found: list[StaffCountError] = []
    is_named = bool(re.search(_ERROR, lowered))
    if not is_named and not (">" in lowered and re.search(_ERROR_HINT, lowered)):
        return found, lowered
    for form, is_reversed, is_certain in _ERROR_FORMS if is_named else _ERROR_FORMS[:1]:
        for match in [] if found else form.finditer(lowered):
            active, purchased = map(_error_value, match.groups())
            if is_reversed:
                active, purchased = purchased, active
            if active > purchased >= 0:
                found.append(StaffCountError(active, purchased, *match.span(), certain=is_certain and is_named))
    for error in found:
        lowered = lowered[: error.start] + " " * (error.end - error.start) + lowered[error.end :]
    return found, lowered


def _error_value(word: str) -> int:
    """Return the number written as digits or as one word, -1 for any other word."""
    digits = word.replace(",", "")
    value = int(digits) if digits.isdigit() else number_word(word)
    return -1 if value is None or value > MAX_SEATS else value
