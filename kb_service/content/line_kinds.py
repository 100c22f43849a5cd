"""What a single line of Markdown begins, judged by itself: an item, a heading, a fence, …"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

Kind = Literal["text", "item", "rule", "fence", "heading", "quote", "admonition", "comment", "raw", "component"]

_ITEM: Final = re.compile(r"([-*+]|[0-9]\d{0,8}[.)])(?:([ \t]+)(?=\S)|[ \t]*$)")
_MANY_ITEMS: Final = re.compile(r"(?:[-*+][ \t]+){4,}")  # "- - - - - - a": each would be a list in a list
_RULE: Final = re.compile(r"([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_FENCE: Final = re.compile(r"`{3,}[^`]*$|~{3,}")
_HEADING: Final = re.compile(r"#{1,6}(?:[ \t]+|$)|#{2,6}(?=[^#\s])")
_ADMONITION: Final = re.compile(r'!!![ \t]+([\w-]+)[^"]*(?:"([^"]*)")?')
_RAW: Final = re.compile(r"<(pre|script|style)\b", re.IGNORECASE)
_COMPONENT: Final = re.compile(r"</?[A-Z][a-z][\w.]*(?:\s[^<>]*)?>\s*$")
_DELIMITERS: Final = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


class Item(NamedTuple):
    """The first line of a list item: `width` from its marker to its text, `number` of an ordered one."""

    marker: str
    number: int | None
    width: int
    text: str


def kind_of(stripped: str) -> Kind:
    """Return what a line without its indentation begins."""
    match stripped[:1]:
        case ">":
            return "quote"
        case "#":
            return "heading" if _HEADING.match(stripped) else "text"
        case "`" | "~":
            return "fence" if _FENCE.match(stripped) else "text"
        case "!":
            return "admonition" if _ADMONITION.match(stripped) else "text"
        case "<":
            if stripped.startswith("<!--"):
                return "comment"
            return "raw" if _RAW.match(stripped) else "component" if _COMPONENT.match(stripped) else "text"
        case _:
            return "rule" if _RULE.match(stripped) else "item" if _ITEM.match(stripped) else "text"


def read_item(stripped: str) -> Item:
    """Read a line of kind "item"."""
    found = _ITEM.match(stripped)
    assert found
    marker, gap = found[1], found[2] or " "
    width = len(marker) + (len(gap) if len(gap) < 5 else 1)
    number = int(marker[:-1]) if marker[0].isdigit() else None
    text = _MANY_ITEMS.sub("", stripped[found.end() :], count=1)
    return Item(marker.replace(")", "."), number, width, text)


def read_admonition(stripped: str) -> tuple[str, str | None]:
    """Return the type and the title, if it has one, of a line such as `!!! note "Title"`."""
    found = _ADMONITION.match(stripped)
    assert found
    return found[1].lower(), found[2]


def end_of_raw_html(stripped: str) -> re.Pattern[str]:
    """Return the pattern of the end tag of the element that a line of kind "raw" begins."""
    found = _RAW.match(stripped)
    assert found
    return re.compile(rf"</{found[1]}\s*>", re.IGNORECASE)


def is_delimiter_row(line: str) -> bool:
    """Return whether a line makes a table of the line before it."""
    return "-" in line and bool(_DELIMITERS.fullmatch(line))


def plain_text(stripped: str) -> str:
    """Return a line of text so that Python-Markdown reads it like everybody else.

    "#12" is not a heading, and a final backslash breaks the line.
    """
    if stripped[0] == "#":
        return "\\" + stripped
    if stripped[-1] == "\\" and not stripped.endswith("\\\\"):
        return stripped[:-1] + "  "
    return stripped


def spaced_heading(stripped: str) -> str:
    """Return a heading line with a space behind its marks."""
    marks = stripped[: len(stripped) - len(stripped.lstrip("#"))][:6]
    return f"{marks} {stripped[len(marks) :].strip()}"
