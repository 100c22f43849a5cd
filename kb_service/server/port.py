"""One server a port: the workers share it among themselves, and nobody else gets it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from kb_service.errors import BadSetting


@contextmanager
def claimed(host: str, port: int) -> Iterator[None]:
    """Hold the port inside the context, for sockets of this user that are opened to share it.

    It is bound as if nothing could be shared, which fails while anybody has it, another server like this one as well;
    only then sharing is allowed. Raises BadSetting when nobody can listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that ended a moment ago is no obstacle
        try:
            held.bind((host, port))
        except (OSError, UnicodeError) as error:
            reason = f"Cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}."
            raise BadSetting(f"{reason} Choose another address: --host, --port.") from error
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield
