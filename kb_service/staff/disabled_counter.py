"""Stands in where live staff counts are switched off."""

from __future__ import annotations

from kb_service.staff.counter import StaffCount
from kb_service.staff.host_name import InvalidHostName, parse_host_name


class DisabledCounter:
    """Asks nobody and says so."""

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        name = parse_host_name(domain)
        return StaffCount("disabled", "" if isinstance(name, InvalidHostName) else name)

    def close(self) -> None:
        """There is nothing to stop."""
