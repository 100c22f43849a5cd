"""Markdown as people write it (CommonMark, GitHub) made into the layout that Python-Markdown reads.

Python-Markdown wants four spaces for everything inside a list item, an empty line before each list, quote and table,
and fences at the left margin. Here each line is given its depth, and code blocks go to the stash.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from kb_service.content.dialects import label
from kb_service.content.source_text import CodeStash

MAX_LIST_DEPTH: Final = 8  # deeper items are drawn at this depth: Python-Markdown recurses
MAX_QUOTE_DEPTH: Final = 4
MAX_TABLE_COLUMNS: Final = 64  # short rows are padded: 18 KB of Markdown can make 9 million cells
WIDE_TABLE: Final = f"This table has more than {MAX_TABLE_COLUMNS} columns: it is shown as text."
UNCLOSED_COMMENT: Final = "This comment is never closed: the text after it is left out."

_Kind = Literal["text", "item", "rule", "fence", "heading", "quote", "admonition", "comment", "raw", "component"]
_ITEM: Final = re.compile(r"([-*+]|[0-9]\d{0,8}[.)])(?:([ \t]+)(?=\S)|[ \t]*$)")
_MANY_ITEMS: Final = re.compile(r"(?:[-*+][ \t]+){4,}")  # "- - - - - - a": each would be a list in a list
_RULE: Final = re.compile(r"([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_FENCE: Final = re.compile(r"`{3,}[^`]*$|~{3,}")
_HEADING: Final = re.compile(r"#{1,6}(?:[ \t]+|$)|#{2,6}(?=[^#\s])")
_ADMONITION: Final = re.compile(r'!!![ \t]+([\w-]+)[^"]*(?:"([^"]*)")?')
_RAW: Final = re.compile(r"<(pre|script|style)\b", re.IGNORECASE)
_COMPONENT: Final = re.compile(r"</?[A-Z][a-z][\w.]*(?:\s[^<>]*)?>\s*$")
_DELIMITERS: Final = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


class _Container(NamedTuple):
    """An open list item or admonition: lines from column `threshold` belong to it, its text stands at `content`."""

    threshold: int
    content: int
    is_item: bool
    first_line: int = 0  # where the output of an item begins


def arrange(text: str, stash: CodeStash) -> tuple[str, list[tuple[int, str]]]:
    """Return `text` in Python-Markdown's layout and what is wrong with it, by line (from 0).

    Its code blocks are replaced by tokens of `stash`.

    >>> arrange("Steps:\\n1. a\\n   - b", CodeStash())
    ('Steps:\\n\\n1. a\\n    - b', [])
    """
    layout = _Layout(text.split("\n"), stash, quotes=0)
    return "\n".join(layout.run()), layout.problems


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
            if self.lines[self.at].strip(" \t"):
                self.judge(_with_spaces(self.lines[self.at]))
            else:
                self.out.append("")
                self.after_blank, self.in_paragraph = True, False
            self.at += 1
        return self.out

    def judge(self, line: str) -> None:
        stripped = line.lstrip(" ")
        indent = len(line) - len(stripped)
        kind = _kind_of(stripped)
        self.leave(indent, starts_block=kind != "text")
        inside = indent - (self.containers[-1].content if self.containers else 0)
        if inside >= 4 and self.after_blank:
            self.indented_code(indent - inside + 4)
        elif kind == "text" or (inside >= 4 and not self.containers):
            self.table() if self.starts_table(stripped) else self.text(stripped)
        else:
            self.block(kind, stripped, indent)

    def block(self, kind: _Kind, stripped: str, indent: int) -> None:
        match kind:
            case "item":
                self.item(stripped, indent)
            case "fence":
                self.put_apart([self.fence(stripped, indent)])
            case "heading":
                marks = stripped[: len(stripped) - len(stripped.lstrip("#"))][:6]
                self.put_apart([f"{marks} {stripped[len(marks) :].strip()}"])
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
        """Write a line of text so that Python-Markdown reads it like everybody else."""
        if stripped[0] == "#":  # "#12" is not a heading
            stripped = "\\" + stripped
        elif stripped[-1] == "\\" and not stripped.endswith("\\\\"):
            stripped = stripped[:-1] + "  "  # a line break
        self.put(stripped)
        self.after_blank, self.in_paragraph = False, True

    def item(self, stripped: str, indent: int) -> None:
        found = _ITEM.match(stripped)
        assert found
        marker, gap = found[1], found[2] or " "
        if self.in_paragraph:
            if marker[0].isdigit() and int(marker[:-1]) != 1:  # "... in\n1986. A great year": not a list
                return self.text(stripped)
            self.out.append("")
        content = indent + len(marker) + (len(gap) if len(gap) < 5 else 1)
        text = _MANY_ITEMS.sub("", stripped[found.end() :], count=1)
        is_fence = _kind_of(text) == "fence"
        self.put(f"{marker.replace(')', '.')} {self.fence(text, content) if is_fence else text}")
        self.containers.append(_Container(indent + 2, content, is_item=True, first_line=len(self.out)))
        self.after_blank, self.in_paragraph = is_fence, False
        if is_fence:
            self.out.append("")
        return None

    def admonition(self, stripped: str, indent: int) -> None:
        """Open `!!! note "Title"`: its indented text becomes ordinary paragraphs behind a label."""
        self.out.append("")
        self.after_blank, self.in_paragraph = True, False
        found = _ADMONITION.match(stripped)
        assert found
        if before := label(found[1].lower()) if found[2] is None else found[2].strip().rstrip(":"):
            self.text(f"**{before}:**")
            while self.at + 1 < len(self.lines) and not self.lines[self.at + 1].strip():
                self.at += 1
        self.containers.append(_Container(indent + 4, indent + 4, is_item=False))

    def component(self, stripped: str, indent: int) -> None:
        """Let `<Tabs>` stand alone; what is indented below it is not code."""
        self.put_apart([stripped])
        following = next((line for line in self.lines[self.at + 1 :] if line.strip()), "")
        content = _indent(_with_spaces(following))
        if content > indent and stripped[1] != "/" and not stripped.rstrip().endswith("/>"):
            self.containers.append(_Container(indent + 1, content, is_item=False))

    def quote(self) -> None:
        inner: list[str] = []
        while self.at < len(self.lines):
            stripped = self.lines[self.at].lstrip(" \t")
            if stripped.startswith(">"):
                deepest = self.quotes >= MAX_QUOTE_DEPTH
                inner.append(stripped.lstrip("> \t") if deepest else stripped[1:].removeprefix(" "))
            elif stripped and inner[-1].strip() and _kind_of(stripped) == "text":
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
        marks = opening[: len(opening) - len(opening.lstrip(opening[0]))]
        closing = re.compile(rf"[ \t]*{marks[0]}{{{len(marks)},}}[ \t]*$")
        first = self.at + 1
        self.at = first
        while self.at < len(self.lines) and not closing.match(self.lines[self.at]):
            self.at += 1
        code = [_with_spaces(line) for line in self.lines[first : self.at]]
        return self.stash.put_block("\n".join(line[min(indent, _indent(line)) :] for line in code))

    def indented_code(self, margin: int) -> None:
        first = last = self.at
        for place in range(first, len(self.lines)):
            line = _with_spaces(self.lines[place])
            if line.strip():
                if _indent(line) < margin:
                    break
                last = place
        self.at = last
        lines = [_with_spaces(line) for line in self.lines[first : last + 1]]
        margin = min(_indent(line) for line in lines if line.strip())
        self.put_apart([self.stash.put_block("\n".join(line[margin:] for line in lines))])

    def starts_table(self, stripped: str) -> bool:
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
        return "|" in stripped and "-" in following and _DELIMITERS.fullmatch(following) is not None

    def table(self) -> None:
        rows: list[str] = []
        while self.at < len(self.lines) and (row := self.lines[self.at].strip()):
            if len(rows) > 1 and _kind_of(row) in {"quote", "fence", "heading"}:
                break
            rows.append(row)
            self.at += 1
        self.at -= 1
        if rows[1].count("|") > MAX_TABLE_COLUMNS:
            rows[1] = "\\" + rows[1]  # then it is not a table
            self.problems.append((self.at - len(rows) + 1, WIDE_TABLE))
        self.put_apart(rows)

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
        found = _RAW.match(stripped)
        assert found
        closing = re.compile(rf"</{found[1]}\s*>", re.IGNORECASE)
        end = next((at for at in range(self.at, len(self.lines)) if closing.search(self.lines[at])), -1)
        if end < 0:
            return self.text(stripped)
        raw = "\n".join([stripped, *self.lines[self.at + 1 : end + 1]])
        self.at = end
        self.put_apart([self.stash.put_html(raw)] if stripped[:4].lower() == "<pre" else [])
        return None


def _kind_of(stripped: str) -> _Kind:
    """Return what a line without its indentation begins, judged by itself."""
    match stripped[:1]:
        case ">":
            return "quote"
        case "#":
            return "heading" if _HEADING.match(stripped) else "text"
        case "`" | "~":
            return "fence" if _FENCE.match(stripped) else "text"
        case "!":
            return "admonition" if _ADMONITION.match(stripped) else "text"
        case "<":
            if stripped.startswith("<!--"):
                return "comment"
            return "raw" if _RAW.match(stripped) else "component" if _COMPONENT.match(stripped) else "text"
        case _:
            return "rule" if _RULE.match(stripped) else "item" if _ITEM.match(stripped) else "text"


def _with_spaces(line: str) -> str:
    """Return a line whose indentation has no tabs."""
    stripped = line.lstrip(" \t")
    return line[: len(line) - len(stripped)].expandtabs(4) + stripped


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
