"""Sanitized HTML as a flat list of blocks: headings, paragraphs, lists, tables and code, each with its plain text.

The HTML is read as a small tree that keeps the place of each element, in the one form that `sanitizing` writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import accumulate
from typing import Final, Literal, NamedTuple

from kb_service.content.article import PassageKind
from kb_service.content.markdown.inline_markup import ANCHOR_END, ANCHOR_START

BlockKind = PassageKind | Literal["heading"]
# What a block is beside its links: "" has other text, "in_page" and "elsewhere" nothing but links (those to places of
# the same page, and others), "described" is a list whose items begin with a link that they describe.
Links = Literal["", "in_page", "elsewhere", "described"]
MAX_REPEATED: Final = 20_000  # characters that are repeated in a table, of cells that go on over several rows
MAX_DEPTH: Final = 40  # elements deeper than this are read as if their tags were not there
TOKEN: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+|<)")
_ATTRIBUTE: Final = re.compile(r'([a-z]+)="([^"]*)"')
VOID_TAGS: Final = frozenset({"br", "hr", "img"})
_BLOCK_TAGS: Final = frozenset(
    "blockquote caption dd details dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre summary table tbody td tfoot th thead tr "
    "ul".split()
)
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Marks that no source text contains: a line break, and an image with its description.
_BREAK: Final = "\x0b"
_IMAGE_START: Final = "\x0e"
_IMAGE_END: Final = "\x0f"
_IMAGE: Final = re.compile(f"{_IMAGE_START}([^{_IMAGE_END}]*){_IMAGE_END}")
_NO_IMAGE: Final = re.compile(rf"[ \t]*{_IMAGE_END}[{_IMAGE_END} \t]*(?:(?=([.,;:!?)]))|)")
_KIND_OF_IMAGE: Final = re.compile(r" (?:button|icon|symbol|logo)$")
ANCHOR: Final = re.compile(f"{ANCHOR_START}([^{ANCHOR_END}]*){ANCHOR_END}")
_WORD: Final = re.compile(r"\w")
# What programs write where an author gave no description: a name of a file, "image".
_NO_DESCRIPTION: Final = re.compile(
    r"(?:alt(?: text)?|image ?\d*|img ?\d*|picture|photo|screen ?shots?(?: \d+)?|icon|untitled|null|undefined)\.?"
    r"|\S*\.(?:png|jpe?g|gif|svg|webp)|[\w-]*[_\d][\w-]*[-_][\w-]*",
    re.IGNORECASE,
)
MAX_BESIDE: Final = 500  # characters beside an image that are looked at
MAX_WORDS_AT_END: Final = 4  # of the description of an icon that ends a line
QUESTION_MARKS: Final = ("?", "？", "؟", "՞")
_BOLD: Final = frozenset({"b", "strong"})
_AROUND_BOLD: Final = frozenset({"a", "em", "i", "mark", "u"})
_SPACES: Final = re.compile(r"[ \t\n]+")
_SPACE_AROUND_BREAK: Final = re.compile(rf"\s*{_BREAK}\s*")


class Line(NamedTuple):
    """A part of a block that can stand for itself (an item, a row); [start, end) is its element's place in the HTML.

    The first `label` characters of the text are its label: a term, or bold words at its beginning ("- Visa: …" has 7).
    """

    text: str
    start: int
    end: int
    label: int = 0


class Block(NamedTuple):
    """A block: its lines make up its text, behind `header` for a table; [start, end) is its place in the HTML.

    `level` is that of a heading, else 0; `anchor` is what its author wants it to be called, else "". `for_agents` is
    true of what the public must not see. `scope_end` is that of a `<summary>`: where its `<details>` end, else 0;
    `frame_end` that of what stands in a quote or callout: where the innermost ends, else 0.
    """

    kind: BlockKind
    lines: tuple[Line, ...]
    start: int
    end: int
    level: int = 0
    anchor: str = ""
    header: str = ""
    links: Links = ""
    for_agents: bool = False
    scope_end: int = 0
    frame_end: int = 0

    @property
    def text(self) -> str:
        """The whole text: items, rows and lines of code each on a line of their own."""
        return "\n".join([*([self.header] if self.header else []), *(line.text for line in self.lines)])


def read_blocks(sanitized: str) -> list[Block]:
    """Return the blocks of an article in order; descriptions of images count when there is no other text.

    >>> [(block.kind, block.text) for block in read_blocks("<h2>Seats</h2><ol><li>Sign in.</li><li>Pay.</li></ol>")]
    [('heading', 'Seats'), ('steps', '1. Sign in.\\n2. Pay.')]
    """
    root = parse(sanitized)
    blocks = list(_Reader(sanitized, images=False).blocks(root))
    if not any(block.kind != "heading" for block in blocks):
        blocks = list(_Reader(sanitized, images=True).blocks(root))
    return blocks


class _Reader:
    def __init__(self, html: str, *, images: bool) -> None:
        self.html = html
        self.images = images

    def blocks(self, parent: Node) -> Iterator[Block]:
        """Yield the blocks of a container, runs of bare text among them."""
        run: list[Node | str] = []
        start = parent.inside
        for child in parent.children:
            if isinstance(child, str) or child.tag not in _BLOCK_TAGS:
                run.append(child)
                continue
            yield from self.bare_text(run, start, child.start)
            run, start = [], child.end
            yield from self.block(child)
        yield from self.bare_text(run, start, parent.inside_end)

    def bare_text(self, run: list[Node | str], start: int, end: int) -> Iterator[Block]:
        if run and (text := inline_text(run, images=self.images)):
            line = Line(text, start, end, label_length(run, text))
            yield Block("prose", (line,), start, end, links=links_of(run))

    def block(self, node: Node) -> Iterator[Block]:
        tag, start, end = node.tag, node.start, node.end
        if tag in {"ol", "ul", "dl"}:
            items = tuple(self.definitions(node) if tag == "dl" else self.items(node))
            if items:
                yield Block("steps" if tag == "ol" else "list", items, start, end, links=links_of([node]))
        elif tag == "table":
            yield from self.table(node)
        elif tag == "pre":
            if lines := tuple(self.code(node)):
                yield Block("code", lines, start, end)
        elif tag == "details":
            summary = next((child.start for child in node.elements() if child.tag == "summary"), -1)
            for block in self.blocks(node):
                yield block._replace(scope_end=node.end) if block.start == summary else block
        elif tag == "blockquote":
            for block in self.blocks(node):
                yield block if block.frame_end else block._replace(frame_end=end)
        elif text := inline_text(node.children, images=self.images):
            if tag in HEADINGS:
                yield Block("heading", (Line(text, start, end),), start, end, int(tag[1]), explicit_anchor(node))
            else:
                label = len(text) if tag == "summary" else label_length(node.children, text)
                yield Block("prose", (Line(text, start, end, label),), start, end, links=links_of(node.children))

    def code(self, node: Node) -> Iterator[Line]:
        text = unescape(_code(node))
        code = text.strip("\n").rstrip()
        if not code:
            return
        ends = [*accumulate(len(line) + 1 for line in self.html[node.inside : node.inside_end].split("\n"))]
        skipped = len(text) - len(text.lstrip("\n"))
        starts = [node.inside + end for end in ends[skipped:]]
        lines = code.split("\n")
        for line, start, end in zip(lines, [node.start, *starts], [*starts[: len(lines) - 1], node.end], strict=False):
            yield Line(line, start, end)

    def items(self, node: Node) -> Iterator[Line]:
        number = int(node.attribute("start") or 1)
        for child in node.elements():
            mark = f"{number}. " if node.tag == "ol" else "- "
            if text := self.text(child, indent=len(mark)) or _descriptions(child):
                label = label_length(child.children, text)
                yield Line(mark + text, child.start, child.end, len(mark) + label if label else 0)
            number += 1

    def definitions(self, node: Node) -> Iterator[Line]:
        term, start = "", node.inside
        for child in node.elements():
            text = self.text(child, indent=2)
            if child.tag == "dt":
                term, start = (f"{term}, {text}", start) if term else (text, child.start)
            elif text:
                label = f"- {term}" if term.endswith(QUESTION_MARKS) else f"- {term}:"
                if term:
                    yield Line(f"{label} {text}", start, child.end, len(label))
                else:
                    yield Line(f"- {text}", child.start, child.end)
                term = ""
        if term:
            yield Line(f"- {term}", start, node.inside_end)

    def text(self, node: Node, *, indent: int) -> str:
        """Return the text of an item: what follows its first line stands under that line's text."""
        return "\n".join(block.text for block in self.blocks(node)).replace("\n", "\n" + " " * indent)

    def table(self, node: Node) -> Iterator[Block]:
        rows = [Line(text, row.start, row.end) for row, text in self.rows(node)]
        headless = bool(rows) and not rows[0].text.strip(" |")  # Markdown has no other way to write such a table
        rows = [row for row in rows if row.text.strip(" |")]
        if headless and rows:
            yield Block("table", tuple(rows), node.start, node.end)
        elif len(rows) > 1:
            links: Links = "in_page" if _is_contents(node) else ""
            yield Block("table", tuple(rows[1:]), node.start, node.end, header=rows[0].text, links=links)
        elif rows:
            yield Block("table", tuple(rows), node.start, node.end)

    def rows(self, node: Node) -> Iterator[tuple[Node, str]]:
        """Yield the rows with their texts; a cell that goes on over several rows is in the text of each."""
        spans: dict[int, _Span] = {}  # by column
        room = MAX_REPEATED
        for row in _rows(node):
            texts: list[str] = []
            column = 0
            for cell in row.elements():
                column = _go_on(spans, column, texts)
                text = " ".join(self.text(cell, indent=0).split()) or _descriptions(cell)
                texts.append(text)
                rows, columns = _number(cell, "rowspan"), _number(cell, "colspan")
                if rows > 1 and (rows - 1) * (len(text) + 3) <= room:
                    spans[column] = _Span(rows - 1, columns, text)
                    room -= (rows - 1) * (len(text) + 3)
                column += columns
            _go_on(spans, column, texts)
            yield row, " | ".join(texts)


