"""The blocks of an article under its headings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from kb_service.content.anchors import Anchors, slug
from kb_service.content.blocks import Block, Piece

_NOTE_WORDS: Final = frozenset(
    {"note", "notes", "tip", "tips", "important", "warning", "caution", "danger", "info", "attention", "hint"}
)


class OutlineSection(NamedTuple):
    """A heading and the blocks up to the next one. Without a heading `path` is () and `anchor` is "".

    `for_agents` is that of the heading; `top` says that no heading of the article is of a higher level.
    """

    path: tuple[str, ...]
    level: int
    anchor: str
    start: int
    top: bool
    for_agents: bool
    blocks: list[Block]


def without_link_lists(sections: list[OutlineSection]) -> list[OutlineSection]:
    """Return the sections without those that only list links ("Related articles"), if any other has text.

    Nobody quotes them, and as passages they would be found instead of the articles that they lead to.
    """
    kept = [
        section for section in sections if not section.blocks or not all(block.is_links for block in section.blocks)
    ]
    return kept if any(section.blocks for section in kept) else sections


def outline(blocks: Iterable[Block]) -> list[OutlineSection]:
    """Return the sections of an article in order, the first without a heading.

    Headings for agents are named last, so that anchors which the public knows are the same for agents.
    """
    sections = [OutlineSection((), 0, "", 0, top=True, for_agents=False, blocks=[])]
    open_headings: list[Block] = []
    note: Block | None = None
    for block in blocks:
        if _is_note(block):
            note = block
        elif block.kind == "heading":
            sections[-1].blocks.extend([note] if note and note.kind == "prose" else [])
            note = None
            open_headings = [*(heading for heading in open_headings if heading.level < block.level), block]
            sections.append(_section(open_headings))
        else:
            sections[-1].blocks.append(_with_label(note, block) if note else block)
            note = None
    sections[-1].blocks.extend([note] if note and note.kind == "prose" else [])
    return _named(sections)


def _section(headings: list[Block]) -> OutlineSection:
    path = tuple(heading.text for heading in headings)
    last = headings[-1]
    return OutlineSection(path, last.level, last.anchor, last.start, top=False, for_agents=last.for_agents, blocks=[])


def _named(sections: list[OutlineSection]) -> list[OutlineSection]:
    anchors = Anchors()
    if sections[0].blocks:
        anchors.claim("intro")
    top = min((section.level for section in sections[1:]), default=0)
    names: dict[int, str] = {}
    for number in sorted(range(1, len(sections)), key=lambda number: sections[number].for_agents):
        section = sections[number]
        names[number] = anchors.claim(slug(section.anchor or section.path[-1]))
    return [
        section._replace(anchor=names.get(number, "intro"), top=section.level <= top)
        for number, section in enumerate(sections)
    ]


def _is_note(block: Block) -> bool:
    """Tell whether a heading or paragraph is only the word "Note": it belongs to what follows."""
    return block.kind in {"heading", "prose"} and block.text.strip(" :!").lower() in _NOTE_WORDS


def _with_label(note: Block, block: Block) -> Block:
    """Return a block with the heading "Note" before it as a word of its own text."""
    label = note.text.strip(" :!") + ":"
    block = block._replace(for_agents=block.for_agents or note.for_agents)
    if block.kind != "prose":
        return block._replace(header=f"{label}\n{block.header}".strip())
    first, *others = block.pieces
    return block._replace(pieces=(Piece(f"{label} {first.text}", first.start), *others))
