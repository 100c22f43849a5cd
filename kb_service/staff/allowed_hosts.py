"""Which helpdesks may be asked: customers of kayako.com, and those the operator names in `KB_STAFF_HOSTS`.

The setting is a list of entries separated by commas:

    helpdesk.acme.com                      a public host
    helpdesk.acme.com/support              the same, installed in a folder
    helpdesk.internal=10.1.2.0/24          on premise: reached only at addresses of that network
    helpdesk.internal/support=10.1.2.7/32  both; a second network is a second entry
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from kb_service.errors import BadSetting
from kb_service.staff.addresses import Network, is_never_allowed
from kb_service.staff.host_name import KAYAKO, HostName, InvalidHostName, parse_helpdesk, parse_host_name

HostKind = Literal["kayako", "configured"]

# Kayako's own machines below kayako.com: the billing portal, marketing, help centres and infrastructure.
KAYAKO_OWN: Final = frozenset(
    "api app blog cdn classic classichelp developer developers docs download forge ftp help imap kayako-supportdesk "
    "kayakoclassic login mail mx my ns1 ns2 pop smtp static status support vpn www".split()
)

COUNT_PATH: Final = "/Base/staff/getcount"  # of Kayako's article on it

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_SHORTEST_PREFIX: Final = {4: 8, 6: 16}  # 10.0.0.0/8 is the largest network anybody owns; shorter means "anywhere"


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """A helpdesk that may be asked; with `networks` its name may only stand for addresses in them."""

    name: HostName
    kind: HostKind = "kayako"
    base_path: str = ""
    networks: tuple[Network, ...] = ()

    @property
    def url(self) -> str:
        """Return the address of the count for a person's browser: "https://acme.kayako.com/Base/staff/getcount"."""
        return f"https://{self.name}{self.base_path}{COUNT_PATH}"


@dataclass(frozen=True, slots=True)
class RefusedHost:
    """What somebody typed is not a host name (`domain` is empty then) or not one that may be asked."""

    status: Literal["invalid_domain", "not_allowed"]
    domain: str = ""


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The rule in force: `own_names` never, then `configured` names, then any one label below kayako.com.

    AllowedHosts().admit("acme.kayako.com")  → AllowedHost("acme.kayako.com")
    AllowedHosts().admit("my.kayako.com")    → RefusedHost("not_allowed", "my.kayako.com")
    """

    configured: Mapping[HostName, AllowedHost] = field(default_factory=dict)
    own_names: frozenset[str] = frozenset()

    def admit(self, domain: str) -> AllowedHost | RefusedHost:
        """Decide about what somebody typed."""
        name = parse_helpdesk(domain, configured=self.configured)
        if isinstance(name, InvalidHostName):
            return RefusedHost("invalid_domain")
        if name in self.own_names:
            return RefusedHost("not_allowed", name)
        if name in self.configured:
            return self.configured[name]
        return AllowedHost(name) if _is_kayako_customer(name) else RefusedHost("not_allowed", name)


def _is_kayako_customer(name: HostName) -> bool:
    label, _, parent = name.partition(".")
    return parent == KAYAKO and label not in KAYAKO_OWN


def parse_configured_hosts(setting: str) -> dict[HostName, AllowedHost]:
    """Read the text of `KB_STAFF_HOSTS`; raises BadSetting that lists every wrong entry."""
    hosts: dict[HostName, AllowedHost] = {}
    problems = []
    for entry in filter(None, (part.strip() for part in setting.split(","))):
        try:
            host = _parse_entry(entry)
            hosts[host.name] = _merge(hosts.get(host.name), host)
        except ValueError as problem:
            problems.append(f"KB_STAFF_HOSTS: {entry!r} {problem}")
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
    """Add the network of a further entry to a host that is known already."""
    if known is None:
        return host
    if known.base_path != host.base_path:
        raise ValueError(f"names another path than an earlier entry of {host.name}: one helpdesk has one path")
    if not known.networks or not host.networks:
        raise ValueError(f"repeats {host.name}: give it once, or each time with a network")
    return replace(known, networks=known.networks + host.networks)
