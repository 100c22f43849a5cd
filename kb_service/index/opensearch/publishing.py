"""Makes a generation of articles and publishes it: its indexes are written whole before the aliases name them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from kb_service.content.article import Article, Audience
from kb_service.errors import DependencyFailed, EngineUnavailable
from kb_service.index.articles import AUDIENCES, ArticleSpool
from kb_service.index.building import Progress
from kb_service.index.catalogue import Catalogue
from kb_service.index.guide import Wording
from kb_service.index.opensearch.builder import Making, Prepared
from kb_service.index.opensearch.cluster import Cluster, path_of
from kb_service.index.opensearch.indexes import Indexes
from kb_service.index.opensearch.manifest import FORMAT
from kb_service.index.opensearch.opened import Opened
from kb_service.index.opensearch.writing import commit, create_index, drop_indexes, finish_index, write_bulk
from kb_service.index.port import Examine, ReadAsset
from kb_service.meaning.closely import MeaningCache

KNN_PLUGIN: Final = "opensearch-knn"


class _Plugin(msgspec.Struct):
    component: str


class Publisher:
    """What one build does, with the build lock held."""

    def __init__(self, cluster: Cluster, indexes: Indexes, *, progress: Progress, keep_seconds: float) -> None:
        self._cluster, self._indexes = cluster, indexes
        self._progress, self._keep_seconds = progress, keep_seconds

    def prepare(
        self,
        folder: Path,
        articles: Iterable[Article],
        *,
        wording: Wording,
        vectors: MeaningCache | None,
        read_asset: ReadAsset,
        anew: bool,
    ) -> list[Prepared]:
        """Make both audiences' documents, those for agents only where they differ."""
        spool = ArticleSpool(folder / "spool", articles)
        spool.write({audience: folder / f"{audience}.articles" for audience in AUDIENCES})
        making = Making(
            wording=wording,
            vectors=vectors,
            before=[] if anew else self._before(),
            progress=self._progress,
            read_asset=read_asset,
            shards=self._indexes.deployment.shards,
            has_graphs=self._has_graphs(),
        )
        alike = (folder / "public.articles").samefile(folder / "agent.articles")
        return [Prepared(folder, spool, audience, making) for audience in (AUDIENCES[:1] if alike else AUDIENCES)]

    def publish(
        self, prepared: Sequence[Prepared], source: str, *, check: Callable[[], None], examine: Examine
    ) -> dict[Audience, str]:
        """Write the indexes and switch to them; return the index of each audience. A failure leaves what is served.

        `examine` may refuse what was written, and `check` raises where the lock was lost in between.
        """
        self._indexes.drop_incomplete()
        digest = sha256("".join([FORMAT, source, *(each.digest for each in prepared)]).encode()).hexdigest()
        numbers = [int(name.split("-")[0]) for name in self._indexes.generations()]
        generation = f"{max(numbers, default=0) + 1:06d}-{digest[:8]}"
        written = {each.audience: self._indexes.named(each.audience, generation) for each in prepared}
        try:
            for each in prepared:
                self._write(written[each.audience], each, source)
            served = {audience: written.get(audience, written["public"]) for audience in AUDIENCES}
            examine(Opened(self._cluster, {"public": served["public"]}).status())
            check()
            self._indexes.switch(served)
        except BaseException:
            with suppress(EngineUnavailable):
                drop_indexes(self._cluster, written.values())
            raise
        with suppress(EngineUnavailable):  # what cannot be dropped now goes with the next build
            self._indexes.drop_old(keep_seconds=self._keep_seconds)
        return served

    def _write(self, index: str, prepared: Prepared, source: str) -> None:
        create_index(self._cluster, index, prepared.body())
        done = self._summed(f"storing for {prepared.audience}", prepared.documents)
        write_bulk(self._cluster, index, prepared.lines(), done=done)
        commit(self._cluster, index)
        write_bulk(self._cluster, index, prepared.manifest_lines(source=source), done=done)
        finish_index(self._cluster, index, documents=prepared.documents, replicas=self._indexes.deployment.replicas)

    def _before(self) -> list[Catalogue]:
        """Return the catalogues of what is served, as far as it can be read."""
        with suppress(DependencyFailed):
            opened = Opened(self._cluster, self._indexes.served(AUDIENCES, local=False))
            return [each.catalogue for each in opened.stores.values()]
        return []

    def _has_graphs(self) -> bool:
        """Tell whether nodes can find what is nearest."""
        asked = path_of("_cat", "plugins", format="json", h="component")
        found = self._cluster.ask("GET", asked, list[_Plugin])
        return any(each.component == KNN_PLUGIN for each in found)

    def _summed(self, stage: str, total: int) -> Callable[[int], None]:
        """Return what adds up finished documents, and tells how many they are."""
        counts = [0]

        def done(count: int) -> None:
            counts[0] += count
            self._progress(stage, counts[0], total)

        return done
