from __future__ import annotations

import os
import ssl

import httpcore
import httpx
import pytest

from kb_service.staff.reply import Reply
from kb_service.staff.transport import (
    MAX_BODY_BYTES,
    Budget,
    BudgetStream,
    NoReply,
    PinnedBackend,
    PinnedTransport,
    get,
    on_premise_context,
    trusted_context,
)
from tests.staff.clock import Clock
from tests.staff.conftest import ACME
from tests.staff.helpdesk import CANONICAL, answers, http


def test_certificates_and_names_are_always_checked_over_modern_tls():
    context = trusted_context()

    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_flags & ssl.VERIFY_X509_STRICT
    assert context.cert_store_stats()["x509_ca"] > 50


def test_the_environment_cannot_make_it_write_its_keys_down(monkeypatch, tmp_path, certificates):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)

    context = trusted_context()

    assert context.keylog_filename is None
    assert context.cert_store_stats()["x509_ca"] > 50


def test_only_hosts_on_premise_are_believed_by_whom_this_machine_trusts(
    monkeypatch, certificates, start_helpdesk, counter_for
):
    monkeypatch.setenv("SSL_CERT_FILE", certificates.ca_file)  # as if the authority were installed
    helpdesk = start_helpdesk(answers(http(CANONICAL)))
    public = {"ssl_context": trusted_context()}

    assert counter_for(helpdesk, **public).count(ACME).status == "unreachable"
    assert counter_for(helpdesk, **public, on_premise_context=on_premise_context()).count(ACME).count == 48


def test_on_premise_everything_else_is_checked_as_always():
    context = on_premise_context()

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.keylog_filename is None


@pytest.fixture
def open_transport(client_tls):
    def open_it(helpdesk, **options):
        budget = Budget(seconds=2.0, wire_bytes=100_000)
        parts = {"addresses": ["127.0.0.1"], "budget": budget, "port": helpdesk.port}
        return PinnedTransport(PinnedBackend(**(parts | options)), client_tls)

    return open_it


def test_only_https_is_spoken(start_helpdesk, open_transport):
    helpdesk = start_helpdesk(answers(http(CANONICAL)))

    with open_transport(helpdesk, allows_own=True) as transport, pytest.raises(httpx.UnsupportedProtocol):
        transport.handle_request(httpx.Request("GET", f"http://{ACME}/"))

    assert helpdesk.connections == 0


def test_a_connection_that_ends_on_this_machine_is_closed_unless_allowed(start_helpdesk, open_transport):
    helpdesk = start_helpdesk(answers(http(CANONICAL)))

    with open_transport(helpdesk) as transport, pytest.raises(httpx.NetworkError, match="own"):
        transport.handle_request(httpx.Request("GET", f"https://{ACME}/"))

    assert helpdesk.requests == []


def test_every_failure_is_one_of_httpx(start_helpdesk, open_transport):
    helpdesk = start_helpdesk(answers(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n4"))

    with open_transport(helpdesk, allows_own=True) as transport:
        response = transport.handle_request(httpx.Request("GET", f"https://{ACME}/"))
        with pytest.raises(httpx.ProtocolError):
            list(response.iter_raw())


def test_without_an_address_there_is_no_connection(start_helpdesk, open_transport):
    with open_transport(start_helpdesk({}), addresses=[]) as transport, pytest.raises(httpx.NetworkError):
        transport.handle_request(httpx.Request("GET", f"https://{ACME}/"))


class SteppingStream(httpcore.NetworkStream):
    """Takes `seconds` for every step and gives `data` to every read; remembers the time limits it was given."""

    def __init__(self, clock: Clock, *, seconds: float, data: bytes = b"x") -> None:
        self.limits: list[float | None] = []
        self._clock, self._seconds, self._data = clock, seconds, data

    def _step(self, timeout: float | None) -> None:
        self.limits.append(timeout)
        self._clock.pass_seconds(self._seconds)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._step(timeout)
        return self._data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._step(timeout)

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname=None, timeout=None) -> httpcore.NetworkStream:
        self._step(timeout)
        return self

    def close(self) -> None: ...


def test_each_step_gets_no_more_than_what_is_left():
    clock = Clock()
    inner = SteppingStream(clock, seconds=1.5)
    stream = BudgetStream(inner, Budget(seconds=4.0, wire_bytes=100, clock=clock))

    secured = stream.start_tls(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "acme.kayako.com", 2.0)
    secured.write(b"GET", 2.0)
    secured.read(10, None)

    assert inner.limits == [2.0, 2.0, 1.0]


@pytest.mark.parametrize("step", [lambda stream: stream.read(10, 2.0), lambda stream: stream.write(b"x", 2.0)])
def test_after_the_deadline_no_step_is_taken(step):
    clock = Clock()
    inner = SteppingStream(clock, seconds=0)
    stream = BudgetStream(inner, Budget(seconds=1.0, wire_bytes=100, clock=clock))
    clock.pass_seconds(1.0)

    with pytest.raises(httpcore.TimeoutException):
        step(stream)
    assert inner.limits == []


def test_the_byte_too_many_ends_it():
    clock = Clock()
    stream = BudgetStream(SteppingStream(clock, seconds=0, data=b"four"), Budget(seconds=1, wire_bytes=8, clock=clock))
    stream.read(10)
    stream.read(10)

    with pytest.raises(httpcore.RemoteProtocolError):
        stream.read(10)


def test_time_left_is_never_negative():
    clock = Clock()
    budget = Budget(seconds=1.0, wire_bytes=1, clock=clock)
    clock.pass_seconds(9.0)

    assert budget.seconds_left() == 0.0


URL = "https://acme.kayako.com/Base/staff/getcount"


class Unread(httpx.SyncByteStream):
    def __iter__(self):
        raise AssertionError("this body is not to be read")


def ask_one_that(handler):
    return get(httpx.MockTransport(handler), URL)


def test_a_reply_is_status_lower_case_headers_and_body():
    reply = ask_one_that(
        lambda request: httpx.Response(200, headers={"X-Desk": "Acme"}, stream=httpx.ByteStream(b"48"))
    )

    assert reply == Reply(200, {"x-desk": "Acme"}, b"48")


@pytest.mark.parametrize(("length", "truncated"), [(MAX_BODY_BYTES, False), (MAX_BODY_BYTES + 1, True)])
def test_a_body_is_read_up_to_its_limit(length, truncated):
    reply = ask_one_that(lambda request: httpx.Response(200, stream=httpx.ByteStream(b"4" * length)))

    assert (len(reply.body), reply.truncated) == (MAX_BODY_BYTES, truncated)


@pytest.mark.parametrize(
    ("status", "headers"),
    [(200, {"Content-Encoding": "gzip"}), (302, {"Location": "/"}), (204, {}), (304, {})],
    ids=["compressed", "redirect", "no content", "not modified"],
)
def test_a_body_that_cannot_matter_is_not_read(status, headers):
    reply = ask_one_that(lambda request: httpx.Response(status, headers=headers, stream=Unread()))

    assert (reply.status, reply.body) == (status, b"")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (httpx.ReadTimeout("slow"), "timeout"),
        (httpx.ConnectTimeout("slow"), "timeout"),
        (httpx.ConnectError("refused"), "unreachable"),
        (httpx.RemoteProtocolError("quotes the server"), "unreachable"),
        (httpx.UnsupportedProtocol("ftp"), "unreachable"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_failure_of_the_transport_is_no_reply(error, status):
    def fail(request):
        raise error

    answer = ask_one_that(fail)

    assert isinstance(answer, NoReply)
    assert answer.status == status
    assert "quotes" not in answer.why
