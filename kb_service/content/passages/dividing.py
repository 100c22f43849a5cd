"""An article divided into passages that can be quoted: a heading's worth of text, neither a fragment nor a page.

Blocks become parts: whole where they fit, cut between items, rows and sentences where not. Parts of one section that
belong together become chunks, divided where they are bound least; short chunks that are neighbours in the outline
become one passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import accumulate, groupby, takewhile
from math import ceil
from typing import Final, NamedTuple

from kb_service.content.article import Audience, Passage, PassageKind
from kb_service.content.passages.as_written import Place
from kb_service.content.passages.html_blocks import Block, Line
from kb_service.content.passages.outline import OutlineSection
from kb_service.content.passages.units import Bond, Part, bind, heading_part, joined, units_of
from kb_service.text import sentence_ends

MIN_WORDS: Final = 40  # a shorter passage joins a neighbour, if that does not make it too long
MIN_WORDS_OF_TOPIC: Final = 20  # a main section says one thing under its own name: it stands alone from here on
MAX_WORDS: Final = 160  # prose is divided beyond this
MAX_PARAGRAPH_WORDS: Final = 240  # one paragraph stays whole up to this
MAX_LED_WORDS: Final = 240  # of what joins a sentence that announces it from the section above
MAX_STRUCTURE_WORDS: Final = 320  # tables and code stay whole up to this, and with what leads to them
MAX_LIST_WORDS: Final = 480  # half a list of steps answers nothing: 1.5 % are longer, 4 % than MAX_STRUCTURE_WORDS
MAX_CHARACTERS: Final = 8_000  # of any part: what has so few words in so much text was not written for readers
_MOST_WORDS: Final[dict[PassageKind, int]] = {
    "prose": MAX_PARAGRAPH_WORDS,
    "steps": MAX_LIST_WORDS,
    "list": MAX_LIST_WORDS,
    "table": MAX_STRUCTURE_WORDS,
    "code": MAX_STRUCTURE_WORDS,
}
_STOP: Final = re.compile(r"[.!?;]\s+")
_GAP: Final = re.compile(r"\s+")
_STRING: Final = re.compile(r""""[^"\n]*"|'[^'\n]*'""")
_OPENING: Final = re.compile(r"[(\[{]")
_CLOSING: Final = re.compile(r"[)\]}]")
_ENDS_CODE: Final = re.compile(r"\s*(?:[)\]}]|</|(?:end|fi|done|esac|else|elif|except|finally|catch)\b)")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


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

    @property
    def is_unfinished(self) -> bool:
        """Whether all of it only leads to what follows."""
        return all(part.is_unfinished for part in self.parts)


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
        places = [part.place for part in _parts_of(group, passage.heading_path)]
        if not suffix:  # the first of its section takes along what precedes all text there
            places.insert(0, Place.of(section.end, section.end))
        placed.append(Placed(passage, start, tuple(places)))
    return placed


def _passage(group: list[_Chunk], article_id: str, title: str, anchor: str, position: int) -> Passage:
    path = _common_path(chunk.section.path for chunk in group)
    text, units = joined(_parts_of(group, path))
    if inside := {chunk.parts[0].inside for chunk in group if not group[0].parts[0].heads}:
        path += tuple(inside) if len(inside) == 1 and "" not in inside else ()
    parts = [part for chunk in group for part in chunk.parts]
    words: dict[PassageKind, int] = {}
    for part in parts:
        words[part.kind] = words.get(part.kind, 0) + part.words
    kind = max(words, key=lambda kind: words[kind])
    audience: Audience = "agent" if group[0].for_agents else "public"
    digest, identity = sha256(text.encode()).hexdigest(), f"{article_id}#{anchor}"
    return Passage(identity, article_id, title, path, anchor, position, text, kind, audience, digest, units)


