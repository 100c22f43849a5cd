"""Text with marked ranges, cut into the pieces a template prints: no markup is ever made from text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is marked or not."""

    text: str
    is_marked: bool


def pieces(text: str, marks: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """Cut `text` at `marks`, [start, end) code points in ascending order; joined, the pieces are `text` again."""
    cut: list[Piece] = []
    done = 0
    for start, end in marks:
        cut.append(Piece(text[done:start], is_marked=False))
        cut.append(Piece(text[start:end], is_marked=True))
        done = end
    cut.append(Piece(text[done:], is_marked=False))
    return tuple(piece for piece in cut if piece.text)
