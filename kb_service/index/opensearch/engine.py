"""The distributed engine: each generation is an index for each audience; two aliases, switched by one call, name it.

A process keeps the catalogue of what it serves, and looks for another generation twice a second, on a thread of its
own. A request asks the indexes of its snapshot by their own names, so it never mixes two generations.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final
from weakref import ref

from kb_service.content.article import Article, Audience
from kb_service.errors import DependencyFailed, EngineUnavailable
from kb_service.index.articles import AUDIENCES, StoredArticles
from kb_service.index.building import Progress, meaning_cache, unheard
from kb_service.index.guide import NO_WORDING, Wording
from kb_service.index.opensearch.cluster import Cluster, path_of
from kb_service.index.opensearch.indexes import DEPLOYMENT, Deployment, Indexes, Kept, generation_of
from kb_service.index.opensearch.lock import LOCK_SECONDS, build_lock
from kb_service.index.opensearch.opened import Opened
from kb_service.index.opensearch.writing import Health
from kb_service.index.port import EngineStatus, Examine, ReadAsset, accept, no_assets
from kb_service.index.serving import Serving
from kb_service.meaning.vectors import Encoder

POLL_SECONDS: Final = 0.5  # how far a process may be behind the aliases
KEEP_SECONDS: Final = 900.0  # that a generation stays after it was replaced, for whoever still answers from it
LOST_SECONDS: Final = 3.0  # without an answer, after which a process says that it is not ready
HEALTH_EVERY: Final = 20  # looks
HEALTHS: Final = {"green": 2.0, "yellow": 1.0}

_log: Final = logging.getLogger(__name__)


class OpenSearchEngine(Serving[Opened]):
    """See index.port.Engine. Who serves the public opens only its index: `audiences=("public",)`.

    With `generation` it answers from that one alone. What the encoder made of texts is kept below `folder` for the
    next build; a process that only answers needs no folder.
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        deployment: Deployment = DEPLOYMENT,
        audiences: Sequence[Audience] = AUDIENCES,
        folder: Path | None = None,
        encoder: Encoder | None = None,
        progress: Progress | None = None,
        generation: str = "",
        lock_seconds: float = LOCK_SECONDS,
        keep_seconds: float = KEEP_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(audiences)
        self._cluster = cluster
        self._indexes = Indexes(cluster, deployment, self._audiences)
        self._folder, self._encoder = folder, encoder
        self._progress = progress or unheard
        self._generation = generation
        self._lock_seconds, self._keep_seconds = lock_seconds, keep_seconds
        self._monotonic = monotonic
        self._opening = threading.Lock()
        self._opened: Opened | None = None
        self._reason = ""
        self._looked_at = monotonic()
        self._health = "unknown"
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None
        self._looks = 0

    def replace_all(
        self,
        articles: Iterable[Article],
        *,
        wording: Wording = NO_WORDING,
        source: Callable[[], str] | str = "",
        anew: bool = False,
        read_asset: ReadAsset = no_assets,
        examine: Examine = accept,
    ) -> EngineStatus:
        """See index.port.Engine: every index is written anew, with `anew` even what was learnt of known questions."""
        from kb_service.index.opensearch.publishing import Publisher  # who only answers does without

        publisher = Publisher(self._cluster, self._indexes, progress=self._progress, keep_seconds=self._keep_seconds)
        lock = build_lock(self._cluster, self._indexes.named("lock"), seconds=self._lock_seconds)
        try:
            with (
                lock as held,
                meaning_cache(self._encoder, self._folder) as vectors,
                tempfile.TemporaryDirectory(prefix="kb-index-") as folder,
            ):
                prepared = publisher.prepare(
                    Path(folder), articles, wording=wording, vectors=vectors, read_asset=read_asset, anew=anew
                )
                told = source if isinstance(source, str) else source()
                indexes = publisher.publish(prepared, told, check=held.check, examine=examine)
        except OSError as error:
            raise EngineUnavailable(f"The index cannot be prepared: {error}.") from error
        with self._opening:
            self._open({audience: indexes[audience] for audience in self._audiences})
        return self.status()

    def stored_articles(self) -> Mapping[str, Article]:
        """See index.port.Engine: they are fetched into a temporary file."""
        if set(self._audiences) != set(AUDIENCES):
            return {}
        opened = self._current()
        if opened is None:
            return {}
        with tempfile.TemporaryDirectory(prefix="kb-articles-") as folder:
            public, agent = (opened.articles(audience, Path(folder)) for audience in AUDIENCES)
        return StoredArticles(public, agent)

    def status(self) -> EngineStatus:
        """See index.port.Engine: nothing is served either while the cluster does not answer."""
        opened = self._current()
        lost = self._lost()
        if opened is None or lost:
            return EngineStatus(generation="", articles=0, passages=0, reason=lost or self._why_none())
        return opened.status(self._reason)

    @property
    def deployment(self) -> Deployment:
        """How its indexes are named and laid out."""
        return self._indexes.deployment

    def generations(self) -> list[str]:
        """Return the generations that are kept, oldest first."""
        return self._indexes.generations()

    def measures(self) -> dict[str, float]:
        """See index.port.Engine."""
        opened, counts = self._opened, self._cluster.counts
        return {
            **({"index_built_timestamp_seconds": opened.manifest.built_at} if opened is not None else {}),
            "index_lag_seconds": self._monotonic() - self._looked_at,
            "cluster_health": HEALTHS.get(self._health, 0.0),
            "cluster_nodes_failing": float(self._cluster.failing()),
            "cluster_requests": float(counts.requests),
            "cluster_retries": float(counts.retries),
            "cluster_failures": float(counts.failures),
        }

    def storage(self) -> dict[str, dict[str, str]]:
        """See index.port.Engine: what the cluster says of itself and of each index."""
        opened = self._current()
        if opened is None:
            return {}
        health = self._cluster.ask("GET", path_of("_cluster", "health"), Health)
        kept = {each.index: each for each in self._indexes.kept()}
        found: dict[str, dict[str, str]] = {}
        for audience, index in opened.indexes.items():
            said = kept.get(index, Kept(index))
            found[audience] = {
                "cluster": health.status,
                "nodes": str(health.number_of_nodes),
                "index": index,
                "health": said.health or "unknown",
                "documents": said.documents or "0",
                "bytes": said.size or "0",
                "shards": said.shards or "0",
                "replicas": said.replicas or "0",
            }
        return found

    def close(self) -> None:
        """See index.port.Engine."""
        self._closed.set()
        if self._watcher is not None:
            self._watcher.join()
        with self._opening:
            self._opened, self._watcher = None, None
            self._closed = threading.Event()

    def _current(self) -> Opened | None:
        """Return what is served. Only before the first opening anybody waits."""
        if self._watcher is None:
            with self._opening:
                if self._opened is None:
                    self._look()
                if self._watcher is None:
                    self._watcher = threading.Thread(
                        target=_watch, args=(ref(self), self._closed), name="kb-generations", daemon=True
                    )
                    self._watcher.start()
        return self._opened

    def look_again(self) -> None:
        """Look for another generation, and for nodes that are well again; now and then ask how the cluster is."""
        self._cluster.probe()
        with self._opening:
            if not self._closed.is_set():
                self._look()
        if self._looks % HEALTH_EVERY == 0:
            self._ask_health()
        self._looks += 1

    def _ask_health(self) -> None:
        try:
            health = self._cluster.ask("GET", path_of("_cluster", "health", local="true"), Health).status
        except EngineUnavailable:
            health = "unknown"
        if health != self._health:
            _log.log(logging.INFO if health == "green" else logging.WARNING, "the cluster is %s", health)
        self._health = health

    def _look(self) -> None:
        """With the lock held: open what the aliases name when it is another."""
        try:
            indexes = self._wanted()
            self._looked_at = self._monotonic()
            if not indexes:
                self._reason = self._missing()
            elif self._opened is None or indexes != self._opened.indexes:
                self._open(indexes)
        except DependencyFailed as error:
            if str(error) != self._reason:
                _log.warning("the cluster: %s", error)
            self._reason = str(error)

    def _open(self, indexes: Mapping[Audience, str]) -> None:
        opened = Opened(self._cluster, indexes)
        self._opened, self._reason, self._looked_at = opened, "", self._monotonic()
        _log.info("generation %s is served", generation_of(next(iter(indexes.values()))))

    def _wanted(self) -> dict[Audience, str]:
        """Return the indexes to answer from, none where nothing is served."""
        if self._generation:
            return self._indexes.of_generation(self._generation)
        return self._indexes.served(self._audiences)

    def _lost(self) -> str:
        """Return why nothing can be answered although something was opened."""
        if self._monotonic() - self._looked_at < LOST_SECONDS:
            return ""
        return self._cluster.reachable() or self._reason

    def _why_none(self) -> str:
        return self._reason or self._missing()

    def _missing(self) -> str:
        return f"There is no index {self._indexes.named('public')} in the cluster. Build it: kb index."


def _watch(engine: ref[OpenSearchEngine], closed: threading.Event) -> None:
    """Let an engine look again and again, until it is closed or nobody has it any more."""
    while not closed.wait(POLL_SECONDS):
        watched = engine()
        if watched is None:
            return
        watched.look_again()
        del watched
