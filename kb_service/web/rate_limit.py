"""How often one client may ask: token buckets in memory, one for each client and group of routes."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MAX_CLIENTS: Final = 20_000  # about 4 MB; beyond it the longest known are forgotten, which only lets them ask again
MAX_ADDRESS_CHARACTERS: Final = 45  # the longest real one: a made-up one takes no more memory
PROXY_NETWORKS: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)


@dataclass(frozen=True, slots=True)
class Limit:
    """A group of routes that share one bucket: its size and how fast it fills again."""

    name: str
    per_minute: float
    burst: int


# Each worker counts for itself: with N workers a client may ask up to N times as much. The numbers suit a team of
# agents behind one address; a person types fewer than 10 questions a minute, and a search box suggests at each key.
ANSWERS: Final = Limit("answers", per_minute=240, burst=60)
SUGGESTIONS: Final = Limit("suggestions", per_minute=900, burst=120)
READING: Final = Limit("reading", per_minute=600, burst=120)
FILES: Final = Limit("files", per_minute=3000, burst=600)  # an article may have dozens of pictures
LIVE: Final = Limit("live", per_minute=30, burst=10)  # each may become a request to somebody's helpdesk


class RateLimiter:
    """Counts requests for each client and limit. Safe to share between threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, max_clients: int = MAX_CLIENTS) -> None:
        self._clock = clock
        self._max_clients = max_clients
        self._full_at: dict[tuple[str, str], float] = {}  # when each bucket will be full again
        self._lock = threading.Lock()

    def remembered(self) -> int:
        """Return how many buckets are remembered."""
        return len(self._full_at)

    def wait_seconds(self, client: str, limit: Limit) -> float:
        """Take one token and return 0, or take none and return after how many seconds there will be one."""
        key = (limit.name, client)
        refill_seconds = 60 / limit.per_minute
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at.get(key, now), now) + refill_seconds
            wait = full_at - now - limit.burst * refill_seconds
            if wait > 1e-9:
                return wait
            self._full_at[key] = full_at
            if len(self._full_at) > self._max_clients:
                self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        waiting = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        excess = len(waiting) - self._max_clients // 2
        self._full_at = dict(list(waiting.items())[max(excess, 0) :])


def client_of(peer: str | None, forwarded_for: str | None) -> str:
    """Return whom to count: the peer's address, for IPv6 its /64 network, which is what one household is given.

    A peer on a private or loopback address is a reverse proxy: then its own entry, the last of X-Forwarded-For, counts.
    From anybody else that header is what the client likes to say, and is not read.
    """
    address = peer or ""
    if forwarded_for and _is_proxy(address):
        address = forwarded_for.rpartition(",")[2].strip()
    return _network(address) if ":" in address else address[:MAX_ADDRESS_CHARACTERS]


def _is_proxy(address: str) -> bool:
    if not address:
        return True  # a Unix socket: only this machine reaches it
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in PROXY_NETWORKS)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address[:MAX_ADDRESS_CHARACTERS]
    return str(parsed.ipv4_mapped or ipaddress.IPv6Address(int(parsed) >> 64 << 64))
