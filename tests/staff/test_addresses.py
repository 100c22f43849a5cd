from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterator

import pytest
from AntiSSRF.ipaddress_ranges import IPAddressRanges
from ssrfguard import DEFAULT_DENIED

from kb_service.staff.addresses import refusal
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


def test_own_addresses_are_refused_before_anything_allows_them():
    own = [ipaddress.ip_network("8.8.4.4"), ipaddress.ip_network("10.1.2.7")]

    assert refusal("8.8.4.4", never=own) == "own_address"
    assert refusal("10.1.2.7", only=OFFICE, never=own) == "own_address"


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
