"""Open the live staff count from plain settings."""

from __future__ import annotations

from collections.abc import Iterable

from kb_service.staff.addresses import SystemResolver
from kb_service.staff.allowed_hosts import AllowedHosts, parse_configured_hosts
from kb_service.staff.cached_counter import WAIT_SECONDS, CachedCounter
from kb_service.staff.counter import DisabledCounter, StaffCounter
from kb_service.staff.http_counter import HttpCounter
from kb_service.staff.observer import LookupObserver, NoObserver
from kb_service.staff.transport import on_premise_context, trusted_context


def open_staff_counter(
    *,
    enabled: bool = True,
    extra_hosts: str = "",
    own_names: Iterable[str] = (),
    wait_seconds: float = WAIT_SECONDS,
    observer: LookupObserver | None = None,
) -> StaffCounter:
    """Return the counter; whom it may serve is for the caller to decide. One that is not `enabled` asks nobody.

    `extra_hosts` is the text of `KB_STAFF_HOSTS` (see allowed_hosts), `own_names` those under which this service is
    reached itself. Nothing is started before the first question. Raises BadSetting for a wrong entry, enabled or not.

    open_staff_counter(extra_hosts="helpdesk.internal=10.1.2.0/24").count("helpdesk.internal")
    """
    configured = parse_configured_hosts(extra_hosts)
    if not enabled:
        return DisabledCounter()
    hosts = AllowedHosts(configured=configured, own_names=frozenset(name.lower().rstrip(".") for name in own_names))
    counter = HttpCounter(
        hosts=hosts,
        resolver=SystemResolver(),
        ssl_context=trusted_context(),
        on_premise_context=on_premise_context(),
        observer=observer or NoObserver(),
    )
    return CachedCounter(counter, hosts=hosts, wait_seconds=wait_seconds, observer=observer)
