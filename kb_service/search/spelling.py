"""Repairs slips of typing against the index's own words: never a number, never a word the index has.

A repaired word is searched beside what was typed, not in its place: where the unknown word was right after all,
replacing it lost recall (.909 to .864 on one help centre).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

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


class Repair(NamedTuple):
    """A word of the index that may have been meant, and how sure that is (0 to 1)."""

    word: str
    weight: float


class Speller:
    """Finds the index words nearest to an unknown word."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._buckets: dict[tuple[str, int], list[str]] = {}
        self._lengths: dict[int, list[str]] = {}
        for word in words:
            if len(word) >= MIN_CHARACTERS - 1 and word.isalpha():
                self._buckets.setdefault((word[0], len(word)), []).append(word)
                self._lengths.setdefault(len(word), []).append(word)
        self.repairs = lru_cache(maxsize=_REMEMBERED)(self._repairs)

    def knows(self, word: str) -> bool:
        """Tell whether the index has this word."""
        return word in self._words

    def split(self, word: str) -> tuple[str, str] | None:
        """Return the two index words that were written as one ("creditcard"), None when there are none."""
        if len(word) < 2 * MIN_CHARACTERS - 1:
            return None
        pairs = [(word[:at], word[at:]) for at in range(3, len(word) - 2)]
        known = [pair for pair in pairs if pair[0] in self._words and pair[1] in self._words]
        return max(known, key=lambda pair: min(self._words[pair[0]], self._words[pair[1]]), default=None)

    def _repairs(self, word: str) -> tuple[Repair, ...]:
        if len(word) < MIN_CHARACTERS or not word.isalpha() or word in self._words:
            return ()
        slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
        found = self._near(word, slips, same_start=True) or self._near(word, 1, same_start=False)
        found.sort(key=lambda pair: (pair[0], -self._words[pair[1]], pair[1]))
        best = found[0][0] if found else 0.0
        return tuple(
            Repair(match, round(_sureness(cost, word), 3)) for cost, match in found[:REPAIRS_KEPT] if cost <= best + 0.5
        )

    def _near(self, word: str, slips: int, *, same_start: bool) -> list[tuple[float, str]]:
        found = []
        for length in range(len(word) - slips, len(word) + slips + 1):
            candidates = self._buckets.get((word[0], length), ()) if same_start else self._lengths.get(length, ())
            for candidate in candidates:
                if OSA.distance(word, candidate, score_cutoff=slips) <= slips:
                    found.append((_cost(word, candidate), candidate))
        return found


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
