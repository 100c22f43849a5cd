from __future__ import annotations

import socket
from contextlib import suppress

import pytest

from tests.loopback import only_loopback

ELSEWHERE = ("192.0.2.1", 443)  # of nobody: RFC 5737


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_connection_to_another_machine_fails_the_test_even_when_the_code_hides_it(method: str) -> None:
    with socket.socket() as client, pytest.raises(AssertionError), only_loopback(), suppress(OSError):
        getattr(client, method)(ELSEWHERE)


def test_connections_on_this_machine_are_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, only_loopback():
        socket.create_connection(server.getsockname()).close()
