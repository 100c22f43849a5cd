"""Sessions (ASVS 5.0: 7.2.1 to 7.2.4, 7.3.1, 7.3.2, 7.4.1, 7.4.2, 7.5.2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kb_service.accounts.accounts import Account, Accounts
from kb_service.accounts.schema import session
from kb_service.accounts.sessions import Sessions
from kb_service.accounts.storage import ReadyDatabase
from tests.accounts.builders import PASSWORD, Clock

IDLE, LONGEST = 30 * 60, 12 * 3600


@pytest.fixture
def anna(accounts: Accounts) -> Account:
    return accounts.add("anna", "agent", PASSWORD)


@pytest.fixture
def sessions(database: ReadyDatabase, clock: Clock) -> Sessions:
    return Sessions(database, idle_seconds=IDLE, longest_seconds=LONGEST, now=clock)


def test_a_session_is_found_by_its_secret_alone(sessions: Sessions, anna: Account) -> None:
    secret = sessions.begin(anna, browser="Firefox")

    found = sessions.find(secret)
    assert found
    assert found.name == "anna"
    assert [sessions.find(wrong) for wrong in ("", secret[:-1], secret.lower(), "x" * 43, "\ud800")] == [None] * 5


def test_ids_are_long_and_never_the_same(sessions: Sessions, anna: Account) -> None:
    secrets = {sessions.begin(anna) for _ in range(50)}

    assert len(secrets) == 50
    assert {len(secret) for secret in secrets} == {43}  # 256 bits


def test_the_database_holds_nothing_that_opens_a_session(
    sessions: Sessions, anna: Account, database: ReadyDatabase
) -> None:
    secret = sessions.begin(anna)
    with database.transaction() as connection:
        [row] = connection.execute(select(session)).all()

    assert secret not in str(row)
    assert sessions.find(row.session_hash) is None
    assert sessions.find(sessions.of(anna)[0].key) is None


def test_a_new_session_ends_the_one_that_the_browser_had(sessions: Sessions, anna: Account) -> None:
    before = sessions.begin(anna)
    after = sessions.begin(anna, instead_of=before)

    assert before != after
    assert sessions.find(before) is None
    assert sessions.find(after)


def test_a_session_that_is_not_used_ends(sessions: Sessions, anna: Account, clock: Clock) -> None:
    secret = sessions.begin(anna)
    clock.pass_seconds(IDLE - 1)
    assert sessions.find(secret)
    clock.pass_seconds(IDLE - 1)
    assert sessions.find(secret)
    clock.pass_seconds(IDLE)
    assert sessions.find(secret) is None


@pytest.mark.slow
def test_a_session_that_is_always_used_ends_too(sessions: Sessions, anna: Account, clock: Clock) -> None:
    secret = sessions.begin(anna)
    for _ in range(LONGEST // 600 - 1):
        clock.pass_seconds(600)
        assert sessions.find(secret)
    clock.pass_seconds(600)

    assert sessions.find(secret) is None
    assert sessions.of(anna) == []


def test_one_session_ends_or_all_but_this(sessions: Sessions, anna: Account) -> None:
    one, two, three = (sessions.begin(anna, browser=name) for name in ("one", "two", "three"))
    sessions.end(one)
    assert [bool(sessions.find(each)) for each in (one, two, three)] == [False, True, True]
    sessions.end_all(anna, but=three)
    assert [bool(sessions.find(each)) for each in (two, three)] == [False, True]
    sessions.end_all(anna)
    assert sessions.find(three) is None


def test_nobody_ends_the_session_of_another(sessions: Sessions, anna: Account, accounts: Accounts) -> None:
    tom = accounts.add("tom", "lead", PASSWORD)
    secret = sessions.begin(anna)

    sessions.end_one_of(tom, sessions.of(anna)[0].key)
    assert sessions.find(secret)
    sessions.end_one_of(anna, sessions.of(anna)[0].key)
    assert sessions.find(secret) is None


def test_somebody_disabled_is_out_at_once(sessions: Sessions, anna: Account, accounts: Accounts) -> None:
    secret = sessions.begin(anna)
    accounts.disable("anna")
    accounts.enable("anna")

    assert sessions.find(secret) is None


def test_ended_rows_do_not_stay(sessions: Sessions, anna: Account, database: ReadyDatabase, clock: Clock) -> None:
    sessions.begin(anna)
    clock.pass_seconds(IDLE + 1)
    sessions.begin(anna)
    with database.transaction() as connection:
        assert len(connection.execute(select(session)).all()) == 1
