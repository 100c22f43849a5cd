"""A guard that no test gets around: whoever connects to another machine fails the test, in whatever thread."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def only_loopback() -> Iterator[None]:
    """Refuse connections that leave the loopback interface while inside, and fail at the end when there was one."""
    outside: list[object] = []

    def checked(name: str) -> Any:
        real = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
                outside.append(address)
                raise OSError("tests stay on the loopback interface")
            return real(self, address)

        return connect

    with pytest.MonkeyPatch.context() as patched:
        for name in ("connect", "connect_ex"):
            patched.setattr(socket.socket, name, checked(name))
        yield
    assert outside == []


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
