"""Engines on a cluster for tests, each with a prefix of its own, dropped when it is closed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.engine import OpenSearchEngine
from kb_service.index.opensearch.indexes import Deployment


def new_prefix() -> str:
    return f"t{secrets.token_hex(4)}"


def drop_all(urls: Sequence[str], prefix: str) -> None:
    """Drop whatever an engine made."""
    patterns = ",".join(f"{prefix}-{name}" for name in ("public-*", "agent-*", "lock"))
    Cluster(urls).do("DELETE", f"/{patterns}?ignore_unavailable=true")


@contextmanager
def an_engine(urls: Sequence[str], *, shards: int = 1, replicas: int = 0, **options: Any) -> Iterator[OpenSearchEngine]:
    """An engine on a cluster without an index."""
    prefix = new_prefix()
    engine = OpenSearchEngine(Cluster(urls), deployment=Deployment(prefix, shards, replicas), **options)
    try:
        yield engine
    finally:
        engine.close()
        drop_all(urls, prefix)
