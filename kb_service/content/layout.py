"""The layout of Markdown as people write it (CommonMark, GitHub) made into the one that Python-Markdown reads.

Python-Markdown wants four spaces for everything inside a list item, an empty line before each list, quote and table,
and fences at the left margin. Here each line is given its depth, and code is taken out before anything else looks at it:
nothing that stands in code is markup.
"""

from __future__ import annotations

import html
import re
from typing import Final, NamedTuple

from kb_service.content import line_kinds

MAX_LIST_DEPTH: Final = 8  # deeper items are drawn at this depth: Python-Markdown recurses
MAX_QUOTE_DEPTH: Final = 4
MAX_TABLE_COLUMNS: Final = 64  # short rows are padded: 18 KB of Markdown can make 9 million cells
WIDE_TABLE: Final = f"This table has more than {MAX_TABLE_COLUMNS} columns: it is shown as text."
UNCLOSED_COMMENT: Final = "This comment is never closed: the text after it is left out."

# Two private-use characters around a number; `source_text.clean` takes them out of every source.
_TOKEN: Final = re.compile("\ue000(\\d+)\ue001")
_PLACE: Final = re.compile('<p>\\s*\ue000(\\d+)\ue001\\s*</p>|(="[^"<>]*\ue000[^"<>]*")|\ue000(\\d+)\ue001')
# A run of backticks up to the next run of the same length, within a paragraph.
_SPAN: Final = re.compile(r"(?<![`\\])(`+)(?!`)((?:[^\n]|\n(?![ \t]*\n))+?)(?<!`)\1(?!`)")


class CodeStash:
    """The code of one text, put back as HTML after rendering; `put_*` return the tokens that stand for it meanwhile."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def put_block(self, code: str) -> str:
        """Keep a code block."""
        return self.put_html(f"<pre><code>{html.escape(code, quote=False)}\n</code></pre>")

    def put_html(self, piece: str) -> str:
        """Keep HTML as it is."""
        self.pieces.append(piece)
        return f"\ue000{len(self.pieces) - 1}\ue001"

    def put_spans(self, text: str) -> str:
        """Keep all inline code of a text."""
        return _SPAN.sub(self._put_span, text) if "`" in text else text

    def restore(self, rendered: str) -> str:
        """Return rendered HTML with all code back in its place."""
        return _PLACE.sub(self._restore_one, rendered) if self.pieces else rendered

    def _put_span(self, span: re.Match[str]) -> str:
        code = span[2].replace("\n", " ")
        if code[0] == code[-1] == " " and code.strip():
            code = code[1:-1]
        return self.put_html(f"<code>{html.escape(code, quote=False)}</code>")

    def _restore_one(self, place: re.Match[str]) -> str:
        if attribute := place[2]:
            return _TOKEN.sub(lambda token: _as_attribute(self.pieces[int(token[1])]), attribute)
        return self.pieces[int(place[1] or place[3])]


def _as_attribute(piece: str) -> str:
    return html.escape(re.sub(r"<[^>]*>", "", piece).replace('"', "&quot;"), quote=False).replace("&amp;", "&")


class Arranged(NamedTuple):
    """The text in its new layout, and what is wrong with it, by line (from 0)."""

    text: str
    problems: list[tuple[int, str]]


class _Container(NamedTuple):
    """An open list item or admonition: lines from column `threshold` belong to it, its text stands at `content`.

    `first_line` is where the output of an item begins.
    """

    threshold: int
    content: int
    is_item: bool
    first_line: int = 0


def arrange(text: str, stash: CodeStash) -> Arranged:
    """Return `text` in Python-Markdown's layout, its code blocks replaced by tokens of `stash`."""
    layout = _Layout(text.split("\n"), stash, quotes=0)
    return Arranged("\n".join(layout.run()), layout.problems)


