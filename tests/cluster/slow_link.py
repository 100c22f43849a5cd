"""Stands between a client and a node, and passes everything on late: a node that is far away, or has much to do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

CHUNK = 65536


@contextmanager
def slow_link(url: str, seconds: float) -> Iterator[str]:
    """Give an address at which the node at `url` is asked, each request so many seconds later."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    server = socket.create_server(("127.0.0.1", 0))
    target = (parts.hostname, parts.port)
    thread = threading.Thread(target=_accept, args=(server, target, seconds), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def _accept(server: socket.socket, target: tuple[str, int], seconds: float) -> None:
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            node = socket.create_connection(target)
            for source, sink, late in ((client, node, seconds), (node, client, 0.0)):
                threading.Thread(target=_pass_on, args=(source, sink, late), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket, seconds: float) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK):
            time.sleep(seconds)
            sink.sendall(data)
    for each in (source, sink):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
