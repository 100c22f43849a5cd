"""Each number of a question with its noun and the words around it, in the form the rules read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kb_service.seats.tokens import Token
from kb_service.seats.vocabulary import class_of

Noun = Literal["seat", "person", "worker", "admin", "bare", "article", "foreign"]

ONE_WORDS: Final = frozenset({"a", "an", "another"})  # "a seat" is the number 1
WORDS_BEFORE: Final = 10
WORDS_AFTER: Final = 8
_YEARS: Final = range(1990, 2100)
_BEFORE_A_YEAR: Final = frozenset({"in", "since", "until", "till", "by", "during", "MONTH"})

_ADJECTIVES: Final = (
    r"(?:(?:KIND|ACTIVE|USE|IDLE|EXTRA|NEW|FEWER|PAY|BUY|ABOUT|our|of (?:our|the|my|your|those|these)) )*"
)
_NOUNS: Final = r"(?:SEAT|LICENCE|PERSON|WORKER|ADMIN)"
_NOUN_PHRASE: Final = re.compile(
    rf"({_ADJECTIVES})(?:(?:ADMIN|PERSON) (?:and|or|plus) (?:ADMIN|PERSON)|{_NOUNS}(?: {_NOUNS})*|of us)(?= |$)"
    r"(?! (?:THING|LABEL))"
)
_FOREIGN: Final = re.compile(
    _ADJECTIVES
    + r"(?:(?:PERSON|SEAT) )*(?:_|THING|LABEL|TIME|BILL|PLAN|ROOM|MONTH|EACH|/(?! #)|an? (?:TIME|SEAT|PERSON))"
)
_ONE_SEAT: Final = re.compile(r"(?:an?|EXTRA) (EXTRA |NEW )?(?:SEAT|LICENCE)(?= |$)")  # "a seat", "another licence"


@dataclass(frozen=True, slots=True)
class NumberPhrase:
    """A number and what it counts; "a seat" is the number 1 with the noun "article".

    `start` is the number's place in the tokens, `end` the place after its noun. `line` shows the words around as
    classes, the number's own phrase in angle brackets, other numbers as "#": "we PAY for <seat> but ONLY # PERSON".
    """

    value: int
    noun: Noun
    start: int
    end: int
    line: str


def classes_of(tokens: Sequence[Token]) -> list[str]:
    """Return the class of each token, "#" for a number; marks stand for themselves."""
    return ["#" if isinstance(token, int) else class_of(token) if token[0].isalpha() else token for token in tokens]


def number_phrases(tokens: Sequence[Token], classes: Sequence[str]) -> list[NumberPhrase]:
    """Return the phrases in order; `classes` are those of `tokens`."""
    found: list[NumberPhrase] = []
    for place, token in enumerate(tokens):
        if isinstance(token, int):
            found.append(_counted(token, classes, place))
        elif token in ONE_WORDS and (one := _ONE_SEAT.match(_after(classes, place))):
            end = place + len(one.group().split())
            adjectives = one[1] or ("EXTRA " if classes[place] == "EXTRA" else "")
            found.append(_phrase(1, "article", adjectives, classes, place, end))
    return found


def _counted(value: int, classes: Sequence[str], place: int) -> NumberPhrase:
    after = _after(classes, place + 1)
    match = _NOUN_PHRASE.match(after)
    if match is None:
        noun: Noun = "foreign" if value in _YEARS or _FOREIGN.match(after) else "bare"
        return _phrase(value, noun, "", classes, place, place + 1)
    if value in _YEARS and place and classes[place - 1] in _BEFORE_A_YEAR:
        return _phrase(value, "foreign", "", classes, place, place + 1)
    return _phrase(value, _noun(match.group()), match[1], classes, place, place + 1 + len(match.group().split()))


def _noun(phrase: str) -> Noun:
    words = phrase.split()
    if "SEAT" in words or "LICENCE" in words:
        return "seat"
    if "ADMIN" in words and not {"and", "or", "plus"} & set(words):
        return "admin"
    return "worker" if "WORKER" in words else "person"


def _phrase(value: int, noun: Noun, adjectives: str, classes: Sequence[str], start: int, end: int) -> NumberPhrase:
    before = list(classes[max(0, start - WORDS_BEFORE) : start])
    while "." in before:
        before = before[before.index(".") + 1 :]
    return NumberPhrase(
        value, noun, start, end, " ".join([*before, f"<{adjectives}{noun}>", _after(classes, end)]).strip()
    )


def _after(classes: Sequence[str], start: int) -> str:
    words = classes[start : start + WORDS_AFTER]
    return " ".join(words[: words.index(".")] if "." in words else words)
