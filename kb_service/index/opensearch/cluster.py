"""How a cluster is spoken to: over HTTP, with the next node where one fails, and not at all while none answers.

A node that fails is left alone for a while, the longer the more often it failed in a row; then `probe` tries it.
While all of them are left alone every request fails at once: a cluster that is gone costs nobody a wait.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from weakref import finalize

import httpx
import msgspec

from kb_service.errors import EngineRefused, EngineUnavailable

T = TypeVar("T")

CONNECT_SECONDS: Final = 0.5
READ_SECONDS: Final = 2.0  # of a question at one node; a node that was stopped holds up one request for so long
PROBE_SECONDS: Final = 1.0  # of a node that failed: less than anybody may be behind another generation
DEADLINE_SECONDS: Final = 5.0  # of a question, whatever nodes were tried
LOAD_SECONDS: Final = 30.0  # of what a process reads before it answers: the catalogue
WRITE_SECONDS: Final = 120.0  # of what a builder sends
FIRST_PENALTY: Final = 0.5  # seconds for which a node that failed is left alone, doubled with each failure in a row
LONGEST_PENALTY: Final = 8.0
CONNECTIONS: Final = 64
OVERLOADED: Final = frozenset({429, 500, 502, 503, 504})  # another node may answer, or the same one later
SHOWN_CHARACTERS: Final = 300  # of what a node says went wrong

_log = logging.getLogger(__name__)


class Credentials(NamedTuple):
    """How this process proves who it is: a token, or a user with a password; nothing for an open cluster."""

    user: str = ""
    password: str = ""
    token: str = ""


OPEN: Final = Credentials()


class Counts(msgspec.Struct):
    """What this process has seen of the cluster since it started."""

    requests: int = 0
    retries: int = 0
    failures: int = 0


class _Node:
    """One node and how it has been."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.failures = 0
        self.left_alone_until = 0.0


