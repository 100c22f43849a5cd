"""The classes of words that say what a number counts, read from the one table of them, `cues.txt`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

NUMBER: Final = "#"
UNKNOWN: Final = "?"
NOUNS: Final = frozenset({"SEAT", "LICENCE", "PERSON", "PEOPLE", "WORKER", "ADMIN"})
_SPELLABLE: Final = frozenset({*NOUNS, "PAY", "BUY", "ACTIVE", "OFF", "FREE"})  # known also with a slip of the keyboard
_SPELLABLE_CHARACTERS: Final = 6  # a shorter word becomes another one by a slip ("seats" and "sets")


class _Table(NamedTuple):
    """`phrases` maps a first word to the words that may follow it with the class of the whole, longest first."""

    classes: Mapping[str, str]
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    numbers: Mapping[str, int]
    spellable: Sequence[str]


def _read_table() -> _Table:
    classes: dict[str, str] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    numbers: dict[str, int] = {}
    for line in files("kb_service.seats").joinpath("cues.txt").read_text(encoding="utf-8").splitlines():
        name, _, *words = line.split() if line and not line.startswith("#") else ("", "")
        for place, word in enumerate(words):
            first, *rest = word.split("_")
            if name in {"UNITS", "TENS"}:
                numbers[word] = place if name == "UNITS" else 10 * (place + 2)
            elif rest:
                phrases.setdefault(first, []).append((tuple(rest), name))
            else:
                classes[word] = name
    units = {"ein": 1} | {word: value for word, value in numbers.items() if 0 < value < 10}
    for ten, value in [*numbers.items()]:
        if value >= 20 and value % 10 == 0:  # sixtytwo, zweiundsechzig
            numbers |= {word: value + units[unit] for unit in units for word in (ten + unit, f"{unit}und{ten}")}
    numbers.pop("-")
    for found in phrases.values():
        found.sort(key=lambda phrase: -len(phrase[0]))
    long = [word for word, name in classes.items() if name in _SPELLABLE and len(word) >= _SPELLABLE_CHARACTERS]
    return _Table(classes, phrases, numbers, long)


_TABLE: Final = _read_table()


@lru_cache(maxsize=4096)
def class_of(word: str) -> str:
    """Return the class of a word in lower case without accents, also with one slip of the keyboard, else `UNKNOWN`."""
    if known := _TABLE.classes.get(word):
        return known
    if len(word) >= _SPELLABLE_CHARACTERS - 1:
        for other in _TABLE.spellable:
            if word[0] == other[0] and OSA.distance(word, other, score_cutoff=1) <= 1:
                return _TABLE.classes[other]
    return "LY" if len(word) > _SPELLABLE_CHARACTERS and word.endswith("ly") else UNKNOWN


def phrase_at(words: list[str], at: int) -> tuple[str, int]:
    """Return the class of the longest phrase that begins at `words[at]` and how many words it takes."""
    for rest, name in _TABLE.phrases.get(words[at], ()):
        if words[at + 1 : at + 2] == [rest[0]] and tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
            return name, 1 + len(rest)
    return class_of(words[at]), 1


def number_word(word: str) -> int | None:
    """Return the number that one word means, from 0 to 99, in any of the languages."""
    return _TABLE.numbers.get(word)


def counts(words: Sequence[str]) -> bool:
    """Return whether words can say a number: "twelve", "a dozen", "a seat", "another licence"."""
    for at, word in enumerate(words):
        if word in _TABLE.numbers or word in {"dozen", "dutzend", "docena", "douzaine", "hundred", "thousand"}:
            return True
        is_article = _TABLE.classes.get(word) in {"ONE", "ANOTHER"}
        if is_article and not NOUNS.isdisjoint(map(class_of, words[at + 1 : at + 4])):
            return True
    return False
