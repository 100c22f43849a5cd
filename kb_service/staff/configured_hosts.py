"""The operator's list of further helpdesks: `KB_STAFF_HOSTS`, entries separated by commas.

helpdesk.acme.com                      a public host
helpdesk.acme.com/support              the same, installed in a folder
helpdesk.internal=10.1.2.0/24          on premise: reached only at addresses of that network
helpdesk.internal/support=10.1.2.7/32  both; a second network is a second entry
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace
from typing import Final

from kb_service.errors import BadSetting
from kb_service.staff.addresses import Network, is_never_allowed
from kb_service.staff.allowed_hosts import AllowedHost
from kb_service.staff.host_name import HostName, InvalidHostName, parse_host_name

SETTING: Final = "KB_STAFF_HOSTS"

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_SHORTEST_PREFIX: Final = {4: 8, 6: 16}  # 10.0.0.0/8 is the largest network anybody owns; shorter means "anywhere"


def parse_configured_hosts(setting: str) -> dict[HostName, AllowedHost]:
    """Read the whole setting; raises BadSetting that lists every wrong entry."""
    hosts: dict[HostName, AllowedHost] = {}
    problems = []
    for entry in filter(None, (part.strip() for part in setting.split(","))):
        try:
            host = _parse_entry(entry)
            hosts[host.name] = _merge(hosts.get(host.name), host)
        except ValueError as problem:
            problems.append(f"{SETTING}: {entry!r} {problem}")
    if problems:
        raise BadSetting("\n".join(problems))
    return hosts


def _parse_entry(entry: str) -> AllowedHost:
    place, _, network = entry.partition("=")
    text, slash, path = place.strip().partition("/")
    base_path = (slash + path).rstrip("/")
    if not _PATH.fullmatch(base_path):
        raise ValueError("has a path with characters that do not belong there: write it like helpdesk.acme.com/support")
    name = parse_host_name(text, configured={text.lower()})
    if isinstance(name, InvalidHostName):
        raise ValueError("does not begin with a host name: write it like helpdesk.acme.com, without https://")
    networks = (_parse_network(network.strip()),) if "=" in entry else ()
    return AllowedHost(name, kind="configured", base_path=base_path, networks=networks)


def _parse_network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f"has a wrong network ({error}): write it like 10.1.2.0/24") from error
    if network.prefixlen < _SHORTEST_PREFIX[network.version]:
        raise ValueError(f"has a network wider than /{_SHORTEST_PREFIX[network.version]}: name the helpdesk's own")
    if is_never_allowed(network):
        raise ValueError("has a network this service never connects to, such as link-local or multicast")
    return network


def _merge(known: AllowedHost | None, host: AllowedHost) -> AllowedHost:
    if known is None:
        return host
    if known.base_path != host.base_path:
        raise ValueError(f"names another path than an earlier entry of {host.name}: one helpdesk has one path")
    if not known.networks or not host.networks:
        raise ValueError(f"repeats {host.name}: give it once, or each time with a network")
    return replace(known, networks=known.networks + host.networks)
