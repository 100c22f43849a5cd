"""The table of words: classes, phrases and number words in four languages."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest

from kb_service.seats.cues import UNKNOWN, class_of, number_word, phrase_at
from kb_service.seats.tokens import plain

ROWS = [
    line.split()
    for line in files("kb_service.seats").joinpath("cues.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("licences", "SEAT"),
        ("licenes", "SEAT"),
        ("lisence", "LICENCE"),
        ("agnets", "PERSON"),
        ("purchsed", "BUY"),
        ("lizenzen", "SEAT"),
        ("usuarios", "PERSON"),
        ("desactives", "OFF"),
        ("invoices", "BILL"),
        ("sets", UNKNOWN),
        ("beats", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_word_has_the_class_of_its_meaning_also_when_misspelt(word: str, expected: str) -> None:
    assert class_of(word) == expected


def test_the_longest_phrase_wins() -> None:
    assert phrase_at(["no", "more", "than", "ten"], 0) == ("BOUND", 3)
    assert phrase_at(["no", "more", "seats"], 0) == ("NOT", 1)


def test_no_word_has_two_classes() -> None:
    words = Counter(word for name, _, *words in ROWS for word in words if name not in {"UNITS", "TENS"})

    assert [word for word, times in words.items() if times > 1] == []


def test_the_table_is_written_as_the_text_that_it_is_compared_with() -> None:
    assert [word for _, _, *words in ROWS for word in words if plain(word) != word] == []


@pytest.mark.parametrize(
    ("word", "number"),
    [("twelve", 12), ("sixtytwo", 62), ("funfzehn", 15), ("zweiundsechzig", 62), ("quince", 15), ("seize", 16)],
)
def test_numbers_are_known_as_words(word: str, number: int) -> None:
    assert number_word(word) == number


@pytest.mark.parametrize("word", ["once", "sept", "seats", "-", ""])
def test_other_words_are_no_numbers(word: str) -> None:
    assert number_word(word) is None
