"""Text cut at its marks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb_service.web.words import Piece, pieces


def test_marks_cut_the_text() -> None:
    assert pieces("seats are billed", [(0, 5), (10, 16)]) == (
        Piece("seats", is_marked=True),
        Piece(" are ", is_marked=False),
        Piece("billed", is_marked=True),
    )


def test_text_without_marks_is_one_piece() -> None:
    assert pieces("seats", []) == (Piece("seats", is_marked=False),)


@given(st.text(), st.lists(st.integers(0, 50), unique=True).map(sorted))
def test_the_pieces_are_the_text_again(text: str, cuts: list[int]) -> None:
    inside = [cut for cut in cuts if cut <= len(text)]
    marks = list(zip(inside[::2], inside[1::2], strict=False))

    assert "".join(piece.text for piece in pieces(text, marks)) == text
