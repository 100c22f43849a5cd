"""The port: what kb_service asks of an index. Every engine passes one contract suite (tests/index/contract.py).

An engine keeps generations. A snapshot is one generation for one audience in two parts: the catalogue, small and in
every process, and the store, which may be files of this host or a cluster. Two questions to the store make an answer:

    found = snapshot.store.candidates(query, limit=60, vector=vector)   # what may answer, scored
    entries = snapshot.store.entries(best_of(found), tokens=tokens)     # what is shown and quoted
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import BinaryIO, NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Article, Asset, Audience, Passage
from kb_service.errors import EngineUnavailable
from kb_service.index.catalogue import Catalogue
from kb_service.index.guide import NO_WORDING, Wording
from kb_service.index.query import Query
from kb_service.meaning.closely import Matches
from kb_service.meaning.vectors import Alike

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]


ReadAsset = Callable[[Asset], bytes]


def no_assets(asset: Asset) -> bytes:
    """Refuse to read: for articles that refer to no files."""
    raise EngineUnavailable(f"There is nobody to read {asset.path}.")


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A passage as stored for searching, with what ranking and payloads need of its article.

    `codes` is the searched text, one native uint32 a word position (analysis.term_code; 0 between title, headings and
    body); the body starts at position `body_at`. `spans` holds start and end, in the passage's text, of the word at
    each position of the body, as native uint32. `sentences` and `titles` are what reading needs (see
    sentences.py). `related` are ids of articles. `matches` tells how well it and its sentences meet the question that
    was given; None where meanings are not compared.
    """

    passage: Passage
    article_number: int
    verified_at: date | None
    review_by: date | None
    related: tuple[str, ...]
    codes: bytes
    body_at: int
    spans: bytes
    sentences: bytes
    titles: bytes
    matches: Matches | None = None


class Codes(NamedTuple):
    """The searched words of some passages, one passage behind the other (see Entry.codes).

    Those of the i-th are `codes[starts[i]:starts[i + 1]]`; its body begins `body_at[i]` words behind `starts[i]`.
    """

    codes: NDArray[np.uint32]
    starts: list[int]
    body_at: list[int]

    def body_sizes(self) -> list[int]:
        """Return how many words the body of each passage has."""
        return [end - start - at for (start, end), at in zip(pairwise(self.starts), self.body_at, strict=True)]

    def body(self, i: int) -> NDArray[np.uint32]:
        """Return the words of the i-th passage's body."""
        return self.codes[self.starts[i] + self.body_at[i] : self.starts[i + 1]]


class Candidates(NamedTuple):
    """Passages that may answer a query, best first by their words, ties by number.

    `numbers`, `scores` and `cosines` have the same length; `cosines` are those of the passages with the vector given,
    None where meanings are not compared. `total` counts every match of the words. `ceiling` is the most that any
    passage could score: `scores / ceiling` is the share of the question's weight that a passage carries. `codes`
    returns the searched words of some of the passages, by their numbers: read when it is called, or fetched along.
    """

    numbers: Numbers
    scores: Floats
    total: int
    ceiling: float
    cosines: Floats | None
    codes: Callable[[Numbers], Codes]


class Store(Protocol):
    """The passages and articles of a snapshot. Raises only EngineUnavailable."""

    def candidates(
        self,
        query: Query,
        *,
        limit: int,
        vector: Floats | None = None,
        topic: str | None = None,
        also: Numbers | None = None,
    ) -> Candidates:
        """Return the best `limit` passages for `query`, the `limit` nearest to `vector`, and those of `also`.

        The score is that of query.py. Of many passages in a cluster a few of the nearest may be missing. With `topic`
        all others than those of articles with it are left out, of `also` and of the nearest too.

        >>> store.candidates(Or((Word("seat"), Word("price", 0.3))), limit=2).numbers.tolist()
        [17, 4]
        """

    def entries(self, numbers: Sequence[int], *, tokens: Floats | None = None) -> list[Entry]:
        """Return these passages in this order, each with how well it meets the token vectors of a question."""

    def articles_of(self, numbers: Sequence[int]) -> list[Article]:
        """Return the articles with these numbers in this order; each carries only this audience's view, as `public`."""

    def asset(self, digest: str, name: str) -> BinaryIO | None:
        """Open the picture or file that has this digest and name (see content.article.Asset) for reading.

        None where no article of this audience refers to it, or two generations followed this one. What is open stays
        readable.
        """

    def asked_like(self, vector: Floats, *, count: int) -> Alike:
        """Return the places in `asked(catalogue.guide)` of about `count` that mean the most alike, with their cosines.

        They are ascending, and may be more where there are few. Only needed where nothing was learnt of what is asked
        (see KnownQuestions.compare): a third question to the store.
        """


class Snapshot(NamedTuple):
    """One generation for one audience: immutable, for any number of threads, and good for as long as a request takes.

    So one request never mixes two generations. What is embedded stays while somebody holds it; a cluster keeps it for
    a quarter of an hour after it was replaced.
    """

    catalogue: Catalogue
    store: Store

    def articles(self) -> list[Article]:
        """Return all articles by number: for tools, not for questions."""
        return self.store.articles_of(range(self.catalogue.articles))


class EngineStatus(msgspec.Struct, frozen=True):
    """What is served: "" as generation means nothing is, and `reason` says why."""

    generation: str
    articles: int
    passages: int
    reason: str = ""
    source: str = ""


Examine = Callable[[EngineStatus], None]


def accept(status: EngineStatus) -> None:
    """Let it be served as it is."""


class Engine(Protocol):
    """An index of articles. Raises only EngineUnavailable, IndexOutOfDate and IndexBusy."""

    def snapshot(self, *, audience: Audience) -> Snapshot:
        """Return the newest generation, at most a second behind; raise IndexOutOfDate when there is none to serve.

        While it is the same generation it is the same object.
        """

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
        """Build a generation of exactly these articles and serve it; the one served before stays until then.

        `read_asset` returns what is served of a picture or file to which they refer; each is kept with the generation,
        for those audiences alone whose articles refer to it.

        An error raised where `articles` or assets come from is raised here, and nothing is changed.
        `source` is kept with it and comes back in `status`: a note of what the articles were read from. If it is a
        function it is called when all of them were taken.
        `examine` is told what would be served, once it is written and before anybody is answered from it: who opens an
        engine with that name as `generation` can ask it. What it raises is raised here, and nothing is changed.
        With `anew` nothing is taken over from the generation served: no trace stays of what is not in `articles`.
        """

    def stored_articles(self) -> Mapping[str, Article]:
        """Return the served articles by path with both audiences' views, so that unchanged ones need not be read again.

        Empty when nothing is served or this process may not open both audiences.
        """

    def status(self) -> EngineStatus:
        """Say what is served now; never raises."""

    def generations(self) -> list[str]:
        """Return the names of the generations that are kept, oldest first."""

    def measures(self) -> Mapping[str, float]:
        """Return numbers that the engine tells of itself, by the name of their metric; never raises."""

    def storage(self) -> Mapping[str, Mapping[str, str]]:
        """Say by audience how what is served is stored, in the engine's own terms; empty when nothing is.

        >>> engine.storage()
        {"public": {"documents": "174", "segments": "1", …}, "agent": {…}}
        """

    def close(self) -> None:
        """Let go of files; snapshots handed out before stay usable."""
