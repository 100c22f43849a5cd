"""A name and a password (ASVS 5.0: 6.2.8, 6.3.1, 6.3.8, 11.4.2, 16.3.1)."""

from __future__ import annotations

import logging

import pytest
from argon2 import PasswordHasher

from kb_service.accounts import passwords
from kb_service.accounts.accounts import Account, Accounts, Vouched
from kb_service.accounts.sign_in import PasswordSignIn, Refused
from kb_service.accounts.storage import ReadyDatabase
from kb_service.accounts.throttle import PER_ADDRESS, PER_NAME, SignInThrottle
from tests.accounts.builders import OTHER_PASSWORD, PASSWORD, Clock

HERE = "192.0.2.7"


@pytest.fixture
def sign_in(accounts: Accounts, database: ReadyDatabase, clock: Clock) -> PasswordSignIn:
    accounts.add("anna", "agent", PASSWORD)
    return PasswordSignIn(accounts, SignInThrottle(database, now=clock))


def test_a_name_and_its_password_are_an_account(sign_in: PasswordSignIn) -> None:
    found = sign_in.check(" ANNA", PASSWORD, address=HERE)

    assert isinstance(found, Account)
    assert found.name == "anna"


NOT_LET_IN = {
    "wrong password": ("anna", OTHER_PASSWORD),
    "no password": ("anna", ""),
    "password with a blank": ("anna", PASSWORD + " "),
    "endless password": ("anna", PASSWORD * 100_000),
    "unknown name": ("tom", PASSWORD),
    "no name": ("", PASSWORD),
    "endless name": ("anna" * 100_000, PASSWORD),
    "SQL": ("anna' --", PASSWORD),
    "surrogate": ("\ud800", "\ud800"),
    "disabled": ("dora", PASSWORD),
    "vouched for elsewhere": ("otto", ""),
}


@pytest.mark.parametrize(("name", "password"), NOT_LET_IN.values(), ids=NOT_LET_IN)
def test_all_others_are_refused_alike_after_the_same_work(
    name: str, password: str, sign_in: PasswordSignIn, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add("dora", "lead", PASSWORD)
    accounts.disable("dora")
    accounts.vouched_for(Vouched("https://login.example.com", "1", "otto", "lead"))
    computed: list[str] = []
    verify = passwords._HASHER.verify

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            computed.append(str(hash))
            return bool(verify(hash, password))

    monkeypatch.setattr(passwords, "_HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))

    assert sign_in.check(name, password, address=HERE) == Refused(0)
    assert len(computed) == 1
    assert computed[0].split("$")[1:4] == ["argon2id", "v=19", "m=8,t=1,p=1"]


def test_tries_are_counted_for_names_that_there_are_and_are_not(sign_in: PasswordSignIn) -> None:
    for name in ("anna", "nobody"):
        found = [sign_in.check(name, OTHER_PASSWORD, address=f"192.0.2.{n}") for n in range(PER_NAME.tries + 1)]
        assert found[:-1] == [Refused(0)] * PER_NAME.tries
        assert isinstance(found[-1], Refused)
        assert found[-1].wait_seconds > 0


def test_who_must_wait_waits_with_the_right_password_too(sign_in: PasswordSignIn, clock: Clock) -> None:
    for n in range(PER_NAME.tries):
        sign_in.check("anna", OTHER_PASSWORD, address=f"192.0.2.{n}")
    refused = sign_in.check("anna", PASSWORD, address="198.51.100.1")

    assert isinstance(refused, Refused)
    clock.pass_seconds(refused.wait_seconds)
    assert isinstance(sign_in.check("anna", PASSWORD, address="198.51.100.1"), Account)


@pytest.mark.slow
def test_one_address_does_not_try_one_name_after_the_other(sign_in: PasswordSignIn) -> None:
    found = [sign_in.check(f"name{n}", PASSWORD, address=HERE) for n in range(PER_ADDRESS.tries + 1)]

    assert found[:-1] == [Refused(0)] * PER_ADDRESS.tries
    assert isinstance(found[-1], Refused)
    assert found[-1].wait_seconds > 0
    assert isinstance(sign_in.check("anna", PASSWORD, address="198.51.100.1"), Account)


def test_an_old_hash_is_made_anew_when_somebody_signs_in(sign_in: PasswordSignIn, accounts: Accounts) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    accounts._change("anna", password_hash=old)
    sign_in.check("anna", OTHER_PASSWORD, address=HERE)
    assert accounts.password_of("anna")[1] == old, "a wrong password changes nothing"

    assert isinstance(sign_in.check("anna", PASSWORD, address=HERE), Account)

    kept = accounts.password_of("anna")[1]
    assert kept != old
    assert not passwords.is_outdated(kept)
    assert isinstance(sign_in.check("anna", PASSWORD, address=HERE), Account)


def test_refusals_are_logged_without_what_was_typed(sign_in: PasswordSignIn, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="kb_service"):
        sign_in.check("my secret\nfaked: line", OTHER_PASSWORD, address=HERE)
        sign_in.check("anna", OTHER_PASSWORD, address=HERE)

    assert caplog.messages == [
        "sign-in refused: no account, wrong name or password",
        "sign-in refused: account 1, wrong name or password",
    ]
