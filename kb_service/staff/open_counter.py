"""Builds the live staff count from plain settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Literal

from kb_service.errors import BadSetting
from kb_service.staff.addresses import Network
from kb_service.staff.allowed_hosts import AllowedHosts
from kb_service.staff.cached_counter import WAIT_SECONDS, CachedCounter
from kb_service.staff.configured_hosts import parse_configured_hosts
from kb_service.staff.counter import StaffCounter
from kb_service.staff.disabled_counter import DisabledCounter
from kb_service.staff.http_counter import HttpCounter
from kb_service.staff.observer import LookupObserver
from kb_service.staff.resolver import SystemResolver
from kb_service.staff.transport import on_premise_context, trusted_context

StaffCountMode = Literal["public", "signed", "agents", "off"]


def open_staff_counter(
    *,
    mode: StaffCountMode,
    extra_hosts: str = "",
    own_names: Iterable[str] = (),
    own_addresses: Iterable[str] = (),
    wait_seconds: float = WAIT_SECONDS,
    ca_file: str | None = None,
    observer: LookupObserver | None = None,
) -> StaffCounter:
    """Return the counter for `mode`; who may ask in each mode is for the caller to decide, `off` asks nobody.

    `extra_hosts` is the operator's list (see configured_hosts), `own_names` and `own_addresses` those under which this
    service is reached itself, `ca_file` the roots to trust instead of certifi's. Nothing is started before the first
    question. Raises BadSetting for wrong text.
    """
    configured = parse_configured_hosts(extra_hosts)
    if mode == "off":
        return DisabledCounter()
    hosts = AllowedHosts(configured=configured, own_names=frozenset(name.lower().rstrip(".") for name in own_names))
    counter = HttpCounter(
        hosts=hosts,
        resolver=SystemResolver(),
        ssl_context=trusted_context(ca_file),
        on_premise_context=on_premise_context(ca_file),
        own_networks=[_network(address) for address in own_addresses],
        observer=observer,
    )
    return CachedCounter(counter, hosts=hosts, wait_seconds=wait_seconds, observer=observer)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise BadSetting(
            f"{text!r} is no address of this service ({error}): give an IP address or a network."
        ) from error
