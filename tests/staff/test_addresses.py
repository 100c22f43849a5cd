from __future__ import annotations

import ipaddress
import random
import threading
import time
from collections.abc import Iterator

import pytest
from AntiSSRF.ipaddress_ranges import IPAddressRanges
from ssrfguard import DEFAULT_DENIED

from kb_service.staff.addresses import MAX_PENDING, SystemResolver, refusal, system_addresses
from tests.staff.tables import rows

CASES = list(rows("addresses.txt"))


@pytest.mark.parametrize(("verdict", "address", "why"), [pytest.param(*case, id="-".join(case[1:])) for case in CASES])
def test_only_public_addresses_may_be_connected_to(verdict, address, why):
    assert (refusal(address) or "public") == verdict


OFFICE = [ipaddress.ip_network("10.1.2.0/24"), ipaddress.ip_network("fd12:3456::/64")]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("10.1.2.7", None),
        ("fd12:3456::7", None),
        ("10.1.3.7", "not_in_configured_network"),
        ("127.0.0.1", "not_in_configured_network"),
        ("8.8.4.4", "not_in_configured_network"),
    ],
)
def test_a_configured_network_is_the_only_place_its_name_may_lead_to(address, reason):
    assert refusal(address, only=OFFICE) == reason


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fe80::1", "64:ff9b::7f00:1", "224.0.0.1"],
)
def test_not_even_the_operator_opens_metadata_or_multicast(address):
    wide = [ipaddress.ip_network(block) for block in ("100.0.0.0/8", "160.0.0.0/4", "224.0.0.0/8", "::/0")]

    assert refusal(address, only=wide) == "not_in_configured_network"


def _random_addresses(number: int) -> Iterator[str]:
    """Half of them anywhere, half near the edges of special blocks, where tables differ."""
    dice = random.Random(20261125)
    edges = [ipaddress.ip_address(address) for verdict, address, _ in CASES if verdict != "not_canonical"]
    for _ in range(number):
        if dice.random() < 0.5:
            edge = dice.choice(edges)
            top = 2**32 if edge.version == 4 else 2**128
            step = dice.choice((1, 2**8, 2**16, 2**24, 2 ** dice.randrange(edge.max_prefixlen)))
            value = (int(edge) + dice.randrange(-3, 4) * step) % top
            yield str(type(edge)(value))
        elif dice.random() < 0.5:
            yield str(ipaddress.IPv4Address(dice.getrandbits(32)))
        else:
            yield str(ipaddress.IPv6Address(dice.getrandbits(128) >> dice.choice((0, 1, 2, 96))))


@pytest.mark.slow
def test_nothing_is_allowed_that_other_libraries_refuse():
    # antissrf refuses NAT64 as a whole; we decode it as ssrfguard does, because hosts with IPv6 alone need it.
    listed = [ipaddress.ip_network(block) for block in IPAddressRanges.recommended_latest if block != "64:ff9b::/96"]
    refused = {version: [block for block in listed if block.version == version] for version in (4, 6)}

    allowed = [ipaddress.ip_address(address) for address in _random_addresses(100_000) if refusal(address) is None]

    assert 20_000 < len(allowed) < 80_000
    for address in allowed:
        assert not DEFAULT_DENIED.classify(address).blocked, address
        assert not any(address in block for block in refused[address.version]), address


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