class _Span(NamedTuple):
    """A cell that goes on in as many `rows` as are still to come."""

    rows: int
    columns: int
    text: str


def _go_on(spans: dict[int, _Span], column: int, texts: list[str]) -> int:
    """Add the texts of cells that go on at a column of a row; return the column behind them."""
    while column in spans:
        span = spans.pop(column)
        texts.append(span.text)
        if span.rows > 1:
            spans[column] = span._replace(rows=span.rows - 1)
        column += span.columns
    return column


def _number(cell: Node, name: str) -> int:
    return int(cell.attribute(name) or 1) if name in cell.attributes else 1


def _rows(node: Node) -> Iterator[Node]:
    for child in node.elements():
        if child.tag == "tr":
            yield child
        elif child.tag != "caption":
            yield from _rows(child)


def _code(node: Node) -> str:
    return "".join(piece if isinstance(piece, str) else _code(piece) for piece in node.children)


# The tree


class Node:
    """An element: [start, end) is its place in the HTML, [inside, inside_end) that of its content.

    Its children are elements and raw text.
    """

    __slots__ = ("attributes", "children", "end", "inside", "inside_end", "start", "tag")

    def __init__(self, tag: str, start: int, inside: int, attributes: str) -> None:
        self.tag = tag
        self.start = start
        self.inside = inside
        self.inside_end = inside
        self.end = inside
        self.attributes = attributes
        self.children: list[Node | str] = []

    def elements(self) -> Iterator[Node]:
        """Yield the children that are elements."""
        return (child for child in self.children if isinstance(child, Node))

    def attribute(self, name: str) -> str:
        """Return the value of an attribute, "" without one."""
        return next((unescape(value) for key, value in _ATTRIBUTE.findall(self.attributes) if key == name), "")