def _common_path(paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the headings that all paths begin with."""
    return tuple(names[0] for names in takewhile(lambda names: len(set(names)) == 1, zip(*paths, strict=False)))


def _parts_of(group: list[_Chunk], path: tuple[str, ...]) -> Iterator[Part]:
    """Yield the parts of a passage; headings that its path does not name are among them."""
    before = ""
    for chunk in group:
        section = chunk.section
        if section.anchor != before and len(section.path) > len(path):
            yield heading_part(section.path[-1], Place.of(section.start, section.end))
        before = section.anchor
        yield from chunk.parts


# Parts of a block


def count_words(text: str) -> int:
    """Return the number of words; in scripts without spaces two characters count as one."""
    return len(text.split()) + (0 if text.isascii() else len(_UNSPACED.findall(text)) // 2)


def parts_of(block: Block) -> Iterator[Part]:
    """Yield the parts of a block in order."""
    kind: PassageKind = "prose" if block.kind == "heading" else block.kind
    text = block.text
    words = count_words(text)
    if words <= _MOST_WORDS[kind] and len(text) <= MAX_CHARACTERS:
        units = units_of(block)
        bold = kind == "prose" and block.lines[0].label >= len(text)
        place = Place.of(block.start, block.end)
        yield Part(
            kind,
            text,
            block.start,
            words,
            block.for_agents,
            place,
            units,
            scope_end=block.scope_end,
            bold=bold,
            frame_end=block.frame_end,
        )
        return
    pieces = [small for line in block.lines for small in _small_pieces(line, kind)]
    limit = MAX_WORDS
    if kind in {"list", "steps"}:
        limit = ceil(words / ceil(words / MAX_STRUCTURE_WORDS))  # parts of about the same length
    runs = _runs_of_code(pieces) if kind == "code" else _runs(pieces, limit)
    for number, run in enumerate(runs):
        text = "".join(piece.text for piece in run).rstrip()
        units = units_of(block, (piece.as_line() for piece in run))
        if block.header:
            text = f"{block.header}\n{text}"
        place = Place(run[0].line, run[0].first, run[-1].line, run[-1].first + len(run[-1].text))
        yield Part(
            kind,
            text,
            run[0].line.start,
            count_words(text),
            block.for_agents,
            place,
            units,
            frame_end=block.frame_end,
            repeated=0 if number == 0 or kind == "prose" else len(block.header) + 1 if block.header else -1,
        )


class _Piece(NamedTuple):
    """Some of a line with what ends it, from its character `first` on."""

    text: str
    line: Line
    first: int

    def as_line(self) -> Line:
        """Return it as a line, which has the label of its line if it is the whole of it."""
        return self.line._replace(text=self.text, label=self.line.label if len(self.text) > len(self.line.text) else 0)


def _small_pieces(line: Line, kind: PassageKind) -> Iterator[_Piece]:
    """Yield a line with its end, or what it divides into where it is too long: sentences, groups of words."""
    limit = 0 if kind == "prose" else _MOST_WORDS[kind]
    if count_words(line.text) <= limit and len(line.text) <= MAX_CHARACTERS:
        yield _Piece(line.text + "\n", line, 0)
        return
    first = 0
    sentences = _sentences(line.text + "\n", whole_lines=kind != "prose")
    for sentence in (rough for one in sentences for rough in _without_capitals(one)):
        words = _divided(sentence, _GAP) if count_words(sentence) > MAX_WORDS else iter([sentence])
        for group in _runs((_Piece(word, line, 0) for word in words), MAX_WORDS):
            text = "".join(word.text for word in group)
            for start in range(0, len(text), MAX_CHARACTERS):
                piece = _Piece(text[start : start + MAX_CHARACTERS], line, first)
                yield piece
                first += len(piece.text)


def _sentences(text: str, *, whole_lines: bool) -> Iterator[str]:
    """Yield the sentences of a text, each with the blanks behind it; lines that are not too long may stay whole."""
    for line in text.splitlines(keepends=True):
        if whole_lines and count_words(line) <= MAX_WORDS // 2:
            yield line
            continue
        start = 0
        for end in sentence_ends(line):
            yield line[start:end]
            start = end
        if start < len(line):
            yield line[start:]


def _without_capitals(sentence: str) -> Iterator[str]:
    """Yield a sentence, or what stops divide it into where it is too long: its author may write without capitals."""
    return _divided(sentence, _STOP) if count_words(sentence) > MAX_WORDS else iter([sentence])


def _divided(text: str, end: re.Pattern[str]) -> Iterator[str]:
    """Yield pieces that together are `text`: each includes what ended it."""
    start = 0
    for found in end.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    if start < len(text):
        yield text[start:]


def _runs(pieces: Iterable[_Piece], limit: int) -> Iterator[list[_Piece]]:
    """Yield runs of pieces of at most `limit` words; a longer piece is a run of its own.

    A last one that would be a mere rest joins the one before.
    """
    runs = list(_full_runs(pieces, limit))
    if (
        len(runs) > 1
        and sum(map(_words_of, runs[-1])) < MIN_WORDS
        and sum(map(_length, runs[-2] + runs[-1])) <= MAX_CHARACTERS
    ):
        rest = runs.pop()
        runs[-1] += rest
    yield from runs


def _runs_of_code(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Yield runs of lines of code: divided where as few brackets are open, and as little is indented, as possible."""
    margins = _margins(pieces)
    start = 0
    while start < len(pieces):
        end, words, characters = start, 0, 0
        while end < len(pieces) and (end == start or (words <= MAX_STRUCTURE_WORDS and characters <= MAX_CHARACTERS)):
            words += _words_of(pieces[end])
            characters += _length(pieces[end])
            end += 1
        fits = words <= MAX_STRUCTURE_WORDS and characters <= MAX_CHARACTERS
        if end < len(pieces) or not fits:
            counts = [*accumulate(map(_words_of, pieces[start:end]))]
            ends = [at for at in range(start + 1, end) if counts[at - start - 1] >= MIN_WORDS] or [
                max(end - 1, start + 1)
            ]
            end = min(ends, key=lambda at: (margins[at], -at))
        yield [*pieces[start:end]]
        start = end


def _margins(pieces: Sequence[_Piece]) -> list[tuple[bool, int, int, bool]]:
    """Return for each line what speaks against a cut before it: it ends something, brackets, indentation, no gap."""
    margins: list[tuple[bool, int, int, bool]] = []
    depth = 0
    after_gap = True
    for piece in pieces:
        text = _STRING.sub("", piece.text)
        indent = len(piece.text) - len(piece.text.lstrip())
        margins.append((bool(piece.first or _ENDS_CODE.match(text)), depth, indent, not after_gap))
        depth = max(0, depth + len(_OPENING.findall(text)) - len(_CLOSING.findall(text)))
        after_gap = not text.strip()
    return margins


def _words_of(piece: _Piece) -> int:
    return count_words(piece.text)


def _length(piece: _Piece) -> int:
    return len(piece.text)


def _full_runs(pieces: Iterable[_Piece], limit: int) -> Iterator[list[_Piece]]:
    run: list[_Piece] = []
    words = characters = 0
    for piece in pieces:
        more = count_words(piece.text)
        characters += len(piece.text)
        if run and (words + more > limit or characters > MAX_CHARACTERS):
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
        for part in bind([*run], MAX_WORDS):
            while current and not _fits(current, part):
                end = _weakest_bond(current, part)
                yield _Chunk(section, tuple(current[:end]))
                current = current[end:]
            current.append(part)
        end = len(current) - sum(1 for _ in takewhile(lambda part: part.is_unfinished, reversed(current)))
        if 0 < end < len(current):  # what leads to the next section, if that takes it
            yield _Chunk(section, tuple(current[:end]))
            current = current[end:]
        yield _Chunk(section, tuple(current))


def _fits(current: list[Part], part: Part) -> bool:
    words = sum(one.words for one in current)
    if words + part.words <= MAX_WORDS:
        return True
    weakest = min(one.bond for one in (*current[1:], part))
    if weakest == Bond.FIRM:
        return words <= MAX_WORDS or words + part.words <= MAX_STRUCTURE_WORDS
    belongs = words < MIN_WORDS or (weakest == Bond.LOOSE and part.kind != "prose")
    return belongs and words + part.words <= MAX_STRUCTURE_WORDS


def _weakest_bond(current: list[Part], part: Part) -> int:
    """Return how many parts of `current` make a chunk when `part` does not fit: as many as are bound to it least."""
    bonds = [one.bond for one in (*current[1:], part)]
    weakest = min(bonds)
    end = max(number for number, bond in enumerate(bonds, 1) if bond == weakest)
    if part.bond == Bond.LOOSE and sum(one.words for one in current[:end]) < MIN_WORDS:
        return len(current)
    return end


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
    leads = group[-1].parts[-1].is_unfinished
    if leads and _may_join(group, chunk, MAX_LED_WORDS):
        return True
    if (
        chunk.is_unfinished
        and _words(group) >= MIN_WORDS
        and following
        and _may_join([chunk], following, MAX_LED_WORDS)
    ):
        return False
    if chunk.is_unfinished and chunk.section.anchor == group[-1].section.anchor and _words(group) <= MAX_WORDS:
        return True
    if not _may_join(group, chunk):
        return False
    if _words(group) < _least_words(chunk):
        return True
    return chunk.words < _least_words(chunk) and not (following and _may_join([chunk], following))


def _may_join(group: list[_Chunk], chunk: _Chunk, most_words: int = MAX_WORDS) -> bool:
    """Tell whether two neighbours are of one audience, near each other in the outline and together short enough."""
    if group[0].for_agents != chunk.for_agents or _words(group) + chunk.words > most_words:
        return False
    before, after = _common_path(one.section.path for one in group), chunk.section.path
    return len(_common_path((before, after))) >= max(len(before), len(after)) - 1


def _least_words(chunk: _Chunk) -> int:
    """Return what both sides of the place where `chunk` begins need, to stay apart."""
    return MIN_WORDS_OF_TOPIC if chunk.section.top else MIN_WORDS


def _words(group: list[_Chunk]) -> int:
    return sum(chunk.words for chunk in group)
