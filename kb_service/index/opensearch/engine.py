"""The distributed engine: each generation is an index for each audience; two aliases, switched by one call, name it.

    kb-public-000012-3f2a9c1b, kb-agent-000012-3f2a9c1b    a generation; both aliases name the first where all is alike
    kb-public, kb-agent                                    aliases: what is served
    kb-lock                                                who builds

A process keeps the catalogue of what it serves, and looks for another generation twice a second, on a thread of its
own. A request asks the indexes of its snapshot by their own names, so it never mixes two generations.
"""

from __future__ import annotations

import logging
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple
from weakref import ref

import msgspec

from kb_service.analysis import ANALYSIS_VERSION
from kb_service.content.article import Article, Audience
from kb_service.errors import DependencyFailed, EngineRefused, EngineUnavailable, IndexOutOfDate
from kb_service.index.articles import AUDIENCES, ArticleSpool, StoredArticles
from kb_service.index.building import Progress, unheard
from kb_service.index.catalogue import Catalogue
from kb_service.index.guide import NO_WORDING, Wording
from kb_service.index.mapped_files import Records, open_records, unpacked_arrays, write_records
from kb_service.index.opensearch.builder import MANIFEST, Manifest, Prepared
from kb_service.index.opensearch.cluster import LOAD_SECONDS, Cluster, path_of
from kb_service.index.opensearch.lock import LOCK_SECONDS, build_lock
from kb_service.index.opensearch.pieces import document, documents, read_pieces
from kb_service.index.opensearch.store import OpenSearchStore
from kb_service.index.opensearch.writing import Health, create_index, drop_indexes, finish_index, write_bulk
from kb_service.index.port import EngineStatus, Examine, ReadAsset, Snapshot, accept, no_assets
from kb_service.meaning.closely import MeaningCache
from kb_service.meaning.vectors import Encoder

LAYOUT_VERSION: Final = 2  # goes up when an index is laid out in another way
FORMAT: Final = f"opensearch-{LAYOUT_VERSION}.{ANALYSIS_VERSION}"
VECTOR_CACHE: Final = "vectors.cache"
PASSAGE_CACHE: Final = "passages.cache"
POLL_SECONDS: Final = 0.5  # how far a process may be behind the aliases
KEEP_SECONDS: Final = 900.0  # that a generation stays after it was replaced, for whoever still answers from it
LOST_SECONDS: Final = 3.0  # without an answer, after which a process says that it is not ready
HEALTH_EVERY: Final = 20  # looks
HEALTHS: Final = {"green": 2.0, "yellow": 1.0}
KNN_PLUGIN: Final = "opensearch-knn"
ARTICLES_AT_ONCE: Final = 200
_MISSING: Final = 404

_log = logging.getLogger(__name__)


class Deployment(NamedTuple):
    """How indexes are named and laid out; see the settings KB_OPENSEARCH_PREFIX, _SHARDS and _REPLICAS."""

    prefix: str = "kb"
    shards: int = 1
    replicas: int = 1


DEPLOYMENT: Final = Deployment()


class _Index(msgspec.Struct):
    index: str
    created: str = msgspec.field(name="creation.date", default="0")
    health: str | None = None
    documents: str | None = msgspec.field(name="docs.count", default=None)
    size: str | None = msgspec.field(name="store.size", default=None)
    shards: str | None = msgspec.field(name="pri", default=None)
    replicas: str | None = msgspec.field(name="rep", default=None)


class _Named(msgspec.Struct):
    aliases: dict[str, Any] = {}


class _Plugin(msgspec.Struct):
    component: str


class _Opened:
    """A generation with the snapshots of the audiences this process may open, as `indexes` name them."""

    def __init__(self, cluster: Cluster, indexes: Mapping[Audience, str]) -> None:
        self.indexes = dict(indexes)
        self.snapshots: dict[Audience, Snapshot] = {}
        self.stores: dict[Audience, OpenSearchStore] = {}
        for audience, index in self.indexes.items():
            stored = document(cluster, index, MANIFEST)
            if stored is None:
                raise IndexOutOfDate(f"The index {index} is incomplete. Rebuild it: kb index.")
            self.manifest = _manifest(index, stored)
            data = read_pieces(cluster, index, "catalogue", self.manifest.catalogue)
            catalogue = Catalogue(unpacked_arrays(memoryview(data)), generation=_generation(index))
            store = OpenSearchStore(cluster, index, catalogue, layout=self.manifest.layout, asked=self.manifest.asked)
            self.stores[audience], self.snapshots[audience] = store, Snapshot(catalogue, store)


