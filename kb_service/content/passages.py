"""An article divided into passages that can be quoted: a heading's worth of text, neither a fragment nor a page.

Blocks become parts: whole where they fit, cut between items, rows and sentences where not. Parts of one section that
belong together become chunks, and short chunks that are neighbours in the outline become one passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby, takewhile
from typing import Final, NamedTuple

from kb_service.content.article import Audience, Passage, PassageKind
from kb_service.content.blocks import Block, Line
from kb_service.content.passage_html import Place
from kb_service.content.sections import OutlineSection

MIN_WORDS: Final = 40  # a shorter passage joins a neighbour, if that does not make it too long
MIN_WORDS_OF_TOPIC: Final = 20  # a main section says one thing under its own name: it stands alone from here on
MAX_WORDS: Final = 160  # prose is divided beyond this
MAX_STRUCTURE_WORDS: Final = 320  # half a list of steps answers nothing: lists, tables and code stay whole up to this
MAX_CHARACTERS: Final = 8_000  # of any part: what has so few words in so much text was not written for readers
_SENTENCE_END: Final = re.compile(r"""[.!?]["')\]]*\s+|[。！？]\s*|\n""")
_GAP: Final = re.compile(r"\s+")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


class Part(NamedTuple):
    """A block, or as much of one as a passage can take; `place` is that of its text, without a table's header."""

    kind: PassageKind
    text: str
    start: int
    words: int
    for_agents: bool
    place: Place


class _Chunk(NamedTuple):
    """Parts of one section that belong together."""

    section: OutlineSection
    parts: tuple[Part, ...]

    @property
    def words(self) -> int:
        return sum(part.words for part in self.parts)

    @property
    def for_agents(self) -> bool:
        return self.parts[0].for_agents


class Placed(NamedTuple):
    """A passage, where in the HTML its anchor has to be, and the places of all that it holds, in order."""

    passage: Passage
    start: int
    places: tuple[Place, ...]


def divide(sections: Sequence[OutlineSection], *, article_id: str, title: str) -> list[Placed]:
    """Return the passages of an article in order.

    Their anchors are those of their sections; further passages of a section have ".2", ".3", … behind it.
    """
    chunks = [chunk for section in sections for chunk in _chunks(section)]
    begun: dict[str, int] = {}
    taken = {section.anchor for section in sections}
    placed = []
    for position, group in enumerate(_groups(chunks)):
        section = group[0].section
        begun[section.anchor] = begun.get(section.anchor, 0) + 1
        while begun[section.anchor] > 1 and f"{section.anchor}.{begun[section.anchor]}" in taken:
            begun[section.anchor] += 1
        suffix = f".{begun[section.anchor]}" if begun[section.anchor] > 1 else ""
        anchor = section.anchor + suffix
        start = section.start if section.path and not suffix else group[0].parts[0].start
        passage = _passage(group, article_id, title, anchor, position)
        placed.append(Placed(passage, start, tuple(_places(group, passage.heading_path, is_first=not suffix))))
    return placed


def _passage(group: list[_Chunk], article_id: str, title: str, anchor: str, position: int) -> Passage:
    path = _common_path(chunk.section.path for chunk in group)
    text = "\n\n".join(_texts(group, path))
    parts = [part for chunk in group for part in chunk.parts]
    words: dict[PassageKind, int] = {}
    for part in parts:
        words[part.kind] = words.get(part.kind, 0) + part.words
    kind = max(words, key=lambda kind: words[kind])
    audience: Audience = "agent" if group[0].for_agents else "public"
    digest = sha256(text.encode()).hexdigest()
    return Passage(f"{article_id}#{anchor}", article_id, title, path, anchor, position, text, kind, audience, digest)


