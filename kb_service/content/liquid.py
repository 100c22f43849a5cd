"""Liquid templates (`{% if %}`, `{% data x %}`, `{{ x }}`) that nobody resolved, reduced to the text between them.

Branches contradict each other, so only the first of each condition is kept; loops and captures make no text.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from kb_service.content.cutting import Cut, cut

_TAG: Final = re.compile(r"\{%-?\s*(?P<name>\w+)(?P<rest>(?:[^%]|%(?!\})){0,400}?)-?%\}")
_VARIABLE: Final = re.compile(r"\{\{[^{}\n]*\}\}")
_LABEL: Final = re.compile(r'aria-label="([^"]*)"')
_BRANCHES: Final = frozenset({"if", "unless", "case", "ifversion"})
_ALTERNATIVES: Final = frozenset({"else", "elsif", "elseif", "when"})
_SILENT: Final = frozenset({"for", "capture", "comment", "tablerow"})
_PLATFORMS: Final = {"mac": "Mac", "windows": "Windows", "linux": "Linux"}
_FIRST_WHEN: Final = "when"  # the first `when` of a `case` begins its first branch, it does not end one


class _Open(NamedTuple):
    """A block tag whose end has not come: where its tag is, and where its first branch ended (-1: not yet)."""

    name: str
    place: int
    alternative: int


def resolve(text: str) -> str:
    """Return `text` without Liquid tags and variables."""
    if "{%" in text:
        text = cut(text, _tag_cuts(text))
    return _VARIABLE.sub("", text) if "{{" in text else text


def _tag_cuts(text: str) -> list[Cut]:
    tags = list(_TAG.finditer(text))
    cuts = [Cut(tag.start(), tag.end(), _instead(text, tag)) for tag in tags]
    stack: list[_Open] = []
    whole: list[Cut] = []
    for number, tag in enumerate(tags):
        name = tag["name"]
        if name in _BRANCHES or name in _SILENT:
            stack.append(_Open(name, number, -1))
        elif name in _ALTERNATIVES and stack and stack[-1].alternative < 0:
            if not (name == _FIRST_WHEN and number == stack[-1].place + 1):
                stack[-1] = stack[-1]._replace(alternative=number)
        elif name.startswith("end") and any(entry.name == name[3:] for entry in stack):
            while (entry := stack.pop()).name != name[3:]:
                pass
            if (first := entry.place if entry.name in _SILENT else entry.alternative) >= 0:
                whole.append(Cut(tags[first].start(), tag.end()))
    return _merged(cuts, whole)


def _merged(cuts: list[Cut], whole: list[Cut]) -> list[Cut]:
    """Return all cuts in order without those that lie inside another."""
    merged: list[Cut] = []
    for one in sorted([*cuts, *whole], key=lambda one: (one.start, -one.end)):
        if not merged or one.start >= merged[-1].end:
            merged.append(one)
    return merged


def _instead(text: str, tag: re.Match[str]) -> str:
    name = tag["name"]
    if name in _PLATFORMS:
        return f"**{_PLATFORMS[name]}:** "
    if name == "octicon" and (label := _LABEL.search(tag["rest"])):
        return _icon_name(text, tag, label[1])
    return ""


def _icon_name(text: str, tag: re.Match[str], label: str) -> str:
    """Return the name of an icon where it stands for a word, and nothing where the word itself follows."""
    before, after = text[: tag.start()][-5:], text[tag.end() :][:4].lstrip()
    if before.endswith("**") or after.startswith("**"):
        return ""
    name = label.removeprefix("The ")
    return name if name == label or before.rstrip().endswith("the") else f"the {name}"