class OpenSearchEngine:
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
        self._cluster = cluster
        self.deployment = deployment
        self._audiences = tuple(audiences)
        self._folder, self._encoder = folder, encoder
        self._progress = progress or unheard
        self._generation = generation
        self._lock_seconds, self._keep_seconds = lock_seconds, keep_seconds
        self._monotonic = monotonic
        self._opening = threading.Lock()
        self._opened: _Opened | None = None
        self._reason = ""
        self._looked_at = monotonic()
        self._health = "unknown"
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None
        self._looks = 0

    def snapshot(self, *, audience: Audience) -> Snapshot:
        """See index.port.Engine."""
        if audience not in self._audiences:
            raise EngineUnavailable(f"This process may not open the {audience} index.")
        opened = self._current()
        if opened is None:
            raise IndexOutOfDate(self._why_none())
        return opened.snapshots[audience]

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
        lock = build_lock(self._cluster, self._named("lock"), seconds=self._lock_seconds)
        try:
            with lock as held, self._vectors() as vectors, tempfile.TemporaryDirectory(prefix="kb-index-") as folder:
                prepared = self._prepared(Path(folder), articles, wording, vectors, anew=anew, read_asset=read_asset)
                told = source if isinstance(source, str) else source()
                indexes = self._publish(prepared, told, held.check, examine)
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
            public, agent = (self._fetched(opened, audience, Path(folder)) for audience in AUDIENCES)
        return StoredArticles(public, agent)

    def status(self) -> EngineStatus:
        """See index.port.Engine: nothing is served either while the cluster does not answer."""
        opened = self._current()
        lost = self._lost()
        if opened is None or lost:
            return EngineStatus(generation="", articles=0, passages=0, reason=lost or self._why_none())
        return _status(opened, self._reason)

    def generations(self) -> list[str]:
        """Return the generations that are kept, oldest first."""
        return sorted({_generation(each.index) for each in self._kept()})

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
        kept = {each.index: each for each in self._kept()}
        found: dict[str, dict[str, str]] = {}
        for audience, index in opened.indexes.items():
            said = kept.get(index, _Index(index))
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

    def _named(self, *parts: str) -> str:
        return "-".join((self.deployment.prefix, *parts))

    def _prepared(
        self,
        folder: Path,
        articles: Iterable[Article],
        wording: Wording,
        vectors: MeaningCache | None,
        *,
        anew: bool,
        read_asset: ReadAsset,
    ) -> list[Prepared]:
        """Make both audiences' documents, those for agents only where they differ."""
        spool = ArticleSpool(folder / "spool", articles)
        spool.write({audience: folder / f"{audience}.articles" for audience in AUDIENCES})
        before: list[Catalogue] = []
        if not anew:
            with suppress(DependencyFailed):
                before = [
                    each.catalogue
                    for each in _Opened(self._cluster, self._served(AUDIENCES, local=False)).stores.values()
                ]
        knn = self._has_knn()
        prepared: list[Prepared] = []
        alike = (folder / "public.articles").samefile(folder / "agent.articles")
        for audience in AUDIENCES[:1] if alike else AUDIENCES:
            each = Prepared(
                folder,
                spool,
                audience,
                wording=wording,
                vectors=vectors,
                before=before,
                progress=self._progress,
                read_asset=read_asset,
                shards=self.deployment.shards,
                knn=knn,
            )
            prepared.append(each)
        return prepared

    def _publish(
        self, prepared: Sequence[Prepared], source: str, check: Callable[[], None], examine: Examine
    ) -> dict[Audience, str]:
        """Write the indexes and switch to them; return the index of each audience. A failure leaves what is served."""
        self._drop_old(incomplete=True)
        digest = sha256("".join([FORMAT, source, *(each.digest for each in prepared)]).encode()).hexdigest()
        numbers = [int(name.split("-")[0]) for name in self.generations()]
        generation = f"{max(numbers, default=0) + 1:06d}-{digest[:8]}"
        indexes: dict[Audience, str] = {}
        try:
            for each in prepared:
                index = indexes[each.audience] = self._named(each.audience, generation)
                manifest = each.manifest(format=FORMAT, source=source)
                create_index(self._cluster, index, each.body())
                done = _summed(self._progress, f"storing for {each.audience}", each.documents)
                write_bulk(self._cluster, index, each.lines(manifest), done=done)
                finish_index(self._cluster, index, documents=each.documents, replicas=self.deployment.replicas)
            served = {audience: indexes.get(audience, indexes["public"]) for audience in AUDIENCES}
            examine(_status(_Opened(self._cluster, {"public": served["public"]})))
            check()
            self._switch(served)
        except BaseException:
            with suppress(EngineUnavailable):
                drop_indexes(self._cluster, indexes.values())
            raise
        with suppress(EngineUnavailable):  # what cannot be dropped now goes with the next build
            self._drop_old()
        return served

    def _switch(self, served: Mapping[Audience, str]) -> None:
        """Let the aliases name these indexes, and no others: one change of the cluster's state."""
        actions: list[dict[str, Any]] = []
        for audience, index in served.items():
            alias = self._named(audience)
            actions.append({"remove": {"index": self._named("*"), "alias": alias, "must_exist": False}})
            actions.append({"add": {"index": index, "alias": alias}})
        self._cluster.do("POST", path_of("_aliases"), {"actions": actions})

    def _drop_old(self, *, incomplete: bool = False) -> None:
        """With the lock held: drop generations that were replaced long ago, and what builds left that were killed.

        A generation was replaced before the one after the next was begun, as builds wait for each other.
        """
        served = {_generation(index) for index in self._named_by_aliases(AUDIENCES, local=False).values()}
        kept = self._kept()
        began = {_generation(each.index): int(each.created) for each in kept}
        names = sorted(began)
        whole = [name for name in names if name <= max(served, default="")]
        newest = max(began.values(), default=0)
        dropped = {
            name
            for name, after_next in zip(whole, whole[2:], strict=False)
            if newest - began[after_next] >= self._keep_seconds * 1000
        } - served
        if incomplete:
            dropped |= {name for name in names if name > max(served, default="")}
        drop_indexes(self._cluster, [each.index for each in kept if _generation(each.index) in dropped])

    def _kept(self) -> list[_Index]:
        """Return what the cluster says of the indexes of all generations."""
        columns = "index,creation.date,health,docs.count,store.size,pri,rep"
        patterns = ",".join(self._named(audience, "*") for audience in self._audiences)
        asked = path_of("_cat", "indices", patterns, format="json", h=columns, bytes="b")
        name = _name_of(self.deployment.prefix)
        return [each for each in self._cluster.ask("GET", asked, list[_Index]) if name.fullmatch(each.index)]

    def _served(self, audiences: Sequence[Audience], *, local: bool = True) -> dict[Audience, str]:
        """Return the index that each alias names, none where nothing is served for one of the audiences.

        By what one node knows, which any that is left can tell; or, where that is not enough, by what the cluster does.
        """
        served = self._named_by_aliases(audiences, local=local)
        return served if len(served) == len(audiences) else {}

    def _named_by_aliases(self, audiences: Sequence[Audience], *, local: bool) -> dict[Audience, str]:
        aliases = {self._named(audience): audience for audience in audiences}
        asked = path_of("_alias", ",".join(aliases), local=str(local).lower())
        try:
            found = self._cluster.ask("GET", asked, dict[str, _Named])
        except EngineRefused as error:
            if error.status == _MISSING:
                return {}
            raise
        served: dict[Audience, str] = {}
        for index, said in sorted(found.items()):
            for alias in said.aliases:
                if alias in aliases:
                    served[aliases[alias]] = index
        return {audience: served[audience] for audience in audiences if audience in served}

    def _has_knn(self) -> bool:
        """Tell whether nodes can find what is nearest."""
        asked = path_of("_cat", "plugins", format="json", h="component")
        found = self._cluster.ask("GET", asked, list[_Plugin])
        return any(each.component == KNN_PLUGIN for each in found)

    def _vectors(self) -> AbstractContextManager[MeaningCache | None]:
        if self._encoder is None:
            return nullcontext()
        if self._folder is None:
            return _PassingCache(self._encoder)
        self._folder.mkdir(parents=True, exist_ok=True)
        return MeaningCache(self._folder / VECTOR_CACHE, self._folder / PASSAGE_CACHE, self._encoder)

    def _current(self) -> _Opened | None:
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
            indexes = self._pinned() if self._generation else self._served(self._audiences)
            self._looked_at = self._monotonic()
            if not indexes:
                self._reason = f"There is no index {self._named('public')} in the cluster. Build it: kb index."
            elif self._opened is None or indexes != self._opened.indexes:
                self._open(indexes)
        except DependencyFailed as error:
            if str(error) != self._reason:
                _log.warning("the cluster: %s", error)
            self._reason = str(error)

    def _open(self, indexes: Mapping[Audience, str]) -> None:
        opened = _Opened(self._cluster, indexes)
        self._opened, self._reason, self._looked_at = opened, "", self._monotonic()
        _log.info("generation %s is served", _generation(next(iter(indexes.values()))))

    def _pinned(self) -> dict[Audience, str]:
        """Return the indexes of the one generation to answer from."""
        kept = {each.index for each in self._kept()}
        public = self._named("public", self._generation)
        found = {audience: self._named(audience, self._generation) for audience in self._audiences}
        return {audience: index if index in kept else public for audience, index in found.items()}

    def _fetched(self, opened: _Opened, audience: Audience, folder: Path) -> Records[Article]:
        """Return all articles of an audience, in a file that is mapped and then let go."""
        path, index = folder / audience, opened.indexes[audience]
        names = [f"a{number}" for number in range(len(opened.stores[audience].catalogue.article_ids))]

        def fetched() -> Iterator[msgspec.Raw]:
            for start in range(0, len(names), ARTICLES_AT_ONCE):
                for article in documents(
                    self._cluster, index, names[start : start + ARTICLES_AT_ONCE], seconds=LOAD_SECONDS
                ):
                    yield msgspec.Raw(article)

        write_records(path, fetched())
        return open_records(path, Article)

    def _lost(self) -> str:
        """Return why nothing can be answered although something was opened."""
        if self._monotonic() - self._looked_at < LOST_SECONDS:
            return ""
        return self._cluster.reachable() or self._reason

    def _why_none(self) -> str:
        return self._reason or f"There is no index {self._named('public')} in the cluster. Build it: kb index."


