"""What is a pasted "staff count exceeded", and what only looks like one."""

from __future__ import annotations

import pytest

from kb_service.seats.pasted_errors import StaffCountError, read_pasted_errors


@pytest.mark.parametrize(
    "text",
    [
        "3 > 2",
        "is 60 > 48 right for our seats",
        "staff count exceeded",
        "staff count exceeded (2 > 3)",
        "staff count exceeded (2 > 2)",
        "the staff count is 48",
        "Admin CP > Staff > Manage Staff: staff count",
        "exceeded 4.98 > 4.97",
    ],
)
def test_what_names_no_error_or_no_excess_is_none(text: str) -> None:
    assert read_pasted_errors(text)[0] == ()


def test_the_numbers_of_an_error_are_taken_out_of_the_text() -> None:
    errors, rest = read_pasted_errors("we have 5 seats. Staff count exceeded. (3 > 2). Please contact")

    assert errors == (StaffCountError(active=3, purchased=2),)
    assert "5 seats" in rest
    assert "3" not in rest


def test_the_same_message_pasted_twice_is_one_error() -> None:
    message = "Staff count exceeded. (3 > 2). "

    assert read_pasted_errors(message * 2)[0] == (StaffCountError(active=3, purchased=2),)
