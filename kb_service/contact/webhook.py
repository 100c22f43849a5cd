"""Posts messages to a webhook of the operator: JSON, signed, over https, to checked addresses, following nothing."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import httpcore
import msgspec

from kb_service.contact.message import Message
from kb_service.errors import NotDelivered
from kb_service.staff.addresses import Resolver, SystemResolver, is_never_allowed
from kb_service.staff.transport import Budget, PinnedBackend, on_premise_context

SECONDS: Final = 8.0  # for all of it
RESOLVE_SECONDS: Final = 2.0
MOST_BYTES: Final = 64 * 1024  # received, handshake included
SIGNATURE: Final = "X-KB-Signature"
PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """Delivers to `url`; `key` signs each request with its time, so that nobody can send or repeat one.

    The header is `X-KB-Signature: t=1767225600,v1=<hex>`, the HMAC-SHA256 of `1767225600.` and the body.
    """

    url: str
    key: bytes
    tls: ssl.SSLContext | None = None  # this machine's trust without one
    resolver: Resolver = field(default_factory=lambda: SystemResolver(_system_addresses))
    now: Callable[[], float] = time.time

    def deliver(self, message: Message) -> None:
        """Post it; raises NotDelivered unless the answer is a 2xx."""
        body = msgspec.json.encode({"kind": "contact", **msgspec.structs.asdict(message), "subject": message.subject})
        moment = str(int(self.now()))
        digest = hmac.new(self.key, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        headers: dict[bytes | str, bytes | str] = {
            "Content-Type": "application/json",
            "User-Agent": "kb-service (contact)",
            "Accept-Encoding": "identity",
            "Connection": "close",
            SIGNATURE: f"t={moment},v1={digest}",
        }
        try:
            status = self._post(body, headers)
        except (OSError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise NotDelivered(f"the webhook cannot be reached: {type(error).__name__}") from error
        if not 200 <= status <= 299:
            raise NotDelivered(f"the webhook answered with status {status}")

    def _post(self, body: bytes, headers: Mapping[bytes | str, bytes | str]) -> int:
        parts = urlsplit(self.url)
        budget = Budget(seconds=SECONDS, wire_bytes=MOST_BYTES)
        backend = PinnedBackend(
            addresses=self._addresses(parts.hostname or ""),
            budget=budget,
            port=parts.port or PORTS[parts.scheme],
            allows_own=True,
        )
        tls = self.tls or on_premise_context()
        with (
            httpcore.ConnectionPool(ssl_context=tls, max_connections=1, network_backend=backend) as pool,
            pool.stream("POST", self.url, headers=headers, content=body) as response,
        ):
            return int(response.status)

    def _addresses(self, host: str) -> tuple[str, ...]:
        """Return where the name leads; addresses of metadata services and the like are nobody's webhook."""
        found = self.resolver.resolve(host, timeout_seconds=RESOLVE_SECONDS)
        if any(is_never_allowed(ipaddress.ip_network(each)) for each in found):
            raise NotDelivered("the webhook's name stands for an address that is never connected to")
        return found


def _system_addresses(name: str) -> tuple[str, ...]:
    """Ask as any program here would: a webhook may have a short name of the operator's own network."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(socket_address[0]) for *_, socket_address in found))
