"""One builder at a time: a document that only one can create, and that expires unless its holder renews it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import msgspec

from kb_service.errors import EngineRefused, EngineUnavailable, IndexBusy
from kb_service.index.opensearch.cluster import Cluster, path_of

LOCK_SECONDS: Final = 60.0  # after which a lock that nobody renews is free: its holder died
TRIES: Final = 3
RENEWALS: Final = 4  # within that time
_CONFLICT: Final = 409
_MISSING: Final = 404
_BODY: Final = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-2"}},
    "mappings": {"properties": {"holder": {"type": "keyword"}, "expires_at": {"type": "double"}}},
}


class _Held(msgspec.Struct):
    holder: str
    expires_at: float


class _Document(msgspec.Struct):
    found: bool = True
    source: _Held | None = msgspec.field(name="_source", default=None)
    number: int = msgspec.field(name="_seq_no", default=0)
    term: int = msgspec.field(name="_primary_term", default=0)


class BuildLock:
    """The lock while it is held: `check` raises when it was lost, which is when this builder was away too long."""

    def __init__(self, cluster: Cluster, index: str, *, seconds: float, now: Callable[[], float]) -> None:
        self._cluster, self._index, self._seconds, self._now = cluster, index, seconds, now
        self._holder = secrets.token_hex(8)
        self._at = _Document()
        self._lost = ""
        self._ended = threading.Event()
        self._renewing = threading.Lock()
        self._keeper: threading.Thread | None = None

    def take(self) -> None:
        """Take the lock, also one that expired; raise IndexBusy when another builder has it."""
        busy = f"Another process is building the index {self._index}. Try again when it is done"
        for _ in range(TRIES):
            try:
                self._at = self._write("PUT", path_of(self._index, "_create", "build"))
                return
            except EngineRefused as error:
                if error.status != _CONFLICT:
                    raise
            found = self._read()
            if found.source is None:  # it was given back in between
                continue
            left = found.source.expires_at - self._now()
            if found.source.holder != self._holder and left > 0:
                raise IndexBusy(f"{busy}; if it died, in {left:.0f} s.")
            self._at = found
            self._renew()
            return
        raise IndexBusy(f"{busy}.")

    def check(self) -> None:
        """Raise IndexBusy when the lock is another's by now: what was built must not be served."""
        self._renew()

    def keep(self) -> None:
        """Renew the lock until `leave`, on a thread of its own."""
        self._keeper = threading.Thread(target=self._keep, name="kb-build-lock", daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        while not self._ended.wait(self._seconds / RENEWALS):
            with suppress(EngineUnavailable):  # the next try may reach the cluster; until then the lock lives on
                try:
                    self._renew()
                except IndexBusy as error:
                    self._lost = str(error)
                    return

    def leave(self) -> None:
        """Give the lock back, when nobody renews it any more."""
        self._ended.set()
        if self._keeper is not None:
            self._keeper.join()
        with suppress(EngineUnavailable):
            self._cluster.do("DELETE", self._conditional())

    def _renew(self) -> None:
        with self._renewing:
            if self._lost:
                raise IndexBusy(self._lost)
            self._renew_alone()

    def _renew_alone(self) -> None:
        try:
            self._at = self._write("PUT", self._conditional())
        except EngineRefused as error:
            if error.status != _CONFLICT:
                raise
            found = self._read()
            if found.source is None or found.source.holder != self._holder:
                raise IndexBusy("Another process took over the lock of this build, which was away too long.") from error
            self._at = found  # this very renewal arrived, and only its answer was lost

    def _conditional(self) -> str:
        return path_of(self._index, "_doc", "build", if_seq_no=self._at.number, if_primary_term=self._at.term)

    def _write(self, method: str, path: str) -> _Document:
        body = _Held(self._holder, self._now() + self._seconds)
        return msgspec.json.decode(self._cluster.do(method, path, body, seconds=self._seconds / 2), type=_Document)

    def _read(self) -> _Document:
        try:
            return self._cluster.ask("GET", path_of(self._index, "_doc", "build"), _Document)
        except EngineRefused as error:
            if error.status == _MISSING:
                return _Document(found=False)
            raise


@contextmanager
def build_lock(
    cluster: Cluster, index: str, *, seconds: float = LOCK_SECONDS, now: Callable[[], float] = time.time
) -> Iterator[BuildLock]:
    """Hold the build lock, a document of the index `index`; raise IndexBusy at once when another builder has it.

    Expiry goes by the clocks of the hosts that build: they may differ by less than `seconds`.
    """
    try:
        cluster.do("PUT", path_of(index), _BODY)
    except EngineRefused as error:
        if "resource_already_exists" not in str(error):
            raise
    lock = BuildLock(cluster, index, seconds=seconds, now=now)
    lock.take()
    lock.keep()
    try:
        yield lock
    finally:
        lock.leave()
