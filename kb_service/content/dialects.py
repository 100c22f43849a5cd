"""The markup that help centres add to Markdown, turned into plain Markdown or dropped: none of it becomes words.

Works on text whose code has been taken out and whose layout is settled. Templates that nobody filled in (`{% if %}`,
`{{ x }}`) are reduced to the text between them: their branches contradict each other, so only the first of each
condition that has text is kept; loops and captures make no text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

from kb_service.content.source_text import Cut, cut

# Private marks around the id of a heading; see `blocks.explicit_anchor`. `source_text.clean` removes them from sources.
ANCHOR_START: Final = "\ue002"
ANCHOR_END: Final = "\ue003"

_LABELS: Final = {"warn": "Warning", "info": "Note", "hint": "Tip"}
_ICON: Final = (
    r"(?:\{\{<\s*icon\b[^>]*>\}\}|\{%-?\s*octicon\b[^%]*%\}"
    r'|<i\b[^<>]*\bclass=["\'][^"\'<>]*["\'][^<>]*>\s*</i>)'
)
_ICON_IN_BRACKETS: Final = re.compile(rf"\([\s*]*{_ICON}[\s*]*\)")
_HTML_ICON: Final = re.compile(r'<i\b[^<>]*\bclass=["\']([^"\'<>]*)["\'][^<>]*>\s*</i>')
_ICON_MARKS: Final = (("check", "✓"), ("times", "✗"), ("close", "✗"))

_ALERT: Final = re.compile(r"\{\{[<%]\s*(?:alert|admonition|callout|note|tip|warning)\b([^<>]{0,200}?)[>%]\}\}\s*")
_SHORTCODE: Final = re.compile(r"\{\{[<%]\s*(/?)\s*([\w-]*)([^{}]{0,400}?)[>%]\}\}")
_ATTRIBUTE: Final = re.compile(r'(?:type|title|name|label)\s*=\s*"([^"]*)"')

_QUOTE_ALERT: Final = re.compile(r"^((?:[ \t]*>)+[ \t]*)\[!([A-Za-z]+)\][-+]?[ \t]*", re.MULTILINE)
_FENCE_ALERT: Final = re.compile(
    r"^([ \t]*):{3,}[ \t]*\{?\.?([\w-]+)\}?(?:\[([^\]\n]*)\]|[ \t]+([^\n]*))?\n\s*", re.MULTILINE
)
_FENCE_END: Final = re.compile(r"^[ \t]*:{3,}[ \t]*$", re.MULTILINE)

_TAB: Final = re.compile(r"\{tab\|([\w-]+)\}")
_MACRO: Final = re.compile(r"\{(?:start_tabs|end_tabs|all_tabs|!.*?!|[a-z_]+\|[^{}\n]*)\}")

_HEADING_ID: Final = re.compile(
    r"^([ \t]*#{1,6}[ \t][^\n]{0,300}?)[ \t]{0,9}\{:?[ \t]*#([\w.-]+)[^{}\n]*\}[ \t]*#*[ \t]*$", re.MULTILINE
)
_HEADING_ANCHOR: Final = re.compile(
    r"^([ \t]*#{1,6}[ \t]+)<a\s+(?:name|id)=[\"']?([\w.-]+)[\"']?\s*/?>(?:\s*</a>)?", re.MULTILINE
)
_KRAMDOWN_TOC: Final = re.compile(r"^[ \t]*(?:[-*+]|\d+\.)[ \t][^\n]*\n[ \t]*\{:\s*toc[^{}\n]*\}", re.MULTILINE)
_KRAMDOWN: Final = re.compile(r"\{:[^{}\n]*\}|\{#[\w-]+\}|\{\.[\w-]+\}")
_TOC: Final = re.compile(r"^[ \t]*\[{1,2}_?TOC_?\]{1,2}[ \t]*$", re.MULTILINE)
_IMPORT: Final = re.compile(
    r"""^[ \t]*(?:import\s(?:[^\n]*?\sfrom\s+)?["'][^\n"']+["'];?"""
    r"""|export\s+(?:const|let|default|function)\b[^\n]*)[ \t]*$""",
    re.MULTILINE,
)
_JSX_COMMENT: Final = re.compile(r"\{/\*.{0,2000}?\*/\}", re.DOTALL)
_STRIKE: Final = re.compile(r"(?<![~\\])~~(?=\S)([^~\n]+?)(?<=\S)~~(?!~)")


def resolve(text: str) -> str:
    """Return `text` as plain Markdown.

    >>> resolve("> [!NOTE]\\n> {% if cloud %}A{% else %}B{% endif %} {{ x }}")
    '> **Note:** \\n> A '
    """
    text = _ICON_IN_BRACKETS.sub(lambda icon: icon[0] if "octicon" in icon[0] else "", text)
    text = _HTML_ICON.sub(_icon_mark, text)
    if "{" in text:
        for pattern, instead in _BRACES:
            text = pattern.sub(instead, text)
        text = resolve_templates(text)
    for needle, pattern, instead in _OTHERS:
        if needle in text:
            text = pattern.sub(instead, text)
    return text


def plain(text: str) -> str:
    """Return a title without template code and code marks."""
    return " ".join(resolve_templates(text).replace("`", "").split())


def label(kind: str) -> str:
    """Return the word that stands before a note of this kind: "warn" is "Warning"."""
    return _LABELS.get(kind.lower(), kind.capitalize())


def _alert_label(alert: re.Match[str]) -> str:
    kind = _ATTRIBUTE.search(alert[1])
    return f"**{label(kind[1])}:** " if kind else ""


def _shortcode(code: re.Match[str]) -> str:
    title = _ATTRIBUTE.search(code[3])
    return f"**{title[1]}:**" if code[2] == "tab" and title and not code[1] else ""


def _fence_label(fence: re.Match[str]) -> str:
    title = fence[3] or fence[4] or label(fence[2])
    return f"{fence[1]}**{title.strip().rstrip(':')}:** "


def _icon_mark(icon: re.Match[str]) -> str:
    return next((mark for name, mark in _ICON_MARKS if name in icon[1]), "")


_Instead: TypeAlias = str | Callable[[re.Match[str]], str]
_BRACES: Final[tuple[tuple[re.Pattern[str], _Instead], ...]] = (
    (_ALERT, _alert_label),
    (_SHORTCODE, _shortcode),
    (_KRAMDOWN_TOC, ""),
    (_HEADING_ID, rf"\1 {ANCHOR_START}\2{ANCHOR_END}"),
    (_JSX_COMMENT, ""),
    (_TAB, lambda tab: f"**{tab[1].replace('-', ' ').capitalize()}:**"),
    (_MACRO, ""),
    (_KRAMDOWN, ""),
)
_OTHERS: Final[tuple[tuple[str, re.Pattern[str], _Instead], ...]] = (  # behind what a text must hold to be searched
    (":::", _FENCE_ALERT, _fence_label),
    (":::", _FENCE_END, ""),
    ("[!", _QUOTE_ALERT, lambda found: f"{found[1]}**{label(found[2])}:** "),
    ("TOC", _TOC, ""),
    ("<a", _HEADING_ANCHOR, rf"\1{ANCHOR_START}\2{ANCHOR_END}"),
    ("port", _IMPORT, ""),
    ("~~", _STRIKE, r"<del>\1</del>"),
)

# Templates

_TAG: Final = re.compile(r"\{%-?\s*(?P<name>\w+)(?P<rest>(?:[^%]|%(?!\})){0,400}?)-?%\}")
_VARIABLE: Final = re.compile(r"\{\{[^{}\n]*\}\}")
_ICON_LABEL: Final = re.compile(r'aria-label="([^"]*)"')
_BRANCHES: Final = frozenset({"if", "unless", "case", "ifversion"})
_ALTERNATIVES: Final = frozenset({"else", "elsif", "elseif", "when"})
_SILENT: Final = frozenset({"for", "capture", "comment", "tablerow"})
_PLATFORMS: Final = {"mac": "Mac", "windows": "Windows", "linux": "Linux"}


class _Open(NamedTuple):
    """A block tag whose end has not come, by the numbers of tags.

    They are its own, the one that begins the branch to keep (the first with text), and the one that ends that branch
    (-1: not yet).
    """

    name: str
    own: int
    branch: int
    branch_end: int = -1


def resolve_templates(text: str) -> str:
    """Return `text` without Liquid tags and variables."""
    if "{%" in text:
        tags = list(_TAG.finditer(text))
        cuts = [Cut(tag.start(), tag.end(), _instead(text, tag)) for tag in tags]
        text = cut(text, _merged([*cuts, *_dropped_parts(text, tags)]))
    return _VARIABLE.sub("", text)


def _dropped_parts(text: str, tags: list[re.Match[str]]) -> Iterator[Cut]:
    """Yield what no reader should see: loops and all branches but one."""
    stack: list[_Open] = []
    for number, tag in enumerate(tags):
        name = tag["name"]
        if name in _BRANCHES or name in _SILENT:
            stack.append(_Open(name, number, number))
        elif name in _ALTERNATIVES and stack and stack[-1].branch_end < 0:
            block = stack.pop()
            has_text = text[tags[block.branch].end() : tag.start()].strip()
            stack.append(block._replace(branch_end=number) if has_text else block._replace(branch=number))
        elif name.startswith("end") and any(block.name == name[3:] for block in stack):
            while (block := stack.pop()).name != name[3:]:
                pass
            first = block.own if name[3:] in _SILENT else block.branch_end
            if first >= 0:
                yield Cut(tags[first].start(), tag.end())


def _merged(cuts: list[Cut]) -> list[Cut]:
    """Return cuts in order without those that lie inside another."""
    merged: list[Cut] = []
    for one in sorted(cuts, key=lambda one: (one.start, -one.end)):
        if not merged or one.start >= merged[-1].end:
            merged.append(one)
    return merged


def _instead(text: str, tag: re.Match[str]) -> str:
    """Return what stands for a tag: a platform's name, or an icon's where no word follows that says the same."""
    if tag["name"] in _PLATFORMS:
        return f"**{_PLATFORMS[tag['name']]}:** "
    icon = _ICON_LABEL.search(tag["rest"]) if tag["name"] == "octicon" else None
    before, after = text[: tag.start()][-5:], text[tag.end() :][:4].lstrip()
    if not icon or before.endswith("**") or after.startswith("**"):
        return ""
    name = icon[1].removeprefix("The ")
    return name if name == icon[1] or before.rstrip().endswith("the") else f"the {name}"
