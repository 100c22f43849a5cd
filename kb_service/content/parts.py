"""A block cut to sizes that a passage can take: whole where it fits, between items, rows and sentences where not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kb_service.content.article import PassageKind
from kb_service.content.blocks import Block, Piece

MAX_WORDS: Final = 160  # prose is divided beyond this
MAX_STRUCTURE_WORDS: Final = 320  # half a list of steps answers nothing: lists, tables and code stay whole up to this
MAX_CHARACTERS: Final = 4_000  # of a single sentence: what is longer has no words that anybody wrote
_SENTENCE_END: Final = re.compile(r"""(?<=[.!?])\s+|(?<=[.!?]["')\]])\s+|(?<=[。！？])""")
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
    if words <= (MAX_WORDS if kind == "prose" else MAX_STRUCTURE_WORDS):
        yield Part(kind, block.text, block.start, words, block.for_agents)
        return
    pieces = [small for piece in block.pieces for small in _small_pieces(piece, kind)]
    joint = " " if kind == "prose" else "\n"
    for run in _runs(pieces):
        text = joint.join(piece.text for piece in run)
        if block.header:
            text = f"{block.header}\n{text}"
        yield Part(kind, text, run[0].start, count_words(text), block.for_agents)


def _small_pieces(piece: Piece, kind: PassageKind) -> Iterator[Piece]:
    """Yield a piece, or what it can be divided into where it is too long for a passage: lines, sentences, words."""
    if kind != "prose" and count_words(piece.text) <= MAX_STRUCTURE_WORDS:
        yield piece
        return
    for line in piece.text.split("\n"):
        for sentence in _SENTENCE_END.split(line):
            words = sentence.split(" ")
            for first in range(0, len(words), MAX_WORDS):
                text = " ".join(words[first : first + MAX_WORDS])
                for start in range(0, len(text), MAX_CHARACTERS):
                    yield Piece(text[start : start + MAX_CHARACTERS], piece.start)


def _runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield runs of pieces of about MAX_WORDS words; a longer piece is a run of its own."""
    run: list[Piece] = []
    words = 0
    for piece in pieces:
        more = count_words(piece.text)
        if run and words + more > MAX_WORDS:
            yield run
            run, words = [], 0
        run.append(piece)
        words += more
    yield run
