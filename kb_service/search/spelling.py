"""Repairs slips of typing against the index's own words: never a number, a word the index has or a common English one.

A repaired word is searched beside what was typed, not in its place: where the unknown word was right after all,
replacing it lost recall (.909 to .864 on one help centre).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

MIN_CHARACTERS: Final = 4  # three letters and fewer have a neighbour for everything
TWO_SLIPS_FROM: Final = 8  # from this length two slips leave enough of the word to know it by
REPAIRS_KEPT: Final = 3
SWAP_COST: Final = 0.6
_REMEMBERED: Final = 4096

# A slip is likelier between neighbours on the keyboard, in a doubled letter, or between letters that sound alike.
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALIKE: Final = frozenset(
    frozenset(pair)
    for pair in ("ae", "ai", "ei", "eu", "ie", "oa", "ou", "ck", "cs", "kq", "sz", "fv", "iy", "gj", "mn", "bp", "dt")
)


@cache
def common_words() -> frozenset[str]:
    """Return words that are no slip though the index lacks them: who asks for "bread" did not mean "read"."""
    lines = files("kb_service.search").joinpath("common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


class Repair(NamedTuple):
    """A word of the index that may have been meant, and how sure that is (0 to 1)."""

    word: str
    weight: float


class Speller:
    """Finds the index words nearest to an unknown word."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._buckets: dict[tuple[str, int], list[str]] = {}
        for word in words:
            if len(word) >= MIN_CHARACTERS - 1 and word.isalpha():
                self._buckets.setdefault((word[0], len(word)), []).append(word)
        self._first_letters = sorted({letter for letter, _ in self._buckets})
        self.repairs = lru_cache(maxsize=_REMEMBERED)(self._repairs)

    def knows(self, word: str) -> bool:
        """Tell whether the index has this word."""
        return word in self._words

    def split(self, word: str) -> tuple[str, str] | None:
        """Return the two index words that were written as one ("creditcard"), None when there are none."""
        if len(word) < 2 * MIN_CHARACTERS - 1 or not word.isalpha():
            return None
        pairs = [(word[:at], word[at:]) for at in range(3, len(word) - 2)]
        known = [pair for pair in pairs if pair[0] in self._words and pair[1] in self._words]
        return max(known, key=lambda pair: min(self._words[pair[0]], self._words[pair[1]]), default=None)

    def _repairs(self, word: str) -> tuple[Repair, ...]:
        if len(word) < MIN_CHARACTERS or not word.isalpha() or word in self._words or word in common_words():
            return ()
        near = self._with_its_first_letter(word) or self._with_another_first_letter(word)
        found = sorted((_cost(word, match), -self._words[match], match) for match in near)
        return tuple(
            Repair(match, round(_sureness(cost, word), 3))
            for cost, _, match in found[:REPAIRS_KEPT]
            if cost <= found[0][0] + 0.5
        )

    def _with_its_first_letter(self, word: str) -> list[str]:
        slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
        return [
            match
            for length in range(len(word) - slips, len(word) + slips + 1)
            for match, _, _ in process.extract(
                word, self._buckets.get((word[0], length), ()), scorer=OSA.distance, score_cutoff=slips, limit=None
            )
        ]

    def _with_another_first_letter(self, word: str) -> list[str]:
        """One slip away means a wrong, missing or odd first letter, or the first two swapped: no need to compare."""
        rest = word[1:]
        wrong = [letter + rest for letter in self._first_letters]
        missing = [letter + word for letter in self._first_letters]
        return [match for match in [*wrong, *missing, rest, word[1] + word[0] + rest[1:]] if match in self._words]


def _sureness(cost: float, word: str) -> float:
    return max(0.3, 1.0 - cost / len(word) * 1.5)


def _cost(typed: str, meant: str) -> float:
    """Return the cost of the slips between two words: 1 a letter, less for the kinds that happen most."""
    swaps = Levenshtein.distance(typed, meant) - OSA.distance(typed, meant)
    cost = SWAP_COST * swaps
    for edit in list(Levenshtein.editops(typed, meant))[2 * swaps :]:
        if edit.tag == "replace":
            cost += _replacement(typed[edit.src_pos], meant[edit.dest_pos])
        elif edit.tag == "delete":
            cost += _odd_letter(typed, edit.src_pos)
        else:
            cost += _odd_letter(meant, edit.dest_pos)
    return cost


def _odd_letter(word: str, at: int) -> float:
    """Return the cost of one letter too many or too few: less where the letter stands twice ("biled")."""
    return 0.5 if word[at] in (word[at - 1 : at], word[at + 1 : at + 2]) else 0.9


def _replacement(typed: str, meant: str) -> float:
    if frozenset((typed, meant)) in _ALIKE:
        return 0.7
    for row in _ROWS:
        if typed in row and meant in row and abs(row.index(typed) - row.index(meant)) == 1:
            return 0.7
    return 1.0
