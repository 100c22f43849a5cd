"""A question as a short list of numbers, words and marks: what could be a number of seats, and what stands around it.

A number is an `int`. Amounts of money, percentages, dates, times, versions, telephone numbers, identifiers and
addresses are no numbers here: they become the word `OPAQUE`, so nothing can be read across or out of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from kb_service.seats.number_words import FIRST_WORDS, read_number_words
from kb_service.seats.vocabulary import OPAQUE, is_noun

Token = int | str

MAX_SEATS: Final = 100_000  # no helpdesk has more staff: a larger number counts something else
SHORT_LINE_CHARACTERS: Final = 60  # a line that ends earlier was ended on purpose (a list, a pasted form), not wrapped

_APOSTROPHES: Final = re.compile(r"['’ʼ`´]")
_THOUSANDS: Final = re.compile(r"(?<![\d.,+-])(\d{1,3})((?:,\d{3}){1,2}|[ ]\d{3})(?![\d,]|[. ]\d)", re.ASCII)
_GLUED: Final = re.compile(r"[0-9]-?([^\W\d_]+)")
_NO_NUMBER: Final = re.compile(
    r"[$€£¥₹%#@\\^_]"
    r"|[^\W\d_]-?[0-9]"  # v4, KB-12
    r"|[0-9][.:,-][0-9]"  # 4.98, 10:30, 10-15
    r"|[0-9]/[0-9]+/"  # 12/5/2026
    r"|[0-9]\+|\+[0-9]"  # 60+, +44
    r"|(?<![0-9])0[0-9]"  # 007
    r"|[0-9]{7}"
)
_PIECE: Final = re.compile(r"[0-9]+|[^\W\d_]+|[-=]?>|→|(?<!\w)-|[^\w\s-]")  # the hyphen of "sixty-two" is nothing
_MARKS: Final = {
    "->": "to",
    "=>": "to",
    "→": "to",
    "&": "and",
    "+": "plus",
    "~": "about",
    "=": ":",
    **dict.fromkeys(".?!;", "."),
    **dict.fromkeys(",()[]{}|–—-", ","),
    "/": "/",
    ":": ":",
    ">": ">",
}


def tokenize(text: str) -> list[Token]:
    """Return the tokens of any text, lower case, in order; "." stands for every end of a sentence."""
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).lower())
    found: list[Token] = []
    for line in plain.splitlines():
        for chunk in _THOUSANDS.sub(_without_separator, line.lstrip("> ")).split():
            found.extend(_read_chunk(chunk))
        if len(line) < SHORT_LINE_CHARACTERS:
            found.append(".")
    return _with_number_words(found)


def _without_separator(match: re.Match[str]) -> str:
    return match[1] + match[2].replace(",", "").replace(" ", "")


def _read_chunk(chunk: str) -> Iterator[Token]:
    if chunk.isalpha():
        yield chunk
    elif chunk == "#":
        return
    elif address := _address(chunk):
        yield address
    elif _holds_no_number(chunk):
        yield OPAQUE
        if mark := _MARKS.get(chunk[-1]):
            yield mark
    else:
        for piece in _PIECE.findall(chunk):
            if piece[0] in "0123456789":
                value = int(piece)  # at most six digits
                yield value if value <= MAX_SEATS else OPAQUE
            elif word := piece if piece[0].isalpha() else _MARKS.get(piece):
                yield word


def _address(chunk: str) -> str | None:
    """Return what a URL, a host or an email address stands for, None when the chunk is none."""
    if "getcount" in chunk and "/" in chunk:
        return "getcount"
    if "my.kayako" in chunk:
        return "portal"
    if chunk.startswith("key.php"):
        return "key"
    return OPAQUE if "://" in chunk or "@" in chunk or chunk.startswith("www.") or ".kayako" in chunk else None


def _holds_no_number(chunk: str) -> bool:
    return bool(_NO_NUMBER.search(chunk)) or any(not is_noun(match[1]) for match in _GLUED.finditer(chunk))


def _with_number_words(tokens: list[Token]) -> list[Token]:
    words = [token if isinstance(token, str) else "" for token in tokens]
    found: list[Token] = []
    position = 0
    while position < len(tokens):
        read = read_number_words(words, position) if words[position] in FIRST_WORDS else None
        if read is None or (read == (1, 1) and not _counts(words, position)):
            found.append(tokens[position])
            position += 1
        else:
            value, length = read
            found.append(value if value <= MAX_SEATS else OPAQUE)
            position += length
    return found


def _counts(words: list[str], position: int) -> bool:
    """ "One seat" and "one of two" count, "which one" and "the one we use" do not."""
    following = words[position + 1 : position + 4]
    if following[:1] == ["of"]:
        return any(not word or read_number_words(following, place) for place, word in enumerate(following))
    return bool(following) and (
        is_noun(following[0]) or following[0] in {"more", "extra", "additional", "fewer", "less"}
    )
