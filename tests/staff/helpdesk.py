"""A helpdesk on the loopback interface: real TLS chosen by server name, then whatever bytes a test wants to play."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

Connection = socket.socket
Play = Callable[[Connection, threading.Event], None]

CANONICAL = b'{"activestaffcount":"48"}'


def http(body: bytes = b"", status: int = 200, headers: Iterable[str] = ("Content-Type: text/html",)) -> bytes:
    lines = [f"HTTP/1.1 {status} Something", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def answers(raw: bytes) -> Play:
    """Read the request, send `raw`, close."""
    return lambda connection, stopped: connection.sendall(raw)


def hangs(connection: Connection, stopped: threading.Event) -> None:
    stopped.wait()


def drips(start: bytes, drop: bytes, every_seconds: float = 0.02) -> Play:
    """Send `start`, then `drop` again and again, slowly enough for any read timeout and for ever."""

    def play(connection: Connection, stopped: threading.Event) -> None:
        connection.sendall(start)
        while not stopped.wait(every_seconds):
            connection.sendall(drop)

    return play


def floods(start: bytes, wave: bytes) -> Play:
    """Send `start`, then `wave` without end and as fast as it is taken."""

    def play(connection: Connection, stopped: threading.Event) -> None:
        connection.sendall(start)
        while not stopped.is_set():
            connection.sendall(wave)

    return play


class Helpdesk:
    """Plays `plays[path]` (or `plays["*"]`) to each request; `before_tls` takes the raw connection instead.

    `requests` holds the bytes of every request, `server_names` what TLS was asked for, `connections` their number.
    """

    def __init__(
        self, plays: Mapping[str, Play], tls: Mapping[str, ssl.SSLContext], *, before_tls: Play | None = None
    ) -> None:
        self.requests: list[bytes] = []
        self.server_names: list[str | None] = []
        self.connections = 0
        self._plays = plays
        self._tls = tls
        self._before_tls = before_tls
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._stopped.set()
        self._listener.close()

    @property
    def paths(self) -> list[str]:
        return [request.split(b" ")[1].decode() for request in self.requests]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5.0)
            if self._before_tls:
                self._before_tls(connection, self._stopped)
                return
            with self._context().wrap_socket(connection, server_side=True) as secured:
                self._answer(secured)

    def _answer(self, secured: Connection) -> None:
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            received = secured.recv(4096)
            if not received:
                return
            request += received
        self.requests.append(request)
        path = request.split(b" ")[1].decode()
        self._plays.get(path, self._plays.get("*", hangs))(secured, self._stopped)

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._choose
        return context

    def _choose(self, socket_: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        self.server_names.append(name)
        socket_.context = self._tls.get(name or "", self._tls["*"])
