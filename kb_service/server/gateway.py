"""Takes whole requests from the network to the application, so that no slow client ever holds one of its threads.

Bodies are read by one event loop, up to a size, within a deadline, and at most so many at once; the responses are
handed over whole. What load balancers ask has a thread of its own.
"""

from __future__ import annotations

import asyncio
import io
import logging
import random
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from kb_service.web.refusals import LATE_BODY, OVERLOADED, REFUSAL, TWO_HOSTS

BODY_SECONDS: Final = 5.0  # in which a body of at most MOST_BODY_BYTES must arrive
MOST_BODY_BYTES: Final = 320 * 1024  # the longest form of the console; what is longer is refused by its length
MOST_BODIES: Final = 256  # read at once; then the one that takes longest is given up
REQUESTS_A_CONNECTION: Final = 100  # about; then it is ended, and the next goes to whichever worker has least to do
MOST_WAITING: Final = 1024  # requests for a thread; then new ones are told to come again
WATCHED: Final = frozenset({"/healthz", "/readyz", "/metrics"})

Environ = dict[str, Any]
Reply = tuple[int, list[tuple[str, str]], bytes]

_log: Final = logging.getLogger(__name__)


class Gateway:
    """An RSGI application around a WSGI one, which `threads` of this process run."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        *,
        threads: int,
        body_seconds: float = BODY_SECONDS,
        most_bodies: int = MOST_BODIES,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._application = application
        self._answering = ThreadPoolExecutor(threads, "answering")
        self._watching = ThreadPoolExecutor(1, "watching")
        self._body_seconds = body_seconds
        self._most_bodies = most_bodies
        self._most_waiting = most_waiting
        self._bodies: dict[int, asyncio.Timeout] = {}  # deadlines of those that are read, the oldest first
        self._under_way = 0

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        self._under_way += 1
        try:
            await self._respond(scope, protocol)
        finally:
            self._under_way -= 1

    async def _respond(self, scope: Any, protocol: Any) -> None:
        environ = environ_of(scope)
        if has_body(environ):
            try:
                body = await self._body(protocol)
            except TimeoutError:
                environ[REFUSAL], body = LATE_BODY, b""
            except Exception:  # the client has gone: there is nobody to answer
                protocol.response_empty(400, [])
                return
            environ["wsgi.input"] = io.BytesIO(body)
            if environ.pop("HTTP_TRANSFER_ENCODING", None):  # it came in chunks, and is whole now
                environ["CONTENT_LENGTH"] = str(len(body))
        pool = self._answering
        if scope.path in WATCHED or REFUSAL in environ:
            pool = self._watching
        elif self._under_way - len(self._bodies) > self._most_waiting:
            environ[REFUSAL], pool = OVERLOADED, self._watching
        status, headers, content = await asyncio.get_running_loop().run_in_executor(pool, self._ask, environ)
        if random.random() * REQUESTS_A_CONNECTION < 1:  # noqa: S311 - no secret
            headers = [*headers, ("connection", "close")]
        protocol.response_bytes(status, headers, content)

    async def _body(self, protocol: Any) -> bytes:
        """Return the body; of one that is too long a byte more than is taken. Raises TimeoutError when it is late."""
        parts, length = [], 0
        async with asyncio.timeout(self._body_seconds) as deadline:
            key = id(deadline)
            self._bodies[key] = deadline
            if len(self._bodies) > self._most_bodies:
                oldest = next(iter(self._bodies))
                self._bodies.pop(oldest).reschedule(0)
            try:
                async for part in protocol:
                    parts.append(part)
                    length += len(part)
                    if length > MOST_BODY_BYTES:
                        break
            finally:
                self._bodies.pop(key, None)
        return b"".join(parts)[: MOST_BODY_BYTES + 1]

    def _ask(self, environ: Environ) -> Reply:
        """Return what the application says. Called in a thread."""
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            told[:] = [(status, headers)]
            return lambda data: None

        try:
            response = self._application(environ, start_response)
            try:
                content = b"".join(response)
            finally:
                if close := getattr(response, "close", None):
                    close()
            status, headers = told[0]
            return int(status[:3]), headers, content
        except Exception:
            _log.exception("the application failed")
            return 500, [("content-type", "text/plain")], b"Internal Server Error\n"


def has_body(environ: Environ) -> bool:
    """Return whether the client sends a body."""
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ


def environ_of(scope: Any) -> Environ:
    """Return the WSGI environ of a request, without a body.

    A header with `_` in its name is dropped: an application sees it as the one with `-`, which a proxy may have
    checked while it let this one pass.
    """
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_SOFTWARE": "kb",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    hosts = set[str]()
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key == "HTTP_HOST":
            hosts.add(value)
        if key == "HTTP_HOST" or key not in environ:
            environ[key] = value
        else:
            environ[key] += f"{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    if len(hosts) > 1:  # a proxy in front may have checked the other one
        environ[REFUSAL] = TWO_HOSTS
    return environ
