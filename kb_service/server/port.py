"""One server a port, and one socket for all its workers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from kb_service.errors import BadSetting


@contextmanager
def claimed(host: str, port: int) -> Iterator[socket.socket]:
    """Hold the port inside the context; yield the socket, on which nobody listens yet.

    Workers inherit it: a connection that waits is the socket's, not a worker's, so it outlives any of them. Raises
    BadSetting when nobody can listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that ended a moment ago is no obstacle
        try:
            held.bind((host, port))
        except (OSError, UnicodeError) as error:
            reason = f"Cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}."
            raise BadSetting(f"{reason} Choose another address: --host, --port.") from error
        yield held
