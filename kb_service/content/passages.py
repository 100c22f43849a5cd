"""An article divided into passages that can be quoted: a heading's worth of text, neither a fragment nor a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby, takewhile
from typing import Final, NamedTuple

from kb_service.content.article import Audience, Passage, PassageKind
from kb_service.content.outline import OutlineSection
from kb_service.content.parts import MAX_STRUCTURE_WORDS, MAX_WORDS, Part, parts_of

MIN_WORDS: Final = 40  # a shorter passage joins a neighbour, if that does not make it too long
MIN_WORDS_OF_TOPIC: Final = 20  # a main section says one thing under its own name: it stands alone from here on


class _Chunk(NamedTuple):
    """Parts of one section that belong together."""

    section: OutlineSection
    parts: tuple[Part, ...]
    words: int

    @property
    def for_agents(self) -> bool:
        return self.parts[0].for_agents


class Placed(NamedTuple):
    """A passage, and where in the HTML its anchor has to be."""

    passage: Passage
    start: int


def divide(sections: Sequence[OutlineSection], *, article_id: str, title: str) -> list[Placed]:
    """Return the passages of an article in order."""
    chunks = [chunk for section in sections for chunk in _chunks(section)]
    begun: dict[str, int] = {}
    placed = []
    for position, group in enumerate(_groups(chunks)):
        section = group[0].section
        begun[section.anchor] = begun.get(section.anchor, 0) + 1
        suffix = f".{begun[section.anchor]}" if begun[section.anchor] > 1 else ""
        anchor = section.anchor + suffix
        start = section.start if section.path and not suffix else group[0].parts[0].start
        placed.append(Placed(_passage(group, article_id, title, anchor, position), start))
    return placed


def _passage(group: list[_Chunk], article_id: str, title: str, anchor: str, position: int) -> Passage:
    path = _common_path(group)
    text = "\n\n".join(_texts(group, path))
    parts = [part for chunk in group for part in chunk.parts]
    words: dict[PassageKind, int] = {}
    for part in parts:
        words[part.kind] = words.get(part.kind, 0) + part.words
    kind = max(words, key=lambda kind: words[kind])
    audience: Audience = "agent" if group[0].for_agents else "public"
    digest = sha256(text.encode()).hexdigest()
    return Passage(f"{article_id}#{anchor}", article_id, title, path, anchor, position, text, kind, audience, digest)


def _common_path(group: Sequence[_Chunk]) -> tuple[str, ...]:
    path = group[0].section.path
    for chunk in group[1:]:
        path = _shared(path, chunk.section.path)
    return path


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(heading for heading, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _texts(group: list[_Chunk], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts of a passage; headings that its path does not name are among them."""
    before = ""
    for chunk in group:
        if chunk.section.anchor != before and len(chunk.section.path) > len(path):
            yield chunk.section.path[-1]
        before = chunk.section.anchor
        yield from (part.text for part in chunk.parts)


# Within a section


def _chunks(section: OutlineSection) -> Iterator[_Chunk]:
    parts = [part for block in section.blocks for part in parts_of(block)]
    for _, run in groupby(parts, key=lambda part: part.for_agents):
        current: list[Part] = []
        for part in run:
            if current and not _fits(current, part):
                current, done = _cut_lead_in(current)
                yield _chunk(section, done)
            current.append(part)
        yield _chunk(section, current)


def _chunk(section: OutlineSection, parts: list[Part]) -> _Chunk:
    return _Chunk(section, tuple(parts), sum(part.words for part in parts))


def _fits(current: list[Part], part: Part) -> bool:
    words = sum(one.words for one in current)
    if words + part.words <= MAX_WORDS:
        return True
    belongs = words < MIN_WORDS or (part.kind != "prose" and _is_lead_in(current[-1]) and len(current) == 1)
    return belongs and words + part.words <= MAX_STRUCTURE_WORDS


def _is_lead_in(part: Part) -> bool:
    return part.kind == "prose" and part.text.endswith((":", "："))


def _cut_lead_in(current: list[Part]) -> tuple[list[Part], list[Part]]:
    """Return what goes on to the next chunk ("To add seats:") and what is done."""
    if len(current) > 1 and _is_lead_in(current[-1]):
        return current[-1:], current[:-1]
    return [], current


# Across sections


def _groups(chunks: list[_Chunk]) -> Iterator[list[_Chunk]]:
    group: list[_Chunk] = []
    for number, chunk in enumerate(chunks):
        following = chunks[number + 1] if number + 1 < len(chunks) else None
        if group and not _joins(group, chunk, following):
            yield group
            group = []
        group.append(chunk)
    if group:
        yield group


def _joins(group: list[_Chunk], chunk: _Chunk, following: _Chunk | None) -> bool:
    """Tell whether a chunk joins the ones before it: because they are short, or it is and cannot join the next."""
    if not _may_join(group, chunk):
        return False
    if _words(group) < _least_words(chunk):
        return True
    return chunk.words < _least_words(chunk) and not (following and _may_join([chunk], following))


def _may_join(group: list[_Chunk], chunk: _Chunk) -> bool:
    """Tell whether two neighbours are of one audience, near each other in the outline and together short enough."""
    if group[0].for_agents != chunk.for_agents or _words(group) + chunk.words > MAX_WORDS:
        return False
    before, after = _common_path(group), chunk.section.path
    shared = len(_shared(before, after))
    return shared >= len(after) - 1 and shared >= len(before) - 1


def _least_words(chunk: _Chunk) -> int:
    """Return what both sides of the place where `chunk` begins need, to stay apart."""
    return MIN_WORDS_OF_TOPIC if chunk.section.top else MIN_WORDS


def _words(group: list[_Chunk]) -> int:
    return sum(chunk.words for chunk in group)
