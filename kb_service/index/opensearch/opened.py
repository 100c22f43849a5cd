"""A generation that is open: what a process keeps of it, and where the rest is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from kb_service.content.article import Article, Audience
from kb_service.index.mapped_files import Records, open_records, write_records
from kb_service.index.opensearch.cluster import LOAD_SECONDS, Cluster
from kb_service.index.opensearch.manifest import read_manifest
from kb_service.index.opensearch.pieces import documents
from kb_service.index.opensearch.store import OpenSearchStore
from kb_service.index.port import EngineStatus, Snapshot
from kb_service.index.serving import status_of

ARTICLES_AT_ONCE: Final = 200


class Opened:
    """A generation with the snapshots of the audiences that `indexes` names."""

    def __init__(self, cluster: Cluster, indexes: Mapping[Audience, str]) -> None:
        self._cluster = cluster
        self.indexes = dict(indexes)
        self.snapshots: dict[Audience, Snapshot] = {}
        self.stores: dict[Audience, OpenSearchStore] = {}
        for audience, index in self.indexes.items():
            self.manifest = read_manifest(cluster, index)
            store = OpenSearchStore(cluster, index, layout=self.manifest.layout, runs=self.manifest.runs)
            self.stores[audience], self.snapshots[audience] = store, Snapshot(store.catalogue, store)

    def status(self, reason: str = "") -> EngineStatus:
        """Say what it is."""
        return status_of(self.snapshots, self.manifest.source, reason)

    def articles(self, audience: Audience, folder: Path) -> Records[Article]:
        """Return all articles of an audience, in a file below `folder`."""
        path, index = folder / audience, self.indexes[audience]
        names = [f"a{number}" for number in range(len(self.stores[audience].catalogue.article_ids))]

        def fetched() -> Iterator[msgspec.Raw]:
            for start in range(0, len(names), ARTICLES_AT_ONCE):
                found = documents(self._cluster, index, names[start : start + ARTICLES_AT_ONCE], seconds=LOAD_SECONDS)
                yield from map(msgspec.Raw, found)

        write_records(path, fetched())
        return open_records(path, Article)
