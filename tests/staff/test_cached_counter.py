from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import pytest

from kb_service.staff.allowed_hosts import AllowedHosts
from kb_service.staff.cached_counter import MAX_HOSTS, CachedCounter
from kb_service.staff.counter import UNAVAILABLE, StaffCount
from tests.staff.clock import Clock
from tests.staff.conftest import RecordingObserver

ACME = "acme.kayako.com"


class SlowCounter:
    """A counter whose look-ups take until the test releases them; `answer` says what they find."""

    def __init__(self, answer: Callable[[str], StaffCount] | None = None) -> None:
        self.asked: list[str] = []
        self.closed = False
        self.answer = answer or (lambda domain: StaffCount("ok", domain, count=48))
        self.released = threading.Event()
        self.released.set()

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        self.asked.append(domain)
        self.released.wait(5)
        return self.answer(domain)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def slow():
    counter = SlowCounter()
    yield counter
    counter.released.set()


@pytest.fixture
def cached(slow, clock):
    return CachedCounter(slow, hosts=AllowedHosts(), clock=clock, randomness=lambda: 0.5)


def land_all_flights() -> None:
    for thread in threading.enumerate():
        if thread.name == "kb-staff-lookup":
            thread.join(2)


def fails_with(status: str) -> Callable[[str], StaffCount]:
    return lambda domain: StaffCount(status, domain)


def test_a_host_is_asked_once_for_five_minutes(cached, slow, clock):
    found = StaffCount("ok", ACME, count=48, observed_at=datetime(2026, 11, 25, tzinfo=UTC), http_status=200)
    slow.answer = lambda domain: found
    first = cached.count(ACME)
    clock.pass_seconds(299)
    second = cached.count("https://ACME.kayako.com/")

    assert first == found
    assert second == replace(found, cached=True, age_seconds=299)
    assert slow.asked == [ACME]


def test_a_host_is_asked_again_after_that(cached, slow, clock):
    cached.count(ACME)
    clock.pass_seconds(300)

    assert cached.count(ACME) == StaffCount("ok", ACME, count=48)
    assert len(slow.asked) == 2


@pytest.mark.parametrize(("domain", "status"), [("10.0.0.1", "invalid_domain"), ("my.kayako.com", "not_allowed")])
def test_what_may_not_be_asked_costs_nothing(cached, slow, domain, status):
    assert cached.count(domain).status == status
    assert slow.asked == []


def test_callers_share_one_look_up_and_only_two_of_them_wait_for_it(cached, slow):
    slow.released.clear()

    with ThreadPoolExecutor(20) as callers:
        asking = [callers.submit(cached.count, ACME) for _ in range(20)]
        at_once = [asked.result() for asked in islice(as_completed(asking), 18)]
        slow.released.set()

    assert at_once == [StaffCount("rate_limited", ACME)] * 18
    assert sorted(asked.result().status for asked in asking) == ["ok"] * 2 + ["rate_limited"] * 18
    assert slow.asked == [ACME]
    assert cached.count(ACME).count == 48


def test_a_caller_waits_no_longer_than_it_wants_and_the_look_up_goes_on(cached, slow):
    slow.released.clear()
    started = time.monotonic()

    impatient = cached.count(ACME, deadline=0.05)
    waited = time.monotonic() - started
    slow.released.set()
    patient = cached.count(ACME)

    assert impatient == StaffCount("timeout", ACME)
    assert waited < 1.5
    assert patient.count == 48
    assert slow.asked == [ACME]


@pytest.mark.parametrize("deadline", [0.0, -1.0])
def test_without_time_there_is_an_answer_at_once(cached, slow, deadline):
    slow.released.clear()

    assert cached.count(ACME, deadline=deadline).status == "pending"


def test_what_was_pending_is_there_for_whoever_asks_again(cached, slow):
    slow.released.clear()
    for _ in range(20):  # who does not wait takes nobody's place
        assert cached.count(ACME, deadline=0.0) == StaffCount("pending", ACME)
    slow.released.set()
    land_all_flights()

    assert cached.count(ACME, deadline=0.0).count == 48
    assert slow.asked == [ACME]


def test_every_answer_names_the_address_where_a_person_can_look(cached, slow):
    slow.answer = fails_with("timeout")

    assert cached.count("acme", deadline=0.0).url == f"https://{ACME}/Base/staff/getcount"
    assert cached.count("my.kayako.com").url == ""


def test_the_third_helpdesk_at_once_is_turned_away_and_comes_in_later(cached, slow):
    slow.released.clear()
    for name in ("one", "two"):
        cached.count(f"{name}.kayako.com", deadline=0.0)

    assert cached.count("three.kayako.com") == StaffCount("rate_limited", "three.kayako.com")
    slow.released.set()
    land_all_flights()
    assert cached.count("three.kayako.com").count == 48


def test_sixty_look_ups_a_minute_are_enough(cached, slow, clock):
    statuses = [cached.count(f"host{number}.kayako.com").status for number in range(61)]

    assert statuses == ["ok"] * 60 + ["rate_limited"]
    clock.pass_seconds(60)
    assert cached.count("host60.kayako.com").status == "ok"


