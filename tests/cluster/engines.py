"""Engines on a cluster for tests, one after another: what one has written is dropped when it is closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.engine import OpenSearchEngine
from kb_service.index.opensearch.indexes import Deployment

PREFIX = "tests"


def drop_all(urls: Sequence[str], prefix: str) -> None:
    """Drop all generations; the lock is free and stays."""
    Cluster(urls).do("DELETE", f"/{prefix}-public-*,{prefix}-agent-*?ignore_unavailable=true")


@contextmanager
def an_engine(urls: Sequence[str], *, shards: int = 1, replicas: int = 0, **options: Any) -> Iterator[OpenSearchEngine]:
    """An engine on a cluster without an index."""
    engine = OpenSearchEngine(Cluster(urls), deployment=Deployment(PREFIX, shards, replicas), **options)
    try:
        yield engine
    finally:
        engine.close()
        drop_all(urls, PREFIX)