def parse(sanitized: str) -> Node:
    """Return the root of a tree; unknown forms become text, ends without beginnings are ignored."""
    root = Node("", 0, 0, "")
    root.inside_end = root.end = len(sanitized)
    open_nodes = [root]
    ignored = 0
    for token in TOKEN.finditer(sanitized):
        closing, tag, attributes, text = token.groups()
        if text is not None:
            open_nodes[-1].children.append(text)
        elif closing:
            if ignored:
                ignored -= 1
            elif len(open_nodes) > 1 and open_nodes[-1].tag == tag:
                node = open_nodes.pop()
                node.inside_end, node.end = token.span()
        elif len(open_nodes) > MAX_DEPTH and tag not in VOID_TAGS:
            ignored += 1
        else:
            node = Node(tag, token.start(), token.end(), attributes)
            open_nodes[-1].children.append(node)
            if tag not in VOID_TAGS:
                open_nodes.append(node)
    return root


def inline_text(pieces: list[Node | str], *, images: bool) -> str:
    """Return the text of inline content on one line, or on several where it has `<br>`.

    The description of an image is text where it stands among words ("click ![gear](x.png) and"), and noise where the
    image has its line for itself, follows a sentence or names a file; `images` takes it there too.
    """
    text = unescape("".join(map(_raw_text, pieces)))
    if ANCHOR_START in text:
        text = ANCHOR.sub("", text)
    if _IMAGE_START in text:
        if not images:
            text = "\n".join(line for line in text.split("\n") if _IMAGE.sub("", line).strip())
        text = _IMAGE.sub(lambda image: image[1] if images or _is_word(image, text) else _IMAGE_END, text)
        text = _NO_IMAGE.sub(lambda found: "" if found[1] else " ", text)
    text = _SPACES.sub(" ", text).strip()
    return _SPACE_AROUND_BREAK.sub("\n", text).strip() if _BREAK in text else text


