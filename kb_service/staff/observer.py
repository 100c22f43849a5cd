"""What metrics may learn about look-ups: not the host name, so that nobody can grow the number of series."""

from __future__ import annotations

from typing import Literal, Protocol

from kb_service.staff.addresses import AddressRefusal
from kb_service.staff.allowed_hosts import HostKind
from kb_service.staff.counter import StaffCountStatus

RefusalReason = AddressRefusal | Literal["invalid_domain", "not_allowed", "own_machine"]


class LookupObserver(Protocol):
    """Told from whichever thread it happens in; quick, and raises nothing."""

    def started(self) -> None:
        """A look-up goes to the network."""

    def finished(self, host_kind: HostKind, status: StaffCountStatus, seconds: float) -> None:
        """A look-up that was started came to this end."""

    def turned_away(self) -> None:
        """A caller was told `rate_limited`: too many look-ups, or too many callers waiting for one."""

    def refused(self, reason: RefusalReason) -> None:
        """Somebody wanted this service to ask what it must not: a typing mistake, or an attack."""


class NoObserver:
    """For those who count nothing."""

    def started(self) -> None: ...

    def finished(self, host_kind: HostKind, status: StaffCountStatus, seconds: float) -> None: ...

    def turned_away(self) -> None: ...

    def refused(self, reason: RefusalReason) -> None: ...
