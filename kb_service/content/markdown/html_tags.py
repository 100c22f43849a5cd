"""What each `<` of a Markdown text is: a tag that we serve, a comment or component that goes, or simply a character."""

from __future__ import annotations

import re
from typing import Final

from kb_service.content.markdown.gaps import Gaps
from kb_service.content.markdown.inline_markup import ANCHOR_END, ANCHOR_START
from kb_service.content.markdown.mdx import Shown, alone, is_component, shown_of
from kb_service.content.markdown.sanitizing import SILENT_TAGS, TAGS
from kb_service.content.source_text import CodeStash

_UNWRAPPED: Final = frozenset("base body button form frame frameset head html input link meta option source".split())
_KNOWN: Final = TAGS | SILENT_TAGS | _UNWRAPPED  # all else between angle brackets is text
_ANGLE: Final = re.compile(
    r"<!--(?P<comment>.*?(?:-->|\Z))"
    r"|(?P<link>(?<=\]\()<[^<>\n]*>|<(?:https?://|mailto:)[^\s<>]+>|<[\w.+-]+@[\w-]+(?:\.[\w-]+)+>)"
    r"""|<(?P<close>/?)(?P<name>[A-Za-z][\w.:-]*)(?P<rest>(?:[\s/](?:[^<>"']|"[^"<>]*"|'[^'<>]*')*)?)>"""
    r"|\\?<",
    re.DOTALL,
)
# They say where a text stands on a page, not what it is; inside them Python-Markdown would read no Markdown.
_LAYOUT_TAGS: Final = frozenset(
    "address article aside big center div fieldset figcaption figure font footer header hgroup main nav p "
    "picture section span tt".split()
)
# They hold blocks: each waits in the stash on a line of its own, so that what they hold is read as Markdown.
_BLOCKS: Final = frozenset(
    "blockquote caption dd details dl dt hr li ol summary table tbody td tfoot th thead tr ul".split()
)
MAX_NESTED_BLOCKS: Final = 60  # blocks in more of them lose their tags: the time to clean them grows with the square
_ENDED: Final = _BLOCKS - set("dd dt hr li td th tr tbody tfoot thead".split())  # the others may do without an end
_HEADING: Final = re.compile(r"<h([1-6])\b([^<>]{0,300})>(.{0,1000}?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_ID: Final = re.compile(r"""\bid\s*=\s*["']?([\w.-]+)""")
_PREFIX: Final = re.compile(r"[ \t]*(?:>[ \t]*)*")
_MARKER: Final = re.compile(r"(?:[-*+]|\d+\.|:|\[\^[^\]\s]+\]:)[ \t]+")
_END_TAG: Final = re.compile(r"</\s*([A-Za-z][\w.]*)")
_REST_IS_EMPTY: Final = re.compile(r"[ \t]*(?:\n|\Z)")
_EMPTY_ANCHOR: Final = re.compile(r"<a\s+(?:name|id)=[\"']?[^<>\"']*[\"']?\s*(?:/>|>\s*</a>)", re.IGNORECASE)


def settle(text: str, stash: CodeStash, gaps: Gaps) -> tuple[str, bool]:
    """Return `text` in which every `<` is a tag, a link or escaped, and whether a comment without an end took the rest.

    Tags that hold blocks wait in the stash, so that all text between them is Markdown.
    `<HOST>` and `<https://<yourdomain>.example.com/x>` are content: they are escaped, so that no HTML parser eats them.
    """
    if "<" not in text:
        return text, False
    text = _EMPTY_ANCHOR.sub("", text)
    text = _HEADING.sub(lambda found: _heading(found, text), text)
    judge = _Judge(text, stash, gaps)
    return _ANGLE.sub(judge.replace, text), judge.unclosed_comment


def _heading(found: re.Match[str], text: str) -> str:
    before = _before(text, found.start())
    words = " ".join(found[3].split())
    if before.lstrip().startswith("|"):
        return f"**{words}**"
    anchor = _ID.search(found[2])
    mark = f" {ANCHOR_START}{anchor[1]}{ANCHOR_END}" if anchor else ""
    return _apart(f"{'#' * int(found[1])} {words}{mark}", before) if words else ""


def _before(text: str, place: int) -> str:
    """Return what stands on the line before a place, or its beginning and end where that is long."""
    return text[text.rfind("\n", max(0, place - 2_000), place) + 1 : place]


def _apart(block: str, before: str) -> str:
    """Return a block with empty lines around it, in the quote or list item in which it stands."""
    prefix = _PREFIX.match(before)
    assert prefix
    margin, rest = prefix[0], before[prefix.end() :]
    if marker := _MARKER.match(rest):
        margin += "    "
        if marker.end() == len(rest):
            return f"{block}\n\n{margin}"
    empty = margin.rstrip()
    return f"\n{empty}\n{margin}{block}\n{empty}\n{margin}"


class _Judge:
    def __init__(self, text: str, stash: CodeStash, gaps: Gaps) -> None:
        self.text = text
        self.stash = stash
        self.gaps = gaps
        self.ends = {name for found in _END_TAG.finditer(text) for name in (found[1], found[1].lower())}
        self.open: dict[str, list[Shown]] = {}
        self.unclosed_comment = False
        self.depth = 0  # of blocks with an end, in each other

    def replace(self, found: re.Match[str]) -> str:
        if found["comment"] is not None:
            self.unclosed_comment |= not found[0].endswith("-->")
            return ""
        if found["link"]:
            return found[0]
        return self.tag(found, found["name"]) if found["name"] else "&lt;"

    def tag(self, found: re.Match[str], name: str) -> str:
        tag, rest, plain = found[0], found["rest"], name.lower()
        as_text = "&lt;" + tag[1:]
        if is_component(name) and plain not in {"p"}:
            ends = found["close"] or rest.endswith("/")
            is_text = not (ends or "=" in rest or name in self.ends)
            return as_text if is_text else self.component(found, name)  # a placeholder such as `<Username>`
        if plain in _BLOCKS:
            is_text = plain in _ENDED and not found["close"] and plain not in self.ends
            return as_text if is_text else self.block(found, tag)
        if plain in _LAYOUT_TAGS:  # at the margin it ended a block
            before = _before(self.text, found.start())
            if plain == "p" or (plain != "span" and not before.strip(" \t>")):
                return " " if before.lstrip().startswith("|") else _apart("", before)
            return ""
        if plain in SILENT_TAGS:
            if rest.endswith("/"):  # as XML has it; in HTML all that follows would be in it
                return f"<{name}{rest[:-1]}></{name}>"
            return tag if found["close"] or plain in self.ends else as_text
        if plain in _KNOWN:
            return tag
        return "" if name in self.ends and self.stands_alone(found) else as_text  # `<quiz>` around questions

    def stands_alone(self, found: re.Match[str]) -> bool:
        return (
            not _before(self.text, found.start()).strip() and _REST_IS_EMPTY.match(self.text, found.end()) is not None
        )

    def block(self, found: re.Match[str], tag: str) -> str:
        before = _before(self.text, found.start())
        if tag.lower().strip("</> ").partition(" ")[0] in _ENDED:
            self.depth = max(0, self.depth + (-1 if tag[1] == "/" else 1))
            if self.depth > MAX_NESTED_BLOCKS or (tag[1] == "/" and self.depth == MAX_NESTED_BLOCKS):
                return _apart("", before)
        token = self.stash.put_html(tag)
        return token if before.lstrip().startswith("|") else _apart(token, before)

    def component(self, found: re.Match[str], name: str) -> str:
        before = _before(self.text, found.start())
        if found["close"]:
            shown = self.open[name].pop() if self.open.get(name) else Shown()
            return self.block(found, "</details>") if shown.details else shown.after
        if found["rest"].endswith("/"):
            return alone(name, found[0], found["rest"], self.gaps)
        shown = shown_of(name, found["rest"])
        if name not in self.ends:
            return shown.before
        self.open.setdefault(name, []).append(shown)
        if not shown.details:
            return f"{shown.before} " if shown.before else ""
        token = self.stash.put_html
        if before.lstrip().startswith("|"):
            return f"**{shown.before}**"
        return "".join(
            _apart(one, before) for one in (token("<details>"), token("<summary>"), shown.before, token("</summary>"))
        )
