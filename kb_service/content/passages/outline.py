"""The blocks of an article under its headings, and the names by which links and passages find them: anchors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from kb_service.content.article import INTRO
from kb_service.content.passages.html_blocks import Block
from kb_service.content.passages.units import with_whole_steps

MAX_ANCHOR_CHARACTERS: Final = 200
_NOT_WORD: Final = re.compile(r"[^\w\s-]")
_SPACE: Final = re.compile(r"\s")
_WORD: Final = re.compile(r"\w")
_NOTE_WORDS: Final = frozenset("note tip important warning caution danger info attention hint".split())
_PLURALS: Final = frozenset({"notes", "tips"})  # as headings they begin real sections


class OutlineSection(NamedTuple):
    """A heading and the blocks up to the next one; without a heading `path` is ().

    [start, end) is the heading's place in the HTML. `top` says that no heading of the article is of a higher level.
    """

    path: tuple[str, ...]
    level: int
    anchor: str
    start: int
    top: bool
    blocks: list[Block]
    end: int = 0


def outline(blocks: Sequence[Block]) -> list[OutlineSection]:
    """Return the sections of an article in order, the first without a heading.

    A heading for agents covers what is for agents: the public text after it goes on in the section before, which then
    comes twice.
    """
    blocks = list(with_whole_steps(list(_with_notes(blocks))))
    names = _anchors(blocks)
    top = min((block.level for block in blocks if block.level), default=0)
    sections = [OutlineSection((), 0, INTRO, 0, top=True, blocks=[])]
    public = sections[0]
    headings: list[Block] = []
    for block in blocks:
        if block.level:
            above = [one for one in headings if one.level < block.level and one.for_agents <= block.for_agents]
            headings = [*above, block]
            path = tuple(heading.text for heading in headings)
            section = OutlineSection(
                path, block.level, names[block.start], block.start, block.level <= top, [], block.end
            )
            sections.append(section)
            public = public if block.for_agents else section
        else:
            if not block.for_agents and sections[-1].anchor != public.anchor:
                headings = [one for one in headings if not one.for_agents]
                sections.append(public._replace(blocks=[]))
            sections[-1].blocks.append(block)
    return sections


def slug(heading: str) -> str:
    """Return the anchor of a heading as GitHub makes it, from letters, digits and "_" of any script.

    >>> slug("How to add seats?"), slug("`max_seats` & more")
    ('how-to-add-seats', 'max_seats--more')
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", heading).strip().lower())
    plain = _NOT_WORD.sub(lambda found: found[0] if unicodedata.category(found[0])[0] == "M" else "", text)
    return _SPACE.sub("-", plain)[:MAX_ANCHOR_CHARACTERS] if _WORD.search(plain) else "section"


def unique_anchors(wanted: Iterable[str], explicit: Iterable[str] = ()) -> list[str]:
    """Return the anchors of one article, each once, numbered as GitHub does: a second "steps" becomes "steps-1".

    Those in `explicit` are taken.
    """
    anchors: list[str] = []
    counts = dict.fromkeys(explicit, 0)
    for name in wanted:
        anchor = name
        while anchor in counts:
            counts[name] += 1
            anchor = f"{name}-{counts[name]}"
        counts[anchor] = 0
        anchors.append(anchor)
    return anchors


def _anchors(blocks: Sequence[Block]) -> dict[int, str]:
    """Return the anchors of headings by their places: explicit ones as they are, the others made of their text.

    Those for agents come last, so that the others are the same for everybody.
    """
    before = [] if blocks and blocks[0].level and not blocks[0].for_agents else [INTRO]
    headings = sorted((block for block in blocks if block.level), key=lambda heading: heading.for_agents)
    explicit: dict[str, int] = {}
    for heading in headings:
        if heading.anchor and heading.anchor not in before:
            explicit.setdefault(heading.anchor, heading.start)
    own = {start: anchor for anchor, start in explicit.items()}
    others = [heading for heading in headings if heading.start not in own]
    wanted = [*before, *(heading.anchor or slug(heading.text) for heading in others)]
    made = unique_anchors(wanted, explicit)[len(before) :]
    return own | {heading.start: anchor for heading, anchor in zip(others, made, strict=True)}


# Notes


def _with_notes(blocks: Iterable[Block]) -> Iterable[Block]:
    """Yield the blocks, "Note" alone on its line (often as a heading) joined to what follows."""
    note: Block | None = None
    for block in blocks:
        if note and not block.level:
            yield _with_label(note, block)
            note = None
            continue
        if note and note.kind == "prose":
            yield note
        note = block if _is_note(block) else None
        if not note:
            yield block
    if note and note.kind == "prose":
        yield note


def _is_note(block: Block) -> bool:
    word = block.text.strip(" :!").lower()
    return (block.kind in {"heading", "prose"} and word in _NOTE_WORDS) or (block.kind == "prose" and word in _PLURALS)


def _with_label(note: Block, block: Block) -> Block:
    label = note.text.strip(" :!") + ":"
    block = block._replace(start=note.start, for_agents=block.for_agents or note.for_agents)
    if block.kind != "prose":
        return block._replace(header=f"{label}\n{block.header}".strip())
    first, *others = block.lines
    return block._replace(lines=(first._replace(text=f"{label} {first.text}", start=note.start), *others))