def test_what_was_turned_away_did_not_count_as_a_look_up(cached, slow):
    slow.released.clear()
    for name in ("one", "two"):
        cached.count(f"{name}.kayako.com", deadline=0.0)
    for _ in range(100):
        cached.count("three.kayako.com")
    slow.released.set()
    land_all_flights()

    assert cached.count("three.kayako.com").status == "ok"


@pytest.mark.parametrize(
    ("status", "seconds"), [(status, 30) for status in sorted(UNAVAILABLE)] + [("not_found", 300), ("locked", 300)]
)
def test_failures_are_known_for_a_while_too(cached, slow, clock, status, seconds):
    slow.answer = fails_with(status)
    cached.count(ACME)
    clock.pass_seconds(seconds - 1)

    assert cached.count(ACME) == StaffCount(status, ACME, cached=True, age_seconds=seconds - 1)
    clock.pass_seconds(1)
    assert not cached.count(ACME).cached


@pytest.mark.parametrize("status", sorted(UNAVAILABLE))
def test_the_last_good_count_is_given_while_the_helpdesk_cannot_be_asked(cached, slow, clock, status):
    cached.count(ACME)
    clock.pass_seconds(400)
    slow.answer = fails_with(status)

    assert cached.count(ACME) == StaffCount("stale", ACME, count=48, cached=True, age_seconds=400)
    clock.pass_seconds(10)
    assert cached.count(ACME) == StaffCount("stale", ACME, count=48, cached=True, age_seconds=410)


def test_a_count_of_yesterday_is_better_than_none_and_older_ones_are_not(cached, slow, clock):
    cached.count(ACME)
    slow.answer = fails_with("unreachable")
    clock.pass_seconds(24 * 3600)

    assert cached.count(ACME).status == "stale"
    clock.pass_seconds(1)
    assert cached.count(ACME).status == "unreachable"


def test_the_last_good_count_is_given_while_a_new_one_takes_too_long(cached, slow, clock):
    cached.count(ACME)
    clock.pass_seconds(400)
    slow.released.clear()

    assert cached.count(ACME, deadline=0.01).status == "stale"


@pytest.mark.parametrize("status", ["not_found", "login_required", "locked", "wrong_domain_licence"])
def test_a_definite_other_answer_drops_the_last_good_count(cached, slow, clock, status):
    cached.count(ACME)
    clock.pass_seconds(400)
    slow.answer = fails_with(status)

    assert cached.count(ACME) == StaffCount(status, ACME)
    clock.pass_seconds(400)
    slow.answer = fails_with("timeout")
    assert cached.count(ACME) == StaffCount("timeout", ACME)


def test_a_host_that_keeps_failing_is_left_alone_and_probed_later(cached, slow, clock):
    slow.answer = fails_with("unreachable")
    for _ in range(3):
        cached.count(ACME)
        clock.pass_seconds(31)

    assert cached.count(ACME) == StaffCount("unreachable", ACME, cached=True, age_seconds=31)
    assert len(slow.asked) == 3
    clock.pass_seconds(30)
    slow.answer = SlowCounter().answer
    assert cached.count(ACME).count == 48


def test_the_host_used_longest_ago_is_forgotten_first(cached, slow, clock):
    for number in range(MAX_HOSTS):
        cached.count(f"host{number}.kayako.com")
        clock.pass_seconds(1)
    clock.pass_seconds(60)
    slow.answer = fails_with("unreachable")

    assert cached.count("host0.kayako.com").status == "stale"
    assert cached.count("onemore.kayako.com").status == "unreachable"
    assert cached.count("host0.kayako.com").status == "stale"
    assert cached.count("host1.kayako.com").status == "unreachable"


def test_nobody_flushes_the_cache_by_typing_names(cached, slow):
    cached.count(ACME)
    slow.released.clear()
    for name in ("one", "two"):
        cached.count(f"{name}.kayako.com", deadline=0.0)

    assert {cached.count(f"host{number}.kayako.com").status for number in range(2 * MAX_HOSTS)} == {"rate_limited"}
    assert cached.count(ACME).cached


def test_a_fault_of_ours_is_logged_and_leaves_nobody_waiting(cached, slow, caplog):
    def crash(domain: str) -> StaffCount:
        raise ZeroDivisionError

    slow.answer = crash

    assert cached.count(ACME) == StaffCount("unreachable", ACME)
    assert "the look-up failed" in caplog.text


def test_expiry_varies_by_a_tenth(slow, clock):
    early = CachedCounter(slow, hosts=AllowedHosts(), clock=clock, randomness=lambda: 0.0)
    early.count(ACME)
    clock.pass_seconds(271)

    assert not early.count(ACME).cached


def test_a_closed_counter_starts_nothing_but_still_remembers(cached, slow):
    cached.count(ACME)
    cached.close()

    assert cached.count(ACME).cached
    assert cached.count("other.kayako.com") == StaffCount("disabled", "other.kayako.com")
    assert slow.closed


def test_callers_without_room_and_names_that_may_not_be_asked_are_told_to_the_observer(slow):
    observer = RecordingObserver()
    cached = CachedCounter(slow, hosts=AllowedHosts(), observer=observer)
    slow.released.clear()
    for name in ("one", "two", "three"):
        cached.count(f"{name}.kayako.com", deadline=0.0)

    cached.count("127.0.0.1")
    cached.count("my.kayako.com")

    assert observer.seen == [("turned away",), ("refused", "invalid_domain"), ("refused", "not_allowed")]
