"""Sanitized HTML as a flat list of blocks: headings, paragraphs, lists, tables and code, each with its plain text."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Final, Literal, NamedTuple

from kb_service.content.article import PassageKind
from kb_service.content.html_tree import BLOCKS, Node, explicit_anchor, inline_text, is_all_links, parse

BlockKind = PassageKind | Literal["heading"]
_CONTAINERS: Final = frozenset({"blockquote", "details"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Piece(NamedTuple):
    """A part of a block that can stand for itself (an item, a row), and where its element begins in the HTML."""

    text: str
    start: int


class Block(NamedTuple):
    """A block: its pieces make up its text, behind `header` for a table.

    `level` is that of a heading, else 0; `anchor` is what its author wants it to be called, else "". `is_links` is true
    of lists that only lead elsewhere, `for_agents` of what the public must not see.
    """

    kind: BlockKind
    pieces: tuple[Piece, ...]
    start: int
    level: int = 0
    anchor: str = ""
    header: str = ""
    is_links: bool = False
    for_agents: bool = False

    @property
    def text(self) -> str:
        """The whole text: items, rows and lines of code each on a line of their own."""
        return "\n".join([*([self.header] if self.header else []), *(piece.text for piece in self.pieces)])


def read_blocks(sanitized: str) -> list[Block]:
    """Return the blocks of an article in order; descriptions of images count when there is no other text."""
    root = parse(sanitized)
    blocks = list(_Reader(images=False).blocks(root))
    if not any(block.kind != "heading" for block in blocks):
        blocks = list(_Reader(images=True).blocks(root))
    return blocks


class _Reader:
    def __init__(self, *, images: bool) -> None:
        self.images = images

    def blocks(self, parent: Node) -> Iterator[Block]:
        """Yield the blocks of a container, runs of bare text among them."""
        run: list[Node | str] = []
        start = parent.inside
        for child in parent.children:
            if isinstance(child, str) or child.tag not in BLOCKS:
                run.append(child)
                continue
            yield from self.bare_text(run, start)
            run, start = [], child.end
            yield from self.block(child)
        yield from self.bare_text(run, start)

    def bare_text(self, run: list[Node | str], start: int) -> Iterator[Block]:
        if run and (text := inline_text(run, images=self.images)):
            yield Block("prose", (Piece(text, start),), start)

    def block(self, node: Node) -> Iterator[Block]:
        tag = node.tag
        if tag in {"ol", "ul", "dl"}:
            items = tuple(self.definitions(node) if tag == "dl" else self.items(node))
            if items:
                yield Block("steps" if tag == "ol" else "list", items, node.start, is_links=is_all_links(node))
        elif tag == "table":
            yield from self.table(node)
        elif tag == "pre":
            if code := unescape(_code(node)).strip("\n").rstrip():
                yield Block("code", tuple(Piece(line, node.start) for line in code.split("\n")), node.start)
        elif tag in _CONTAINERS:
            yield from self.blocks(node)
        elif text := inline_text(node.children, images=self.images):
            pieces = (Piece(text, node.start),)
            if tag in _HEADINGS:
                yield Block("heading", pieces, node.start, int(tag[1]), explicit_anchor(node))
            else:
                yield Block("prose", pieces, node.start)

    def items(self, node: Node) -> Iterator[Piece]:
        number = int(node.attribute("start") or 1)
        for child in node.children:
            if isinstance(child, str):
                continue
            mark = f"{number}. " if node.tag == "ol" else "- "
            if text := self.item(child, mark):
                yield Piece(text, child.start)
                number += 1

    def item(self, node: Node, mark: str) -> str:
        """Return the text of a list item: what follows its first line stands under that line's text."""
        lines = "\n".join(block.text for block in self.blocks(node)).split("\n")
        if not any(lines):
            return ""
        return mark + ("\n" + " " * len(mark)).join(lines)

    def definitions(self, node: Node) -> Iterator[Piece]:
        term, start = "", node.start
        for child in node.children:
            if isinstance(child, str):
                continue
            text = "\n  ".join("\n".join(block.text for block in self.blocks(child)).split("\n"))
            if child.tag == "dt":
                term, start = (f"{term}, {text}", start) if term else (text, child.start)
            elif text:
                yield Piece(f"- {term}: {text}" if term else f"- {text}", start)
                term, start = "", child.start
        if term:
            yield Piece(f"- {term}", start)

    def table(self, node: Node) -> Iterator[Block]:
        rows = [Piece(self.row(row), row.start) for row in _rows(node)]
        rows = [row for row in rows if row.text.strip(" |")]
        if len(rows) > 1:
            yield Block("table", tuple(rows[1:]), node.start, header=rows[0].text)
        elif rows:
            yield Block("table", tuple(rows), node.start)

    def row(self, row: Node) -> str:
        cells = (cell for cell in row.children if not isinstance(cell, str))
        return " | ".join(" ".join(self.cell(cell).split()) for cell in cells)

    def cell(self, cell: Node) -> str:
        return " ".join(block.text for block in self.blocks(cell))


def _rows(node: Node) -> Iterator[Node]:
    for child in node.children:
        if isinstance(child, Node):
            if child.tag == "tr":
                yield child
            elif child.tag != "caption":
                yield from _rows(child)


def _code(node: Node) -> str:
    return "".join(piece if isinstance(piece, str) else _code(piece) for piece in node.children)
