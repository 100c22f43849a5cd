"""Where a source text marks parts for agents only: every spelling of `<supportagent>` and of `:::agent` fences.

Marks are looked for in a normalised copy of the text (compatibility forms, case, character references and invisible
characters undone), and reported at their places in the text itself.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

AGENT_WORDS: Final = frozenset(
    {"agent", "agents", "agentonly", "agentsonly", "supportagent", "supportagents", "support", "internal"}
    | {"internalonly", "private", "staff", "staffonly", "restricted", "confidential", "hidden"}
)
_LETTERS: Final = re.compile(r"[\W_]+")
_REFERENCE: Final = re.compile(r"&(?:amp;?)*(?:#\d{1,7};?|#[xX][\da-fA-F]{1,6};?|[lgLG][tT];?|[a-zA-Z]{2,8};)")
_LEFT: Final = re.compile("[‹〈⟨《«❮❰]")
_RIGHT: Final = re.compile("[›〉⟩》»❯❱]")
# Category Cf, the characters that are not seen: a name with one of them inside is still that name.
_INVISIBLE: Final = re.compile(
    "[\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)
# `<supportagent>`, `</ support-agent >`, `[supportagent]`, `{% endsupportagent %}`; _is_agent_tag judges the name.
_TAG: Final = re.compile(
    r"([<\[{])[\s%{<]{0,8}(/|end)?[\s%]{0,8}(support[\s_.:-]+agents?|[^\W\d_][\w-]{8,15})(?![\w-])"
)
_REST_OF_TAG: Final = re.compile(r"[^<>\[\]{}\n]*[>\]}]+")
_FENCE: Final = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?"
    r"(?P<colons>:{3,})[ \t{.]*(?P<name>[\w-]*)[ \t}]*(?P<rest>[^\n]*)\n?",
    re.MULTILINE,
)
_NAME: Final = "supportagent"
_NEARLY: Final = 0.9  # one letter lost, doubled, swapped or from another alphabet; in doubt it is a mark

Kind = Literal["tag", "fence"]


class Mark(NamedTuple):
    """One mark at [start, end) of the text. `name` is "" for the end of a fence; `colons` is its width."""

    start: int
    end: int
    kind: Kind
    opens: bool
    for_agents: bool
    colons: int = 0


def is_agent_word(text: str) -> bool:
    """Return whether a word such as an `audience:` value means agents only, in any case, spacing or punctuation."""
    return _LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold()) in AGENT_WORDS


def find_marks(text: str) -> list[Mark]:
    """Return all marks of a text in order; tags that are cut off before their `>` end behind their name."""
    expected = list(_found(_normalise(text)))
    if not expected:
        return []
    normal, places = _normalise_with_places(text)
    marks = [mark._replace(start=places[mark.start], end=places[mark.end]) for mark in _found(normal)]
    if len(marks) == len(expected):
        return marks
    return [Mark(0, 0, "tag", opens=True, for_agents=True)]  # letters and accents that only together look like a mark


def _found(normal: str) -> Iterator[Mark]:
    marks = [*_tags(normal), *(_fences(normal) if ":::" in normal else ())]
    if any(mark.for_agents for mark in marks):
        yield from sorted(marks)


def _tags(normal: str) -> Iterator[Mark]:
    for found in _TAG.finditer(normal):
        if not _is_agent_tag(found[3], exactly=found[1] != "<"):
            continue
        rest = _REST_OF_TAG.match(normal, found.end())
        if found[2] and not rest:  # an end that is not finished ends nothing
            continue
        yield Mark(found.start(), rest.end() if rest else found.end(), "tag", not found[2], for_agents=True)


def _is_agent_tag(name: str, *, exactly: bool) -> bool:
    if exactly:
        return name.rstrip("s") == _NAME
    letters = _LETTERS.sub("", name)
    if letters.rstrip("s") == _NAME:
        return True
    return (
        abs(len(letters) - len(_NAME)) <= 2 and SequenceMatcher(None, letters, _NAME, autojunk=False).ratio() >= _NEARLY
    )


def _fences(normal: str) -> Iterator[Mark]:
    for found in _FENCE.finditer(normal):
        name, rest = found["name"], found["rest"]
        if name or not rest:
            end = found.start("rest") if rest else found.end()
            yield Mark(found.start(), end, "fence", bool(name), is_agent_word(name), len(found["colons"]))


def _normalise(text: str) -> str:
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        text = _RIGHT.sub(">", _LEFT.sub("<", text))
    if "&" in text:
        text = _REFERENCE.sub(_dereference, text)
    return text.casefold()


def _dereference(reference: re.Match[str]) -> str:
    text = reference[0]
    while text != (text := html.unescape(text)):
        pass
    return text


def _normalise_with_places(text: str) -> tuple[str, list[int]]:
    """Normalise character by character, remembering for each result where in `text` it came from."""
    normal: list[str] = []
    places: list[int] = []
    position = 0
    while position < len(text):
        reference = _REFERENCE.match(text, position) if text[position] == "&" else None
        piece = reference[0] if reference else text[position]
        for character in _normalise(piece):
            normal.append(character)
            places.append(position)
        position += len(piece)
    return "".join(normal), [*places, len(text)]
