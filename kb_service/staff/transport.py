"""HTTPS to one checked address while TLS and HTTP speak to the name.

httpcore takes SNI, certificate name and Host from the URL, so dialling an address in its network backend cannot weaken
TLS. A bare transport has no cookies, no netrc, no proxies from the environment and follows no redirects.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import certifi
import httpcore
import httpx

from kb_service.staff.budget import Budget, BudgetStream

HTTPS_PORT: Final = 443
CONNECT_SECONDS: Final = 2.0
READ_SECONDS: Final = 2.0
OWN_MACHINE: Final = "the address is this machine's own"
MAX_ADDRESSES: Final = 2  # one may be down; trying a whole round-robin would use up the deadline

_TIMEOUTS: Final = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS, "pool": CONNECT_SECONDS}


def trusted_context(ca_file: str | None = None) -> ssl.SSLContext:
    """TLS 1.2 or newer, certifi's roots (or `ca_file`); unlike the default context it never writes a key log."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_verify_locations(ca_file or certifi.where())
    return context


def on_premise_context(ca_file: str | None = None) -> ssl.SSLContext:
    """The same, and whom this machine trusts: there an operator has installed the authority of internal names."""
    context = trusted_context(ca_file)
    context.load_default_certs()
    return context


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the given addresses only, whatever the name would resolve to by now.

    A connection that turns out to end on this very machine is closed, unless the operator `allows_own` addresses.
    """

    def __init__(self, *, addresses: Sequence[str], port: int, budget: Budget, allows_own: bool) -> None:
        self._addresses = tuple(addresses)[:MAX_ADDRESSES]
        self._port = port
        self._budget = budget
        self._allows_own = allows_own
        self._dialler = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: object = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in self._addresses:
            try:
                return self._connect(address, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _connect(self, address: str, timeout: float | None) -> httpcore.NetworkStream:
        stream = self._dialler.connect_tcp(address, self._port, self._budget.at_most(timeout))
        if not self._allows_own and _ends_here(stream):
            stream.close()
            raise httpcore.ConnectError(OWN_MACHINE)
        return BudgetStream(stream, self._budget)


def _ends_here(stream: httpcore.NetworkStream) -> bool:
    """The kernel gives a connection to an own address that same address as its source."""
    return bool(stream.get_extra_info("client_addr")[0] == stream.get_extra_info("server_addr")[0])


class PinnedTransport(httpx.BaseTransport):
    """One exchange with one helpdesk; make a new one for the next."""

    def __init__(
        self,
        *,
        addresses: Sequence[str],
        ssl_context: ssl.SSLContext,
        budget: Budget,
        port: int = HTTPS_PORT,
        allows_own: bool = False,
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=PinnedBackend(addresses=addresses, port=port, budget=budget, allows_own=allows_own),
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
