"""The numbers of a pasted "Staff count exceeded. (3 > 2)", however much of the message survived the copying."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

_NAMES_THE_ERROR: Final = re.compile(
    r"staf+\W{0,4}(?:users?\W{0,4})?(?:count|limit)|ex[a-z]{1,4}d(?:ed)?\b", re.IGNORECASE
)
_NUMBER: Final = r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,6})(?![0-9])"
_EXCEEDS: Final = r"(?:(?:[>›»]\s{0,3}){1,3}|(?:is )?(?:greater|more|higher) than |over )"
# A quoted mail adds a ">" of its own where the message was wrapped.
_COMPARISON: Final = re.compile(rf"(?<![0-9.,])\(?{_NUMBER}\s{{0,3}}{_EXCEEDS}{_NUMBER}\)?", re.IGNORECASE)
_BARE_NUMBERS: Final = re.compile(
    rf"ex[a-z]{{1,4}}d(?:ed)?\W{{0,6}}{_NUMBER}(?:\s{{0,3}}/\s{{0,3}}|\s{{1,3}}){_NUMBER}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StaffCountError:
    """What one message says: so many enabled staff on so few seats, always more of the first."""

    active: int
    purchased: int


def read_pasted_errors(text: str) -> tuple[tuple[StaffCountError, ...], str]:
    """Return the errors pasted into a text, each once, and the text without their numbers.

    A comparison is such an error only where the message is named and the first number is the larger one.
    """
    plain = _unescaped(text)
    if not _NAMES_THE_ERROR.search(plain):
        return (), plain
    found: dict[StaffCountError, None] = {}

    def take(match: re.Match[str]) -> str:
        active, purchased = (int(number.replace(",", "")) for number in match.groups())
        if active <= purchased:
            return match.group()
        found[StaffCountError(active, purchased)] = None
        return " . "

    rest = _COMPARISON.sub(take, plain)
    if not found:
        rest = _BARE_NUMBERS.sub(take, rest)
    return tuple(found), rest


def _unescaped(text: str) -> str:
    """Undo what clipboards, address bars, logs and HTML do to ">"; a text with none of it comes back as it is."""
    if "%3e" in text.lower():
        text = unquote_plus(text)
    if "&" in text:
        text = html.unescape(html.unescape(text))
    return unicodedata.normalize("NFKC", text.replace("\\u003e", ">"))