def _is_word(image: re.Match[str], text: str) -> bool:
    """Tell whether the description of an image is read as words of the sentence around it."""
    name = image[1].strip()
    if not name or _NO_DESCRIPTION.fullmatch(name):
        return False
    before = _IMAGE.sub("", text[max(0, image.start() - MAX_BESIDE) : image.start()]).rstrip(f" \n\t{_BREAK}")
    after = text[image.end() : image.end() + MAX_BESIDE].lstrip(" \t")
    at_end = not after or after[0] in f"\n{_BREAK}{_IMAGE_START}"
    if at_end and (before.endswith((".", ":", "!", "?", ";", ")")) or name.count(" ") > MAX_WORDS_AT_END):
        return False
    known = (name.casefold(), _KIND_OF_IMAGE.sub("", name.casefold()))
    return not (before.casefold().endswith(known) or after.casefold().startswith(known))


def _descriptions(node: Node) -> str:
    """Return the descriptions of the images in an element that has no other text."""
    if not any(isinstance(piece, Node) for piece in node.children):
        return ""
    found = (image[1].strip() for image in _IMAGE.finditer(unescape(_raw_text(node))))
    return " ".join(name for name in found if name and not _NO_DESCRIPTION.fullmatch(name))


def _is_contents(table: Node) -> bool:
    """Tell whether the rows of a table only say what of the page their first cells lead to."""
    cells = [next(row.elements(), None) for row in _rows(table)][1:]
    return bool(cells) and all(cell is not None and links_of(cell.children) == "in_page" for cell in cells)


def explicit_anchor(heading: Node) -> str:
    """Return the id that a source gave to a heading (`## Name {#id}`), "" without one."""
    found = ANCHOR.search("".join(map(_raw_text, heading.children)))
    return found[1] if found else ""


def label_length(pieces: list[Node | str], text: str) -> int:
    """Return how many characters of `text`, which is that of inline `pieces`, are a label: bold from its beginning.

    A colon or question mark behind the bold words belongs to them.
    """
    bold = list(_leading_bold(pieces))
    label = inline_text(bold, images=False) if bold else ""
    if not label or not text.startswith(label):
        return 0
    end = len(label)
    while end < len(text) and text[end] in ":：?？؟":
        end += 1
    return end


def _leading_bold(pieces: list[Node | str]) -> Iterator[Node | str]:
    """Yield the bold elements that pieces begin with, also inside the first paragraph or link."""
    for piece in pieces:
        if isinstance(piece, str):
            if piece.strip():
                return
            yield piece
        elif piece.tag == "p":
            yield from _leading_bold(piece.children)
            return
        elif piece.tag in _BOLD or (piece.tag in _AROUND_BOLD and _is_bold(piece)):
            yield piece
        elif piece.tag not in VOID_TAGS:
            return


def _is_bold(node: Node) -> bool:
    """Tell whether all text of an element is bold."""
    return node.tag in _BOLD or (
        any(True for _ in node.elements())
        and all(not piece.strip() if isinstance(piece, str) else _is_bold(piece) for piece in node.children)
    )


def links_of(pieces: list[Node | str]) -> Links:
    """Return what pieces are beside their links."""
    targets = [target for piece in pieces if not isinstance(piece, str) for target in _link_targets(piece)]
    if not targets:
        return ""
    if not any(_WORD.search(_text_outside_links(piece)) for piece in pieces):
        return "in_page" if all(target.startswith("#") for target in targets) else "elsewhere"
    items = [item for piece in pieces if isinstance(piece, Node) for item in piece.elements() if item.tag == "li"]
    return "described" if items and all(map(_begins_with_link, items)) else ""


def _link_targets(node: Node) -> list[str]:
    targets = [node.attribute("href")] if node.tag == "a" else []
    for child in node.children:
        if not isinstance(child, str):
            targets += _link_targets(child)
    return targets


def _begins_with_link(node: Node) -> bool:
    for piece in node.children:
        if isinstance(piece, Node):
            return piece.tag == "a" or _begins_with_link(piece)
        if _WORD.search(piece):
            return False
    return False


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
