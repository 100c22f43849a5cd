"""What `<` means in a Markdown text: a tag of HTML we serve, a comment or component that goes, or simply a character.

`<HOST>` and `<https://<yourdomain>.example.com/x>` are content: they are escaped, so that no HTML parser eats them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from kb_service.content.code_stash import CodeStash
from kb_service.content.dialects import label
from kb_service.content.sanitizing import KNOWN_TAGS, SILENT_TAGS

_ANGLE: Final = re.compile(
    r"<!--(?P<comment>.*?(?:-->|\Z))"
    r"|(?P<link>(?<=\]\()<[^<>\n]*>|<(?:https?://|mailto:)[^\s<>]+>|<[\w.+-]+@[\w-]+(?:\.[\w-]+)+>)"
    r"""|<(?P<close>/?)(?P<name>[A-Za-z][\w.:-]*)(?P<rest>(?:[\s/](?:[^<>"']|"[^"<>]*"|'[^'<>]*')*)?)>"""
    r"|\\?<",
    re.DOTALL,
)
# They say where a text stands on a page, not what it is; inside them Python-Markdown would read no Markdown.
_LAYOUT_TAGS: Final = frozenset(
    "div section article main header footer nav aside center span font figure picture hgroup tt big".split()
)
_COMPONENT: Final = re.compile(r"[A-Z][a-z][\w.]*$")
_TITLE: Final = re.compile(r"""\b(?:label|title)=["{]?["']([^"'<>]*)["']""")
_NOTE: Final = re.compile(r"(Tip|Note|Warning|Caution|Important)$")
_SUMMARY: Final = re.compile(r"<summary[^<>]*>(.{0,2000}?)</summary\s*>", re.DOTALL | re.IGNORECASE)
_EMPTY_ANCHOR: Final = re.compile(r"<a\s+(?:name|id)=[\"']?[^<>\"']*[\"']?\s*(?:/>|>\s*</a>)", re.IGNORECASE)


class Settled(NamedTuple):
    """The text with only known tags in it; `unclosed_comment` says that a comment without an end took the rest."""

    text: str
    unclosed_comment: bool


def settle(text: str, stash: CodeStash) -> Settled:
    """Return `text` in which every `<` is a tag, a link or escaped; `<details>` wait in the stash, as blocks."""
    if "<" not in text:
        return Settled(text, unclosed_comment=False)
    text = _SUMMARY.sub(lambda found: f"\n\n{stash.put_html(found[0])}\n\n", _EMPTY_ANCHOR.sub("", text))
    judge = _Judge(text, stash)
    return Settled(_ANGLE.sub(judge.replace, text), judge.unclosed_comment)


class _Judge:
    def __init__(self, text: str, stash: CodeStash) -> None:
        self.text = text
        self.stash = stash
        self.unclosed_comment = False

    def replace(self, found: re.Match[str]) -> str:
        if found["comment"] is not None:
            self.unclosed_comment |= not found[0].endswith("-->")
            return ""
        if found["link"]:
            return found[0]
        name = found["name"]
        return self.tag(found, name) if name else "&lt;"

    def tag(self, found: re.Match[str], name: str) -> str:
        plain = name.lower()
        if plain == "details":
            return f"\n\n{self.stash.put_html(found[0])}\n\n"
        if plain in _LAYOUT_TAGS:
            return self.gap(found)
        if plain in SILENT_TAGS:
            return found[0] if found["close"] or f"</{plain}" in self.text.lower() else "&lt;" + found[0][1:]
        if plain in KNOWN_TAGS:
            return found[0]
        if _COMPONENT.match(name) and self.is_component(found, name):
            return self.component(found, name)
        return "&lt;" + found[0][1:]

    def gap(self, found: re.Match[str]) -> str:
        """Return what stays of a layout tag: the end of a block if it stood at the margin."""
        starts_line = found.start() == 0 or self.text[found.start() - 1] == "\n"
        return "\n\n" if starts_line and found["name"].lower() != "span" else ""

    def is_component(self, found: re.Match[str], name: str) -> bool:
        """Tell `<TabItem label="x">` from a placeholder such as `<Username>`."""
        return bool(found["close"] or "=" in found["rest"] or found["rest"].endswith("/") or f"</{name}>" in self.text)

    def component(self, found: re.Match[str], name: str) -> str:
        if found["close"] or found["rest"].endswith("/"):
            return ""
        if title := _TITLE.search(found["rest"]):
            return f"**{title[1]}:**"
        note = _NOTE.search(name)
        return f"**{label(note[1])}:**" if note else ""
