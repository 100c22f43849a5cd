"""What metrics may learn about a look-up: no host name, so that nobody can grow the number of series."""

from __future__ import annotations

from typing import Protocol

from kb_service.staff.allowed_hosts import HostKind
from kb_service.staff.counter import StaffCountStatus


class LookupObserver(Protocol):
    """Told about every look-up that went to the network, from the thread that did it."""

    def observed(self, host_kind: HostKind, status: StaffCountStatus, seconds: float) -> None: ...


class NoObserver:
    """For those who count nothing."""

    def observed(self, host_kind: HostKind, status: StaffCountStatus, seconds: float) -> None:
        pass
