"""Passwords (ASVS 5.0: 6.2.1, 6.2.4, 6.2.5, 6.2.8, 6.2.9, 6.2.11, 6.2.12, 11.4.2)."""

from __future__ import annotations

import threading
import time

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from kb_service.accounts import passwords
from kb_service.errors import DependencyFailed
from tests.accounts.builders import PASSWORD

REAL = passwords._HASHER  # before tests make it cheap


def test_what_is_kept_is_argon2id_with_more_than_the_least_that_is_advised() -> None:
    kept = extract_parameters(REAL.hash(PASSWORD))

    assert kept.type is Type.ID
    assert kept.memory_cost >= 19 * 1024
    assert kept.time_cost >= 2
    assert (kept.hash_len, kept.salt_len) == (32, 16)


def test_a_password_is_right_letter_by_letter_to_its_end() -> None:
    long = PASSWORD + "x" * 100
    kept = passwords.hash_password(long)

    assert passwords.is_right(long, kept)
    assert [passwords.is_right(wrong, kept) for wrong in (long[:-1], long + "x", long.upper(), " " + long, "")] == [
        False
    ] * 5


@pytest.mark.parametrize("kept", ["", "nonsense", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_what_is_no_hash_is_of_no_password(kept: str) -> None:
    assert not passwords.is_right("", kept)
    assert not passwords.is_right("what is compared with where there is no account", kept)


def test_other_parameters_are_outdated() -> None:
    assert not passwords.is_outdated(passwords.hash_password(PASSWORD))
    assert passwords.is_outdated(PasswordHasher(time_cost=3, memory_cost=16, parallelism=1).hash(PASSWORD))


REFUSED = {
    "short": "Xk9#mQ2$vL7",
    "common": "passwordpassword",
    "a row of keys": "qwertyuiopasdfgh",
    "a known one with a number": "iloveyou12345",
    "one letter": "a" * 40,
    "the name": "anna.example",
    "the name again and again": "annaannaanna1",
    "words of the service": "helpdesksupport",
    "too long": "correct violet " * 10,
}


@pytest.mark.parametrize("password", REFUSED.values(), ids=REFUSED)
def test_a_guessable_password_is_refused_with_the_reason(password: str) -> None:
    assert passwords.problem_with(password, name="anna@example.com").endswith(".")


@pytest.mark.parametrize("password", [PASSWORD, "ключи лежат под лодкой", "x7Gq!9zR@2pL", "violet grebes " * 9])
def test_any_characters_make_a_password(password: str) -> None:
    assert passwords.problem_with(password, name="anna@example.com") == ""


def test_many_who_sign_in_at_once_do_not_hold_up_everybody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """One computes, one waits, and a third thread is told at once (2.4.1, 15.2.2)."""
    computing, go_on = threading.Event(), threading.Event()

    class Slow(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            computing.set()
            return go_on.wait(10)

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    threads = [threading.Thread(target=passwords.is_right, args=(PASSWORD, "x")) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert computing.wait(10)
    while passwords._AT_ONCE._value:  # type: ignore[attr-defined]
        time.sleep(0.001)

    with pytest.raises(DependencyFailed, match="at this moment"):
        passwords.is_right(PASSWORD, "x")
    go_on.set()
    for thread in threads:
        thread.join()
    assert passwords.is_right(PASSWORD, "x")
