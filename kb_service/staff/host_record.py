"""What is remembered about the helpdesks asked lately: the last answer, the last good one and the breaker."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Final

from kb_service.staff.breaker import Breaker
from kb_service.staff.counter import UNAVAILABLE, StaffCount, StaffCountStatus

MAX_HOSTS: Final = 1024
ANSWER_SECONDS: Final = 5 * 60.0  # staff changes a few times a month; five minutes is "live" to a person
UNAVAILABLE_SECONDS: Final = 30.0
STALE_SECONDS: Final = 24 * 3600.0


@dataclass(slots=True)
class HostRecord:
    """One helpdesk; not for several threads at once. All times are readings of one monotonic clock."""

    answer: StaffCount | None = None
    answered_at: float = 0.0
    fresh_until: float = 0.0
    good: StaffCount | None = None
    good_at: float = 0.0
    breaker: Breaker = field(default_factory=Breaker)

    def remember(self, answer: StaffCount, now: float, *, jitter: float = 1.0) -> None:
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


class HostRecords:
    """The most recently used ones; only hosts that were really asked get in, so that nobody can flush it by typing."""

    def __init__(self) -> None:
        self._records: OrderedDict[str, HostRecord] = OrderedDict()

    def find(self, name: str) -> HostRecord | None:
        record = self._records.get(name)
        if record is not None:
            self._records.move_to_end(name)
        return record

    def find_or_add(self, name: str) -> HostRecord:
        record = self._records.setdefault(name, HostRecord())
        self._records.move_to_end(name)
        if len(self._records) > MAX_HOSTS:
            self._records.popitem(last=False)
        return record

    def instead(self, name: str, status: StaffCountStatus, now: float) -> StaffCount:
        """Return the last good count of a host that cannot be asked, or `status`."""
        record = self.find(name)
        return (record and record.stale(now)) or StaffCount(status, name)
