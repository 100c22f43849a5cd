"""What a visitor writes: an address that may stand in a header, and a text for a person to read."""

from __future__ import annotations

import msgspec
import pytest

from kb_service.contact.message import MOST_SUBJECT_CHARACTERS, Message, checked_address

MESSAGE = Message(
    question="Why are we billed for 60 seats?",
    message="We use 48.",
    email="ann@example.com",
    read=("https://help.example.com/articles/billed",),
    seats="60 paid, 48 active",
    site="Acme Help",
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ann@example.com", "ann@example.com"),
        ("  ann+kb@mail.example.co.uk ", "ann+kb@mail.example.co.uk"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_taken(typed: str, address: str) -> None:
    assert checked_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@localhost",
        "ann@example..com",
        "ann@exa mple.com",
        "ann@example.com\nBcc: all@example.com",
        "ann\r\nBcc: all@example.com@example.com",
        "ann@example.com, bob@example.com",
        "Ann <ann@example.com>",
        '"a b"@example.com',
        "änn@example.com",
        "a" * 65 + "@example.com",
        "ann@" + "b" * 250 + ".com",
        "ann@\u2024com.example\u0000",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert checked_address(typed) == ""


def test_a_person_reads_first_what_was_written_then_what_was_asked_and_read() -> None:
    text = MESSAGE.as_text()

    places = [text.index(each) for each in ("We use 48.", MESSAGE.question, MESSAGE.seats, MESSAGE.read[0], "Acme")]
    assert places == sorted(places)
    assert "A reply goes to ann@example.com." in text


def test_the_subject_is_one_short_line() -> None:
    long = msgspec.structs.replace(MESSAGE, question="why\r\nBcc: x@example.com " * 40)

    assert "\n" not in long.subject
    assert "\r" not in long.subject
    assert MOST_SUBJECT_CHARACTERS - 2 <= len(long.subject) <= MOST_SUBJECT_CHARACTERS
