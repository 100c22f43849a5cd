"""Numbers of seats and staff in plain English, singular and plural right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Unit = Literal["seats", "active staff"]


def seats(number: int) -> str:
    """Return "1 seat", "60 seats"."""
    return f"{number} seat{'' if number == 1 else 's'}"


def more_seats(number: int) -> str:
    """Return "1 more seat", "12 more seats"."""
    return f"{number} more seat{'' if number == 1 else 's'}"


def all_seats_are(number: int) -> str:
    """Return the beginning of a sentence about every seat: "All 60 seats are"."""
    beginnings = {0: "No seats are", 1: "The 1 seat is", 2: "Both seats are"}
    return beginnings.get(number, f"All {number} seats are")


def staff(number: int) -> str:
    """Return "1 active staff account", "48 active staff"."""
    return "1 active staff account" if number == 1 else f"{number} active staff"


def accounts(number: int) -> str:
    """Return "1 account", "3 accounts"."""
    return f"{number} account{'' if number == 1 else 's'}"


def listed(numbers: Sequence[int], unit: Unit) -> str:
    """Return "60 seats", "60 and 50 seats"."""
    if len(numbers) == 1:
        return seats(numbers[0]) if unit == "seats" else staff(numbers[0])
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]} {unit}"


def capital(words: str) -> str:
    """Return the words with a capital to begin a sentence."""
    return words[:1].upper() + words[1:]
