"""The numbers of a pasted "staff count exceeded"."""

from __future__ import annotations

import pytest

from kb_service.seats.pasted_errors import StaffCountError, read_pasted_errors
from kb_service.seats.tokens import plain
from tests.seats.other_texts import ERRORS


def errors(text: str) -> list[tuple[int, int, bool]]:
    return [(error.active, error.purchased, error.certain) for error in read_pasted_errors(plain(text))[0]]


@pytest.mark.parametrize(("text", "active", "purchased"), ERRORS)
def test_an_error_is_read_in_every_state_of_repair(text: str, active: int, purchased: int) -> None:
    assert errors(text) == [(active, purchased, True)]


@pytest.mark.parametrize("text", ["staff count exceeded (3 2)", "error (8 > 5) on the login page", "it says 14 > 12"])
def test_what_has_lost_its_sign_or_its_name_is_a_guess(text: str) -> None:
    assert [certain for _, _, certain in errors(text)] == [False]


@pytest.mark.parametrize(
    "text",
    [
        "3 > 2",
        "is 60 > 48 right for our seats",
        "staff count exceeded",
        "staff count exceeded (2 > 3)",
        "staff count exceeded (2 > 2)",
        "error staff count exceeded 3 2",
        "the staff count is 48",
        "Admin CP > Staff > Manage Staff: staff count",
        "exceeded 4.98 > 4.97",
    ],
)
def test_what_names_no_error_or_no_excess_is_not_one(text: str) -> None:
    assert errors(text) == []


def test_the_numbers_of_an_error_are_taken_out_of_the_text() -> None:
    text = "we have 5 seats. staff count exceeded. (3 > 2). please contact"
    found, rest = read_pasted_errors(text)

    assert found == [StaffCountError(active=3, purchased=2, start=39, end=46)]
    assert text[39:46] == "(3 > 2)"
    assert "5 seats" in rest
    assert "3" not in rest
    assert len(rest) == len(text)
