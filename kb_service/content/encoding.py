"""Bytes of a file to clean text: UTF-8, one kind of line end, nothing invisible that could hide or reorder words."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls; soft hyphen and zero-width breaks, which split words; embeddings, overrides and isolates, which reorder what
# is read; the private marks of `code_stash` and `dialects`; surrogates; noncharacters.
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ue000-\ue003"
    "\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
_SPACES: Final = re.compile("[\u00a0\u2007\u202f]")  # no-break spaces: words beside them must be found like any other
# Most files have none of all these, and one search is 20 times faster than the three substitutions.
_UNUSUAL: Final = re.compile(
    "[^\t\n -~\xa1-\xac\xae-\u1fff\u2010-\u2027\u2030-\u205f\u2070-\ud7ff\ue004-\ufdcf\ufdf0-\ufefe\uff00-\ufffd"
    "\U00010000-\U0001fffd]"
)


class Decoded(NamedTuple):
    """Clean text, and the line of the first bytes that were no UTF-8 (0 if there are none)."""

    text: str
    bad_line: int


def decode(source: bytes) -> Decoded | None:
    """Return the clean text of a file, or None when it is no UTF-8 text at all (UTF-16, binary)."""
    if source.startswith(_UTF16_MARKS):
        return None
    try:
        text, bad_line = source.decode("utf-8"), 0
    except UnicodeDecodeError as error:
        text = source.decode("utf-8", errors="replace")
        bad_line = source.count(b"\n", 0, error.start) + 1
    return Decoded(clean(text), bad_line)


def clean(text: str) -> str:
    """Return `text` without characters that are unreadable, invisible or reorder the others; line ends become LF."""
    if not _UNUSUAL.search(text):
        return text
    return _SPACES.sub(" ", _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)))
