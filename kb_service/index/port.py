"""The port: what kb_service asks of an index. Engines live in kb_service/engines/ and pass one contract suite.

An engine keeps generations. `snapshot` hands out one generation for one audience: immutable, safe to share between
threads, and good for as long as somebody holds it, so that one request never mixes two generations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Article, Audience, Passage
from kb_service.index.classifying import Coefficients
from kb_service.index.known_questions import KnownQuestions
from kb_service.index.query import Query
from kb_service.index.suggestions import Suggester
from kb_service.index.word_table import WordTable
from kb_service.meaning.vectors import VectorTable

FIELDS: Final = (
    "text",
    "questions",
)  # what is searched: title, headings and body; known questions


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A passage as stored for searching, with what ranking and payloads need of its article.

    `codes` is the searched text, one native uint32 a word position (analysis.term_code; 0 between title, headings and
    body); the body starts at position `body_at`. `spans` holds start and end, in the passage's text, of the word at
    each position of the body, as native uint32.
    """

    passage: Passage
    article_number: int
    verified_at: date | None
    review_by: date | None
    topics: tuple[str, ...]
    codes: bytes
    body_at: int
    spans: bytes


class Codes(NamedTuple):
    """The searched words of some passages, one passage behind the other (see Entry.codes).

    Those of the i-th are `codes[starts[i]:starts[i + 1]]`; its body begins `body_at[i]` words behind `starts[i]`.
    """

    codes: NDArray[np.uint32]
    starts: list[int]
    body_at: list[int]

    def body(self, i: int) -> list[int]:
        """Return the words of the i-th passage's body."""
        codes: list[int] = self.codes[self.starts[i] + self.body_at[i] : self.starts[i + 1]].tolist()
        return codes


class Traits(NamedTuple):
    """What kind each passage is of: a procedure, and below a heading of Guide.common_headings."""

    steps: NDArray[np.bool_]
    common_heading: NDArray[np.bool_]


class Ranking(msgspec.Struct, frozen=True):
    """The best passages of one query, best first, ties by passage number.

    `numbers` int32 and `scores` float32 have the same length. `total` counts every match of the words. `ceiling` is the
    most that any passage could score: `scores / ceiling` is the share of the question's weight that a passage carries.
    """

    numbers: NDArray[np.int32]
    scores: NDArray[np.float32]
    total: int
    ceiling: float


class Vocabulary(msgspec.Struct, frozen=True):
    """The words of the index, and of what people are known to ask: plain form (see text.fold) to number of passages."""

    words: WordTable


class SynonymRule(msgspec.Struct, frozen=True, array_like=True):
    """Who writes `typed` may mean `meant`: both are terms in order, one for a word and several for a phrase."""

    typed: tuple[str, ...]
    meant: tuple[str, ...]
    weight: float


class Wording(msgspec.Struct, frozen=True):
    """What authors keep of their readers' words, beside the articles.

    `not_covered` are questions known to have no answer; `phrasings` are (other way to ask, article id): matched, never
    shown.
    """

    synonyms: tuple[SynonymRule, ...] = ()
    not_covered: tuple[str, ...] = ()
    phrasings: tuple[tuple[str, str], ...] = ()


NO_WORDING: Final = Wording()


class Guide(msgspec.Struct, frozen=True):
    """What the articles of one audience say of themselves, by article number, and their authors of readers' words.

    `common_headings` stand in many articles ("See also"): what is below them is rarely what somebody asks for.
    """

    titles: tuple[str, ...]
    questions: tuple[tuple[str, int], ...]
    patterns: tuple[tuple[str, int], ...]
    synonyms: tuple[SynonymRule, ...] = ()
    not_covered: tuple[str, ...] = ()
    phrasings: tuple[tuple[str, int], ...] = ()
    common_headings: frozenset[str] = frozenset()


