"""What parsers are given, and what must hold whatever that is: only the errors that are documented, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

MOST_SECONDS: Final = 2.0  # of processor time, for any one input
LONG: Final = 20_000  # characters of an input that repeats itself

_PLAIN = "abzAZ019 \t\n\r,.;:!?'\"`´’“”«»()[]{}<>|/\\&%$#@*+-=_~^"
_CONTROL = "\0\x1b\x7f\x85\xa0\xad\u200b\u200d\u2028\u202e\ufeff\ufffd\U0010ffff"
_OTHER = "äßéñçøİıſŁЯжΩאبतㅎ日本語🙂e\u0301¼٣Ⅷ①½"
CHARACTERS: Final = st.sampled_from([*_PLAIN, *_CONTROL, *_OTHER])


def text_of(words: Sequence[str], *, most: int = 24) -> st.SearchStrategy[str]:
    """Return texts of these words, of odd characters and of anything else."""
    piece = st.one_of(st.sampled_from(words), CHARACTERS, st.text(max_size=4))
    return st.lists(piece, max_size=most).map("".join)


def long_text_of(words: Sequence[str]) -> st.SearchStrategy[str]:
    """Return long texts in which a few pieces come again and again: what is not linear takes its time with them."""
    pieces = st.lists(st.one_of(st.sampled_from(words), CHARACTERS), min_size=1, max_size=4).map("".join)
    return st.builds(lambda start, unit, end: start + unit * (LONG // len(unit)) + end, pieces, pieces, pieces)


class Parser(NamedTuple):
    """What is called with one text, the words that mean something to it, and the errors that it may raise."""

    call: Callable[[str], Any]
    words: Sequence[str]
    refuses: tuple[type[Exception], ...] = ()


def within_bounds(parser: Parser, given: str) -> Any:
    """Parse; return what comes of it, None where it is refused. Fails after MOST_SECONDS of processor time."""
    started, result = time.process_time(), None
    with suppress(*parser.refuses):
        result = parser.call(given)
    took = time.process_time() - started
    assert took < MOST_SECONDS, f"{took:.1f} s for {given[:80]!r}…, {len(given)} characters"
    return result
