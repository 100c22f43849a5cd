"""What may be a number of seats in a text, and what is not; the table of words."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.seats.tokens import (
    NUMBER,
    UNKNOWN,
    class_of,
    number_word,
    phrase_at,
    plain,
    tokenize,
)

ROWS = [
    line.split()
    for line in files("kb_service.seats").joinpath("cues.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def numbers(text: str) -> list[int]:
    return [token.value for token in tokenize(plain(text)) if token.cue == NUMBER]


def cues(text: str) -> list[str]:
    return [token.cue for token in tokenize(plain(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60 seats", [60]),
        ("60seats and 48 users", [60, 48]),
        ("60-seat plan", [60]),
        ("1,200 seats", [1200]),
        ("1 200 seats", [1200]),
        ("1.200 Lizenzen", [1200]),
        ("1\u00a0200 seats", [1200]),
        ("６０ seats", [60]),
        ("48/60", [48, 60]),
        ("sixty-two seats", [62]),
        ("twenty five seats", [25]),
        ("fünfzehn Plätze, zweiundsechzig Lizenzen", [15, 62]),
        ("fu\u0308nfzehn Pla\u0308tze", [15]),
        ("quince licencias y vingt licences", [15, 20]),
        ("one seat, the one we use", [1]),
        ("one of two", [1, 2]),
        ("half a dozen seats", [6]),
        ("a dozen, two dozen", [12, 24]),
        ("one hundred and twenty", [120]),
        ("two hundred and five agents", [205]),
        ("which one, a few, dozens, hundreds", []),
    ],
)
def test_numbers_are_read_in_every_spelling(text: str, expected: list[int]) -> None:
    assert numbers(text) == expected


NO_NUMBERS = [
    *("$60", "60€", "60 EUR", "60 dollars", "60%", "60 percent", "4.98", "4,5", "v4", "KB-12", "ABC-123-45678"),
    *("INV-2024-00012", "12/05/2026", "2026-05-12", "12.05.2026", "10:30", "10 am", "24/7", "+44 20 7946 0958"),
    *("555-123-4567", "0207", "60+", "10-15", "between 10 and 12", "24h", "3rd", "60k", "1000000", "10.0.0.12", "-3"),
    *("May 5", "5 May", "5. Mai", "5 de mayo", "#60", "https://acme60.kayako.com/60", "agent60@example.com", "٦٠"),
    "123456789012345678901234567890" * 60,
]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_money_dates_versions_and_identifiers_are_not_numbers(text: str) -> None:
    assert numbers(f"seats {text} seats") == []


def test_a_year_is_a_number_only_before_what_it_counts() -> None:
    assert numbers("since 2019 we have seats") == []
    assert numbers("we have 2019 seats") == [2019]


def test_a_short_line_ends_a_sentence_and_a_wrapped_one_does_not() -> None:
    assert cues("Seats: 60\nActive: 48") == ["SEAT", ":", "#", ".", "ACTIVE", ":", "#"]
    assert "." not in cues("we have been paying every single month of this long year for\n60 seats")


def test_the_live_count_and_the_portal_are_known_by_their_addresses() -> None:
    assert cues("https://acme.kayako.com/Base/staff/getcount My.kayako.com key.php") == ["COUNT", "PLAN", "PLAN"]


@pytest.mark.parametrize("escaped", ["&gt;", "&amp;gt;", "\\u003e", "%3E", "＞"])
def test_escapes_are_undone_in_their_place(escaped: str) -> None:
    found = plain(f"(3 {escaped} 2)")

    assert found.replace(" ", "") == "(3>2)"
    assert len(found) == len(f"(3 {escaped} 2)")


@given(st.text(max_size=300))
def test_every_token_stands_where_it_says(text: str) -> None:
    lowered = plain(text)
    tokens = tokenize(lowered)

    assert len(lowered) == len(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert all(first.end <= second.start for first, second in pairwise(tokens))


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
