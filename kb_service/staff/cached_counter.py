"""Puts memory and limits around a counter: whatever a helpdesk does, callers wait no longer than they want to.

A host is asked by one look-up at a time, two hosts at a time, sixty a minute, and two callers at a time wait for an
answer; beyond that it is `rate_limited` at once. A look-up that outlives its caller finishes in the background and
fills the memory. While a helpdesk cannot be asked, its last good count is given as `stale`.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Final

from kb_service.staff.allowed_hosts import AllowedHosts, RefusedHost
from kb_service.staff.bulkhead import Bulkhead
from kb_service.staff.counter import UNAVAILABLE, StaffCount, StaffCounter, StaffCountStatus
from kb_service.staff.host_name import HostName
from kb_service.staff.host_record import HostRecords
from kb_service.staff.observer import LookupObserver, NoObserver
from kb_service.staff.rate_window import RateWindow

WAIT_SECONDS: Final = 2.5  # what a person waits for an answer that is there without the number
LONGEST_WAIT_SECONDS: Final = 10.0  # more than any look-up takes
# Each holds one of the four threads that answer questions. Without a limit, twenty people who asked one helpdesk that
# hung took them all, and ordinary questions waited 2 s (the 99th percentile) instead of 24 ms.
MAX_WAITING: Final = 2
JITTER: Final = 0.1  # so that all that was asked at one moment does not expire at one moment

_log: Final = logging.getLogger("kb_service.staff")


class CachedCounter:
    """A StaffCounter over a slow one; `clock` and `randomness` (0 to 1) come in for tests."""

    def __init__(
        self,
        counter: StaffCounter,
        *,
        hosts: AllowedHosts,
        wait_seconds: float = WAIT_SECONDS,
        observer: LookupObserver | None = None,
        clock: Callable[[], float] = time.monotonic,
        randomness: Callable[[], float] = random.random,
    ) -> None:
        self._counter = counter
        self._hosts = hosts
        self._wait_seconds = wait_seconds
        self._observer = observer or NoObserver()
        self._clock = clock
        self._randomness = randomness
        self._lock = threading.Lock()  # held for microseconds only: everything below, no look-up
        self._records = HostRecords()
        self._flights: dict[HostName, Future[StaffCount]] = {}
        self._bulkhead = Bulkhead()
        self._waiting = threading.BoundedSemaphore(MAX_WAITING)
        self._window = RateWindow()
        self._closed = False

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        host = self._hosts.admit(domain)
        if isinstance(host, RefusedHost):
            self._observer.refused(host.status)
            return StaffCount(host.status, host.domain)
        with self._lock:
            answer = self._known(host.name) or self._flights.get(host.name) or self._take_off(host.name)
        if isinstance(answer, StaffCount):
            return answer
        if not self._waiting.acquire(blocking=False):
            self._observer.turned_away()
            return self._instead(host.name, "rate_limited")
        try:
            wait_seconds = self._wait_seconds if deadline is None else deadline
            return answer.result(min(max(wait_seconds, 0.0), LONGEST_WAIT_SECONDS))
        except TimeoutError:
            return self._instead(host.name, "timeout")
        finally:
            self._waiting.release()

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self._counter.close()

    def _instead(self, name: HostName, status: StaffCountStatus) -> StaffCount:
        with self._lock:
            return self._records.instead(name, status, self._clock())

    def _known(self, name: HostName) -> StaffCount | None:
        record = self._records.find(name)
        return record.known(self._clock()) if record else None

    def _take_off(self, name: HostName) -> Future[StaffCount] | StaffCount:
        """Start a look-up, or say at once that there is no room for it."""
        now = self._clock()
        if self._closed:
            return StaffCount("disabled", name)
        flight: Future[StaffCount] = Future()
        look_up, land = partial(self._look_up, name), partial(self._land, name, flight)
        if not self._window.allows(now) or not self._bulkhead.start(look_up, land):
            self._observer.turned_away()
            return self._records.instead(name, "rate_limited", now)
        self._window.started(now)
        self._flights[name] = flight
        return flight

    def _look_up(self, name: HostName) -> StaffCount:
        try:
            return self._counter.count(name)
        except Exception:  # the end of a thread: a fault of ours must not leave callers waiting or fail their answers
            _log.exception("%s: the look-up failed", name)
            return StaffCount("unreachable", name)

    def _land(self, name: HostName, flight: Future[StaffCount], answer: StaffCount) -> None:
        with self._lock:
            now = self._clock()
            del self._flights[name]
            record = self._records.find_or_add(name)
            record.remember(answer, now, jitter=1.0 - JITTER + 2.0 * JITTER * self._randomness())
            stale = record.stale(now) if answer.status in UNAVAILABLE else None
        flight.set_result(stale or answer)
