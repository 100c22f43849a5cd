"""Puts a cache and limits around a counter: whatever a helpdesk does, callers wait no longer than they want to.

A host is asked by one look-up at a time, two hosts at a time, sixty a minute, and two callers at a time wait for an
answer; beyond that it is `rate_limited` at once. A look-up that outlives its caller finishes in the background and
fills the cache. While a helpdesk cannot be asked, its last good count is given as `stale`.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from kb_service.staff.allowed_hosts import AllowedHosts, RefusedHost
from kb_service.staff.counter import UNAVAILABLE, StaffCount, StaffCounter, StaffCountStatus
from kb_service.staff.host_name import HostName
from kb_service.staff.limits import Bulkhead, CircuitBreaker, RateLimit
from kb_service.staff.observer import LookupObserver, NoObserver

WAIT_SECONDS: Final = 2.5  # what a person waits for an answer that is there without the number
LONGEST_WAIT_SECONDS: Final = 10.0  # more than any look-up takes
MAX_AT_ONCE: Final = 2  # look-ups, of two hosts
# Each holds one of the four threads that answer questions. Without a limit, twenty people who asked one helpdesk that
# hung took them all, and ordinary questions waited 2 s (the 99th percentile) instead of 24 ms.
MAX_WAITING: Final = 2
MAX_HOSTS: Final = 1024
ANSWER_SECONDS: Final = 5 * 60.0  # staff changes a few times a month; five minutes is "live" to a person
UNAVAILABLE_SECONDS: Final = 30.0
STALE_SECONDS: Final = 24 * 3600.0
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
        self._lock = threading.RLock()  # held for microseconds only: everything below, no look-up
        self._records: OrderedDict[HostName, _Record] = OrderedDict()  # the one used last comes last
        self._under_way: dict[HostName, Future[StaffCount]] = {}
        self._bulkhead = Bulkhead(MAX_AT_ONCE, "kb-staff-lookup")
        self._waiting = threading.BoundedSemaphore(MAX_WAITING)
        self._rate_limit = RateLimit()
        self._closed = False

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        host = self._hosts.admit(domain)
        if isinstance(host, RefusedHost):
            self._observer.refused(host.status)
            return StaffCount(host.status, host.domain)
        return replace(self._count(host.name, self._wait_seconds if deadline is None else deadline), url=host.url)

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self._counter.close()

    def _count(self, name: HostName, wait_seconds: float) -> StaffCount:
        with self._lock:
            answer = self._known(name) or self._under_way.get(name) or self._start(name)
        if isinstance(answer, StaffCount):
            return answer
        if wait_seconds <= 0.0:
            return answer.result() if answer.done() else StaffCount("pending", name)
        if not self._waiting.acquire(blocking=False):
            self._observer.turned_away()
            return self._stale_or(name, "rate_limited")
        try:
            return answer.result(min(wait_seconds, LONGEST_WAIT_SECONDS))
        except TimeoutError:
            return self._stale_or(name, "timeout")
        finally:
            self._waiting.release()

    def _known(self, name: HostName) -> StaffCount | None:
        record = self._record(name)
        return record.known(self._clock()) if record else None

    def _stale_or(self, name: HostName, status: StaffCountStatus) -> StaffCount:
        """Return the last good count of a host that cannot be asked, or `status`."""
        with self._lock:
            record = self._record(name)
            return (record and record.stale(self._clock())) or StaffCount(status, name)

    def _record(self, name: HostName) -> _Record | None:
        record = self._records.get(name)
        if record:
            self._records.move_to_end(name)
        return record

    def _start(self, name: HostName) -> Future[StaffCount] | StaffCount:
        """Start a look-up, or say at once that there is no room for it."""
        if self._closed:
            return StaffCount("disabled", name)
        found: Future[StaffCount] = Future()
        look_up, finish = partial(self._look_up, name), partial(self._finish, name, found)
        if not self._rate_limit.allows(self._clock()) or not self._bulkhead.start(look_up, finish):
            self._observer.turned_away()
            return self._stale_or(name, "rate_limited")
        self._rate_limit.started(self._clock())
        self._under_way[name] = found
        return found

    def _look_up(self, name: HostName) -> StaffCount:
        try:
            return self._counter.count(name)
        except Exception:  # the end of a thread: a fault of ours must not leave callers waiting or fail their answers
            _log.exception("%s: the look-up failed", name)
            return StaffCount("unreachable", name)

    def _finish(self, name: HostName, found: Future[StaffCount], answer: StaffCount) -> None:
        """Keep what a look-up found; only hosts that were really asked get in: nobody flushes the cache by typing."""
        with self._lock:
            now = self._clock()
            del self._under_way[name]
            record = self._records.setdefault(name, _Record())
            self._records.move_to_end(name)
            if len(self._records) > MAX_HOSTS:
                self._records.popitem(last=False)
            record.remember(answer, now, jitter=1.0 - JITTER + 2.0 * JITTER * self._randomness())
            stale = record.stale(now) if answer.status in UNAVAILABLE else None
        found.set_result(stale or answer)


@dataclass(slots=True)
class _Record:
    """What is kept of one helpdesk: the last answer, the last good one and the breaker. All times are of one clock."""

    answer: StaffCount | None = None
    answered_at: float = 0.0
    fresh_until: float = 0.0
    good: StaffCount | None = None
    good_at: float = 0.0
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)

    def remember(self, answer: StaffCount, now: float, *, jitter: float) -> None:
        """Take in what a look-up found; a definite answer other than a count drops the last good one."""
        unavailable = answer.status in UNAVAILABLE
        self.answer, self.answered_at = answer, now
        self.fresh_until = now + (UNAVAILABLE_SECONDS if unavailable else ANSWER_SECONDS) * jitter
        if unavailable:
            self.breaker.failed(now, jitter=jitter)
            return
        self.breaker.succeeded()
        self.good, self.good_at = (answer, now) if answer.status == "ok" else (None, 0.0)

    def known(self, now: float) -> StaffCount | None:
        """Return what can be said without asking: a fresh answer, or that the helpdesk is left alone for now."""
        if self.answer is None or (now >= self.fresh_until and self.breaker.allows(now)):
            return None
        stale = self.stale(now) if self.answer.status in UNAVAILABLE else None
        return stale or _aged(self.answer, now - self.answered_at)

    def stale(self, now: float) -> StaffCount | None:
        """Return the last good count while it is young enough to be better than none."""
        if self.good is None or now - self.good_at > STALE_SECONDS:
            return None
        return replace(_aged(self.good, now - self.good_at), status="stale")


def _aged(answer: StaffCount, age: float) -> StaffCount:
    return replace(answer, cached=True, age_seconds=int(age))
