"""Host names to addresses through the operating system, with the time limit that `getaddrinfo` does not have."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, Protocol

MAX_PENDING: Final = 4  # a hanging getaddrinfo cannot be cancelled; more than these are never left hanging

GetAddresses = Callable[[str], tuple[str, ...]]


class Resolver(Protocol):
    """Answers one question once; a name that does not exist has no addresses."""

    def resolve(self, name: str, *, timeout_seconds: float) -> tuple[str, ...]:
        """Return all addresses of `name`, best first; raises TimeoutError."""
        ...


class SystemResolver:
    """Asks in daemon threads: the pools of `concurrent.futures` are joined at exit and would hold SIGTERM."""

    def __init__(self, get_addresses: GetAddresses | None = None) -> None:
        self._get_addresses = get_addresses or system_addresses
        self._free = threading.BoundedSemaphore(MAX_PENDING)

    def resolve(self, name: str, *, timeout_seconds: float) -> tuple[str, ...]:
        if not self._free.acquire(blocking=False):
            raise TimeoutError(f"{MAX_PENDING} names are already being looked up")
        answer: Future[tuple[str, ...]] = Future()
        threading.Thread(target=self._ask, args=(name, answer), name="kb-staff-resolver", daemon=True).start()
        return answer.result(timeout_seconds)

    def _ask(self, name: str, answer: Future[tuple[str, ...]]) -> None:
        try:
            answer.set_result(self._get_addresses(name))
        except (OSError, UnicodeError):  # "no such name", a broken resolver, a label its codec refuses: no address
            answer.set_result(())
        finally:
            self._free.release()


def system_addresses(name: str) -> tuple[str, ...]:
    """Ask for the absolute name: without the final dot a search list could complete it to an internal one first."""
    found = socket.getaddrinfo(f"{name}.", 443, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(socket_address[0]) for *_, socket_address in found))
