"""Footnotes, read by Python-Markdown's extension and put at the end of the section that refers to them.

There a passage has both: "VAT is charged in the EU[1]." and "[1] Except on the islands." A note at the end of the
article would be a passage without what it limits, and its text one without its limit.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

import markdown
from markdown.extensions.footnotes import FootnoteBlockProcessor, FootnoteExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

_REFERENCE: Final = r"\[\^([^\[\]\s]+)\]"
_REFERENCES: Final = re.compile(_REFERENCE)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class NotesInSections(FootnoteExtension):
    """Python-Markdown's footnotes with `[1]` for references, and without links between notes and references."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        super().__init__()

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802
        md.registerExtension(self)
        self.parser = md.parser
        self.md = md
        md.parser.blockprocessors.register(FootnoteBlockProcessor(self), "footnote", 17)
        md.inlinePatterns.register(_Reference(self), "footnote", 175)
        md.treeprocessors.register(_Placing(self), "footnote", 50)

    def reset(self) -> None:
        super().reset()
        self.numbers = {}

    def number(self, name: str) -> int:
        """Return the number of a note: they count in the order in which a text refers to them."""
        return self.numbers.setdefault(name, len(self.numbers) + 1)


class _Reference(InlineProcessor):
    def __init__(self, notes: NotesInSections) -> None:
        super().__init__(_REFERENCE)
        self.notes = notes

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element | None, int | None, int | None]:
        if m[1] not in self.notes.footnotes:
            return None, None, None
        mark = ElementTree.Element("sup")
        mark.text = markdown.util.AtomicString(f"[{self.notes.number(m[1])}]")
        return mark, m.start(0), m.end(0)


class _Placing(Treeprocessor):
    """Runs before inline marks are read: references are still text."""

    def __init__(self, notes: NotesInSections) -> None:
        super().__init__()
        self.notes = notes

    def run(self, root: ElementTree.Element) -> None:
        if not self.notes.footnotes:
            return
        wanted: dict[str, None] = {}
        placed: set[str] = set()
        blocks: list[ElementTree.Element] = []
        for child in root:
            if child.tag in _HEADINGS:
                blocks += self.written(wanted, placed)
            blocks.append(child)
            wanted |= dict.fromkeys(_REFERENCES.findall("".join(child.itertext())))
        blocks += self.written(wanted, placed)
        blocks += self.written(dict.fromkeys(self.notes.footnotes), placed)
        root[:] = blocks

    def written(self, wanted: dict[str, None], placed: set[str]) -> list[ElementTree.Element]:
        """Return the notes that are wanted and have not been placed, with those that they refer to, as blocks."""
        blocks: list[ElementTree.Element] = []
        waiting = list(wanted)
        wanted.clear()
        while waiting:
            name = waiting.pop(0)
            text = self.notes.footnotes.get(name)
            if text is None or name in placed:
                continue
            placed.add(name)
            self.notes.number(name)
            parent = ElementTree.Element("div")
            self.notes.parser.parseChunk(parent, f"[^{name}] {text}")
            waiting += _REFERENCES.findall(text)
            blocks += parent
        return blocks
