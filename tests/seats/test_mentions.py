"""Numbers of seats read from people's own words."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb_service.seats.mentions import SeatMentions, read_mentions
from tests.seats.other_texts import ERRORS, NO_SEATS
from tests.seats.phrasings import BOTH_NUMBERS, CHANGES, CONFLICTS, ONE_NUMBER, Phrasing

CUES = (
    "we pay for 60 seats but only 48 people use it of our licences staff count exceeded (3 > 2) sixty two hundred and "
    "a dozen one an another more 1,200 / - $ the from to 20 15 remove add not , . ? 2026 per month users active"
).split()
NUMBER_WORDS = {"sixty", "two", "hundred", "dozen", "one", "an", "a", "another"}

# 2,000 characters took 6 ms at worst on one busy core; a pattern that backtracks takes seconds.
MAX_SECONDS = 0.2
HOSTILE = {
    "digits": "1" * 2000,
    "numbers": "1 " * 1000,
    "number words": "sixty-two " * 200,
    "hundreds": "one hundred and " * 125,
    "seats": "60 seats " * 222,
    "comparisons": "staff count exceeded " + "3 > " * 500,
    "angle brackets": "staff count exceeded 3 " + ">" * 1970,
    "ampersands": "&amp;" * 400,
    "commas": "1," * 1000,
    "slashes": "1/" * 1000,
    "cues": "pay for our all of my " * 90 + "60 seats",
    "misspelt": "licenxes peoplx " * 125,
    "names": "exceed " * 285,
    "hyphens": "a-" * 1000,
    "spaces": " " * 1990 + "60 seats",
    "lines": "\n\t" * 1000,
}


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


def test_words_around_a_pasted_error_are_kept_apart_from_it() -> None:
    said = read_mentions("we pay for 5 seats and 3 people use it, but: Staff count exceeded. (3 > 2)")

    assert (said.purchased, said.active) == ((2,), (3,))
    assert (said.also_purchased, said.also_active) == ((5,), (3,))


def test_two_different_errors_are_both_kept() -> None:
    said = read_mentions("yesterday staff count exceeded (3 > 2), today staff count exceeded (4 > 2)")

    assert (said.active, said.purchased) == ((3, 4), (2,))


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("please reduce our subscription to 15 users", 15),
        ("we want to pay for 31 users only", 31),
        ("set seat count at 31", 31),
        ("renew with 8 seats", 8),
        ("can we go from 20 down to 15 licences?", 15),
        ("we want to go down to 15 seats but 18 agents are enabled", 15),
        ("we pay for 60 seats", None),
    ],
)
def test_the_number_somebody_wants_to_end_with_is_a_target(question: str, target: int | None) -> None:
    assert read_mentions(question).target == target


def test_a_pasted_table_gives_no_numbers() -> None:
    assert read_mentions("seats 60 active 48\n" * 30) == SeatMentions()


@pytest.mark.parametrize(
    "form", ["we pay for {} seats and {} people use it", "{1} of {0} seats used", "{1}/{0} seats used"]
)
@given(purchased=st.integers(1, 9999), share=st.floats(0, 1))
def test_every_number_is_read_as_it_was_written(form: str, purchased: int, share: float) -> None:
    active = round(purchased * share)
    assume(active not in range(1990, 2100))  # without a noun after it that is a year

    said = read_mentions(form.format(purchased, active))

    assert (said.purchased, said.active) == ((purchased,), (active,))


@given(st.text(max_size=300))
def test_any_text_at_all_is_read(text: str) -> None:
    assert isinstance(read_mentions(text), SeatMentions)


@given(st.lists(st.sampled_from(CUES), max_size=25))
def test_no_number_is_made_up(words: list[str]) -> None:
    said = read_mentions(" ".join(words))

    if not any(word[:1].isdigit() or word[:2] == "(3" or word in NUMBER_WORDS for word in words):
        assert said == SeatMentions()
    assert all(0 <= number <= 100_000 for number in (*said.purchased, *said.active, *said.also_purchased))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_no_longer_than_any_other(name: str) -> None:
    started = time.perf_counter()
    read_mentions(HOSTILE[name])

    assert time.perf_counter() - started < MAX_SECONDS
