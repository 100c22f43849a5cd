"""A reverse proxy that signs people in (oauth2-proxy, Authelia, ...) says who somebody is, in a header.

A header is worth what the way to it is: it counts only from an address that the operator named, beside a secret that
proxy and service share.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kb_service.accounts.accounts import PROXY, Vouched
from kb_service.accounts.roles import RoleRule

SECRET_HEADER: Final = "X-KB-Proxy-Secret"  # noqa: S105 - its name
Header = Callable[[str], str]  # the value of a header, "" without one
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class TrustedProxy:
    """Which headers hold the name and the groups (separated by commas), who may send them, and the shared secrets."""

    user_header: str
    groups_header: str
    peers: Sequence[Network]
    secrets: Sequence[str]
    roles: RoleRule

    def vouched(self, header: Header, peer: str | None) -> Vouched | None:
        """Return whom the proxy vouches for; None when this is not the proxy, or it names nobody with a role here."""
        if not self._is_proxy(header, peer):
            return None
        user = header(self.user_header).strip()
        groups = header(self.groups_header).split(",") if self.groups_header else []
        role = self.roles.role_of([group.strip() for group in groups])
        return Vouched(PROXY, user, user, role) if user and role else None

    def _is_proxy(self, header: Header, peer: str | None) -> bool:
        try:
            address = ipaddress.ip_address(peer or "")
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        sent = header(SECRET_HEADER).encode()
        is_known = any(hmac.compare_digest(sent, secret.encode()) for secret in self.secrets)
        return is_known and any(address in network for network in self.peers)
