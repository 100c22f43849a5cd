"""Personal data is masked before anything is written: what is not in the record cannot leak from it."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

FEWEST_PHONE_DIGITS: Final = 7
FEWEST_CARD_DIGITS: Final = 13
MOST_CARD_DIGITS: Final = 19  # ISO/IEC 7812
IBAN_REMAINDER: Final = 1  # ISO 13616: the number, its first four characters last, modulo 97

# Bounds, as of RFC 5321 in addresses: with them no input makes an expression run longer than its length.
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]{1,255}")
_ADDRESS: Final = re.compile(r"\b(?:https?|ftp)://[^\s<>\"']{1,2000}", re.IGNORECASE)
_SECRET: Final = re.compile(
    r"\b(?:eyJ[\w-]{8,2000}(?:\.[\w-]{1,2000}){1,2}|(?:AKIA|ASIA)[A-Z0-9]{16}|(?:sk|pk|ghp|gho|xox[abp])[-_][\w-]{16,200})"
    r"|(?<=\bbearer )[\w.~+/=-]{12,2000}|(?<=\bpassword is )\S{4,100}|(?<=\bpassword: )\S{4,100}",
    re.IGNORECASE,
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_IPV6: Final = re.compile(r"(?<![\w:.])[0-9a-f:]{2,39}(?![\w:])", re.IGNORECASE)
_IPV4: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}")
_NUMBER: Final = re.compile(r"(?<![\w.])[+(]?\d(?:[ ().\-/\u00a0\u2010-\u2013]{0,3}\d){6,40}(?!\w)")
# A helpdesk is a host name: three labels or more, or two that end as names of companies do.
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(
    rf"(?<![\w@./-])(?:(?:{_LABEL}\.){{2,10}}[a-z]{{2,24}}"
    rf"|{_LABEL}\.(?:com|net|org|io|co|biz|info|de|eu|uk|fr|nl|ch|at|es|ca|au|in|app|dev|cloud|ai|support|help))"
    r"(?::\d{1,5})?(?:/[^\s<>\"']{0,2000})?(?![\w@])",
    re.IGNORECASE,
)
_NAMED: Final = r"[^\W\d_][\w'’-]{0,39}"
_NAME: Final = re.compile(
    rf"(?P<before>\b(?i:my name is|name's|regards|sincerely|best wishes|cheers|thanks|thank you|dear|hi|hello)[,!]?\s+)"
    rf"(?P<name>(?=[^\W\d_a-z]){_NAMED}(?: (?=[^\W\d_a-z]){_NAMED}){{0,2}})(?=\s*(?:[,.!\n]|$))"
)


def mask_personal(text: str) -> str:
    """Return `text` with [email], [helpdesk], [card] and the like where those stood; dates and other numbers stay.

    >>> mask_personal("call +44 20 7946 0958 about the 60 seats of acme.kayako.com")
    'call [phone] about the 60 seats of [helpdesk]'
    """
    text = _EMAIL.sub("[email]", _ADDRESS.sub("[address]", text))
    text = _SECRET.sub("[secret]", text)
    text = _IBAN.sub(_masked_iban, text)
    text = _IPV6.sub(_masked_ip, _IPV4.sub(_masked_ip, text))
    text = _HOST.sub("[helpdesk]", text)
    text = _NUMBER.sub(_masked_number, text)
    return _NAME.sub(r"\g<before>[name]", text)


def _masked_ip(match: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(match[0])
    except ValueError:
        return match[0]
    return "[ip]"


def _masked_iban(match: re.Match[str]) -> str:
    found = match[0].replace(" ", "")
    digits = "".join(str(int(character, 36)) for character in found[4:] + found[:4])
    return "[iban]" if int(digits) % 97 == IBAN_REMAINDER else match[0]


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
