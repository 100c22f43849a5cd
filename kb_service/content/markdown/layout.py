"""Markdown as people write it (CommonMark, GitHub) made into the layout that Python-Markdown reads.

Python-Markdown wants four spaces for everything inside a list item, an empty line before each list, quote and table,
and fences at the left margin. Here each line is given its depth, and code blocks go to the stash.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final, Literal, NamedTuple

from kb_service.content.markdown.directives import Directive, label_of, read_directive, read_head, read_tab
from kb_service.content.markdown.inline_markup import note_mark
from kb_service.content.markdown.labels import bold
from kb_service.content.markdown.mdx import statement_end, tag_end
from kb_service.content.source_text import CodeStash

MAX_LIST_DEPTH: Final = 8  # deeper items are drawn at this depth: Python-Markdown recurses
MAX_QUOTE_DEPTH: Final = 4
MAX_OPEN_PARTS: Final = 20  # notes and details in each other; what is in more of them has no frame of its own
MAX_FENCE_DEPTH: Final = 4  # of fences that hold Markdown
MAX_TABLE_COLUMNS: Final = 64  # short rows are padded: 18 KB of Markdown can make 9 million cells
WIDE_TABLE: Final = f"This table has more than {MAX_TABLE_COLUMNS} columns: it is shown as text."
UNCLOSED_COMMENT: Final = "This comment is never closed: the text after it is left out."

_Kind = Literal[
    "text",
    "item",
    "rule",
    "fence",
    "heading",
    "quote",
    "directive",
    "comment",
    "raw",
    "component",
    "definition",
    "script",
]
_ITEM: Final = re.compile(r"([-*+]|[0-9]\d{0,8}[.)])(?:([ \t]+)(?=\S)|[ \t]*$)")
_MANY_ITEMS: Final = re.compile(r"(?:[-*+][ \t]+){4,}")  # "- - - - - - a": each would be a list in a list
_RULE: Final = re.compile(r"([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_FENCE: Final = re.compile(r"`{3,}[^`]*$|~{3,}")
_HEADING: Final = re.compile(r"#{1,6}(?:[ \t]+|$)|#{2,6}(?=[^#\s])")
_RAW: Final = re.compile(r"<(pre|script|style)\b", re.IGNORECASE)
# A tag that has its line for itself: of a component, or of HTML that holds blocks.
_BLOCK_TAGS: Final = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header "
    "hgroup li main nav ol p picture section summary table tbody td tfoot th thead tr ul"
)
_COMPONENT: Final = re.compile(
    rf"(?:</?(?:[A-Z][a-z][\w.]*|{_BLOCK_TAGS.replace(' ', '|')})(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?>\s*)+$"
)
_TAGS: Final = re.compile(r"<(/?)([A-Za-z][\w.]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_MAY_STAY_OPEN: Final = frozenset("body dd dt hr li p tbody td tfoot th thead tr".split())
_END_TAG: Final = re.compile(r"</([A-Za-z][\w.]*)")
_TAG_IN_ROW: Final = re.compile(r"</?(?:ul|ol|li|dl|dt|dd|details|summary|blockquote|p)\b[^<>]*>", re.IGNORECASE)
_TAG_NAME: Final = re.compile(r"<([A-Za-z][\w.]*)(?=[\s{]|$)")
_TEMPLATE_TAG: Final = re.compile(r"\{[{%][<%-]?[^{}]*[>%-]?[%}]\}\s*$")
_MAX_TAG_LINES: Final = 60
_MAX_FENCE_LINES: Final = 100  # of one that is indented
_HIGHLIGHT: Final = re.compile(
    r"\{(?:\{[<%]\s*(highlight|code|codefence)\b[^{}]*[>%]\}|%-?\s*(highlight|codeblock)\b[^{}]*%)\}"
)
_DEFINITION: Final = re.compile(r":(?:[ \t]+)(?=\S)")
_FOOTNOTE: Final = re.compile(r"\[\^[^\[\]\s]{1,200}\]:(?=\s|$)")
_TASK: Final = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_TASK_MARKS: Final = {" ": "☐ ", "x": "☑ ", "X": "☑ "}
_TAB_HEADING: Final = re.compile(r"\[([^\[\]]+)\]\(#tab/[^()]*\)$")
_FENCE_TITLE: Final = re.compile(
    r"""(?:^|[\s{])(?:title|filename|caption|name)\s*=\s*["']([^"'\n]+)["']"""
    r"""|^[^\[\]{}]*\[([^\[\]\n]{1,100})\]"""
)
_LANGUAGE: Final = re.compile(r"[`~]{3,}[ \t]*(?:\{[ \t]*\.?)?([A-Za-z][\w+#.-]{0,30})")
_LANGUAGE_OF_TAG: Final = re.compile(
    r"(?:highlight|code|codefence|codeblock)[ \t]+(?:lang:)?[\"']?([A-Za-z][\w+#-]{0,30})"
)
_LANGUAGE_OF_DIRECTIVE: Final = re.compile(r"\}[ \t]*([A-Za-z][\w+#-]{0,30})")
_BARE_TITLE: Final = re.compile(r"[`~]{3,}[\w+-]*[ \t]+([^\W\d_][\w .+#/-]*)$")
_MYST_HEAD: Final = re.compile(r"[`~]{3,}[ \t]*(\{[A-Za-z][\w:.-]*\}[^`]*)$")
_MDX_BLOCK: Final = re.compile(r"[`~]{3,}[ \t]*mdx-code-block\b")
_OPTION: Final = re.compile(r"[ \t]*:([\w-]+):[ \t]*(.*)$")
_PROSE: Final = re.compile(r"(?:[*\[]{0,3})[A-Z][^{}=;<>|$\\@_/#]{30,}[.:!?][)*]{0,3}$")
_LINK_TARGET: Final = re.compile(r"\]\([^()\s]*\)")
_BARE_NOTE: Final = re.compile(
    r"(\*\*|__)(notes?|tips?|important|warning|caution|danger|attention|hint|example)[:!]?\1[:!]?[ \t]*\\?$",
    re.IGNORECASE,
)
_BARE_ROW: Final = re.compile(r"\|(?:[^|\n]*\|){2,}$")
_DELIMITERS: Final = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


MIN_INDENT: Final = 2  # of what belongs to an item


class _Container(NamedTuple):
    """An open list item or admonition: lines from column `threshold` belong to it, its text stands at `content`."""

    threshold: int
    content: int
    is_item: bool
    first_line: int = 0  # where the output of an item begins
    closing: str = ""  # HTML for where it ends
    is_html: bool = False  # then nothing in it is code for its indentation alone
    number: int = 0  # of an item


class _Fenced(NamedTuple):
    """A part that is open up to its end mark: of which form and length, and the HTML for where it ends."""

    form: str
    marks: int
    closing: str


def arrange(text: str, stash: CodeStash) -> tuple[str, list[tuple[int, str]]]:
    """Return `text` in Python-Markdown's layout and what is wrong with it, by line (from 0).

    Its code blocks are replaced by tokens of `stash`.

    >>> arrange("Steps:\\n1. a\\n   - b", CodeStash())
    ('Steps:\\n\\n1. a\\n    - b', [])
    """
    layout = _Layout(text.split("\n"), stash, quotes=0)
    return "\n".join(layout.run()), layout.problems


def _number_of(stripped: str) -> int:
    """Return the number before an item, 0 for one without."""
    found = _ITEM.match(stripped)
    return int(found[1][:-1]) if found and found[1][0].isdigit() else 0


class _Layout:
    """One pass over the lines. `after_blank` and `in_paragraph` tell what the line before was."""

    def __init__(self, lines: list[str], stash: CodeStash, *, quotes: int, depth: int = 0) -> None:
        self.depth = depth
        self.lines = lines
        self.stash = stash
        self.quotes = quotes
        self.at = 0
        self.out: list[str] = []
        self.containers: list[_Container] = []
        self.after_blank = True
        self.in_paragraph = False
        self.fenced: list[_Fenced] = []
        self.open_tags: list[str] = []  # that stand on lines of their own: nothing in them is code for its indentation
        self.problems: list[tuple[int, str]] = []

    @cached_property
    def ends(self) -> set[str]:
        """The names of the tags that are closed anywhere."""
        return {tag[1] for line in self.lines if "</" in line for tag in _END_TAG.finditer(line)}

    @cached_property
    def last_plus(self) -> int:
        """The last line that ends a part of the form `+++`, -1 without one."""
        return max((at for at, line in enumerate(self.lines) if line.strip() == "+++"), default=-1)

    def run(self) -> list[str]:
        while self.at < len(self.lines):
            if self.lines[self.at].strip(" \t"):
                self.judge(_with_spaces(self.lines[self.at]))
            else:
                self.out.append("")
                self.after_blank, self.in_paragraph = True, False
            self.at += 1
        while self.containers:
            if closing := self.containers.pop().closing:
                self.put_apart([closing])
        for part in reversed(self.fenced):
            if part.closing:
                self.put_apart([part.closing])
        return self.out

    def judge(self, line: str) -> None:
        stripped = line.lstrip(" ")
        indent = len(line) - len(stripped)
        if stripped[0] == "<":
            stripped = self.whole_tag(stripped)
        kind = self.kind_here(stripped)
        if kind == "item":
            indent = self.indent_of_sibling(stripped, indent)
        self.leave(indent, starts_block=kind != "text")
        inside = indent - (self.containers[-1].content if self.containers else 0)
        in_html = bool(self.open_tags) or (bool(self.containers) and self.containers[-1].is_html)
        if in_html and kind == "text" and inside >= 4:
            inside = 0
        is_part = inside >= 4 and self.after_blank and not in_html and self.is_indented_part(kind, stripped)
        if is_part and kind == "directive":
            self.containers.append(_Container(indent, indent, is_item=False, is_html=True))
        if inside >= 4 and self.after_blank and not in_html and not is_part:
            self.indented_code(indent - inside + 4)
        elif kind == "text" or (inside >= 4 and not self.containers and not is_part):
            self.plain(stripped)
        else:
            self.block(kind, stripped, indent)

    def plain(self, stripped: str) -> None:
        """Write what begins nothing by itself: a table, a note with its label on a line of its own, or text."""
        if self.starts_table(stripped):
            self.table()
        elif self.starts_bare_table(stripped):
            self.bare_table()
        elif not self.after_blank and stripped[0] in "*_" and (note := _BARE_NOTE.match(stripped)) and self.goes_on():
            self.out.append("")
            self.label(bold(note[2]))
        else:
            self.text(stripped)

    def goes_on(self) -> bool:
        """Return whether text follows on the next line."""
        return self.at + 1 < len(self.lines) and bool(self.lines[self.at + 1].strip())

    def is_indented_part(self, kind: _Kind, stripped: str) -> bool:
        """Return whether what is indented like code is a fence with its end, or `:::`: a program indented it."""
        if kind == "directive":
            return stripped.startswith(":::")
        if kind != "fence":
            return False
        marks = stripped[: len(stripped) - len(stripped.lstrip(stripped[0]))]
        following = (line.strip() for line in self.lines[self.at + 1 : self.at + 1 + _MAX_FENCE_LINES])
        return any(line == marks for line in following)

    def kind_here(self, stripped: str) -> _Kind:
        """Return what a line begins, in a part that is open."""
        kind = _kind_of(stripped)
        if (
            kind == "script"
            and stripped[0] != "{"
            and (self.in_paragraph or statement_end(self.lines, self.at) == self.at)
        ):
            return "text"
        if kind == "text" and self.fenced and stripped[0] in "@=" and read_tab(stripped):
            return "directive"
        return kind

    def block(self, kind: _Kind, stripped: str, indent: int) -> None:
        match kind:
            case "item":
                self.item(stripped, indent)
            case "fence" if head := _MYST_HEAD.match(stripped):
                self.myst(stripped, head[1], indent)
            case "fence" if _MDX_BLOCK.match(stripped):
                self.nested(self.fence_lines(stripped, indent))
            case "fence":
                self.fence_with_title(stripped, indent)
            case "heading" if tab := _TAB_HEADING.search(stripped):
                self.put_apart([bold(tab[1])])
            case "heading":
                marks = stripped[: len(stripped) - len(stripped.lstrip("#"))][:6]
                self.put_apart([f"{marks} {stripped[len(marks) :].strip()}"])
            case "quote":
                self.quote()
            case "rule":
                self.text(stripped) if self.in_paragraph and stripped[0] == "-" else self.put_apart(["* * *"])
            case "directive":
                self.directive(stripped, indent)
            case "definition":
                self.definition(stripped, indent)
            case "script":
                self.script(stripped)
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
        ends = ends or any(indent < one.threshold for one in self.containers if not (one.is_item or one.is_html))
        while ends and self.containers and indent < self.containers[-1].threshold:
            closed.append(self.containers.pop())
            if closed[-1].closing:
                self.put_apart([closed[-1].closing])
        if closed:
            # Without an empty line Python-Markdown takes what follows for more text of the innermost item.
            if len(closed) > 1 or not closed[0].is_item or "" in self.out[closed[0].first_line :]:
                self.out.append("")
            self.in_paragraph = False

    def indent_of_sibling(self, stripped: str, indent: int) -> int:
        """Return the column at which an item stands that goes on counting, though its indentation is one too deep."""
        number = _number_of(stripped)
        for one in self.containers:
            if number > 1 and one.is_item and one.number + 1 == number and one.threshold <= indent < one.content:
                return one.threshold - MIN_INDENT
        return indent

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
        if task := _TASK.match(text):
            text = _TASK_MARKS[task[1]] + text[task.end() :]
        is_fence = _kind_of(text) == "fence"
        self.put(f"{marker.replace(')', '.')} {self.fence(text, content) if is_fence else text}")
        number = _number_of(stripped)
        self.containers.append(_Container(indent + MIN_INDENT, content, True, len(self.out), number=number))
        self.after_blank, self.in_paragraph = is_fence, False
        if is_fence:
            self.out.append("")
        return None

    def directive(self, stripped: str, indent: int) -> None:
        """Open or close a part with a title: its text becomes ordinary blocks behind a label, or in `<details>`."""
        found = read_directive(stripped)
        if found is None:
            self.out.append("")
            return self.label(bold(read_tab(stripped)))
        if found.part == "end":
            return self.end_part(found, stripped)
        if found.form == "none":
            self.out.append("")
            return self.text(found.title)
        if found.form == "plus" and self.at >= self.last_plus:
            return self.text(stripped)
        closing = ""
        if len(self.fenced) + len(self.containers) >= MAX_OPEN_PARTS:
            self.put_apart([label_of(found)])
        elif found.part == "details":
            opening = self.stash.put_html("<details open>" if found.is_open else "<details>")
            for part in (opening, self.stash.put_html("<summary>"), found.title, self.stash.put_html("</summary>")):
                self.put_apart([part])
            closing = self.stash.put_html("</details>")
        else:
            self.out.append("")
            self.after_blank, self.in_paragraph = True, False
        if found.form != "indented":
            self.fenced.append(_Fenced(found.form, found.marks, closing))
            options = self.options()
            if found.part == "dropped":
                return self.skip_part(found)
            if found.part == "code":
                return self.code_part(found, indent)
            if found.part == "picture":
                self.put_apart([f"![{options.get('alt', '')}]({found.title})"])
            elif found.part == "label":
                self.fenced[-1] = self.fenced[-1]._replace(closing=self.labelled(found))
            self.open_margin(indent)
            return None
        if found.part == "label":
            closing = self.labelled(found)
        self.containers.append(_Container(indent + 4, indent + 4, is_item=False, closing=closing))
        return None

    def labelled(self, found: Directive) -> str:
        """Write the label of a part, in a frame where it is a note, and return the HTML for where that ends."""
        framed = found.is_note and len(self.fenced) + len(self.containers) < MAX_OPEN_PARTS
        if framed:
            self.put_apart([self.stash.put_html("<blockquote>")])
        title = label_of(found)
        self.label(title + note_mark(found.kind) if framed and title else title)
        return self.stash.put_html("</blockquote>") if framed else ""

    def label(self, before: str) -> None:
        """Write a label so that it begins the paragraph that follows."""
        if not before:
            return
        self.text(before)
        self.skip_blank()

    def skip_blank(self) -> None:
        while self.at + 1 < len(self.lines) and not self.lines[self.at + 1].strip():
            self.at += 1

    def options(self) -> dict[str, str]:
        """Take the lines `:class: tip` right below the head of a directive."""
        options: dict[str, str] = {}
        while self.at + 1 < len(self.lines) and (found := _OPTION.match(self.lines[self.at + 1])):
            options[found[1]] = found[2]
            self.at += 1
        return options

    def open_margin(self, indent: int) -> None:
        """Let what is indented below a mark be no code; it ends where a line stands at the margin of the mark."""
        following = next((line for line in self.lines[self.at + 1 : self.at + 9] if line.strip()), "")
        content = _indent(_with_spaces(following))
        if content > indent:
            self.containers.append(_Container(indent + 1, content, is_item=False, is_html=True))

    def end_part(self, found: Directive, stripped: str) -> None:
        """Close the part that an end mark ends; one without a beginning is left out, `+++` is text."""
        place = next(
            (
                number
                for number in range(len(self.fenced) - 1, -1, -1)
                if self.fenced[number].form == found.form and self.fenced[number].marks <= found.marks
            ),
            -1,
        )
        if place < 0 and found.form == "plus":
            return self.text(stripped)
        self.out.append("")
        self.after_blank, self.in_paragraph = True, False
        for part in reversed(self.fenced[place:] if place >= 0 else []):
            if part.closing:
                self.put_apart([part.closing])
        if place >= 0:
            del self.fenced[place:]
        return None

    def part_lines(self, found: Directive) -> list[str]:
        """Take the lines of the part that was opened last, with its end."""
        self.fenced.pop()
        mark = ":" if found.form == "colons" else "/"
        closing = re.compile(rf"[ \t]*{mark}{{{found.marks},}}[ \t]*$")
        first = self.at + 1
        last = next((at for at in range(first, len(self.lines)) if closing.match(self.lines[at])), len(self.lines))
        self.at = last
        return self.lines[first:last]

    def skip_part(self, found: Directive) -> None:
        self.part_lines(found)

    def code_part(self, found: Directive, indent: int) -> None:
        code = [_with_spaces(line) for line in self.part_lines(found)]
        self.put_apart([self.stash.put_block("\n".join(line[min(indent, _indent(line)) :] for line in code))])

    def definition(self, stripped: str, indent: int) -> None:
        """Write `: meaning` or `[^1]: note`; what is indented below belongs to it."""
        mark = _DEFINITION.match(stripped) or _FOOTNOTE.match(stripped)
        assert mark
        is_note = stripped[0] == "["
        if is_note and not self.after_blank:
            self.out.append("")
        content = indent + 4 if is_note else indent + min(mark.end(), 4)
        self.put(stripped if is_note else f":   {stripped[mark.end() :]}")
        self.containers.append(_Container(indent + 2, content, is_item=True, first_line=len(self.out)))
        self.after_blank, self.in_paragraph = False, True

    def script(self, stripped: str) -> None:
        """Leave out the JavaScript of MDX, and take what `{{< highlight >}}` and its like hold as code."""
        if stripped[0] != "{":
            self.at = statement_end(self.lines, self.at) - 1
            self.out.append("")
            self.after_blank, self.in_paragraph = True, False
            return None
        found = _HIGHLIGHT.match(stripped)
        assert found
        name = found[1] or found[2]
        language = _LANGUAGE_OF_TAG.search(found[0])
        closing = re.compile(rf"\{{(?:\{{[<%]\s*/\s*{name}\b|%-?\s*end{name}\b)")
        last = next((at for at in range(self.at, len(self.lines)) if closing.search(self.lines[at])), -1)
        if last < 0:
            return self.text(stripped)
        inner = [stripped[found.end() :], *self.lines[self.at + 1 : last], closing.split(self.lines[last])[0]]
        if last == self.at:
            inner = [closing.split(stripped[found.end() :])[0]]
        self.at = last
        code = "\n".join(inner).strip("\n")
        if "```" in code:  # a fence of its own within
            self.nested(code.split("\n"))
        else:
            self.put_apart([self.stash.put_block(code.rstrip(), language[1] if language else "")])
        return None

    def myst(self, stripped: str, head: str, indent: int) -> None:
        """Read a fence that is a directive of MyST (```` ```{note} ````): its text is Markdown."""
        found = read_head(head)
        if found is None or found.part == "code":
            code = self.fence_lines(stripped, indent)
            while code and _OPTION.match(code[0]):
                del code[0]
            language = _LANGUAGE_OF_DIRECTIVE.search(head)
            return self.put_apart([self.stash.put_block("\n".join(code), language[1] if language else "")])
        lines = self.fence_lines(stripped, indent)
        options: dict[str, str] = {}
        while lines and (option := _OPTION.match(lines[0])):
            options[option[1]] = option[2]
            del lines[0]
        if found.part == "dropped":
            return self.put_apart([])
        if found.part == "details":
            lines = [f"<details><summary>{found.title}</summary>", "", *lines, "", "</details>"]
        elif found.part == "picture":
            lines = [f"![{options.get('alt', '')}]({found.title})", "", *lines]
        elif before := label_of(found):
            text = lines[next((n for n, line in enumerate(lines) if line.strip()), 0) :]
            framed = found.is_note and self.quotes < MAX_QUOTE_DEPTH
            lines = (
                ["<blockquote>", "", before + note_mark(found.kind), *text, "", "</blockquote>"]
                if framed
                else [before, *text]
            )
        return self.nested(lines)

    def nested(self, lines: list[str]) -> None:
        """Write Markdown that stood in a fence."""
        if self.depth >= MAX_FENCE_DEPTH:
            return self.put_apart([self.stash.put_block("\n".join(lines))])
        layout = _Layout(lines, self.stash, quotes=self.quotes, depth=self.depth + 1)
        return self.put_apart(layout.run())

    def component(self, stripped: str, indent: int) -> None:
        """Let `<Tabs>` stand alone; what is indented below it is not code."""
        for tag in _TAGS.finditer(stripped):
            name = tag[2]
            if tag[1]:
                if name in self.open_tags:
                    del self.open_tags[len(self.open_tags) - 1 - self.open_tags[::-1].index(name) :]
            elif name not in _MAY_STAY_OPEN and not tag[0].endswith("/>") and name in self.ends:
                self.open_tags.append(name)
        self.put_apart([stripped])
        if stripped[1] != "/" and not stripped.rstrip().endswith("/>"):
            self.open_margin(indent)

    def whole_tag(self, stripped: str) -> str:
        """Return a line that begins with a tag, joined to the lines that its tag goes on over."""
        if not _TAG_NAME.match(stripped) or tag_end(stripped, 0) >= 0:
            return stripped
        for last in range(self.at + 1, min(len(self.lines), self.at + _MAX_TAG_LINES)):
            if not self.lines[last].strip():
                return stripped
            if ">" in self.lines[last]:
                joined = " ".join([stripped, *(line.strip() for line in self.lines[self.at + 1 : last + 1])])
                if tag_end(joined, 0) >= 0:
                    self.at = last
                    return joined
        return stripped

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
        layout = _Layout(inner, self.stash, quotes=self.quotes + 1, depth=self.depth)
        self.put_apart([f"> {line}" for line in layout.run()])
        self.problems += ((first_line + line, message) for line, message in layout.problems)

    def fence(self, opening: str, indent: int) -> str:
        """Take the lines of a fence and return its token; one that is never closed runs to the end."""
        language = _LANGUAGE.match(opening)
        return self.stash.put_block("\n".join(self.fence_lines(opening, indent)), language[1] if language else "")

    def fence_with_title(self, opening: str, indent: int) -> None:
        """Write a fence, behind its title where it has one (```` ```yaml title="a.yml" ````)."""
        titled = _FENCE_TITLE.search(opening.lstrip("`~")) if len(opening) > 6 else None
        title = (titled[1] or titled[2]) if titled else ""
        if not title and "CodeGroup" in self.open_tags and (bare := _BARE_TITLE.match(opening)):
            title = bare[1]
        token = self.fence(opening, indent)
        if title.strip():
            self.put_apart([bold(title)])
        self.put_apart([token])

    def fence_lines(self, opening: str, indent: int) -> list[str]:
        marks = opening[: len(opening) - len(opening.lstrip(opening[0]))]
        closing = re.compile(rf"[ \t]*{marks[0]}{{{len(marks)},}}[ \t]*$")
        first = self.at + 1
        self.at = first
        while self.at < len(self.lines) and not closing.match(self.lines[self.at]):
            self.at += 1
        code = [_with_spaces(line) for line in self.lines[first : self.at]]
        return [line[min(indent, _indent(line)) :] for line in code]

    def indented_code(self, margin: int) -> None:
        first = last = self.at
        for place in range(first, len(self.lines)):
            line = _with_spaces(self.lines[place])
            if line.strip():
                if _indent(line) < margin:
                    break
                last = place
        lines = [_with_spaces(line) for line in self.lines[first : last + 1]]
        self.at = last
        if _is_prose(lines):
            for line in lines:
                self.text(line.strip())
            return
        margin = min(_indent(line) for line in lines if line.strip())
        self.put_apart([self.stash.put_block("\n".join(line[margin:] for line in lines))])

    def starts_table(self, stripped: str) -> bool:
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
        return "|" in stripped and "-" in following and _DELIMITERS.fullmatch(following) is not None

    def starts_bare_table(self, stripped: str) -> bool:
        """Return whether rows begin, each with its bars at both ends, that no line of dashes makes a table."""
        if not self.after_blank or not _BARE_ROW.match(stripped) or not self.goes_on():
            return False
        return _BARE_ROW.match(self.lines[self.at + 1].strip()) is not None

    def bare_table(self) -> None:
        rows: list[str] = []
        while self.at < len(self.lines) and _BARE_ROW.match(row := self.lines[self.at].strip()):
            rows.append(self.row(row))
            self.at += 1
        self.at -= 1
        columns = max(row.count("|") for row in rows) - 1
        if columns > MAX_TABLE_COLUMNS:
            return self.put_apart(["\\" + row for row in rows])
        return self.put_apart([rows[0], "|" + "---|" * columns, *rows[1:]])

    def table(self) -> None:
        rows: list[str] = []
        while self.at < len(self.lines) and (row := self.lines[self.at].strip()):
            if len(rows) > 1 and _kind_of(row) in {"quote", "fence", "heading"}:
                break
            rows.append(self.row(row))
            self.at += 1
        self.at -= 1
        if rows[1].count("|") > MAX_TABLE_COLUMNS:
            rows[1] = "\\" + rows[1]  # then it is not a table
            self.problems.append((self.at - len(rows) + 1, WIDE_TABLE))
        self.put_apart(rows)

    def row(self, row: str) -> str:
        """Return a row of a table whose tags of blocks wait in the stash: on lines of their own they would end it."""
        if "<" not in row:
            return row
        return _TAG_IN_ROW.sub(lambda tag: self.stash.put_html(tag[0]), self.stash.put_spans(row))

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
        case ":" if _DEFINITION.match(stripped):
            return "definition"
        case "!" | "?" | "=" | ":" | "/" | "+" if read_directive(stripped):
            return "directive"
        case "[":
            return "definition" if _FOOTNOTE.match(stripped) else "text"
        case "{":
            return "script" if _HIGHLIGHT.match(stripped) else "text"
        case "i" | "e":
            return "script" if stripped.startswith(("import ", "import{", "export ")) else "text"
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


def _is_prose(lines: list[str]) -> bool:
    """Return whether indented lines are one sentence or more, and nothing that is ever written in code."""
    text = " ".join(line.strip() for line in lines)
    return (
        len(text) < 2_000
        and all(line.strip() for line in lines)
        and (_PROSE.match(_LINK_TARGET.sub("]", text)) is not None and text.count(" ") >= 5)
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
