"""Liquid templates (`{% if %}`, `{% data x %}`, `{{ x }}`) that nobody resolved, reduced to the text between them.

Branches contradict each other, so only the first of each condition that has text is kept; loops and captures make no
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from kb_service.content.cutting import Cut, cut

_TAG: Final = re.compile(r"\{%-?\s*(?P<name>\w+)(?P<rest>(?:[^%]|%(?!\})){0,400}?)-?%\}")
_VARIABLE: Final = re.compile(r"\{\{[^{}\n]*\}\}")
_LABEL: Final = re.compile(r'aria-label="([^"]*)"')
_BRANCHES: Final = frozenset({"if", "unless", "case", "ifversion"})
_ALTERNATIVES: Final = frozenset({"else", "elsif", "elseif", "when"})
_SILENT: Final = frozenset({"for", "capture", "comment", "tablerow"})
_PLATFORMS: Final = {"mac": "Mac", "windows": "Windows", "linux": "Linux"}


class _Open(NamedTuple):
    """A block tag whose end has not come, by the numbers of tags: its own, the one that begins the branch to keep (the
    first with text) and the one that ends it (-1: not yet)."""

    name: str
    own: int
    branch: int
    branch_end: int = -1


def resolve(text: str) -> str:
    """Return `text` without Liquid tags and variables."""
    if "{%" in text:
        text = cut(text, _tag_cuts(text))
    return _VARIABLE.sub("", text) if "{{" in text else text


def _tag_cuts(text: str) -> list[Cut]:
    tags = list(_TAG.finditer(text))
    cuts = [Cut(tag.start(), tag.end(), _instead(text, tag)) for tag in tags]
    return _merged([*cuts, *_dropped_parts(text, tags)])


def _dropped_parts(text: str, tags: list[re.Match[str]]) -> Iterator[Cut]:
    """Yield what no reader should see: loops and all branches but one."""
    stack: list[_Open] = []
    for number, tag in enumerate(tags):
        name = tag["name"]
        if name in _BRANCHES or name in _SILENT:
            stack.append(_Open(name, number, number))
        elif name in _ALTERNATIVES and stack:
            stack[-1] = _at_alternative(stack[-1], number, text[tags[stack[-1].branch].end() : tag.start()])
        elif name.startswith("end") and any(block.name == name[3:] for block in stack):
            while (block := stack.pop()).name != name[3:]:
                pass
            first = block.own if name[3:] in _SILENT else block.branch_end
            if first >= 0:
                yield Cut(tags[first].start(), tag.end())


def _at_alternative(block: _Open, number: int, branch: str) -> _Open:
    if block.branch_end >= 0:
        return block
    return block._replace(branch_end=number) if branch.strip() else block._replace(branch=number)


def _merged(cuts: list[Cut]) -> list[Cut]:
    """Return cuts in order without those that lie inside another."""
    merged: list[Cut] = []
    for one in sorted(cuts, key=lambda one: (one.start, -one.end)):
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
