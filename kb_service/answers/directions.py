"""The direction in which a question goes ("downgrade", "from Pro to Basic"), and texts that only go the other way."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from kb_service.analysis import term_code, term_of

_PAIRS: Final = (
    "upgrade downgrade, enable disable, activate deactivate, add remove, add delete, create delete, increase decrease, "
    "increase reduce, raise lower, monthly yearly, monthly annual, install uninstall, import export, lock unlock, "
    "block unblock, mute unmute, archive unarchive, subscribe unsubscribe, hide show, join leave, attach detach, "
    "connect disconnect, encrypt decrypt, merge split, minimum maximum, smallest largest, earliest latest, buy sell, "
    "suspend resume, pause resume, delete restore, publish unpublish, pin unpin, follow unfollow, assign unassign"
)
_FROM_TO: Final = re.compile(
    r"\bfrom (?:an? |the |our )?([^\W\d]\w*)(?: \w+)? to (?:an? |the |our )?([^\W\d]\w*)", re.IGNORECASE
)


def _opposites() -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for pair in _PAIRS.split(", "):
        one, other = (term_code(term_of(word)) for word in pair.split())
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {code: frozenset(others) for code, others in found.items()}


_OPPOSITES: Final = _opposites()


def is_opposite(code: int, codes: Collection[int]) -> bool:
    """Tell whether among the codes of some words is the opposite of a word."""
    return not _OPPOSITES.get(code, frozenset()).isdisjoint(codes)


def goes_back(question: str, text: str) -> bool:
    """Tell whether a question asks from one thing to another, and a text tells of that way back alone.

    >>> goes_back("How do we go from Pro to Basic?", "The move from Basic to Pro is free.")
    True
    """
    ways = {(one.casefold(), other.casefold()) for one, other in _FROM_TO.findall(text)}
    asked = [(one.casefold(), other.casefold()) for one, other in _FROM_TO.findall(question)]
    return any((other, one) in ways and (one, other) not in ways for one, other in asked)
