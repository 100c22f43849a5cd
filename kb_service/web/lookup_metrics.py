"""Counts live look-ups for Prometheus."""

from __future__ import annotations

from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from kb_service.staff.addresses import AddressRefusal
from kb_service.staff.allowed_hosts import HostKind
from kb_service.staff.counter import StaffCountStatus
from kb_service.staff.observer import RefusalReason

SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0)  # the deadline is 4 s
NOT_OF_A_LOOKUP: Final = frozenset({"stale", "not_allowed", "invalid_domain", "disabled"})
REASONS: Final = (*get_args(AddressRefusal), "invalid_domain", "not_allowed", "own_machine")


class LookupMetrics:
    """A LookupObserver. Every series is there from the beginning: one that appears at 1 hides its first increase."""

    def __init__(self, registry: CollectorRegistry) -> None:
        told = "Live look-ups by how they ended; for those that were rate_limited there was no room."
        self._ended = Counter("kb_lookup", told, ["status"], registry=registry)
        told = "Time of a live look-up, both its questions included."
        self._seconds = Histogram("kb_lookup_duration_seconds", told, ["host_kind"], buckets=SECONDS, registry=registry)
        told = "Live look-ups under way now."
        self._in_flight = Gauge("kb_lookup_in_flight", told, multiprocess_mode="livesum", registry=registry)
        told = "Hosts and addresses that were not asked, by reason."
        self._refused = Counter("kb_ssrf_refused", told, ["reason"], registry=registry)
        self._in_flight.set(0)  # a dead process with the same number may have left something
        for status in sorted(set(get_args(StaffCountStatus)) - NOT_OF_A_LOOKUP):
            self._ended.labels(status)
        for reason in REASONS:
            self._refused.labels(reason)

    def started(self) -> None:
        self._in_flight.inc()

    def finished(self, host_kind: HostKind, status: StaffCountStatus, seconds: float) -> None:
        self._in_flight.dec()
        self._ended.labels(status).inc()
        self._seconds.labels(host_kind).observe(seconds)

    def turned_away(self) -> None:
        self._ended.labels("rate_limited").inc()

    def refused(self, reason: RefusalReason) -> None:
        self._refused.labels(reason).inc()
