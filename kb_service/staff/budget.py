"""One deadline and one number of bytes for everything a look-up does, enforced on the stream itself.

Timeouts of HTTP clients are per read: a server that sends a byte every 1.9 s never trips a limit of 2 s.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Any

import httpcore


class Budget:
    """What is left to spend; belongs to one look-up and one thread."""

    def __init__(self, *, seconds: float, wire_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends_at = clock() + seconds
        self._bytes_left = wire_bytes

    def seconds_left(self) -> float:
        """Never negative."""
        return max(0.0, self._ends_at - self._clock())

    def at_most(self, seconds: float | None) -> float:
        """Return the time limit of one step; raises httpcore.ReadTimeout when nothing is left."""
        left = self.seconds_left()
        if left <= 0.0:
            raise httpcore.ReadTimeout("the look-up has used up its time")
        return left if seconds is None else min(seconds, left)

    def spend(self, received_bytes: int) -> None:
        """Raise httpcore.RemoteProtocolError once more has come in than any honest answer needs."""
        self._bytes_left -= received_bytes
        if self._bytes_left < 0:
            raise httpcore.RemoteProtocolError("the look-up has received too many bytes")


class BudgetStream(httpcore.NetworkStream):
    """A stream whose every step, the TLS handshake included, is bounded by what is left of the budget."""

    def __init__(self, stream: httpcore.NetworkStream, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._budget.at_most(timeout))
        self._budget.spend(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._budget.at_most(timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._budget.at_most(timeout))
        return BudgetStream(secured, self._budget)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
