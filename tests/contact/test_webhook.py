"""Messages at a webhook: signed, to the address alone that the operator named, and told when they do not arrive."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme

from kb_service.contact import webhook
from kb_service.contact.webhook import Webhook
from kb_service.errors import NotDelivered
from tests.contact.test_message import MESSAGE

KEY = b"k" * 32


@dataclass
class Hook:
    """What came in, and what is answered."""

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    drips: bool = False
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def a_hook(tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.received.append((self.path, dict(self.headers), body))
            while hook.drips:
                self.wfile.write(b"H")
                time.sleep(0.05)
            self.send_response(hook.status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *args: None  # type: ignore[method-assign]
        server.daemon_threads = True
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        hook.port = server.server_port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield hook
        hook.drips = False
        server.shutdown()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with a_hook() as running:
        yield running


def way(hook: Hook, **more: Any) -> Webhook:
    return Webhook(f"http://127.0.0.1:{hook.port}/hooks/kb?team=billing", KEY, **more)


def test_the_message_is_posted_as_json_and_signed_with_its_time(hook: Hook) -> None:
    way(hook, now=lambda: 1_767_225_600.9).deliver(MESSAGE)

    [(path, headers, body)] = hook.received
    assert path == "/hooks/kb?team=billing"
    assert headers["Content-Type"] == "application/json"
    digest = hmac.new(KEY, b"1767225600." + body, hashlib.sha256).hexdigest()
    assert headers["X-KB-Signature"] == f"t=1767225600,v1={digest}"
    assert json.loads(body) == {
        "kind": "contact",
        "subject": MESSAGE.question,
        "question": MESSAGE.question,
        "message": MESSAGE.message,
        "email": MESSAGE.email,
        "read": list(MESSAGE.read),
        "seats": MESSAGE.seats,
        "site": MESSAGE.site,
    }


@pytest.mark.parametrize("status", [301, 307, 400, 403, 500])
def test_all_but_success_is_told_and_nothing_is_followed(status: int, hook: Hook) -> None:
    with a_hook() as elsewhere:
        hook.status, hook.headers = status, {"Location": f"http://127.0.0.1:{elsewhere.port}/"}

        with pytest.raises(NotDelivered, match=f"the webhook answered with status {status}"):
            way(hook).deliver(MESSAGE)
        assert elsewhere.received == []


def test_a_proxy_of_the_environment_gets_nothing(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hook() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        way(hook).deliver(MESSAGE)
        assert (len(hook.received), proxy.received) == (1, [])


def test_one_that_drips_is_given_up_in_time(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "SECONDS", 0.3)
    hook.drips = True
    started = time.monotonic()

    with pytest.raises(NotDelivered, match="ReadTimeout"):
        way(hook).deliver(MESSAGE)
    assert time.monotonic() - started < 3


def test_one_that_is_not_there_is_told(hook: Hook) -> None:
    with a_hook() as gone:
        missing = way(gone)
    with pytest.raises(NotDelivered, match="ConnectError"):
        missing.deliver(MESSAGE)


def test_tls_is_checked_against_the_name() -> None:
    authority = trustme.CA()
    context, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("hook.example.com").configure_cert(context)
    authority.configure_trust(trusting)

    class Here:
        def resolve(self, name: str, *, timeout_seconds: float) -> tuple[str, ...]:
            return ("127.0.0.1",)

    with a_hook(context) as hook:
        right = Webhook(f"https://hook.example.com:{hook.port}/", KEY, tls=trusting, resolver=Here())
        right.deliver(MESSAGE)
        assert hook.received[0][1]["Host"] == f"hook.example.com:{hook.port}"
        for wrong in (
            Webhook(f"https://other.example.com:{hook.port}/", KEY, tls=trusting, resolver=Here()),
            Webhook(f"https://hook.example.com:{hook.port}/", KEY, resolver=Here()),
        ):
            with pytest.raises(NotDelivered, match="cannot be reached"):
                wrong.deliver(MESSAGE)
        assert len(hook.received) == 1


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "0.0.0.0", "::ffff:169.254.169.254"])
def test_a_name_that_stands_for_a_metadata_service_is_not_connected_to(address: str) -> None:
    class Elsewhere:
        def resolve(self, name: str, *, timeout_seconds: float) -> tuple[str, ...]:
            return ("127.0.0.1", address)

    with pytest.raises(NotDelivered, match="never connected to"):
        Webhook("https://hook.example.com/", KEY, resolver=Elsewhere()).deliver(MESSAGE)


def test_a_name_without_addresses_is_told() -> None:
    with pytest.raises(NotDelivered, match="cannot be reached"):
        Webhook("https://nowhere.invalid/", KEY).deliver(MESSAGE)


def test_secrets_are_not_in_the_repr() -> None:
    assert "hunter2" not in repr(Webhook("https://hook.example.com/hunter2", b"hunter2" * 8))