class SentenceVectors(NamedTuple):
    """The meaning of every sentence: those of passage n are the rows starts[n] to starts[n + 1] (exclusive)."""

    vectors: VectorTable
    starts: NDArray[np.int32]


class EngineStatus(msgspec.Struct, frozen=True):
    """What is served: "" as generation means nothing is, and `reason` says why."""

    generation: str
    articles: int
    passages: int
    reason: str = ""
    source: str = ""


class Snapshot(Protocol):
    """One generation for one audience."""

    @property
    def generation(self) -> str:
        """Name of the generation, the same for both audiences."""

    @property
    def audience(self) -> Audience:
        """Whose text this is: "agent" holds the public text too."""

    @property
    def passages(self) -> int:
        """How many passages there are; their numbers run from 0."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The index's own words, for repairing typos."""

    @property
    def guide(self) -> Guide:
        """What the articles say of themselves: titles, known questions, patterns, and the synonyms."""

    @property
    def topics(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the articles with each topic, ascending."""

    @property
    def articles(self) -> Sequence[Article]:
        """The articles by article number, read lazily; each carries only this audience's view, as `public`."""

    @property
    def article_of(self) -> NDArray[np.int32]:
        """The article number of each passage number."""

    @property
    def traits(self) -> Traits:
        """What kind each passage is of, by number."""

    @property
    def passage_vectors(self) -> VectorTable | None:
        """The meaning of each passage by number; None where no model was there at indexing."""

    @property
    def sentence_vectors(self) -> SentenceVectors | None:
        """The meaning of each sentence of each passage; None where no model was there at indexing."""

    @property
    def coefficients(self) -> Coefficients | None:
        """What a classifier learnt of `likeness.asked(guide)`; None where too little is known of what people ask."""

    @property
    def known_questions(self) -> KnownQuestions:
        """What people are known to ask, by its words."""

    @property
    def suggester(self) -> Suggester:
        """What completes titles and known questions."""

    @property
    def question_vectors(self) -> VectorTable | None:
        """The meaning of each of `known_questions.asked(guide)`, in that order."""

    def search(
        self, query: Query, *, limit: int, topic: str | None = None, also: NDArray[np.int32] | None = None
    ) -> Ranking:
        """Return the best `limit` passages for `query`, optionally only of articles with `topic`.

        The passages `also` are ranked with them whatever they score.
        """

    def codes(self, numbers: NDArray[np.int32]) -> Codes:
        """Return the searched words of these passage numbers, in this order."""

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """Return the stored entries of these passage numbers, in this order."""

    def weight_of(self, term: str) -> float:
        """Return how much a term tells, its inverse document frequency; a term the index lacks tells most."""

    def knows(self, term: str) -> bool:
        """Tell whether any passage has this term."""

    def article_number(self, article_id: str) -> int | None:
        """Return the number of the article with this id or former id, None when this audience has none."""


class Engine(Protocol):
    """An index of articles. Raises only EngineUnavailable, IndexOutOfDate and IndexBusy."""

    def snapshot(self, *, audience: Audience) -> Snapshot:
        """Return the newest generation, at most a second behind; raise IndexOutOfDate when there is none to serve."""

    def replace_all(
        self,
        articles: Iterable[Article],
        *,
        wording: Wording = NO_WORDING,
        source: str = "",
    ) -> EngineStatus:
        """Build a generation of exactly these articles and serve it; the one served before stays until then.

        An error raised where `articles` come from is raised here, and nothing is changed.
        `source` is kept with it and comes back in `status`: the fingerprint of what the articles were read from.
        """

    def stored_articles(self) -> Mapping[str, Article]:
        """Return the served articles by path with both audiences' views, so that unchanged ones need not be read again.

        Empty when nothing is served or this process may not open both audiences.
        """

    def status(self) -> EngineStatus:
        """Say what is served now; never raises."""

    def close(self) -> None:
        """Let go of files; snapshots handed out before stay usable."""
