"""What may be a number of seats in a text, and what is no number."""

from __future__ import annotations

import pytest

from kb_service.seats.tokens import tokenize


def numbers(text: str) -> list[int]:
    return [token for token in tokenize(text) if isinstance(token, int)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60 seats", [60]),
        ("60seats and 48 users", [60, 48]),
        ("60-seat plan", [60]),
        ("1,200 seats", [1200]),
        ("1 200 seats", [1200]),
        ("1\u00a0200 seats", [1200]),
        ("６０ seats", [60]),
        ("48/60", [48, 60]),
        ("sixty-two seats", [62]),
        ("twenty five seats", [25]),
        ("one seat, the one we use", [1]),
        ("one of two", [1, 2]),
    ],
)
def test_numbers_are_read_in_every_spelling(text: str, expected: list[int]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "$60",
        "60€",
        "60%",
        "4.98",
        "v4",
        "KB-12",
        "ABC-123-45678",
        "12/05/2026",
        "2026-05-12",
        "10:30",
        "+44",
        "0207",
        "60+",
        "10-15",
        "24h",
        "3rd",
        "60k",
        "1000000",
        "123456789012345678901234567890" * 200,
        "https://acme60.kayako.com/60",
        "agent60@example.com",
        "#60",
        "acme60.kayako.com",
        "٦٠",
    ],
)
def test_money_dates_versions_and_identifiers_are_no_numbers(text: str) -> None:
    assert numbers(f"seats {text} seats") == []


def test_a_short_line_ends_a_sentence_and_a_wrapped_one_does_not() -> None:
    assert tokenize("Seats: 60\nActive: 48") == ["seats", ":", 60, ".", "active", ":", 48, "."]
    assert "." not in tokenize("we have been paying every single month of this long year for\n60 seats" + " " * 60)


def test_the_live_count_and_the_portal_are_known_by_their_addresses() -> None:
    assert tokenize("https://acme.kayako.com/Base/staff/getcount My.kayako.com key.php")[:3] == [
        "getcount",
        "portal",
        "key",
    ]
