"""Which helpdesks may be asked: customers of kayako.com, and what the operator names in `KB_STAFF_HOSTS`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from kb_service.staff.addresses import Network
from kb_service.staff.host_name import HostName, InvalidHostName, parse_host_name

HostKind = Literal["kayako", "configured"]

KAYAKO: Final = "kayako.com"
# Kayako's own machines below kayako.com: the billing portal, marketing, help centres and infrastructure.
KAYAKO_OWN: Final = frozenset(
    {
        "api",
        "app",
        "blog",
        "cdn",
        "classic",
        "classichelp",
        "developer",
        "developers",
        "docs",
        "download",
        "forge",
        "ftp",
        "help",
        "imap",
        "kayako-supportdesk",
        "kayakoclassic",
        "login",
        "mail",
        "mx",
        "my",
        "ns1",
        "ns2",
        "pop",
        "smtp",
        "static",
        "status",
        "support",
        "vpn",
        "www",
    }
)


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """A helpdesk that may be asked; with `networks` its name may only stand for addresses in them."""

    name: HostName
    kind: HostKind = "kayako"
    base_path: str = ""
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedHost:
    """What somebody typed is no host name (`domain` is empty then) or none that may be asked."""

    status: Literal["invalid_domain", "not_allowed"]
    domain: str = ""


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The rule in force: `configured` names first, then any one label below kayako.com; `own_names` never."""

    configured: Mapping[HostName, AllowedHost] = field(default_factory=dict)
    own_names: frozenset[str] = frozenset()

    def admit(self, domain: str) -> AllowedHost | RefusedHost:
        """Decide about what somebody typed."""
        name = parse_host_name(domain, configured=self.configured)
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
