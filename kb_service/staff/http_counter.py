"""Asks the helpdesk itself, every time: admit the name, resolve once, check every address, connect to those only."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from kb_service.staff.addresses import Network, refusal
from kb_service.staff.allowed_hosts import AllowedHost, AllowedHosts, RefusedHost
from kb_service.staff.budget import Budget
from kb_service.staff.counter import UNAVAILABLE, StaffCount, StaffCountStatus
from kb_service.staff.exchange import NoReply, ask
from kb_service.staff.observer import LookupObserver, NoObserver
from kb_service.staff.reply import Reply, Verdict, classify
from kb_service.staff.resolver import Resolver
from kb_service.staff.transport import HTTPS_PORT, OWN_MACHINE, PinnedTransport

LOOKUP_SECONDS: Final = 4.0  # everything: DNS, TLS and both questions
RESOLVE_SECONDS: Final = 2.0
MAX_WIRE_BYTES: Final = 96 * 1024
UNEXPLAINED: Final[StaffCountStatus] = "unreachable"  # what a look-up counts as that a fault of ours ended

# Kayako's article gives the first; the second is the native form, right where the web server rewrites nothing: such a
# server answers the first with its home page or a 404.
PATHS: Final = ("/Base/staff/getcount", "/index.php?/Base/Staff/GetCount")

_log: Final = logging.getLogger("kb_service.staff")


class HttpCounter:
    """A StaffCounter without memory; hosts with networks of their own are believed by `on_premise_context`, if given.

    `port` is for tests: the URL, TLS and Host speak of 443 in any case.
    """

    def __init__(
        self,
        *,
        hosts: AllowedHosts,
        resolver: Resolver,
        ssl_context: ssl.SSLContext,
        on_premise_context: ssl.SSLContext | None = None,
        own_networks: Sequence[Network] = (),
        observer: LookupObserver | None = None,
        lookup_seconds: float = LOOKUP_SECONDS,
        port: int = HTTPS_PORT,
        clock: Callable[[], float] = time.monotonic,
        utc_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._hosts = hosts
        self._resolver = resolver
        self._ssl_context = ssl_context
        self._on_premise_context = on_premise_context or ssl_context
        self._own_networks = tuple(own_networks)
        self._observer = observer or NoObserver()
        self._lookup_seconds = lookup_seconds
        self._port = port
        self._clock = clock
        self._utc_now = utc_now

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        host = self._hosts.admit(domain)
        if isinstance(host, RefusedHost):
            self._observer.refused(host.status)
            return StaffCount(host.status, host.domain)
        limit = self._lookup_seconds if deadline is None else min(deadline, self._lookup_seconds)
        budget = Budget(seconds=limit, wire_bytes=MAX_WIRE_BYTES, clock=self._clock)
        started, status = self._clock(), UNEXPLAINED
        self._observer.started()
        try:
            staff_count = self._look_up(host, budget)
            status = staff_count.status
            return staff_count
        finally:
            self._finished(host, status, self._clock() - started)

    def close(self) -> None:
        """Nothing is kept open between look-ups."""

    def _finished(self, host: AllowedHost, status: StaffCountStatus, seconds: float) -> None:
        milliseconds = round(seconds * 1000)
        line = {"host": host.name, "lookup_status": status, "took_ms": milliseconds}
        _log.info("%s: %s after %d ms", host.name, status, milliseconds, extra=line)
        self._observer.finished(host.kind, status, seconds)

    def _look_up(self, host: AllowedHost, budget: Budget) -> StaffCount:
        observed_at = self._utc_now()
        found = self._checked_addresses(host, budget)
        if isinstance(found, NoReply):
            return StaffCount(found.status, host.name, observed_at=observed_at)
        verdict, http_status = self._ask_both_ways(host, found, budget)
        return StaffCount(
            verdict.status,
            host.name,
            count=verdict.count,
            purchased=verdict.purchased,
            observed_at=observed_at,
            with_notices=verdict.with_notices,
            http_status=http_status,
        )

    def _checked_addresses(self, host: AllowedHost, budget: Budget) -> tuple[str, ...] | NoReply:
        """One bad answer refuses the name, in the words of an unknown one: who asks learns nothing of our network."""
        try:
            limit = min(RESOLVE_SECONDS, budget.seconds_left())
            addresses = self._resolver.resolve(host.name, timeout_seconds=limit)
        except TimeoutError as error:
            return NoReply("timeout", str(error))
        for address in addresses:
            reason = refusal(address, only=host.networks, never=self._own_networks)
            if reason:
                _log.warning("%s: refused to connect to %s (%s)", host.name, address, reason)
                self._observer.refused(reason)
                return NoReply("unreachable", reason)
        return addresses or NoReply("unreachable", "no such name")

    def _ask_both_ways(
        self, host: AllowedHost, addresses: tuple[str, ...], budget: Budget
    ) -> tuple[Verdict, int | None]:
        first = self._ask(host, PATHS[0], addresses, budget)
        if not _deserves_another_try(*first):
            return first
        second = self._ask(host, PATHS[1], addresses, budget)
        return first if second[0].status in UNAVAILABLE else second

    def _ask(
        self, host: AllowedHost, path: str, addresses: tuple[str, ...], budget: Budget
    ) -> tuple[Verdict, int | None]:
        transport = PinnedTransport(
            addresses=addresses,
            ssl_context=self._on_premise_context if host.networks else self._ssl_context,
            budget=budget,
            port=self._port,
            allows_own=bool(host.networks),
        )
        with transport:
            answer = ask(transport, f"https://{host.name}{host.base_path}{path}")
        if isinstance(answer, Reply):
            return classify(answer), answer.status
        if answer.why == OWN_MACHINE:
            _log.warning("%s: refused to talk to this machine", host.name)
            self._observer.refused("own_machine")
        _log.info("%s: no reply (%s)", host.name, answer.why)
        return Verdict(answer.status), None


def _deserves_another_try(verdict: Verdict, http_status: int | None) -> bool:
    """A home page may hold a login form as well; a real 401 or redirect to a login would only be repeated."""
    return verdict.status in ("not_found", "unexpected_response") or (
        verdict.status == "login_required" and http_status == 200
    )
