"""Numbers of seats read from people's own words."""

from __future__ import annotations

import pytest

from kb_service.seats.mentions import SeatMentions, read_mentions
from tests.seats.phrasings import BOTH_NUMBERS, CHANGES, CONFLICTS, ERRORS, NO_SEATS, ONE_NUMBER, Phrasing


@pytest.mark.parametrize("phrasing", [*BOTH_NUMBERS, *ONE_NUMBER, *CHANGES, *CONFLICTS], ids=lambda each: each[0])
def test_a_question_gives_the_numbers_a_careful_reader_takes_from_it(phrasing: Phrasing) -> None:
    question, purchased, active, change = phrasing

    said = read_mentions(question)

    assert (said.purchased, said.active, said.change) == (purchased, active, change)
    assert not said.from_error


@pytest.mark.parametrize("question", NO_SEATS)
def test_other_numbers_are_never_mistaken_for_seats(question: str) -> None:
    assert read_mentions(question) == SeatMentions()


@pytest.mark.parametrize(("question", "active", "purchased"), ERRORS)
def test_a_pasted_error_gives_both_its_numbers(question: str, active: int, purchased: int) -> None:
    said = read_mentions(question)

    assert (said.active, said.purchased, said.from_error) == ((active,), (purchased,), True)
