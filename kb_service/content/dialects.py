"""The markup that help centres add to Markdown, turned into plain Markdown or dropped: none of it becomes words.

Works on text whose code has been taken out (`code_stash`) and whose layout is settled (`layout`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from kb_service.content import liquid

# Private marks around the id of a heading; see `anchors.explicit_anchor`. `encoding.clean` removes them from sources.
ANCHOR_START: Final = "\ue002"
ANCHOR_END: Final = "\ue003"

_LABELS: Final = {"warn": "Warning", "info": "Note", "hint": "Tip", "important": "Important"}
_ICON: Final = (
    r"(?:\{\{<\s*icon\b[^>]*>\}\}|\{%-?\s*octicon\b[^%]*%\}"
    r'|<i\b[^<>]*\bclass=["\'][^"\'<>]*["\'][^<>]*>\s*</i>)'
)
_ICON_IN_BRACKETS: Final = re.compile(rf"\([\s*]*{_ICON}[\s*]*\)")
_HTML_ICON: Final = re.compile(r'<i\b[^<>]*\bclass=["\']([^"\'<>]*)["\'][^<>]*>\s*</i>')
_MARKS: Final = (("check", "✓"), ("times", "✗"), ("close", "✗"))

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
    """Return `text` as plain Markdown."""
    if "{" in text or "class=" in text:
        text = _HTML_ICON.sub(_icon_mark, _ICON_IN_BRACKETS.sub(_bracketed_icon, text))
    if "{" in text:
        text = _resolve_braces(text)
    if ":::" in text:
        text = _FENCE_END.sub("", _FENCE_ALERT.sub(_fence_label, text))
    if "[!" in text:
        text = _QUOTE_ALERT.sub(lambda found: f"{found[1]}**{label(found[2])}:** ", text)
    if "TOC" in text:
        text = _TOC.sub("", text)
    if "<a" in text:
        text = _HEADING_ANCHOR.sub(rf"\1{ANCHOR_START}\2{ANCHOR_END}", text)
    if "import" in text or "export" in text:
        text = _IMPORT.sub("", text)
    return _STRIKE.sub(r"<del>\1</del>", text) if "~~" in text else text


def plain(text: str) -> str:
    """Return a title without template code and code marks."""
    return " ".join(liquid.resolve(text).replace("`", "").split())


def label(kind: str) -> str:
    """Return the word that stands before a note of this kind."""
    return _LABELS.get(kind.lower(), kind.capitalize())


def _resolve_braces(text: str) -> str:
    steps: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
        (_ALERT, _alert_label),
        (_SHORTCODE, _shortcode),
        (_KRAMDOWN_TOC, ""),
        (_HEADING_ID, rf"\1 {ANCHOR_START}\2{ANCHOR_END}"),
        (_JSX_COMMENT, ""),
        (_TAB, lambda tab: f"**{tab[1].replace('-', ' ').capitalize()}:**"),
        (_MACRO, ""),
        (_KRAMDOWN, ""),
    )
    for pattern, instead in steps:
        text = pattern.sub(instead, text)
    return liquid.resolve(text)


def _alert_label(alert: re.Match[str]) -> str:
    kind = _ATTRIBUTE.search(alert[1])
    return f"**{label(kind[1])}:** " if kind else ""


def _shortcode(code: re.Match[str]) -> str:
    title = _ATTRIBUTE.search(code[3])
    return f"**{title[1]}:**" if code[2] == "tab" and title and not code[1] else ""


def _fence_label(fence: re.Match[str]) -> str:
    title = fence[3] or fence[4] or label(fence[2])
    return f"{fence[1]}**{title.strip().rstrip(':')}:** "


def _bracketed_icon(icon: re.Match[str]) -> str:
    return icon[0] if "octicon" in icon[0] else ""


def _icon_mark(icon: re.Match[str]) -> str:
    return next((mark for name, mark in _MARKS if name in icon[1]), "")
