"""Repair typing slips: never a number, a word that the index has, or a common English word.

    >>> Speller(WordTable.of({"invoice": 9})).repairs("invocie")
    (Repair(word='invoice', cost=0.6, weight=0.871),)

A repaired word is searched beside what was typed, not in its place: it may have been right. What that and the costs
are worth: docs/ranking-numbers.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple, Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from kb_service.analysis import STOP_WORDS, WEAK_WORDS
from kb_service.index.word_table import WordTable

MIN_CHARACTERS: Final = 4  # three letters and fewer have a neighbour for everything
TWO_SLIPS_FROM: Final = 8  # from this length two slips leave enough of the word to know it by
REPAIRS_KEPT: Final = 3
NEARLY_AS_LIKELY: Final = 0.5  # repairs that cost so much more than the best are dropped
SWAP_COST: Final = 0.6
FREQUENT: Final = 0.15  # taken off the cost for each e-fold of a word's count
IN_NO_PASSAGE: Final = 0.1  # added to the cost of a word that the index lacks
PART_FROM: Final = 3  # passages that must have a word that is not English before others are split into it
_REMEMBERED: Final = 4096

# What a common word counts before any passage has it: the commonest 10, the 1,000th 1.
_COUNTED_ELSEWHERE: Final = 1_000
_FIRST_ALIKE: Final = 100

# A slip is likelier between neighbours on the keyboard, in a doubled letter, or between letters that sound alike.
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALIKE: Final = frozenset(
    frozenset(pair)
    for pair in ("ae", "ai", "ei", "eu", "ie", "oa", "ou", "ck", "cs", "kq", "sz", "fv", "iy", "gj", "mn", "bp", "dt")
)


@cache
def common_words() -> Mapping[str, int]:
    """Return common English words with their rank, no slips though the index may lack them ("bread" is not "read").

    Names of products come after them: "jira" is no slip of "hire" either.
    """
    lines = files("kb_service.questions").joinpath("common_words.txt").read_text(encoding="utf-8").splitlines()
    words = (line for line in lines if not line.startswith("#"))
    known = (*sorted(STOP_WORDS), *sorted(WEAK_WORDS), *words, *sorted(product_names()))
    return {word: rank for rank, word in reversed(tuple(enumerate(known)))}


@cache
def product_names() -> frozenset[str]:
    """Return names of products and companies, in small letters: people write them like any other word ("zoom")."""
    lines = files("kb_service.questions").joinpath("product_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


class Repair(NamedTuple):
    """A word that may have been meant, the cost of the slips (at most 1 a letter), and how sure that is (0 to 1)."""

    word: str
    cost: float
    weight: float


class Speller:
    """Finds the words nearest to an unknown word: those of the index, and common ones that it lacks."""

    def __init__(self, words: WordTable) -> None:
        self._words = words
        self.repairs = lru_cache(maxsize=_REMEMBERED)(self._repairs)

    def knows(self, word: str) -> bool:
        """Tell whether the index has this word."""
        return word in self._words

    def split(self, word: str) -> tuple[str, str] | None:
        """Return the two index words that were written as one ("creditcard"), None when there are none."""
        if len(word) < 2 * MIN_CHARACTERS - 1 or not word.isalpha() or word in common_words():
            return None
        pairs = [(word[:at], word[at:]) for at in range(3, len(word) - 2)]
        known = [pair for pair in pairs if self._is_part(pair[0]) and self._is_part(pair[1])]
        return max(known, key=lambda pair: min(self._words[pair[0]], self._words[pair[1]]), default=None)

    def _is_part(self, word: str) -> bool:
        count = self._words.find(word) or 0
        return count >= PART_FROM or (count > 0 and word in common_words())

    def _repairs(self, word: str) -> tuple[Repair, ...]:
        if len(word) < MIN_CHARACTERS or not word.isalpha() or word in self._words or word in common_words():
            return ()
        costs = {near: _cost(word, near) for near in (*_words_near(word, self._words), *_words_near(word, _common()))}
        found = sorted((cost - self._likelihood(near), near) for near, cost in costs.items())
        return tuple(
            Repair(near, costs[near], round(_sureness(costs[near], word), 3))
            for unlikelihood, near in found[:REPAIRS_KEPT]
            if unlikelihood <= found[0][0] + NEARLY_AS_LIKELY
        )

    def _likelihood(self, word: str) -> float:
        rank = common_words().get(word)
        elsewhere = 0.0 if rank is None else _COUNTED_ELSEWHERE / (_FIRST_ALIKE + rank)
        likelihood = FREQUENT * math.log1p((self._words.find(word) or 0) + elsewhere)
        return likelihood if word in self._words else likelihood - IN_NO_PASSAGE


class _ByKind(Protocol):
    """Words found by their first letter and length, see WordTable."""

    @property
    def first_letters(self) -> Sequence[str]: ...

    def like(self, letter: str, length: int) -> Sequence[str]: ...

    def __contains__(self, word: object) -> bool: ...


class _CommonWords:
    """The common words by kind; made in a fifth of the time of a WordTable of them (20 ms instead of 100)."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, int], list[str]] = {}
        for word in common_words():
            self._kinds.setdefault((word[0], len(word)), []).append(word)
        self.first_letters = sorted({letter for letter, _ in self._kinds})

    def like(self, letter: str, length: int) -> Sequence[str]:
        return self._kinds.get((letter, length), ())

    def __contains__(self, word: object) -> bool:
        return word in common_words()


@cache
def _common() -> _CommonWords:
    return _CommonWords()


def _words_near(word: str, words: _ByKind) -> list[str]:
    """Return those of `words` that are a slip or two away from `word`."""
    slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
    same_letter = [
        match
        for length in range(len(word) - slips, len(word) + slips + 1)
        for match, _, _ in process.extract(
            word, words.like(word[0], length), scorer=OSA.distance, score_cutoff=slips, limit=None
        )
        if match.isalpha()
    ]
    # With another first letter one slip is left: it is wrong, missing or too many, or swapped with the second.
    rest, letters = word[1:], [letter for letter in words.first_letters if letter.isalpha()]
    others = [letter + tail for tail in (rest, word) for letter in letters]
    return same_letter + [match for match in [*others, rest, word[1] + word[0] + rest[1:]] if match in words]


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
