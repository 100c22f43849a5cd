"""The indexes of a deployment: what they are called, which are served, and which are dropped.

kb-public-000012-3f2a9c1b, kb-agent-000012-3f2a9c1b    a generation; both aliases name the first where all is alike
kb-public, kb-agent                                    aliases: what is served
kb-lock                                                who builds
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from kb_service.content.article import Audience
from kb_service.errors import EngineRefused
from kb_service.index.articles import AUDIENCES
from kb_service.index.opensearch.cluster import Cluster, path_of
from kb_service.index.opensearch.writing import MISSING, drop_indexes


class Deployment(NamedTuple):
    """How indexes are named and laid out; see the settings KB_OPENSEARCH_PREFIX, _SHARDS and _REPLICAS."""

    prefix: str = "kb"
    shards: int = 1
    replicas: int = 1


DEPLOYMENT: Final = Deployment()


class Kept(msgspec.Struct):
    """What the cluster says of an index."""

    index: str
    created: str = msgspec.field(name="creation.date", default="0")
    health: str | None = None
    documents: str | None = msgspec.field(name="docs.count", default=None)
    size: str | None = msgspec.field(name="store.size", default=None)
    shards: str | None = msgspec.field(name="pri", default=None)
    replicas: str | None = msgspec.field(name="rep", default=None)


class _Named(msgspec.Struct):
    aliases: dict[str, Any] = {}


class Indexes:
    """The indexes of a deployment, as far as a process may see those of `audiences`."""

    def __init__(self, cluster: Cluster, deployment: Deployment, audiences: Sequence[Audience]) -> None:
        self._cluster, self.deployment, self._audiences = cluster, deployment, audiences
        name = rf"{re.escape(deployment.prefix)}-({'|'.join(AUDIENCES)})-\d{{6}}-[0-9a-f]{{8}}"
        self._name = re.compile(name)

    def named(self, *parts: str) -> str:
        """Return the name that begins with the prefix."""
        return "-".join((self.deployment.prefix, *parts))

    def kept(self) -> list[Kept]:
        """Return what the cluster says of the indexes of all generations."""
        columns = "index,creation.date,health,docs.count,store.size,pri,rep"
        patterns = ",".join(self.named(audience, "*") for audience in self._audiences)
        asked = path_of("_cat", "indices", patterns, format="json", h=columns, bytes="b")
        return [each for each in self._cluster.ask("GET", asked, list[Kept]) if self._name.fullmatch(each.index)]

    def generations(self) -> list[str]:
        """Return the generations that are kept, oldest first."""
        return sorted({generation_of(each.index) for each in self.kept()})

    def served(self, audiences: Sequence[Audience], *, local: bool = True) -> dict[Audience, str]:
        """Return the index that each alias names, none where nothing is served for one of the audiences.

        By what one node knows, which any that is left can tell; or, where that is not enough, by what the cluster does.
        """
        served = self._named_by_aliases(audiences, local=local)
        return served if len(served) == len(audiences) else {}

    def of_generation(self, generation: str) -> dict[Audience, str]:
        """Return the indexes of one generation, whether they are served or not."""
        kept = {each.index for each in self.kept()}
        public = self.named("public", generation)
        found = {audience: self.named(audience, generation) for audience in self._audiences}
        return {audience: index if index in kept else public for audience, index in found.items()}

    def switch(self, served: Mapping[Audience, str]) -> None:
        """Let the aliases name these indexes, and no others: one change of the cluster's state."""
        actions: list[dict[str, Any]] = []
        for audience, index in served.items():
            alias = self.named(audience)
            actions.append({"remove": {"index": self.named("*"), "alias": alias, "must_exist": False}})
            actions.append({"add": {"index": index, "alias": alias}})
        self._cluster.do("POST", path_of("_aliases"), {"actions": actions})

    def drop_incomplete(self) -> None:
        """With the lock held: drop what builds left that were killed."""
        served = self._served_generations()
        self._drop({name for name in self.generations() if name > max(served, default="")})

    def drop_old(self, *, keep_seconds: float) -> None:
        """With the lock held: drop generations that were replaced so long ago.

        A generation was replaced before the one after the next was begun, as builds wait for each other.
        """
        began = {generation_of(each.index): int(each.created) for each in self.kept()}
        names, newest = sorted(began), max(began.values(), default=0)
        old = {
            name
            for name, after_next in zip(names, names[2:], strict=False)
            if newest - began[after_next] >= keep_seconds * 1000
        }
        self._drop(old - self._served_generations())

    def _drop(self, generations: set[str]) -> None:
        kept = self.kept() if generations else []
        drop_indexes(self._cluster, [each.index for each in kept if generation_of(each.index) in generations])

    def _served_generations(self) -> set[str]:
        return {generation_of(index) for index in self._named_by_aliases(AUDIENCES, local=False).values()}

    def _named_by_aliases(self, audiences: Sequence[Audience], *, local: bool) -> dict[Audience, str]:
        aliases = {self.named(audience): audience for audience in audiences}
        asked = path_of("_alias", ",".join(aliases), local=str(local).lower())
        try:
            found = self._cluster.ask("GET", asked, dict[str, _Named])
        except EngineRefused as error:
            if error.status == MISSING:
                return {}
            raise
        served: dict[Audience, str] = {}
        for index, said in sorted(found.items()):
            for alias in said.aliases:
                if alias in aliases:
                    served[aliases[alias]] = index
        return {audience: served[audience] for audience in audiences if audience in served}


def generation_of(index: str) -> str:
    """Return the generation that an index is of.

    >>> generation_of("kb-public-000012-3f2a9c1b")
    '000012-3f2a9c1b'
    """
    return "-".join(index.split("-")[-2:])
