"""Whom to count a request for: its client's address, as trusted proxies tell it; for IPv6 the /64 of one household."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Final

CLIENT: Final = "kb.client"  # in the WSGI environ, from the beginning of a request on
MOST_HOPS: Final = 20  # of X-Forwarded-For that are looked at

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TrustedProxies:
    """The networks whose word counts: each proxy there adds to X-Forwarded-For from whom it got the request."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks: tuple[Network, ...] = tuple(ipaddress.ip_network(network) for network in networks)

    def client_of(self, environ: Mapping[str, Any]) -> str:
        """Return whom to count: the last in the chain who is no trusted proxy.

        From anybody else X-Forwarded-For is what the client likes to say, and is not read; what stands left of the
        client in it neither. A peer without an address is a Unix socket: only a proxy on this machine reaches it.
        """
        peer = environ.get("REMOTE_ADDR") or ""
        client = _address(peer)
        if (client is None and peer) or (client and not self._trusts(client)):
            return _counted(client) if client else peer[:45]
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", MOST_HOPS)
        for hop in reversed(hops[-MOST_HOPS:]):
            found = _address(hop)
            if found is None:  # nothing that a proxy would write: the one who passed it on is counted
                break
            client = found
            if not self._trusts(client):
                break
        return _counted(client) if client else ""

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def client_of(environ: Mapping[str, Any]) -> str:
    """Return whom the current request is counted for."""
    return str(environ.get(CLIENT, ""))


def _address(text: str) -> Address | None:
    """Read an address with or without a port, brackets, quotes or a zone."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def _counted(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.IPv6Address(int(address) >> 64 << 64))
