"""How often somebody may try, counted by all workers together (ASVS 5.0: 6.1.1, 6.3.1, 2.4.1)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from kb_service.accounts.accounts import Accounts
from kb_service.accounts.schema import sign_in_try
from kb_service.accounts.storage import ReadyDatabase
from kb_service.accounts.throttle import PER_ADDRESS, PER_NAME, SignInThrottle
from tests.accounts.builders import Clock


@pytest.fixture
def throttle(database: ReadyDatabase, clock: Clock) -> SignInThrottle:
    return SignInThrottle(database, now=clock)


def test_after_some_tries_one_waits_and_then_may_try_again(throttle: SignInThrottle, clock: Clock) -> None:
    waits = [throttle.wait_seconds(PER_NAME, "anna") for _ in range(PER_NAME.tries + 1)]
    assert waits == [0] * PER_NAME.tries + [PER_NAME.seconds // PER_NAME.tries]

    clock.pass_seconds(waits[-1])
    assert throttle.wait_seconds(PER_NAME, "anna") == 0
    assert throttle.wait_seconds(PER_NAME, "anna") > 0


def test_a_refused_try_makes_nobody_wait_longer(throttle: SignInThrottle, clock: Clock) -> None:
    waits = [throttle.wait_seconds(PER_NAME, "anna") for _ in range(100)]

    assert max(waits) == PER_NAME.seconds // PER_NAME.tries
    clock.pass_seconds(PER_NAME.seconds)
    assert [throttle.wait_seconds(PER_NAME, "anna") for _ in range(PER_NAME.tries)] == [0] * PER_NAME.tries


def test_names_and_addresses_are_counted_apart(throttle: SignInThrottle) -> None:
    for _ in range(PER_NAME.tries):
        throttle.wait_seconds(PER_NAME, "10.0.0.1")

    assert throttle.wait_seconds(PER_NAME, "10.0.0.1") > 0
    assert throttle.wait_seconds(PER_NAME, "tom") == 0
    assert throttle.wait_seconds(PER_ADDRESS, "10.0.0.1") == 0


def test_whoever_signed_in_starts_anew(throttle: SignInThrottle) -> None:
    for _ in range(PER_NAME.tries):
        throttle.wait_seconds(PER_NAME, "anna")
    throttle.forget(PER_NAME, "anna")

    assert throttle.wait_seconds(PER_NAME, "anna") == 0


def test_many_at_once_are_no_more_tries(database: ReadyDatabase, clock: Clock, accounts: Accounts) -> None:
    accounts.exist()  # opens the database
    waits: list[int] = []
    start = threading.Barrier(8)

    def worker() -> None:
        throttle = SignInThrottle(database, now=clock)  # of another process: they share the database alone
        start.wait()
        waits.extend(throttle.wait_seconds(PER_NAME, "anna") for _ in range(3))

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(waits) == 24
    assert waits.count(0) == PER_NAME.tries


def test_what_was_typed_is_not_kept_and_nothing_is_for_long(
    throttle: SignInThrottle, database: ReadyDatabase, clock: Clock
) -> None:
    throttle.wait_seconds(PER_NAME, "my password in the wrong field \ud800")
    with database.transaction() as connection:
        assert "password" not in str(connection.execute(select(sign_in_try)).all())
    clock.pass_seconds(PER_NAME.seconds)
    throttle.wait_seconds(PER_NAME, "anna")
    with database.transaction() as connection:
        assert len(connection.execute(select(sign_in_try)).all()) == 1
