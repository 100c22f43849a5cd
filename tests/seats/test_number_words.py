"""Numbers written as words."""

from __future__ import annotations

import pytest

from kb_service.seats.number_words import read_number_words


@pytest.mark.parametrize(
    ("words", "value", "length"),
    [
        ("sixty", 60, 1),
        ("sixty two", 62, 2),
        ("sixtytwo", 62, 1),
        ("nineteen", 19, 1),
        ("zero", 0, 1),
        ("fourty eight", 48, 2),
        ("a dozen", 12, 2),
        ("dozen", None, 0),
        ("two dozen", 24, 2),
        ("half a dozen", 6, 3),
        ("a hundred", 100, 2),
        ("one hundred and twenty", 120, 4),
        ("two hundred fifty five", 255, 4),
        ("twelve hundred", 1200, 2),
        ("one thousand two hundred and sixty two", 1262, 7),
        ("a hundred and more", 100, 2),
        ("sixty seats", 60, 1),
        ("sixty twenty", 60, 1),
        ("two hundred thousand", None, 0),
        ("a few", None, 0),
        ("dozens of", None, 0),
        ("hundreds", None, 0),
        ("and", None, 0),
    ],
)
def test_words_are_read_as_far_as_they_are_one_number(words: str, value: int | None, length: int) -> None:
    assert read_number_words(words.split(), 0) == (None if value is None else (value, length))


def test_reading_starts_where_it_is_told_to() -> None:
    assert read_number_words("we pay for sixty two seats".split(), 3) == (62, 2)