def _common_path(paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the headings that all paths begin with."""
    return tuple(names[0] for names in takewhile(lambda names: len(set(names)) == 1, zip(*paths, strict=False)))


def _texts(group: list[_Chunk], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts of a passage; headings that its path does not name are among them."""
    for heading, chunk in _with_headings(group, path):
        if heading:
            yield heading.path[-1]
        yield from (part.text for part in chunk.parts)


def _places(group: list[_Chunk], path: tuple[str, ...], *, is_first: bool) -> Iterator[Place]:
    """Yield where each of `_texts` is from; what `is_first` in its section takes along what precedes all text there."""
    if is_first:
        yield Place.of(group[0].section.end, group[0].section.end)
    for heading, chunk in _with_headings(group, path):
        if heading:
            yield Place.of(heading.start, heading.end)
        yield from (part.place for part in chunk.parts)


def _with_headings(group: list[_Chunk], path: tuple[str, ...]) -> Iterator[tuple[OutlineSection | None, _Chunk]]:
    """Yield each chunk with the section whose heading stands above it, if it has one that `path` does not name."""
    before = ""
    for chunk in group:
        is_new = chunk.section.anchor != before and len(chunk.section.path) > len(path)
        yield (chunk.section if is_new else None), chunk
        before = chunk.section.anchor


# Parts of a block


def count_words(text: str) -> int:
    """Return the number of words; in scripts without spaces two characters count as one."""
    return len(text.split()) + (0 if text.isascii() else len(_UNSPACED.findall(text)) // 2)


def parts_of(block: Block) -> Iterator[Part]:
    """Yield the parts of a block in order."""
    kind: PassageKind = "prose" if block.kind == "heading" else block.kind
    words = count_words(block.text)
    if words <= (MAX_WORDS if kind == "prose" else MAX_STRUCTURE_WORDS) and len(block.text) <= MAX_CHARACTERS:
        place = Place.of(block.start, block.end)
        yield Part(kind, block.text, block.start, words, block.for_agents, place)
        return
    for run in _runs(small for line in block.lines for small in _small_pieces(line, kind)):
        text = "".join(piece.text for piece in run).rstrip()
        if block.header:
            text = f"{block.header}\n{text}"
        place = Place(run[0].line, run[0].first, run[-1].line, run[-1].first + len(run[-1].text))
        yield Part(kind, text, run[0].line.start, count_words(text), block.for_agents, place)


class _Piece(NamedTuple):
    """Some of a line with what ends it, from its character `first` on."""

    text: str
    line: Line
    first: int


def _small_pieces(line: Line, kind: PassageKind) -> Iterator[_Piece]:
    """Yield a line with its end, or what it divides into where it is too long: sentences, groups of words."""
    limit = 0 if kind == "prose" else MAX_STRUCTURE_WORDS
    if count_words(line.text) <= limit and len(line.text) <= MAX_CHARACTERS:
        yield _Piece(line.text + "\n", line, 0)
        return
    first = 0
    for sentence in _divided(line.text + "\n", _SENTENCE_END):
        words = _divided(sentence, _GAP) if count_words(sentence) > MAX_WORDS else iter([sentence])
        for group in _runs(_Piece(word, line, 0) for word in words):
            text = "".join(word.text for word in group)
            for start in range(0, len(text), MAX_CHARACTERS):
                piece = _Piece(text[start : start + MAX_CHARACTERS], line, first)
                yield piece
                first += len(piece.text)


def _divided(text: str, end: re.Pattern[str]) -> Iterator[str]:
    """Yield pieces that together are `text`: each includes what ended it."""
    start = 0
    for found in end.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    if start < len(text):
        yield text[start:]


def _runs(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Yield runs of pieces of about MAX_WORDS words; a longer piece is a run of its own."""
    run: list[_Piece] = []
    words = characters = 0
    for piece in pieces:
        more = count_words(piece.text)
        characters += len(piece.text)
        if run and (words + more > MAX_WORDS or characters > MAX_CHARACTERS):
            yield run
            run, words, characters = [], 0, len(piece.text)
        run.append(piece)
        words += more
    yield run


# Within a section


def _chunks(section: OutlineSection) -> Iterator[_Chunk]:
    parts = [part for block in section.blocks for part in parts_of(block)]
    for _, run in groupby(parts, key=lambda part: part.for_agents):
        current: list[Part] = []
        for part in run:
            if current and not _fits(current, part):
                current, done = _cut_lead_in(current)
                yield _Chunk(section, tuple(done))
            current.append(part)
        yield _Chunk(section, tuple(current))


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
    before, after = _common_path(one.section.path for one in group), chunk.section.path
    return len(_common_path((before, after))) >= max(len(before), len(after)) - 1


def _least_words(chunk: _Chunk) -> int:
    """Return what both sides of the place where `chunk` begins need, to stay apart."""
    return MIN_WORDS_OF_TOPIC if chunk.section.top else MIN_WORDS


def _words(group: list[_Chunk]) -> int:
    return sum(chunk.words for chunk in group)