def _status(opened: _Opened, reason: str = "") -> EngineStatus:
    catalogue = next(iter(opened.snapshots.values())).catalogue
    return EngineStatus(
        generation=catalogue.generation,
        articles=catalogue.articles,
        passages=catalogue.passages,
        reason=reason,
        source=opened.manifest.source,
    )


def _watch(engine: ref[OpenSearchEngine], closed: threading.Event) -> None:
    """Let an engine look again and again, until it is closed or nobody has it any more."""
    while not closed.wait(POLL_SECONDS):
        watched = engine()
        if watched is None:
            return
        watched.look_again()
        del watched


def _name_of(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(prefix)}-({'|'.join(AUDIENCES)})-\d{{6}}-[0-9a-f]{{8}}")


def _generation(index: str) -> str:
    """Return the generation that an index is of.

    >>> _generation("kb-public-000012-3f2a9c1b")
    '000012-3f2a9c1b'
    """
    return "-".join(index.split("-")[-2:])


def _manifest(index: str, stored: bytes) -> Manifest:
    try:
        manifest = msgspec.msgpack.decode(stored, type=Manifest)
    except msgspec.DecodeError as error:
        raise IndexOutOfDate(f"The index {index} was made by another version of kb_service: kb index.") from error
    if manifest.format != FORMAT:
        raise IndexOutOfDate(f"The index {index} was made by another version of kb_service. Rebuild it: kb index.")
    return manifest


def _summed(progress: Progress, stage: str, total: int) -> Callable[[int], None]:
    """Return what adds up finished documents, and tells how many they are."""
    counts = [0]

    def done(count: int) -> None:
        counts[0] += count
        progress(stage, counts[0], total)

    return done


class _PassingCache(AbstractContextManager["MeaningCache | None"]):
    """Vectors that are kept for one build."""

    def __init__(self, encoder: Encoder) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kb-vectors-")
        path = Path(self._folder.name)
        self._cache = MeaningCache(path / VECTOR_CACHE, path / PASSAGE_CACHE, encoder)

    def __enter__(self) -> MeaningCache:
        return self._cache.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._cache.__exit__(*error)
        self._folder.cleanup()
