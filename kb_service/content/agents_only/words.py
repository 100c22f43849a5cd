"""The words that mean agents only, and a text as marks are looked for in it, with every disguise undone."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

AGENT_WORDS: Final = frozenset(
    {"agent", "agents", "agentonly", "agentsonly", "supportagent", "supportagents", "support", "internal"}
    | {"internalonly", "private", "staff", "staffonly", "restricted", "confidential", "hidden"}
)
NOT_LETTERS: Final = re.compile(r"[\W_]+")
_REFERENCE: Final = re.compile(r"&(?:amp;?)*(?:#\d{1,7};?|#[xX][\da-fA-F]{1,6};?|[lgLG][tT];?|[a-zA-Z]{2,8};)")
_BRACKETS: Final = str.maketrans("‹〈⟨《«❮❰›〉⟩》»❯❱", "<<<<<<<>>>>>>>")
# Category Cf, the characters that are not seen: a name with one of them inside is still that name.
_INVISIBLE: Final = re.compile(
    "[\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)
_LOOKALIKES: Final = str.maketrans("аеорсхуіѕԁґпտαοντ", "aeopcxyisdrntaovt")  # Cyrillic, Armenian and Greek letters

_LOOKALIKE_LETTERS: Final = frozenset(map(chr, _LOOKALIKES))


def is_agent_word(text: str) -> bool:
    """Return whether a word such as an `audience:` value means agents only, in any case, spacing or punctuation."""
    return NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold()) in AGENT_WORDS


def normalise(text: str) -> str:
    """Return a text with compatibility forms, letter case, character references and invisible characters undone.

    >>> normalise("＜Support&#65;gent>")
    '<supportagent>'
    """
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)
    if "&" in text:
        text = _REFERENCE.sub(_dereference, text)
    return text.casefold()


def without_lookalikes(normal: str) -> str:
    """Return a normalised text with the letters of other alphabets that look like Latin ones as these."""
    return normal if normal.isascii() or _LOOKALIKE_LETTERS.isdisjoint(normal) else normal.translate(_LOOKALIKES)


def _dereference(reference: re.Match[str]) -> str:
    text = reference[0]
    while text != (text := html.unescape(text)):
        pass
    return text


def normalise_with_places(text: str) -> tuple[str, list[int]]:
    """Normalise character by character, remembering for each result where in `text` it came from."""
    normal: list[str] = []
    places: list[int] = []
    position = 0
    while position < len(text):
        reference = _REFERENCE.match(text, position) if text[position] == "&" else None
        piece = reference[0] if reference else text[position]
        for character in normalise(piece):
            normal.append(character)
            places.append(position)
        position += len(piece)
    return "".join(normal), [*places, len(text)]
