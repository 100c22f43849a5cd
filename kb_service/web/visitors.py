"""Who asks, and how often: anonymous visitors ask for the public audience, up to a rate, and for allowed live counts.

The rate is kept by token buckets in memory, one for each client and group of routes. A program with a token of its own
is a client by itself, wherever it asks from, and may ask more often: it asks for many people.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
from flask import request
from werkzeug.exceptions import TooManyRequests

from kb_service.answers.results import Answer, Question, SeatAnswer
from kb_service.knowledge_base import KnowledgeBase
from kb_service.staff.counter import StaffCount
from kb_service.staff.host_name import InvalidHostName, parse_helpdesk
from kb_service.staff.signing import BadToken, DomainTokens

MAX_CLIENTS: Final = 20_000  # about 4 MB; beyond it the longest known are forgotten, which only lets them ask again
MAX_ADDRESS_CHARACTERS: Final = 45  # the longest real one: a made-up one takes no more memory
PROXY_NETWORKS: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)

_log: Final = logging.getLogger(__name__)


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
TIMES_FOR_PROGRAMS: Final = 10  # as often as a stranger, but for what asks helpdesks


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


class Asker(NamedTuple):
    """Whom to count: an address, or a program with a token of its own."""

    name: str
    is_program: bool = False


def stranger() -> Asker:
    """Return whoever sent the current request, by address."""
    return Asker(client_of(request.remote_addr, request.headers.get("X-Forwarded-For")))


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


@dataclass(frozen=True, slots=True)
class Visitors:
    """Asks the knowledge base for whoever sent the current request.

    Without a `limiter` everybody may ask as often as they like. Without `counts_staff` no visitor gets a live count;
    with `tokens` only one who shows a token that the operator's site signed for that helpdesk. `asker` tells who
    sent the current request, and refuses a token that is wrong. `observe` is told what came of each question.
    """

    knowledge_base: KnowledgeBase
    limiter: RateLimiter | None
    counts_staff: bool
    tokens: DomainTokens | None
    asker: Callable[[], Asker] = stranger
    observe: Callable[[Answer], None] = lambda answer: None
    now: Callable[[], float] = time.time  # seconds since 1970, for the age of tokens

    def admit(self, limit: Limit) -> None:
        """Count the current request; raise TooManyRequests when its client must wait."""
        if wait := self._wait_seconds(limit):
            raise TooManyRequests(retry_after=math.ceil(wait))

    def answer(self, question: Question, *, token: str | None) -> Answer:
        """Answer for the public; a live count that is refused is a status of the answer and never fails it."""
        asked, refusal = self._admitted(question, token)
        answer = self.knowledge_base.answer(asked)
        self.observe(answer)
        return msgspec.structs.replace(answer, staff_count=refusal) if refusal else answer

    def seats(self, question: Question, *, token: str | None) -> SeatAnswer:
        """Return the seats alone, for the public; a live count that is refused is a status here as well."""
        asked, refusal = self._admitted(question, token)
        found = self.knowledge_base.seats(asked)
        return msgspec.structs.replace(found, staff_count=refusal) if refusal else found

    def staff_count(self, domain: str, *, token: str | None) -> StaffCount:
        """Return the live count alone, or why this visitor does not get it."""
        return self._refusal(domain, token) or self.knowledge_base.staff_count(domain)

    def _admitted(self, question: Question, token: str | None) -> tuple[Question, StaffCount | None]:
        """Return the question as this visitor may ask it, and why a live count is refused."""
        refusal = self._refusal(question.domain, token) if question.domain else None
        if question.domain and not refusal and self._wait_seconds(LIVE):
            refusal = StaffCount("rate_limited", domain="")
        domain = None if refusal else question.domain
        return msgspec.structs.replace(question, audience="public", domain=domain), refusal

    def _refusal(self, domain: str, token: str | None) -> StaffCount | None:
        if not self.counts_staff:
            return StaffCount("disabled", domain="")
        if not self.tokens:
            return None
        name = parse_helpdesk(domain, configured={domain.lower()})
        if isinstance(name, InvalidHostName):
            return StaffCount("invalid_domain", domain="")
        signed_for = self.tokens.verify(token or "", now=self.now())
        if signed_for == name:
            return None
        reason = signed_for.reason if isinstance(signed_for, BadToken) else "signed for another helpdesk"
        _log.info("%s: not asked, the token does not open it (%s)", name, reason)
        return StaffCount("not_allowed", domain=name)

    def _wait_seconds(self, limit: Limit) -> float:
        asker = self.asker()  # also where there is no limit: a wrong token is refused everywhere
        if self.limiter is None:
            return 0.0
        more = asker.is_program and limit != LIVE
        return self.limiter.wait_seconds(asker.name, _for_programs(limit) if more else limit)


def _for_programs(limit: Limit) -> Limit:
    return Limit(limit.name, limit.per_minute * TIMES_FOR_PROGRAMS, limit.burst * TIMES_FOR_PROGRAMS)
