"""Ask the helpdesk itself, every time: admit the name, resolve once, check every address, connect to those only."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from kb_service.staff.addresses import Resolver, refusal
from kb_service.staff.allowed_hosts import COUNT_PATH, AllowedHost, AllowedHosts, RefusedHost
from kb_service.staff.counter import UNAVAILABLE, StaffCount, StaffCountStatus
from kb_service.staff.observer import LookupObserver, NoObserver
from kb_service.staff.reply import Reply, classify
from kb_service.staff.transport import HTTPS_PORT, OWN_MACHINE, Budget, NoReply, PinnedBackend, PinnedTransport, get

LOOKUP_SECONDS: Final = 4.0  # everything: DNS, TLS and both questions
RESOLVE_SECONDS: Final = 2.0
MAX_WIRE_BYTES: Final = 96 * 1024
UNEXPLAINED: Final[StaffCountStatus] = "unreachable"  # what a look-up counts as that a fault of ours ended

# The second is the native form, right where the web server rewrites nothing: such a server answers the first with its
# home page or a 404.
PATHS: Final = (COUNT_PATH, "/index.php?/Base/Staff/GetCount")

_log: Final = logging.getLogger("kb_service.staff")


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpCounter:
    """A StaffCounter without a cache; takes `lookup_seconds` at most.

    Hosts with networks of their own have to prove their names to `on_premise_context`, if given, all others to
    `ssl_context`. `port` and `utc_now` are for tests: the URL, TLS and Host speak of 443 in any case.
    """

    hosts: AllowedHosts
    resolver: Resolver
    ssl_context: ssl.SSLContext
    on_premise_context: ssl.SSLContext | None = None
    observer: LookupObserver = field(default_factory=NoObserver)
    lookup_seconds: float = LOOKUP_SECONDS
    port: int = HTTPS_PORT
    utc_now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        host = self.hosts.admit(domain)
        if isinstance(host, RefusedHost):
            self.observer.refused(host.status)
            return StaffCount(host.status, host.domain)
        limit = self.lookup_seconds if deadline is None else min(deadline, self.lookup_seconds)
        budget = Budget(seconds=limit, wire_bytes=MAX_WIRE_BYTES)
        observed_at, started, status = self.utc_now(), time.monotonic(), UNEXPLAINED
        self.observer.started()
        try:
            staff_count = self._look_up(host, budget)
            status = staff_count.status
            return replace(staff_count, observed_at=observed_at, url=host.url)
        finally:
            self._finished(host, status, time.monotonic() - started)

    def close(self) -> None:
        """Nothing is kept open between look-ups."""

    def _finished(self, host: AllowedHost, status: StaffCountStatus, seconds: float) -> None:
        milliseconds = round(seconds * 1000)
        line = {"host": host.name, "lookup_status": status, "took_ms": milliseconds}
        _log.info("%s: %s after %d ms", host.name, status, milliseconds, extra=line)
        self.observer.finished(host.kind, status, seconds)

    def _look_up(self, host: AllowedHost, budget: Budget) -> StaffCount:
        addresses = self._checked_addresses(host, budget)
        if isinstance(addresses, NoReply):
            return StaffCount(addresses.status, host.name)
        first = self._ask(host, PATHS[0], addresses, budget)
        if not _deserves_another_try(first):
            return first
        second = self._ask(host, PATHS[1], addresses, budget)
        return first if second.status in UNAVAILABLE else second

    def _checked_addresses(self, host: AllowedHost, budget: Budget) -> tuple[str, ...] | NoReply:
        """One bad answer refuses the name, in the words of an unknown one: who asks learns nothing of our network."""
        try:
            limit = min(RESOLVE_SECONDS, budget.seconds_left())
            addresses = self.resolver.resolve(host.name, timeout_seconds=limit)
        except TimeoutError as error:
            return NoReply("timeout", str(error))
        for address in addresses:
            reason = refusal(address, only=host.networks)
            if reason:
                _log.warning("%s: refused to connect to %s (%s)", host.name, address, reason)
                self.observer.refused(reason)
                return NoReply("unreachable", reason)
        return addresses or NoReply("unreachable", "no such name")

    def _ask(self, host: AllowedHost, path: str, addresses: tuple[str, ...], budget: Budget) -> StaffCount:
        on_premise = bool(host.networks)
        backend = PinnedBackend(addresses=addresses, budget=budget, port=self.port, allows_own=on_premise)
        ssl_context = (on_premise and self.on_premise_context) or self.ssl_context
        with PinnedTransport(backend, ssl_context) as transport:
            answer = get(transport, f"https://{host.name}{host.base_path}{path}")
        if isinstance(answer, Reply):
            found = classify(answer)
            return StaffCount(
                found.status,
                host.name,
                count=found.count,
                purchased=found.purchased,
                with_notices=found.with_notices,
                http_status=answer.status,
            )
        if answer.why == OWN_MACHINE:
            _log.warning("%s: refused to talk to this machine", host.name)
            self.observer.refused("own_machine")
        _log.info("%s: no reply (%s)", host.name, answer.why)
        return StaffCount(answer.status, host.name)


def _deserves_another_try(found: StaffCount) -> bool:
    """A home page may hold a login form as well; a real 401 or redirect to a login would only be repeated."""
    return found.status in ("not_found", "unexpected_response") or (
        found.status == "login_required" and found.http_status == 200
    )