class _Layout:
    """One pass over the lines. `after_blank` and `in_paragraph` tell what the line before was."""

    def __init__(self, lines: list[str], stash: CodeStash, *, quotes: int) -> None:
        self.lines = lines
        self.stash = stash
        self.quotes = quotes
        self.at = 0
        self.out: list[str] = []
        self.containers: list[_Container] = []
        self.after_blank = True
        self.in_paragraph = False
        self.problems: list[tuple[int, str]] = []

    def run(self) -> list[str]:
        while self.at < len(self.lines):
            if line := self.lines[self.at].strip(" \t") and line_kinds.with_spaces(self.lines[self.at]):
                self.judge(line)
            else:
                self.out.append("")
                self.after_blank, self.in_paragraph = True, False
            self.at += 1
        return self.out

    def judge(self, line: str) -> None:
        stripped = line.lstrip(" ")
        indent = len(line) - len(stripped)
        kind = line_kinds.kind_of(stripped)
        self.leave(indent, starts_block=kind != "text")
        inside = indent - (self.containers[-1].content if self.containers else 0)
        if inside >= 4 and self.after_blank:
            self.indented_code(indent - inside + 4)
        elif kind == "text" or (inside >= 4 and not self.containers):
            self.table() if self.starts_table(stripped) else self.text(stripped)
        else:
            self.block(kind, stripped, indent)

    def block(self, kind: line_kinds.Kind, stripped: str, indent: int) -> None:
        match kind:
            case "item":
                self.item(stripped, indent)
            case "fence":
                self.put_apart([self.fence(stripped, indent)])
            case "heading":
                self.put_apart([line_kinds.spaced_heading(stripped)])
            case "quote":
                self.quote()
            case "rule":
                self.text(stripped) if self.in_paragraph and stripped[0] == "-" else self.put_apart(["* * *"])
            case "admonition":
                self.admonition(stripped, indent)
            case "component":
                self.component(stripped, indent)
            case "comment":
                self.comment(stripped)
            case _:
                self.raw_html(stripped)

    def leave(self, indent: int, *, starts_block: bool) -> None:
        """Close what a line at this column does not belong to; a lazy line of text stays in the paragraph before it."""
        closed: list[_Container] = []
        ends = self.after_blank or starts_block
        ends = ends or any(indent < container.threshold for container in self.containers if not container.is_item)
        while ends and self.containers and indent < self.containers[-1].threshold:
            closed.append(self.containers.pop())
        if closed:
            # Without an empty line Python-Markdown takes what follows for more text of the innermost item.
            if len(closed) > 1 or not closed[0].is_item or "" in self.out[closed[0].first_line :]:
                self.out.append("")
            self.in_paragraph = False

    # Writing

    def put(self, text: str) -> None:
        depth = sum(container.is_item for container in self.containers)
        self.out.append("    " * min(depth, MAX_LIST_DEPTH) + text if text else "")

    def put_apart(self, lines: list[str]) -> None:
        """Write lines with an empty one before and after."""
        self.out.append("")
        for line in lines:
            self.put(line)
        self.out.append("")
        self.after_blank, self.in_paragraph = True, False

    def text(self, stripped: str) -> None:
        self.put(line_kinds.plain_text(stripped))
        self.after_blank, self.in_paragraph = False, True

    # Blocks

    def item(self, stripped: str, indent: int) -> None:
        item = line_kinds.read_item(stripped)
        if self.in_paragraph:
            if item.number not in {None, 1}:  # "... in\n1986. A great year": no list
                return self.text(stripped)
            self.out.append("")
        content = indent + item.width
        is_fence = line_kinds.kind_of(item.text) == "fence"
        self.put(item.marker + " " + (self.fence(item.text, content) if is_fence else item.text))
        self.containers.append(_Container(indent + 2, content, is_item=True, first_line=len(self.out)))
        self.after_blank, self.in_paragraph = is_fence, False
        if is_fence:
            self.out.append("")
        return None

    def admonition(self, stripped: str, indent: int) -> None:
        """Open `!!! note "Title"`: its indented text becomes ordinary paragraphs behind a label."""
        self.out.append("")
        self.after_blank, self.in_paragraph = True, False
        if label := line_kinds.admonition_label(stripped):
            self.text(f"**{label}:**")
            while self.at + 1 < len(self.lines) and not self.lines[self.at + 1].strip():
                self.at += 1
        self.containers.append(_Container(indent + 4, indent + 4, is_item=False))

    def component(self, stripped: str, indent: int) -> None:
        """Let `<Tabs>` stand alone; what is indented below it is not code."""
        self.put_apart([stripped])
        following = next((line for line in self.lines[self.at + 1 :] if line.strip()), "")
        content = line_kinds.indent_of(line_kinds.with_spaces(following))
        if content > indent and stripped[1] != "/" and not stripped.rstrip().endswith("/>"):
            self.containers.append(_Container(indent + 1, content, is_item=False))

    def quote(self) -> None:
        inner: list[str] = []
        while self.at < len(self.lines):
            stripped = self.lines[self.at].lstrip(" \t")
            if stripped.startswith(">"):
                deepest = self.quotes >= MAX_QUOTE_DEPTH
                inner.append(stripped.lstrip("> \t") if deepest else stripped[1:].removeprefix(" "))
            elif stripped and inner[-1].strip() and line_kinds.kind_of(stripped) == "text":
                inner.append(stripped)
            else:
                break
            self.at += 1
        first_line = self.at - len(inner)
        self.at -= 1
        layout = _Layout(inner, self.stash, quotes=self.quotes + 1)
        self.put_apart([f"> {line}" for line in layout.run()])
        self.problems += ((first_line + line, message) for line, message in layout.problems)

    def fence(self, opening: str, indent: int) -> str:
        """Take the lines of a fence and return its token; one that is never closed runs to the end."""
        closing = line_kinds.end_of_fence(opening)
        first = self.at + 1
        self.at = first
        while self.at < len(self.lines) and not closing.match(self.lines[self.at]):
            self.at += 1
        code = (line_kinds.dedented(line, indent) for line in self.lines[first : self.at])
        return self.stash.put_block("\n".join(code))

    def indented_code(self, margin: int) -> None:
        first = last = self.at
        for place in range(first, len(self.lines)):
            line = line_kinds.with_spaces(self.lines[place])
            if line.strip():
                if line_kinds.indent_of(line) < margin:
                    break
                last = place
        self.at = last
        lines = [line_kinds.with_spaces(line) for line in self.lines[first : last + 1]]
        margin = min(line_kinds.indent_of(line) for line in lines if line.strip())
        self.put_apart([self.stash.put_block("\n".join(line[margin:] for line in lines))])

    def starts_table(self, stripped: str) -> bool:
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
        return "|" in stripped and line_kinds.is_delimiter_row(following)

    def table(self) -> None:
        rows: list[str] = []
        while self.at < len(self.lines) and (row := self.lines[self.at].strip()):
            if len(rows) > 1 and line_kinds.kind_of(row) in {"quote", "fence", "heading"}:
                break
            rows.append(row)
            self.at += 1
        self.at -= 1
        if rows[1].count("|") > MAX_TABLE_COLUMNS:
            rows[1] = "\\" + rows[1]  # then it is no table
            self.problems.append((self.at - len(rows) + 1, WIDE_TABLE))
        self.put_apart(rows)

    # HTML

    def comment(self, stripped: str) -> None:
        """Drop a comment; what follows its end on the same line is read as a line of its own."""
        first = self.at
        end = stripped.find("-->", 2)
        while end < 0 and self.at + 1 < len(self.lines):
            self.at += 1
            stripped = self.lines[self.at]
            end = stripped.find("-->")
        if end < 0:
            self.problems.append((first, UNCLOSED_COMMENT))
        elif rest := stripped[end + 3 :].strip():
            self.lines[self.at] = rest
            self.at -= 1

    def raw_html(self, stripped: str) -> None:
        """Keep `<pre>` as it is and drop `<script>` and `<style>`, each up to its end tag."""
        closing = line_kinds.end_of_raw_html(stripped)
        for end in range(self.at, len(self.lines)):
            if closing.search(self.lines[end]):
                break
        else:
            return self.text(stripped)
        raw = "\n".join([stripped, *self.lines[self.at + 1 : end + 1]])
        self.at = end
        self.put_apart([self.stash.put_html(raw)] if stripped[:4].lower() == "<pre" else [])
        return None