class Cluster:
    """The nodes of a cluster, for any number of threads. Raises only EngineUnavailable or EngineRefused."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        credentials: Credentials = OPEN,
        ca_file: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        read_seconds: float = READ_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`transport` stands for the network in tests. Raises EngineUnavailable where the CA file is none."""
        self._nodes = [_Node(url.rstrip("/")) for url in urls]
        self._monotonic = monotonic
        self._read_seconds = read_seconds
        self._lock = threading.Lock()
        self._turn = 0
        self._last_error = ""
        self.counts = Counts()
        headers = {"Content-Type": "application/json"}
        if credentials.token:
            headers["Authorization"] = f"Bearer {credentials.token}"
        self._client = httpx.Client(
            headers=headers,
            auth=(credentials.user, credentials.password) if credentials.user and not credentials.token else None,
            verify=_trust(ca_file) if any(url.startswith("https:") for url in urls) else False,
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
            trust_env=False,
            transport=transport,
        )
        finalize(self, self._client.close).atexit = False  # snapshots go on with it when their engine is closed

    def failing(self) -> int:
        """Return how many nodes failed when they were last asked."""
        return sum(node.failures > 0 for node in self._nodes)

    def reachable(self) -> str:
        """Return why nothing can be asked now, "" when something can."""
        now = self._monotonic()
        with self._lock:
            return "" if any(node.left_alone_until <= now for node in self._nodes) else self._gone()

    def probe(self) -> None:
        """Try the nodes that failed and were left alone long enough; whoever asks a question need not."""
        for node in self._nodes:
            if node.failures and self._is_due(node):
                try:
                    self._client.get(f"{node.url}/", timeout=httpx.Timeout(PROBE_SECONDS, connect=CONNECT_SECONDS))
                except (httpx.HTTPError, RuntimeError) as error:
                    self._failed(node, f"{node.url}: {type(error).__name__}")
                else:
                    self._answered(node)

    def ask(self, method: str, path: str, returns: type[T], *, body: object = None) -> T:
        """Ask a question that changes nothing: of the next node where one fails, within the deadline."""
        return self._decoded(self.raw(method, path, body=body), returns)

    def raw(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        check: Callable[[bytes], str] | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """As `ask`, but return the answer as it is. `check` returns what is wrong with it, "" when it is whole.

        Nobody waits for what is given more `seconds` than a question.
        """
        content = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        most = max(seconds or 0.0, DEADLINE_SECONDS)
        return self._try_each(method, path, content, seconds or self._read_seconds, most, check)

    def do(self, method: str, path: str, body: object = None, *, seconds: float = WRITE_SECONDS) -> bytes:
        """Do what may be done twice with the same outcome: of the next node where one fails."""
        content = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        return self._try_each(method, path, content, seconds, seconds, None)

    def _decoded(self, data: bytes, returns: type[T]) -> T:
        try:
            return msgspec.json.decode(data, type=returns)
        except msgspec.DecodeError as error:
            raise EngineUnavailable(f"OpenSearch answered what cannot be read: {error}") from error

    def _try_each(
        self,
        method: str,
        path: str,
        content: bytes,
        seconds: float,
        deadline: float,
        check: Callable[[bytes], str] | None,
    ) -> bytes:
        end = self._monotonic() + deadline
        tried = 0
        for node in self._in_turn():
            left = end - self._monotonic()
            if left <= 0:
                break
            tried += 1
            self.counts.requests += 1
            if tried > 1:
                self.counts.retries += 1
            timeout = httpx.Timeout(min(seconds, left), connect=min(CONNECT_SECONDS, left))
            try:
                answer = self._client.request(method, node.url + path, content=content, timeout=timeout)
            except httpx.HTTPError as error:
                self._failed(node, f"{node.url}: {type(error).__name__}")
                continue
            except RuntimeError as error:  # a client that was closed
                raise EngineUnavailable(f"The connection to OpenSearch is closed: {error}") from error
            self._answered(node)
            if answer.status_code in OVERLOADED:
                self._last_error = f"{node.url}: {answer.status_code} {answer.text[:SHOWN_CHARACTERS]}"
                continue
            if answer.status_code >= 400:
                told = answer.text[:SHOWN_CHARACTERS]
                raise EngineRefused(f"OpenSearch refused ({answer.status_code}): {told}", answer.status_code)
            if wrong := check(answer.content) if check else "":
                self._last_error = f"{node.url}: {wrong}"
                continue
            return answer.content
        self.counts.failures += 1
        raise EngineUnavailable(self._gone())

    def _gone(self) -> str:
        return f"OpenSearch does not answer: {self._last_error[:SHOWN_CHARACTERS] or 'no node is left to ask'}."

    def _in_turn(self) -> Iterator[_Node]:
        """Yield the nodes to try, each once: those that are well, one after another, then those that are due again."""
        with self._lock:
            self._turn += 1
            turned = [self._nodes[(self._turn + i) % len(self._nodes)] for i in range(len(self._nodes))]
        yield from (node for node in sorted(turned, key=lambda each: each.failures > 0) if self._is_due(node))

    def _is_due(self, node: _Node) -> bool:
        """Tell whether a node may be tried. Who tries a bad one tries it for all: others leave it alone until then."""
        with self._lock:
            now = self._monotonic()
            if node.left_alone_until > now:
                return False
            if node.failures:
                node.left_alone_until = now + _penalty(node.failures)
            return True

    def _failed(self, node: _Node, why: str) -> None:
        with self._lock:
            node.failures += 1
            node.left_alone_until = self._monotonic() + _penalty(node.failures)
            self._last_error = why
            first = node.failures == 1
        if first:
            _log.warning("a node of the cluster failed: %s", why)

    def _answered(self, node: _Node) -> None:
        with self._lock:
            again = node.failures > 0
            node.failures, node.left_alone_until = 0, 0.0
        if again:
            _log.info("a node of the cluster answers again: %s", node.url)


def _penalty(failures: int) -> float:
    return float(min(LONGEST_PENALTY, FIRST_PENALTY * 2 ** min(failures - 1, 8)))


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise EngineUnavailable(f"The CA file {ca_file} cannot be used: {error}.") from error


def path_of(*parts: str, **query: Any) -> str:
    """Return a path with a query.

    >>> path_of("kb-public", "_search", size=3)
    '/kb-public/_search?size=3'
    """
    given = "&".join(f"{name}={value}" for name, value in query.items())
    return "/" + "/".join(parts) + (f"?{given}" if given else "")
