"""Look up the addresses of a name, and decide which may be connected to: public unicast, or what the operator named.

`ipaddress.is_global` alone is not enough: CPython 3.11.7 calls 64:ff9b::7f00:1 (127.0.0.1 behind NAT64), ff02::1,
224.0.0.1 and 5f00::1 global, so an address must pass an own table as well.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, Literal, Protocol

from kb_service.staff.limits import Bulkhead

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
AddressRefusal = Literal["not_canonical", "not_in_configured_network", "not_public"]
GetAddresses = Callable[[str], tuple[str, ...]]

MAX_PENDING: Final = 4  # a hanging getaddrinfo cannot be cancelled; more than these are never left hanging

# IANA special-purpose registry; 192.31.196, 192.52.193, 192.175.48 (AS112, AMT) answer anywhere, so to nobody known;
# 168.63.129.16 is Azure's WireServer, a public address that is only ever the host of the virtual machine.
_REFUSED_V4: Final = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 "
        "198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
    ).split()
)
_GLOBAL_UNICAST_V6: Final = IPv6Network("2000::/3")  # all that IANA has given out; the rest wraps, loops or waits
_REFUSED_V6: Final = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID, AS112
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")  # decoded, because hosts that only have IPv6 need it
_ISATAP_MARKS: Final = frozenset({0x00005EFE, 0x02005EFE})  # RFC 5214: the lower half wraps an IPv4 address

# Not even the operator may open these: metadata services, nobody's addresses, and wrappers that could hide either.
_NEVER: Final = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("100.100.100.200/32"),  # Alibaba Cloud metadata
    IPv4Network("168.63.129.16/32"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("224.0.0.0/4"),
    IPv4Network("240.0.0.0/4"),
    IPv6Network("::/128"),
    IPv6Network("::ffff:0:0/96"),
    IPv6Network("64:ff9b::/96"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2001::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("fd00:ec2::/32"),  # AWS metadata
    IPv6Network("fd20:ce::254/128"),  # Google Cloud metadata
    IPv6Network("fe80::/10"),
    IPv6Network("ff00::/8"),
)


def refusal(text: str, *, only: Sequence[Network] = ()) -> AddressRefusal | None:
    """Return why a resolver's answer must not be connected to, None when it may.

    With `only` (the operator's networks for this name) an address has to be in one of them and need not be public.

    refusal("8.8.4.4")          → None
    refusal("64:ff9b::7f00:1")  → "not_public", it is 127.0.0.1 behind NAT64
    """
    address = _canonical(text)
    if address is None:
        return "not_canonical"
    if only:
        return None if _is_in(address, only) and not _is_in(address, _NEVER) else "not_in_configured_network"
    return None if _is_public(address) else "not_public"


def is_never_allowed(network: Network) -> bool:
    """Whether a network consists of nothing but addresses that are refused in any case."""
    return any(network.network_address in block and network.broadcast_address in block for block in _NEVER)


def _canonical(text: str) -> Address | None:
    """Parse only the one spelling Python itself prints: no zone, no leading zeros, no short forms."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address if str(address) == text else None


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not _is_in(address, _REFUSED_V4)
    if address in _NAT64:
        return _is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return (
        address in _GLOBAL_UNICAST_V6
        and address.is_global
        and not _is_in(address, _REFUSED_V6)
        and int(address) >> 32 & 0xFFFF_FFFF not in _ISATAP_MARKS
    )


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


class Resolver(Protocol):
    """Turns a host name into addresses, asking once; a name that does not exist has none."""

    def resolve(self, name: str, *, timeout_seconds: float) -> tuple[str, ...]:
        """Return all addresses of `name`, best first; raises TimeoutError."""
        ...


class SystemResolver:
    """Asks the operating system, with the time limit that `getaddrinfo` does not have."""

    def __init__(self, get_addresses: GetAddresses | None = None) -> None:
        self._get_addresses = get_addresses or system_addresses
        self._bulkhead = Bulkhead(MAX_PENDING, "kb-staff-resolver")

    def resolve(self, name: str, *, timeout_seconds: float) -> tuple[str, ...]:
        answer: Future[tuple[str, ...]] = Future()
        if not self._bulkhead.start(partial(self._addresses_of, name), answer.set_result):
            raise TimeoutError(f"{MAX_PENDING} names are already being looked up")
        return answer.result(timeout_seconds)

    def _addresses_of(self, name: str) -> tuple[str, ...]:
        try:
            return self._get_addresses(name)
        except (OSError, UnicodeError):  # "no such name", a broken resolver, a label its codec refuses: no address
            return ()


def system_addresses(name: str) -> tuple[str, ...]:
    """Ask for the absolute name: without the final dot a search list could complete it to an internal one first."""
    found = socket.getaddrinfo(f"{name}.", 443, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(socket_address[0]) for *_, socket_address in found))
