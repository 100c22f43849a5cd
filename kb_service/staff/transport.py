"""One HTTPS request to checked addresses, while TLS and HTTP speak to the name; within one time and one size.

httpcore takes SNI, certificate name and Host from the URL, so dialling an address in its network backend cannot weaken
TLS. A bare transport has no cookies, no netrc, no proxies from the environment and follows no redirects.
Timeouts of HTTP clients are per read: a server that sends a byte every 1.9 s never trips a limit of 2 s. So a budget of
seconds and bytes bounds every step of the stream itself.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import certifi
import httpcore
import httpx

from kb_service.staff.reply import Reply

HTTPS_PORT: Final = 443
CONNECT_SECONDS: Final = 2.0
READ_SECONDS: Final = 2.0
MAX_ADDRESSES: Final = 2  # one may be down; trying a whole round-robin would use up the deadline
MAX_BODY_BYTES: Final = 32 * 1024  # a count has 25 bytes; the rest is room for notices
OWN_MACHINE: Final = "the address is this machine's own"

_TIMEOUTS: Final = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS, "pool": CONNECT_SECONDS}
# Everything that is sent, beside Host. Nothing secret, and `identity` so that no decompression bomb can exist.
_HEADERS: Final = {
    "User-Agent": "kb-service (staff count)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_NO_BODY_WANTED: Final = frozenset({204, 304})


def trusted_context() -> ssl.SSLContext:
    """Return TLS 1.2 or newer with certifi's roots; unlike the default context it never writes a key log."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_verify_locations(certifi.where())
    return context


def on_premise_context() -> ssl.SSLContext:
    """Return the same with this machine's roots too: there an operator installs the authority of internal names."""
    context = trusted_context()
    context.load_default_certs()
    return context


class Budget:
    """The seconds and received bytes that one look-up has left; for one thread."""

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


@dataclass(frozen=True, kw_only=True)
class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the given addresses only, whatever the name would resolve to by now.

    A connection that turns out to end on this very machine is closed, unless the operator `allows_own` addresses.
    """

    addresses: Sequence[str]
    budget: Budget
    port: int = HTTPS_PORT
    allows_own: bool = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: object = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in self.addresses[:MAX_ADDRESSES]:
            try:
                return self._connect(address, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _connect(self, address: str, timeout: float | None) -> httpcore.NetworkStream:
        stream = httpcore.SyncBackend().connect_tcp(address, self.port, self.budget.at_most(timeout))
        if not self.allows_own and _ends_here(stream):
            stream.close()
            raise httpcore.ConnectError(OWN_MACHINE)
        return BudgetStream(stream, self.budget)


def _ends_here(stream: httpcore.NetworkStream) -> bool:
    """The kernel gives a connection to an own address that same address as its source."""
    return bool(stream.get_extra_info("client_addr")[0] == stream.get_extra_info("server_addr")[0])


class PinnedTransport(httpx.BaseTransport):
    """One exchange with one helpdesk; make a new one for the next."""

    def __init__(self, backend: PinnedBackend, ssl_context: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context, max_connections=1, max_keepalive_connections=0, network_backend=backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme != "https":
            raise httpx.UnsupportedProtocol("only https is spoken to a helpdesk", request=request)
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=None, target=request.url.raw_path
        )
        question = httpcore.Request(request.method, url, headers=request.headers.raw, extensions={"timeout": _TIMEOUTS})
        with _httpx_errors(request):
            response = self._pool.handle_request(question)
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response, request))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors(self._request):
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


@contextmanager
def _httpx_errors(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error), request=request) from error
    except httpcore.NetworkError as error:
        raise httpx.NetworkError(str(error), request=request) from error
    except (httpcore.ProtocolError, httpcore.ProxyError, httpcore.UnsupportedProtocol) as error:
        raise httpx.ProtocolError(str(error), request=request) from error


@dataclass(frozen=True, slots=True)
class NoReply:
    """The helpdesk gave no HTTP answer; `why` is for the log only."""

    status: Literal["unreachable", "timeout"]
    why: str


def get(transport: httpx.BaseTransport, url: str) -> Reply | NoReply:
    """GET `url` once; raises nothing that a server can provoke.

    backend = PinnedBackend(addresses=["8.8.4.4"], budget=Budget(seconds=4.0, wire_bytes=96 * 1024))
    with PinnedTransport(backend, trusted_context()) as transport:
        get(transport, "https://acme.kayako.com/Base/staff/getcount")  → Reply(200, {...}, b'{"activestaffcount":"48"}')
    """
    try:
        response = transport.handle_request(httpx.Request("GET", url, headers=_HEADERS))
        try:
            return _read(response)
        finally:
            response.close()
    except httpx.TimeoutException as error:
        return NoReply("timeout", str(error))
    except httpx.ProtocolError:  # its text may quote what the server sent
        return NoReply("unreachable", "the answer is not proper HTTP or too long")
    except httpx.TransportError as error:
        return NoReply("unreachable", str(error))


def _read(response: httpx.Response) -> Reply:
    headers = dict(response.headers)
    reply = Reply(response.status_code, headers)
    if reply.is_redirect or reply.is_encoded or reply.status < 200 or reply.status in _NO_BODY_WANTED:
        return reply
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return Reply(reply.status, headers, bytes(body[:MAX_BODY_BYTES]), truncated=True)
    return Reply(reply.status, headers, bytes(body))
