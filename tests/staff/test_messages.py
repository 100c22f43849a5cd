from __future__ import annotations

import re
from typing import get_args

import pytest

from kb_service.staff.counter import StaffCount, StaffCountStatus
from kb_service.staff.messages import message

ACME = "acme.kayako.com"


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
        (StaffCount("locked", ACME, count=3, purchased=2), "it has 3 active staff but only 2 paid seats."),
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


NEXT_STEP = r"Check|Type only|[Tt]ry again|[Aa]sk|Open https://|Tell|Raise"


@pytest.mark.parametrize("status", sorted(set(get_args(StaffCountStatus)) - {"ok", "stale"}))
def test_whoever_gets_no_number_learns_what_to_do_next(status):
    assert re.search(NEXT_STEP, message(StaffCount(status, ACME, count=3, purchased=2)))
