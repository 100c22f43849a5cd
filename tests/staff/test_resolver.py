from __future__ import annotations

import threading
import time

import pytest

from kb_service.staff.resolver import MAX_PENDING, SystemResolver, system_addresses


def test_the_addresses_found_are_returned_in_their_order():
    resolver = SystemResolver(lambda name: ("2a00::1", "8.8.4.4"))

    assert resolver.resolve("acme.kayako.com", timeout_seconds=1) == ("2a00::1", "8.8.4.4")


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_found_has_no_addresses(error):
    def fail(name: str) -> tuple[str, ...]:
        raise error

    assert SystemResolver(fail).resolve("acme.kayako.com", timeout_seconds=1) == ()


def test_a_hanging_look_up_ends_at_the_time_limit_and_holds_no_more_than_its_threads():
    released = threading.Event()
    asked = []

    def hang(name: str) -> tuple[str, ...]:
        asked.append(name)
        released.wait()
        return ()

    resolver = SystemResolver(hang)
    started = time.monotonic()
    for number in range(MAX_PENDING + 2):
        with pytest.raises(TimeoutError):
            resolver.resolve(f"host{number}.kayako.com", timeout_seconds=0.02)
    released.set()

    assert len(asked) == MAX_PENDING
    assert time.monotonic() - started < 1.0


def test_threads_are_given_back_after_failures():
    def fail(name: str) -> tuple[str, ...]:
        raise OSError

    resolver = SystemResolver(fail)

    assert [resolver.resolve("acme.kayako.com", timeout_seconds=1) for _ in range(3 * MAX_PENDING)] == [()] * 12


def test_the_system_is_asked_for_the_absolute_name_once_per_address(monkeypatch):
    asked = []

    def getaddrinfo(host, port, **options):
        asked.append(host)
        return [
            (2, 1, 6, "", ("8.8.4.4", port)),
            (2, 1, 6, "", ("8.8.4.4", port)),
            (10, 1, 6, "", ("2a00::1", port, 0, 0)),
        ]

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)

    assert system_addresses("acme.kayako.com") == ("8.8.4.4", "2a00::1")
    assert asked == ["acme.kayako.com."]
