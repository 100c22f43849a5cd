"""How often one client may ask: token buckets, one for each client and group of routes.

They lie in memory that the workers of one server share, or in Redis for several servers, or in this process alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from redis import Redis

MAX_CLIENTS: Final = 20_000  # about 4 MB; beyond it the longest known are forgotten, which only lets them ask again
SETS: Final = 8192  # of the shared table; a bucket lies in one of them, and takes the place of the one least used there
WAYS: Final = 8
BUCKET: Final = struct.Struct("=Qd")
SHARED_BYTES: Final = SETS * WAYS * BUCKET.size
REDIS_SECONDS: Final = 0.1  # that a request waits for Redis at most
REDIS_REST_SECONDS: Final = 5.0  # without it, after it failed
# Counts by Redis's own clock, which is the same for all servers.
REDIS_SCRIPT: Final = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + tonumber(ARGV[1])
local wait = full_at - now - tonumber(ARGV[2])
if wait > 0.000001 then return tostring(wait) end
redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', math.ceil((full_at - now) * 1000))
return '0'
"""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """A group of routes that share one bucket: its size and how fast it fills again."""

    name: str
    per_minute: float
    burst: int


def read_limits(texts: Iterable[str]) -> dict[str, Limit]:
    """Return by name what was written as name=per minute/burst, or name=per minute with a quarter of that as burst."""
    limits = {}
    for text in texts:
        name, _, rate = text.partition("=")
        per_minute, _, burst = rate.partition("/")
        limits[name] = Limit(name, float(per_minute), int(burst or max(float(per_minute) / 4, 1)))
    return limits


class Buckets(Protocol):
    """Where the buckets are kept."""

    def take(self, limit: Limit, client: str) -> float:
        """Take one token and return 0, or take none and return after how many seconds there will be one."""


def wait_after(full_at: float, limit: Limit, now: float) -> tuple[float, float]:
    """Return how long to wait for a token of a bucket that is full at `full_at`, and when it is full then."""
    refill = 60 / limit.per_minute
    after = max(full_at, now) + refill
    wait = after - now - limit.burst * refill
    return (wait, full_at) if wait > 1e-9 else (0.0, after)


class OwnBuckets:
    """Those of this process. Safe to share between threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, max_clients: int = MAX_CLIENTS) -> None:
        self._clock = clock
        self._max_clients = max_clients
        self._full_at: dict[tuple[str, str], float] = {}  # when each bucket will be full again
        self._lock = threading.Lock()

    def remembered(self) -> int:
        """Return how many buckets are remembered."""
        return len(self._full_at)

    def take(self, limit: Limit, client: str) -> float:
        key = (limit.name, client)
        with self._lock:
            now = self._clock()
            wait, self._full_at[key] = wait_after(self._full_at.get(key, now), limit, now)
            if len(self._full_at) > self._max_clients:
                self._forget(now)
        return wait

    def _forget(self, now: float) -> None:
        waiting = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        excess = len(waiting) - self._max_clients // 2
        self._full_at = dict(list(waiting.items())[max(excess, 0) :])


class SharedBuckets:
    """Those of all processes that have this file open, which is as long as SHARED_BYTES and empty at first."""

    def __init__(self, file: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._clock = clock  # the same in all processes of a machine
        self._table = mmap.mmap(file, SHARED_BYTES)
        self._lock = threading.Lock()

    def take(self, limit: Limit, client: str) -> float:
        digest = hashlib.blake2b(f"{limit.name} {client}".encode(errors="replace"), digest_size=8).digest()
        key = int.from_bytes(digest, "little") or 1
        start = key % SETS * WAYS * BUCKET.size
        end = start + WAYS * BUCKET.size
        with self._lock:  # of threads; the one of processes is the kernel's, which opens it when a process ends
            fcntl.lockf(self._file, fcntl.LOCK_EX, BUCKET.size, start)
            try:
                now = self._clock()
                known = [(found == key, -full_at, at) for at, (found, full_at) in self._places(start, end)]
                is_known, less_full_at, place = max(known)
                wait, full_at = wait_after(-less_full_at if is_known else now, limit, now)
                BUCKET.pack_into(self._table, place, key, full_at)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, BUCKET.size, start)
        return wait

    def _places(self, start: int, end: int) -> Iterable[tuple[int, tuple[int, float]]]:
        return zip(range(start, end, BUCKET.size), BUCKET.iter_unpack(self._table[start:end]), strict=True)


class RedisBuckets:
    """Those of all servers that use this Redis; while it does not answer, those of this server."""

    def __init__(self, url: str, otherwise: Buckets) -> None:
        from redis import Redis  # the extra "redis"

        self._redis: Redis = Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
        self._script: Any = self._redis.register_script(REDIS_SCRIPT)
        self._otherwise = otherwise
        self._rests_until = 0.0

    def take(self, limit: Limit, client: str) -> float:
        from redis import RedisError

        if time.monotonic() < self._rests_until:
            return self._otherwise.take(limit, client)
        refill = 60 / limit.per_minute
        try:
            told = self._script(keys=[f"kb:limit:{limit.name}:{client}"], args=[refill, limit.burst * refill])
        except RedisError as error:
            _log.warning("clients are counted by this server alone: Redis: %s", type(error).__name__)
            self._rests_until = time.monotonic() + REDIS_REST_SECONDS
            return self._otherwise.take(limit, client)
        return float(told)


_shared_file: int | None = None


def share(file: int | None) -> None:
    """Let this process count in the file that the workers of its server share; None: for itself alone."""
    global _shared_file
    _shared_file = file


def shared_file() -> int | None:
    """Return a new file in memory for workers to share, None where there is no such thing."""
    with suppress(AttributeError, OSError):
        file = os.memfd_create("kb-limits")
        os.ftruncate(file, SHARED_BYTES)
        return file
    return None


def open_buckets(redis_url: str, *, clock: Callable[[], float] = time.monotonic) -> Buckets:
    """Return the buckets of all servers, of this server, or of this process."""
    own = OwnBuckets(clock=clock) if _shared_file is None else SharedBuckets(_shared_file, clock=clock)
    return RedisBuckets(redis_url, own) if redis_url else own


class RateLimiter:
    """Counts requests for each client and limit; `chosen` limits stand for those of the same name."""

    def __init__(self, buckets: Buckets, chosen: Mapping[str, Limit] | None = None) -> None:
        self._buckets = buckets
        self._chosen = chosen or {}

    def wait_seconds(self, client: str, limit: Limit, *, times: int = 1) -> float:
        """Take one token and return 0, or take none and return after how many seconds there will be one.

        A client may ask several `times` as often.
        """
        stands = self._chosen.get(limit.name, limit)
        if times > 1:
            stands = Limit(stands.name, stands.per_minute * times, stands.burst * times)
        return self._buckets.take(stands, client)
