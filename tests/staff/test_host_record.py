from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kb_service.staff.counter import UNAVAILABLE, StaffCount
from kb_service.staff.host_record import MAX_HOSTS, HostRecord, HostRecords

HOST = "acme.kayako.com"
SEEN_AT = datetime(2026, 11, 25, tzinfo=UTC)
GOOD = StaffCount("ok", HOST, count=48, observed_at=SEEN_AT, http_status=200)


def record_of(*answers: tuple[float, StaffCount]) -> HostRecord:
    record = HostRecord()
    for now, answer in answers:
        record.remember(answer, now)
    return record


def test_nothing_is_known_before_the_first_answer():
    assert HostRecord().known(0.0) is None


def test_a_count_is_known_for_five_minutes_and_tells_its_age():
    record = record_of((0.0, GOOD))

    assert record.known(299.0) == StaffCount(
        "ok", HOST, count=48, observed_at=SEEN_AT, age_seconds=299, cached=True, http_status=200
    )
    assert record.known(300.0) is None


@pytest.mark.parametrize(("status", "seconds"), [(status, 30) for status in sorted(UNAVAILABLE)] + [("not_found", 300)])
def test_failures_are_known_for_a_while_too(status, seconds):
    record = record_of((0.0, StaffCount(status, HOST)))

    assert record.known(seconds - 1.0) == StaffCount(status, HOST, cached=True, age_seconds=seconds - 1)
    assert record.known(seconds) is None


@pytest.mark.parametrize("status", sorted(UNAVAILABLE))
def test_the_last_good_count_stands_in_for_a_helpdesk_that_cannot_be_asked(status):
    known = record_of((0.0, GOOD), (600.0, StaffCount(status, HOST))).known(610.0)

    assert (known.status, known.count, known.age_seconds, known.observed_at) == ("stale", 48, 610, SEEN_AT)


@pytest.mark.parametrize("status", ["not_found", "login_required", "locked", "wrong_domain_licence"])
def test_a_definite_other_answer_drops_the_last_good_count(status):
    record = record_of((0.0, GOOD), (1.0, StaffCount(status, HOST)), (2.0, StaffCount("unreachable", HOST)))

    assert record.known(3.0).status == "unreachable"
    assert record.stale(3.0) is None


def test_a_count_of_yesterday_is_better_than_none_and_older_ones_are_not():
    record = record_of((0.0, GOOD))

    assert record.stale(24 * 3600.0).count == 48
    assert record.stale(24 * 3600.0 + 1) is None


def test_a_host_is_left_alone_after_three_failures_in_a_row():
    record = record_of(*((now, StaffCount("timeout", HOST)) for now in (0.0, 31.0, 62.0)))

    assert record.known(121.0).status == "timeout"
    assert record.known(122.0) is None


def test_jitter_moves_the_end_of_an_answer():
    record = HostRecord()
    record.remember(GOOD, 0.0, jitter=0.9)

    assert record.known(269.0)
    assert record.known(271.0) is None


def test_the_host_used_longest_ago_is_forgotten_first():
    records = HostRecords()
    for number in range(MAX_HOSTS):
        records.find_or_add(f"host{number}").remember(GOOD, 0.0)
    records.find("host0")
    records.find_or_add("one more")

    assert records.find("host0")
    assert records.find("host1") is None


def test_a_host_never_asked_is_not_remembered_for_being_asked_about():
    records = HostRecords()

    assert records.instead(HOST, "rate_limited", 0.0) == StaffCount("rate_limited", HOST)
    assert records.find(HOST) is None
