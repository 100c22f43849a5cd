"""A block cut to sizes that a passage can take: whole where it fits, between items, rows and sentences where not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kb_service.content.article import PassageKind
from kb_service.content.blocks import Block, Piece

MAX_WORDS: Final = 160  # prose is divided beyond this
MAX_STRUCTURE_WORDS: Final = 320  # half a list of steps answers nothing: lists, tables and code stay whole up to this
MAX_CHARACTERS: Final = 8_000  # of any part: what has so few words in so much text was not written for readers
_SENTENCE_END: Final = re.compile(r"""[.!?]["')\]]*\s+|[。！？]\s*|\n""")
_GAP: Final = re.compile(r"\s+")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


class Part(NamedTuple):
    """A block, or as much of one as a passage can take."""

    kind: PassageKind
    text: str
    start: int
    words: int
    for_agents: bool


def count_words(text: str) -> int:
    """Return the number of words; in scripts without spaces two characters count as one."""
    return len(text.split()) + (0 if text.isascii() else len(_UNSPACED.findall(text)) // 2)


def parts_of(block: Block) -> Iterator[Part]:
    """Yield the parts of a block in order."""
    kind: PassageKind = "prose" if block.kind == "heading" else block.kind
    words = count_words(block.text)
    if words <= (MAX_WORDS if kind == "prose" else MAX_STRUCTURE_WORDS) and len(block.text) <= MAX_CHARACTERS:
        yield Part(kind, block.text, block.start, words, block.for_agents)
        return
    for run in _runs(small for piece in block.pieces for small in _small_pieces(piece, kind)):
        text = "".join(piece.text for piece in run).rstrip()
        if block.header:
            text = f"{block.header}\n{text}"
        yield Part(kind, text, run[0].start, count_words(text), block.for_agents)


def _small_pieces(piece: Piece, kind: PassageKind) -> Iterator[Piece]:
    """Yield a piece with its line end, or what it divides into where it is too long: sentences, groups of words."""
    limit = 0 if kind == "prose" else MAX_STRUCTURE_WORDS
    if count_words(piece.text) <= limit and len(piece.text) <= MAX_CHARACTERS:
        yield Piece(piece.text + "\n", piece.start)
        return
    for sentence in _divided(piece.text + "\n", _SENTENCE_END):
        words = _divided(sentence, _GAP) if count_words(sentence) > MAX_WORDS else iter([sentence])
        for group in _runs(Piece(word, piece.start) for word in words):
            text = "".join(word.text for word in group)
            for start in range(0, len(text), MAX_CHARACTERS):
                yield Piece(text[start : start + MAX_CHARACTERS], piece.start)


def _divided(text: str, end: re.Pattern[str]) -> Iterator[str]:
    """Yield pieces that together are `text`: each includes what ended it."""
    start = 0
    for found in end.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    if start < len(text):
        yield text[start:]


def _runs(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield runs of pieces of about MAX_WORDS words; a longer piece is a run of its own."""
    run: list[Piece] = []
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
