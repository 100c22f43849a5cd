"""The seat position of an answer: numbers from the question, from beside it and from the helpdesk, put together."""

from __future__ import annotations

import pytest

from kb_service.answers.question import Question
from kb_service.answers.seat_position import seat_passages, seat_position
from kb_service.staff.counter import StaffCount, StaffCountStatus
from tests.billing_articles import LOCKED, filled_with_billing
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled

OK = StaffCount("ok", "acme.kayako.com", count=48)
STALE = StaffCount("stale", "acme.kayako.com", count=48, age_seconds=600)
LOCKED_HELPDESK = StaffCount("locked", "acme.kayako.com", count=3, purchased=2)
FAILURES: tuple[StaffCountStatus, ...] = ("timeout", "unreachable", "not_allowed", "blocked", "disabled")

KNOWN = {
    "the parameter": (Question("why?", seats=60), None, (60, "parameter", None, None)),
    "the question": (Question("60 seats, 48 active staff"), None, (60, "question", 48, "question")),
    "a pasted error": (Question(LOCKED), None, (2, "error_text", 3, "error_text")),
    "the helpdesk": (Question("why?"), OK, (None, None, 48, "live")),
    "an older look": (Question("why?"), STALE, (None, None, 48, "stale")),
    "a locked helpdesk": (Question("why?"), LOCKED_HELPDESK, (2, "locked_response", 3, "locked_response")),
    "the parameter before the question": (
        Question("we pay for 50 seats", seats=60),
        None,
        (60, "parameter", None, None),
    ),
    "the helpdesk before the question": (Question("60 seats, 40 active staff"), OK, (60, "question", 48, "live")),
}


@pytest.mark.parametrize(("question", "counted", "expected"), KNOWN.values(), ids=KNOWN.keys())
def test_numbers_come_with_who_gave_them(
    question: Question, counted: StaffCount | None, expected: tuple[object, ...]
) -> None:
    seats = seat_position(question, counted)

    assert seats
    sources = [number and number.source for number in (seats.purchased_number, seats.active_number)]
    assert (seats.purchased, sources[0], seats.active, sources[1]) == expected


@pytest.mark.parametrize("status", FAILURES)
def test_a_failed_look_up_is_no_number(status: StaffCountStatus) -> None:
    assert seat_position(Question("why?"), StaffCount(status, "acme.kayako.com")) is None


def test_without_a_number_there_is_no_position() -> None:
    assert seat_position(Question("how do we remove seats?"), None) is None


def test_zero_is_a_number() -> None:
    seats = seat_position(Question("why?", seats=0), StaffCount("ok", "acme.kayako.com", count=0))

    assert seats
    assert (seats.purchased, seats.active, seats.state) == (0, 0, "exact")


def test_the_passages_it_rests_on_are_those_of_this_index() -> None:
    snapshot = filled_with_billing(MemoryEngine()).snapshot(audience="public")
    seats = seat_position(Question(LOCKED), None)

    assert seats
    assert "staff-count-exceeded#intro" in seat_passages(snapshot, seats)


def test_articles_that_the_index_lacks_are_not_named() -> None:
    snapshot = filled(MemoryEngine(), an_article("other", "text"))

    assert seat_passages(snapshot, seat_position(Question(LOCKED), None)) == ()
    assert seat_passages(snapshot, None) == ()
