"""What counts as a number of staff: plain ASCII digits, no sign, no leading zero, of a believable size."""

from __future__ import annotations

import re
from typing import Final

MAX_STAFF: Final = 100_000  # beyond every helpdesk there is; a larger number is a time stamp or an id

_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,5}")


def whole_number(text: str) -> int | None:
    """Return the number a text consists of, None for everything else."""
    if not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= MAX_STAFF else None
