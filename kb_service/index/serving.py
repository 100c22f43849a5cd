"""How an engine hands out what it has opened, wherever that lies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from kb_service.content.article import Audience
from kb_service.errors import EngineUnavailable, IndexOutOfDate
from kb_service.index.port import EngineStatus, Snapshot


class Opened(Protocol):
    """A generation that is open."""

    @property
    def snapshots(self) -> Mapping[Audience, Snapshot]:
        """Those of the audiences that this process may open."""


def status_of(snapshots: Mapping[Audience, Snapshot], source: str, reason: str) -> EngineStatus:
    """Say what a generation is, made of `source`; `reason` is why another one is wanted, "" where none is."""
    catalogue = next(iter(snapshots.values())).catalogue
    return EngineStatus(
        generation=catalogue.generation,
        articles=catalogue.articles,
        passages=catalogue.passages,
        reason=reason,
        source=source,
    )


Generation = TypeVar("Generation", bound=Opened)


class Serving(ABC, Generic[Generation]):
    """What serves one open generation after another to `audiences`."""

    def __init__(self, audiences: Sequence[Audience]) -> None:
        self._audiences = tuple(audiences)

    def snapshot(self, *, audience: Audience) -> Snapshot:
        """See index.port.Engine."""
        if audience not in self._audiences:
            raise EngineUnavailable(f"This process may not open the {audience} index.")
        opened = self._current()
        if opened is None:
            raise IndexOutOfDate(self._why_none())
        return opened.snapshots[audience]

    @abstractmethod
    def _current(self) -> Generation | None:
        """Return what is served."""

    @abstractmethod
    def _why_none(self) -> str:
        """Say why nothing is, and what to do."""
