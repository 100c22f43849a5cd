from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import get_args

import pytest

from kb_service.staff.counter import StaffCount, StaffCountStatus
from kb_service.staff.messages import counted, message, note

ACME = "acme.kayako.com"
TWO = datetime(2026, 11, 25, 15, 2, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize("status", get_args(StaffCountStatus))
def test_every_status_has_words_that_end_in_a_full_stop(status):
    words = message(StaffCount(status, ACME, count=3, purchased=2, age_seconds=60))

    assert words.endswith(".")
    assert "{" not in words
    assert "_" not in words


@pytest.mark.parametrize(
    ("staff_count", "words"),
    [
        (StaffCount("ok", ACME, count=48), "acme.kayako.com has 48 active staff."),
        (StaffCount("ok", ACME, count=48, observed_at=TWO), "has 48 active staff, counted at 14:02 UTC."),
        (StaffCount("locked", ACME, count=3, purchased=2), "its licence has 2 paid seats for 3 active staff."),
        (StaffCount("locked", ACME, count=3, purchased=1), "its licence has 1 paid seat for 3 active staff."),
        (StaffCount("stale", ACME, count=48, age_seconds=30), "had 48 active staff a moment ago."),
        (StaffCount("stale", ACME, count=48, age_seconds=60), "had 48 active staff 1 minute ago."),
        (StaffCount("stale", ACME, count=48, age_seconds=7300), "had 48 active staff 2 hours ago."),
        (StaffCount("stale", ACME, count=48, age_seconds=86_400), "had 48 active staff 1 day ago."),
        (StaffCount("ok", ACME, count=48, with_notices=True), "also printed error notices"),
        (StaffCount("invalid_domain", ""), "such as acme.kayako.com"),
        (StaffCount("not_allowed", "help.acme.com"), "help.acme.com is not a helpdesk that can be asked from here."),
        (StaffCount("not_allowed", "help.acme.com"), "ends in .kayako.com"),
        (StaffCount("not_allowed", "my.kayako.com"), "my.kayako.com cannot be asked from here. Check the name"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.status,
)
def test_the_words_tell_the_numbers(staff_count, words):
    assert words in message(staff_count)


@pytest.mark.parametrize("status", ["unreachable", "timeout", "not_found", "unexpected_response", "rate_limited"])
def test_a_failure_tells_no_number(status):
    assert not any(character.isdigit() for character in message(StaffCount(status, ACME)))


NEXT_STEP = r"Check|Type only|[Tt]ry again|[Aa]sk|Open its|Tell|[Aa]llow a day|Look again"


@pytest.mark.parametrize("status", sorted(set(get_args(StaffCountStatus)) - {"ok", "stale"}))
def test_whoever_gets_no_number_learns_what_to_do_next(status):
    assert re.search(NEXT_STEP, message(StaffCount(status, ACME, count=3, purchased=2)))


@pytest.mark.parametrize("status", sorted(set(get_args(StaffCountStatus)) - {"locked"}))
def test_locked_is_said_only_of_a_helpdesk_that_said_so(status):
    assert "locked" not in message(StaffCount(status, ACME, count=3, purchased=2))


def test_a_locked_helpdesk_is_first_a_reason_to_wait_for_what_is_ordered():
    words = message(StaffCount("locked", ACME, count=3, purchased=2))

    assert words.index("If enough seats are ordered, allow a day") < words.index("If not, add seats")


@pytest.mark.parametrize("status", get_args(StaffCountStatus))
def test_beside_the_number_only_the_rest_is_said(status):
    has_count = status in {"ok", "stale", "locked"}
    staff_count = StaffCount(status, ACME, count=48 if has_count else None, purchased=40, age_seconds=60)

    if has_count:
        assert "48" not in note(staff_count)
    else:
        assert note(staff_count) == message(staff_count)


@pytest.mark.parametrize(
    ("staff_count", "words"),
    [
        (StaffCount("ok", ACME, count=48, observed_at=TWO), "counted live at 14:02 UTC"),
        (StaffCount("stale", ACME, count=48, age_seconds=7300), "last counted 2 hours ago"),
        (
            StaffCount("locked", ACME, count=3, purchased=2, observed_at=TWO),
            "from the helpdesk's own error at 14:02 UTC",
        ),
    ],
    ids=["ok", "stale", "locked"],
)
def test_a_number_says_when_it_was_counted(staff_count, words):
    assert counted(staff_count) == words
