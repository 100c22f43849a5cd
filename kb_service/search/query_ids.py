"""Names for questions, so that feedback can refer to one: time-ordered, not guessable, 26 characters after "q_"."""

from __future__ import annotations

import secrets
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32, as in ULIDs


def new_query_id(milliseconds: int) -> str:
    """Return a ULID of the time given (milliseconds since 1970) behind "q_"."""
    number = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    return "q_" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
