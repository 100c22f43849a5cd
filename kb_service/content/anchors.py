"""Names for places in an article that links and passages point to, and the ids that put them into its HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Final, NamedTuple

from kb_service.content.html_tree import ANCHOR

INTRO: Final = "intro"  # what stands before the first heading
MAX_CHARACTERS: Final = 80
_NOT_WORD: Final = re.compile(r"[^\w\s-]|_")
_GAPS: Final = re.compile(r"[\s-]+")
_TAG_NAME: Final = re.compile(r"<[a-z0-9]+")


class Mark(NamedTuple):
    """An attribute for the element at `place` of the HTML, such as `id` and an anchor."""

    place: int
    attribute: str
    value: str


class Anchors:
    """The anchors of one article; each is given once: a second "steps" becomes "steps-2"."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def claim(self, wanted: str) -> str:
        """Return `wanted` if it is free, else the next free one after it."""
        anchor = wanted
        while anchor in self._counts:
            self._counts[wanted] += 1
            anchor = f"{wanted}-{self._counts[wanted]}"
        self._counts[anchor] = 1
        return anchor


def slug(heading: str) -> str:
    """Return the anchor of a heading as GitHub makes it: letters and digits of any script, "-" for the gaps."""
    plain = _NOT_WORD.sub("", unicodedata.normalize("NFKC", heading).lower().replace("_", "-"))
    return _GAPS.sub("-", plain.strip())[:MAX_CHARACTERS].strip("-") or "section"


def mark_html(html: str, marks: Iterable[Mark]) -> str:
    """Return HTML with `marks`; a second id for one element, or one for bare text, gets an empty element before it."""
    pieces: list[str] = []
    position = 0
    for place, here in groupby(sorted(marks, key=lambda mark: mark.place), key=lambda mark: mark.place):
        name = _TAG_NAME.match(html, place)
        first: dict[str, str] = {}
        pieces.append(html[position:place])
        for mark in here:
            if name and mark.attribute not in first:
                first[mark.attribute] = mark.value
            elif mark.attribute == "id":
                pieces.append(f'<a id="{mark.value}"></a>')
        position = name.end() if name else place
        pieces.append(html[place:position])
        pieces += (f' {attribute}="{value}"' for attribute, value in first.items())
    return ANCHOR.sub("", "".join([*pieces, html[position:]]))
