"""The same questions as hasty fingers type them: one slip in every third longer word, never in a number."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np

from kb_service.evaluation.judged_questions import JudgedSet

SEED: Final = 7
EVERY: Final = 3  # the first longer word of a question gets a slip, then the fourth, the seventh …
NAME: Final = "{} with typos"
_LONGER_WORD: Final = re.compile(r"(?<!\w)[^\W\d_]{5,}(?!\w)")
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def set_with_typos(judged: JudgedSet) -> JudgedSet:
    """Return a set with the same judgments whose questions have slips."""
    questions = [msgspec.structs.replace(q, text=with_typos(q.text)) for q in judged.questions]
    return msgspec.structs.replace(judged, name=NAME.format(judged.name), questions=tuple(questions), variant="typos")


def with_typos(text: str, *, seed: int = SEED) -> str:
    """Return `text` with slips that depend on it and `seed` alone, whatever the order of the questions."""
    rng = np.random.default_rng([seed, zlib.crc32(text.encode("utf-8", "surrogatepass"))])
    pieces, end = [], 0
    for at, word in enumerate(_LONGER_WORD.finditer(text)):
        if at % EVERY == 0:
            pieces += [text[end : word.start()], _slip(word.group(), rng)]
            end = word.end()
    return "".join([*pieces, text[end:]])


def _slip(word: str, rng: np.random.Generator) -> str:
    """Return `word` with one slip that changes it; the first letter is left, as people mostly get it right."""
    kinds: tuple[Callable[[str, int, np.random.Generator], str], ...] = (_neighbour, _swap, _omission, _doubling)
    order: list[int] = rng.permutation(len(kinds)).tolist()
    slips = (kinds[kind](word, int(rng.integers(1, len(word) - 1)), rng) for kind in order)
    return next(slipped for slipped in slips if slipped != word)  # a doubled letter always changes it


def _neighbour(word: str, at: int, rng: np.random.Generator) -> str:
    near = _neighbours(word[at].lower())
    if not near:
        return word
    typed = near[int(rng.integers(len(near)))]
    return word[:at] + (typed.upper() if word[at].isupper() else typed) + word[at + 1 :]


def _swap(word: str, at: int, rng: np.random.Generator) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _omission(word: str, at: int, rng: np.random.Generator) -> str:
    return word[:at] + word[at + 1 :]


def _doubling(word: str, at: int, rng: np.random.Generator) -> str:
    return word[: at + 1] + word[at:]


def _neighbours(letter: str) -> str:
    """Return the letters beside one on its row of a QWERTY keyboard; of another alphabet none."""
    for row in _ROWS:
        at = row.find(letter)
        if at >= 0:
            return row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
    return ""
