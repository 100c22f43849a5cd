"""Takes out of free text what must not be kept: e-mail addresses, phone numbers and the numbers of cards."""

from __future__ import annotations

import re
from typing import Final

FEWEST_PHONE_DIGITS: Final = 7
FEWEST_CARD_DIGITS: Final = 13
MOST_CARD_DIGITS: Final = 19  # ISO/IEC 7812

# The bounds are those of RFC 5321: with them no input makes the expression run longer than its length.
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]{1,255}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}")
_NUMBER: Final = re.compile(r"(?<![\w.])[+(]?\d(?:[ ().\-/\u00a0\u2010-\u2013]{0,3}\d){6,40}(?!\w)")


def mask_personal(text: str) -> str:
    """Return `text` with [email], [card] and [phone] where those stood; dates and ordinary numbers stay."""
    return _NUMBER.sub(_masked_number, _EMAIL.sub("[email]", text))


def _masked_number(match: re.Match[str]) -> str:
    found = match[0]
    digits = re.sub(r"\D", "", found)
    if _DATE.fullmatch(found):
        return found
    if FEWEST_CARD_DIGITS <= len(digits) <= MOST_CARD_DIGITS and _has_check_digit(digits):
        return "[card]"
    is_written_like_one = found[0] in "+(0" or len(digits) < len(found) or len(digits) > FEWEST_PHONE_DIGITS + 1
    return "[phone]" if is_written_like_one else found


def _has_check_digit(digits: str) -> bool:
    """Tell whether the last digit is that of the Luhn algorithm."""
    doubled = (2 * int(digit) if place % 2 else int(digit) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
