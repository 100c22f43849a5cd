"""docs/staff-count.md says what customers read, word for word, and the limits that hold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from kb_service.staff import cached_counter, http_counter, limits, signing
from kb_service.staff.allowed_hosts import parse_configured_hosts
from kb_service.staff.counter import StaffCount, StaffCountStatus
from kb_service.staff.messages import message

PAGE = (Path(__file__).parents[2] / "docs/staff-count.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())


@pytest.mark.parametrize("status", get_args(StaffCountStatus))
def test_the_page_quotes_what_the_customer_reads(status):
    domain = "" if status == "invalid_domain" else "acme.kayako.com"
    at = datetime(2026, 11, 25, 14, 2, tzinfo=UTC) if status == "ok" else None
    counted = StaffCount(status, domain, count=48, purchased=40, age_seconds=7200, observed_at=at)

    assert f"\n| `{status}` | {message(counted)} | " in PAGE


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("A look-up has 4 seconds", http_counter.LOOKUP_SECONDS == 4),
        ("and 96 KiB", http_counter.MAX_WIRE_BYTES == 96 * 1024),
        ("An answer waits for it 2.5 seconds", cached_counter.WAIT_SECONDS == 2.5),
        ("A number is kept for 5 minutes", cached_counter.ANSWER_SECONDS == 5 * 60),
        ("a failure to reach the helpdesk for 30 seconds", cached_counter.UNAVAILABLE_SECONDS == 30),
        ("give or take a tenth", cached_counter.JITTER == 0.1),
        ("After three failures", limits.FAILURES_TO_OPEN == 3),
        ("left alone for a minute", limits.FIRST_PAUSE_SECONDS == 60),
        ("up to 15 minutes", limits.LONGEST_PAUSE_SECONDS == 15 * 60),
        ("makes two look-ups at a time", cached_counter.MAX_AT_ONCE == 2),
        ("sixty a minute", limits.LOOKUPS_PER_WINDOW == 60),
        ("two callers wait at a time", cached_counter.MAX_WAITING == 2),
        ("its last number, at most a day old", cached_counter.STALE_SECONDS == 24 * 3600),
        ("a time at most two hours ahead", signing.LONGEST_LIFE_SECONDS == 2 * 3600),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_page_tells_the_limits_that_hold(words, value):
    assert words in TEXT
    assert value


def test_the_hosts_of_the_page_are_what_the_setting_takes():
    rows = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `helpdesk.")]

    assert len(rows) == 3
    assert all(parse_configured_hosts(row) for row in rows)
