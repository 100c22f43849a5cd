"""Writes an index into the cluster: in bulk, then refreshed, merged and copied, and only then counted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from kb_service.errors import EngineRefused, EngineUnavailable
from kb_service.index.opensearch.cluster import Cluster, path_of

BULK_BYTES: Final = 4_000_000
BULK_TRIES: Final = 6  # with a longer wait before each, where the cluster has more to do than it takes
MERGE_SECONDS: Final = 3600.0
COPY_SECONDS: Final = 900.0
SETTLED_SECONDS: Final = 10.0  # for which nothing moves: then copies that lack have no place to go
MISSING: Final = 404
_CREATED: Final = frozenset({200, 201, 409})  # 409: by a request of which only the answer was lost
_BUSY: Final = 429

_log = logging.getLogger(__name__)


class _Item(msgspec.Struct):
    status: int
    error: Any = None


class _Bulk(msgspec.Struct):
    items: list[dict[str, _Item]]


class _Counted(msgspec.Struct):
    count: int
    shards: dict[str, Any] = msgspec.field(name="_shards", default_factory=dict)


class Health(msgspec.Struct):
    """What the cluster says of itself, or of some indexes."""

    status: str
    initializing_shards: int = 0
    relocating_shards: int = 0
    unassigned_shards: int = 0
    number_of_nodes: int = 0
    number_of_data_nodes: int = 0


def create_index(cluster: Cluster, index: str, body: object) -> None:
    """Create an index whose shards are all there."""
    try:
        cluster.do("PUT", path_of(index, wait_for_active_shards="all", timeout="30s"), body)
    except EngineRefused as error:
        if "resource_already_exists" not in str(error):  # by a request of which only the answer was lost
            raise
    health = cluster.ask("GET", path_of("_cluster", "health", index), Health)
    if health.status == "red":
        raise EngineUnavailable(f"The cluster has no place for the index {index}: its disks may be full.")


def write_bulk(cluster: Cluster, index: str, lines: Iterable[bytes], *, done: Callable[[int], None]) -> int:
    """Write documents (see pieces.bulk_lines); return how many. `done` hears of each request's."""
    written = 0
    for batch in _batches(lines):
        _write(cluster, index, batch)
        written += len(batch)
        done(len(batch))
    return written


def commit(cluster: Cluster, index: str) -> None:
    """Let what was written be kept for good: then merging leaves out what was only kept for recovery, half of it."""
    cluster.do("POST", path_of(index, "_flush", force="true"), seconds=MERGE_SECONDS)


def finish_index(cluster: Cluster, index: str, *, documents: int, replicas: int) -> None:
    """Make what was written visible, merge it, copy it to other nodes, and make sure that all of it is there."""
    cluster.do("POST", path_of(index, "_refresh"))
    cluster.do("POST", path_of(index, "_forcemerge", max_num_segments=1), seconds=MERGE_SECONDS)
    cluster.do("POST", path_of(index, "_refresh"))
    settings = {"index": {"number_of_replicas": replicas, "blocks": {"write": True}}}
    cluster.do("PUT", path_of(index, "_settings"), settings)
    _wait_for_copies(cluster, index)
    found = cluster.ask("GET", path_of(index, "_count"), _Counted)
    if found.count != documents or found.shards.get("failed"):
        raise EngineUnavailable(f"The index {index} has {found.count} documents of {documents}: it is not served.")


def drop_indexes(cluster: Cluster, indexes: Iterable[str]) -> None:
    """Drop indexes, each by its own name; those that are gone already are no mistake."""
    for index in indexes:
        try:
            cluster.do("DELETE", path_of(index))
        except EngineRefused as error:
            if error.status != MISSING:
                _log.warning("the index %s cannot be dropped: %s", index, error)


def _wait_for_copies(cluster: Cluster, index: str) -> None:
    """Wait until every copy is there, or those that lack have no node to go to: then what is there is served."""
    end, settled_since = time.monotonic() + COPY_SECONDS, time.monotonic()
    while time.monotonic() < end:
        asked = path_of("_cluster", "health", index, wait_for_status="green", timeout="500ms")
        try:
            health = cluster.ask("GET", asked, Health)
        except EngineRefused as error:  # 408: not green within that time
            health = Health("yellow") if error.status == 408 else Health("red")
            if error.status != 408:
                raise
        if health.status == "green":
            return
        if health.status == "red":
            raise EngineUnavailable(f"The cluster lost a part of the index {index} while it was written.")
        now = time.monotonic()
        if health.initializing_shards or health.relocating_shards:
            settled_since = now
        elif now - settled_since >= SETTLED_SECONDS:
            _log.warning("the index %s has fewer copies than it should: %d lack", index, health.unassigned_shards)
            return
    raise EngineUnavailable(f"The index {index} was not copied within {COPY_SECONDS:.0f} s.")


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for line in lines:
        if batch and size + len(line) > BULK_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        yield batch


def _write(cluster: Cluster, index: str, batch: list[bytes]) -> None:
    """Write documents, those again that the cluster was too busy for."""
    for attempt in range(BULK_TRIES):
        answer = msgspec.json.decode(cluster.do("POST", path_of(index, "_bulk"), b"".join(batch)), type=_Bulk)
        results = [item["create"] for item in answer.items]
        for result in results:
            if result.status not in _CREATED and result.status != _BUSY:
                raise EngineUnavailable(f"OpenSearch does not take a document of {index}: {result.error}")
        batch = [line for line, result in zip(batch, results, strict=True) if result.status == _BUSY]
        if not batch:
            return
        time.sleep(0.1 * 2**attempt)
    raise EngineUnavailable("OpenSearch is too busy to take documents.")
