"""A small tree of sanitized HTML, and the plain text of its parts. It reads the one form that `sanitizing` writes."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from kb_service.content.dialects import ANCHOR_END, ANCHOR_START

MAX_DEPTH: Final = 40  # elements deeper than this are read as if their tags were not there
_TOKEN: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+|<)")
_ATTRIBUTE: Final = re.compile(r'([a-z]+)="([^"]*)"')
_VOID: Final = frozenset({"br", "hr", "img"})
BLOCKS: Final = frozenset(
    "blockquote caption dd details dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre summary table tbody td tfoot th thead tr "
    "ul".split()
)
# Marks that no source text contains: a line break, and an image with its description.
_BREAK: Final = "\x0b"
_IMAGE_START: Final = "\x0e"
_IMAGE_END: Final = "\x0f"
_IMAGE: Final = re.compile(f"{_IMAGE_START}([^{_IMAGE_END}]*){_IMAGE_END}")
ANCHOR: Final = re.compile(f"{ANCHOR_START}([^{ANCHOR_END}]*){ANCHOR_END}")
_WORD: Final = re.compile(r"\w")
_SPACES: Final = re.compile(r"[ \t\n]+")
_SPACE_AROUND_BREAK: Final = re.compile(rf"\s*{_BREAK}\s*")


class Node:
    """An element: [start, end) is its place in the HTML, `inside` where its content begins.

    Its children are elements and raw text.
    """

    __slots__ = ("attributes", "children", "end", "inside", "start", "tag")

    def __init__(self, tag: str, start: int, inside: int, attributes: str) -> None:
        self.tag = tag
        self.start = start
        self.inside = inside
        self.end = inside
        self.attributes = attributes
        self.children: list[Node | str] = []

    def attribute(self, name: str) -> str:
        """Return the value of an attribute, "" without one."""
        return next((unescape(value) for key, value in _ATTRIBUTE.findall(self.attributes) if key == name), "")


def parse(sanitized: str) -> Node:
    """Return the root of a tree; unknown forms become text, ends without beginnings are ignored."""
    root = Node("", 0, 0, "")
    open_nodes = [root]
    ignored = 0
    for token in _TOKEN.finditer(sanitized):
        closing, tag, attributes, text = token.groups()
        if text is not None:
            open_nodes[-1].children.append(text)
        elif closing:
            if ignored:
                ignored -= 1
            elif len(open_nodes) > 1 and open_nodes[-1].tag == tag:
                open_nodes.pop().end = token.end()
        elif len(open_nodes) > MAX_DEPTH and tag not in _VOID:
            ignored += 1
        else:
            node = Node(tag, token.start(), token.end(), attributes)
            open_nodes[-1].children.append(node)
            if tag not in _VOID:
                open_nodes.append(node)
    return root


def inline_text(pieces: list[Node | str], *, images: bool) -> str:
    """Return the text of inline content on one line, or on several where it has `<br>`.

    The description of an image is text where it stands among words ("click ![gear](x.png) and"), and noise where the
    image has its line for itself; `images` takes it there too.
    """
    raw = "".join(map(_raw_text, pieces))
    text = unescape(raw) if "&" in raw else raw
    if ANCHOR_START in text:
        text = ANCHOR.sub("", text)
    if _IMAGE_START in text:
        if not images:
            text = "\n".join(line for line in text.split("\n") if _IMAGE.sub("", line).strip())
        text = _IMAGE.sub(r"\1", text)
    text = _SPACES.sub(" ", text).strip()
    return _SPACE_AROUND_BREAK.sub("\n", text).strip() if _BREAK in text else text


def explicit_anchor(heading: Node) -> str:
    """Return the id that a source gave to a heading (`## Name {#id}`), "" without one."""
    found = ANCHOR.search("".join(map(_raw_text, heading.children)))
    return found[1] if found else ""


def is_all_links(node: Node) -> bool:
    """Return whether an element has links and nothing else but punctuation."""
    return bool(node.children) and _has_link(node) and not _WORD.search(_text_outside_links(node))


def _has_link(node: Node) -> bool:
    return any(isinstance(child, Node) and (child.tag == "a" or _has_link(child)) for child in node.children)


def _text_outside_links(piece: Node | str) -> str:
    if isinstance(piece, str):
        return unescape(piece)
    return "" if piece.tag == "a" else " ".join(map(_text_outside_links, piece.children))


def _raw_text(piece: Node | str) -> str:
    if isinstance(piece, str):
        return piece
    if piece.tag == "br":
        return _BREAK
    if piece.tag == "img":
        return f"{_IMAGE_START}{piece.attribute('alt')}{_IMAGE_END}"
    return "".join(map(_raw_text, piece.children))
