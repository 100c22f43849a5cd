"""The embedded engine: generations of a Whoosh index with compiled postings, one folder an audience."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import Final

from kb_service.analysis import ANALYSIS_VERSION
from kb_service.content.article import Article, Audience
from kb_service.errors import DependencyFailed, EngineUnavailable, IndexOfAnotherVersion, IndexOutOfDate, KbError
from kb_service.index.articles import AUDIENCES, StoredArticles
from kb_service.index.building import Progress, meaning_cache
from kb_service.index.generations import Generations
from kb_service.index.guide import NO_WORDING, Wording
from kb_service.index.port import EngineStatus, Examine, ReadAsset, Snapshot, accept, no_assets
from kb_service.index.serving import Serving, status_of
from kb_service.index.whoosh.store import WhooshStore
from kb_service.meaning.vectors import Encoder

LAYOUT_VERSION: Final = 28  # goes up when files of a generation are laid out in another way
FORMAT: Final = f"whoosh-{LAYOUT_VERSION}.{ANALYSIS_VERSION}"
POLL_SECONDS: Final = 0.5  # how far a worker may be behind the pointer
RETRY_SECONDS: Final = 30.0  # until what could not be opened is tried again, and articles are compared again

Unchanged = Callable[[Mapping[str, Article]], Set[str]]

_log: Final = logging.getLogger(__name__)


def nobody_knows(articles: Mapping[str, Article]) -> Set[str]:
    """Refuse to tell which articles are unchanged: for who has no folder of them."""
    raise EngineUnavailable("There are no articles to compare with.")


class _Opened:
    """A verified generation with the snapshots of the audiences this process may open."""

    def __init__(self, generations: Generations, name: str, audiences: Sequence[Audience]) -> None:
        self.name, self.manifest = name, generations.verify(name, below=audiences)
        self.snapshots: dict[Audience, Snapshot] = {}
        self.stores: dict[Audience, WhooshStore] = {}
        try:
            for audience in audiences:
                store = WhooshStore(generations.folder / name / audience, generation=name)
                self.stores[audience] = store
                self.snapshots[audience] = Snapshot(store.catalogue, store)
        except Exception as error:  # whatever comes of damage that the manifest does not tell
            raise IndexOutOfDate(
                f"Generation {name} cannot be opened ({error}). Rebuild it: kb index --full."
            ) from error
        self.withdrawn = 0  # articles that are not shown
        self._whole: _Opened | None = None  # what it was made of, where some are not

    def status(self, reason: str = "") -> EngineStatus:
        """Say what it is."""
        return status_of(self.snapshots, self.manifest.source, reason)

    def only(self, unchanged: Unchanged) -> _Opened:
        """Return the same with no article shown but those that are `unchanged`; itself where that is no other."""
        whole, changed = self._whole or self, dict[Audience, frozenset[int]]()
        for audience, store in whole.stores.items():
            still = unchanged({article.path: article for article in store.articles})
            paths = [article.path for article in store.articles]
            changed[audience] = frozenset(number for number, path in enumerate(paths) if path not in still)
        if all(self.stores[audience].catalogue.withdrawn == numbers for audience, numbers in changed.items()):
            return self
        found = copy(whole)
        found.stores = {audience: store.without(changed[audience]) for audience, store in whole.stores.items()}
        found.snapshots = {audience: Snapshot(store.catalogue, store) for audience, store in found.stores.items()}
        found.withdrawn, found._whole = max(map(len, changed.values())), whole
        return found


class WhooshEngine(Serving[_Opened]):
    """See index.port.Engine. Who serves the public opens only its index: `audiences=("public",)`.

    With `generation` it answers from that one alone, which what builds may have removed once it is open.

    While the generation that should be served is damaged, an earlier one answers, but only with the articles that
    nobody has changed or deleted since: `unchanged` is given articles by path and returns the paths of those. Where it
    raises, or nobody gave one, nothing is answered.
    """

    def __init__(
        self,
        folder: Path,
        *,
        audiences: Sequence[Audience] = AUDIENCES,
        encoder: Encoder | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        progress: Progress | None = None,
        generation: str = "",
        unchanged: Unchanged = nobody_knows,
    ) -> None:
        super().__init__(audiences)
        self._generations = Generations(folder, format=FORMAT)
        self._encoder = encoder
        self._monotonic = monotonic
        self._progress = progress
        self._opening = threading.Lock()
        self._opened: _Opened | None = None
        self._stamp: tuple[int, int] | None = None
        self._look_again_at = -math.inf
        self._reason = ""
        self._told: set[str] = set()
        self._retry_at = math.inf
        self._generation = generation
        self._unchanged = unchanged

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
        """See index.port.Engine."""
        from kb_service.index.whoosh.builder import write_generation  # who only answers does without, and Whoosh

        def write(folder: Path) -> tuple[int, int]:
            known, told = {} if anew else self._before(), self._progress
            return write_generation(
                folder,
                articles,
                wording=wording,
                vectors=vectors,
                before=known,
                progress=told,
                read_asset=read_asset,
            )

        read: list[_Opened] = []

        def read_back(name: str) -> None:
            try:
                read.append(_Opened(self._generations, name, self._audiences))
            except DependencyFailed as error:
                raise EngineUnavailable(
                    f"What was written cannot be read back, and the index stays as it was: {error}"
                ) from error
            examine(read[0].status())

        try:
            with self._generations.locked(), meaning_cache(self._encoder, self._generations.folder) as vectors:
                self._generations.publish(write, source=source, examine=read_back)
                stamp = self._generations.pointer_stamp()
        except OSError as error:
            raise EngineUnavailable(f"The kept vectors cannot be used: {error}.") from error
        with self._opening:
            self._reason, self._stamp, self._retry_at = "", stamp, math.inf
            self._serve(read[0])
        return self.status()

    def roll_back(self) -> EngineStatus:
        """Serve the generation before the one that is served, from now on and in all processes."""
        with self._generations.locked():
            self._generations.roll_back(below=AUDIENCES)
        with self._opening:
            self._look_again_at = -math.inf
            self._look()
        if self._reason:
            raise EngineUnavailable(f"The earlier generation cannot be read: {self._reason}")
        return self.status()

    def stored_articles(self) -> Mapping[str, Article]:
        """See index.port.Engine."""
        if set(self._audiences) != set(AUDIENCES):
            return {}
        opened = self._current()
        if opened is None:
            return {}
        return StoredArticles(opened.stores["public"].articles, opened.stores["agent"].articles)

    def status(self) -> EngineStatus:
        """See index.port.Engine."""
        opened = self._current()
        if opened is None:
            return EngineStatus(generation="", articles=0, passages=0, reason=self._why_none())
        return opened.status(self._reason)

    def generations(self) -> list[str]:
        """Return the generations that are kept, oldest first."""
        return self._generations.names()

    def measures(self) -> dict[str, float]:
        """See index.port.Engine."""
        opened = self._current()
        if opened is not None:
            with suppress(OSError):  # an open generation may be removed
                built_at = (self._generations.folder / opened.name).stat().st_mtime
                return {"index_built_timestamp_seconds": built_at}
        return {}

    def storage(self) -> dict[str, dict[str, str]]:
        """See index.port.Engine: what Whoosh says, once the manifest has vouched again for what it unpickles."""
        from kb_service.index.whoosh.writing import whoosh_says  # loads Whoosh, which answering does without

        opened = self._current()
        if opened is None:
            return {}
        self._generations.verify(opened.name, below=self._audiences)
        return {audience: whoosh_says(store.folder) for audience, store in opened.stores.items()}

    def close(self) -> None:
        """See index.port.Engine."""
        with self._opening:
            self._opened, self._look_again_at = None, -math.inf

    def _before(self) -> Mapping[Audience, WhooshStore]:
        """Return what the pointer names, so that it may be taken over; nothing when it is not whole."""
        name = self._generations.current()
        with suppress(DependencyFailed):
            return _Opened(self._generations, name, AUDIENCES).stores if name else {}
        return {}

    def _current(self) -> _Opened | None:
        """Return what is served. Threads go on with it while one opens the next; for the first opening they wait."""
        opened = self._opened
        due = opened is None or self._monotonic() >= self._look_again_at
        if due and self._opening.acquire(blocking=opened is None):
            try:
                self._look()
            finally:
                self._opening.release()
        return self._opened

    def _look(self) -> None:
        """With the lock held: open what the pointer names when it was swapped, looking once in POLL_SECONDS."""
        if self._monotonic() < self._look_again_at or (self._generation and self._opened):
            return
        stamp = self._generations.pointer_stamp()
        if stamp != self._stamp or self._opened is None or self._monotonic() >= self._retry_at:
            self._open_newest()
            self._stamp = stamp
            self._retry_at = self._monotonic() + RETRY_SECONDS if self._reason else math.inf
        self._look_again_at = self._monotonic() + POLL_SECONDS

    def _open_newest(self) -> None:
        """Open what the pointer names; failing that, what of the newest whole generation is still as it was."""
        try:
            served, names = self._generation or self._generations.current(), self._generations.names()
        except DependencyFailed as error:
            self._reason = str(error)
            return
        self._reason = "" if served or not (names or self._opened) else "The index pointer is missing or damaged."
        if served and (opened := self._whole(served)):
            self._serve(opened)
        elif not self._generation:
            self._fall_back(served, names)

    def _whole(self, name: str) -> _Opened | None:
        try:
            return _Opened(self._generations, name, self._audiences)
        except IndexOfAnotherVersion as error:
            self._tell(logging.WARNING, f"index not served: {error}")
            self._reason = self._reason or str(error)
        except DependencyFailed as error:
            self._tell(logging.ERROR, f"index damaged: {error}")
            self._reason = self._reason or str(error)
        return None

    def _fall_back(self, served: str | None, names: Sequence[str]) -> None:
        """Serve what is open, else the newest whole one: if there was a newer one, what of it is unchanged."""
        earlier = (name for name in reversed(names) if served is None or name < served)
        opened = self._opened or next(filter(None, map(self._whole, earlier)), None)
        if opened is None:
            return
        if opened.name < max([*names, served or ""], default=""):
            try:
                opened = opened.only(self._unchanged)
            except (KbError, OSError) as error:
                self._opened = None
                self._reason += f" No earlier generation is served, as nobody can tell what was deleted since: {error}"
                self._tell(logging.ERROR, self._reason)
                return
        if opened.name != served:
            self._reason += f" An earlier generation is served: {opened.name}"
            without = f", without the articles that have changed since: {opened.withdrawn}" if opened.withdrawn else ""
            self._reason += f"{without}."
        self._serve(opened)

    def _serve(self, opened: _Opened) -> None:
        self._opened = opened
        if not self._reason:
            self._told.clear()
        self._tell(logging.ERROR if self._reason else logging.INFO, f"index generation {opened.name} is served")

    def _tell(self, level: int, what: str) -> None:
        """Log what was not told since all was well: a look now and then finds the same again and again."""
        if what not in self._told:
            _log.log(level, what)
        self._told.add(what)

    def _why_none(self) -> str:
        return self._reason or f"There is no index in {self._generations.folder}. Build it: kb index."
