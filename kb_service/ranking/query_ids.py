"""Names for questions, so that feedback can refer to one: time-ordered, not guessable, 26 characters after "q_"."""

from __future__ import annotations

import secrets
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32, as in ULIDs
_PAIRS: Final = tuple(first + second for first in _ALPHABET for second in _ALPHABET)  # two characters a step


def new_query_id(milliseconds: int) -> str:
    """Return a ULID of the time given (milliseconds since 1970) behind "q_"."""
    number = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    return "q_" + "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
