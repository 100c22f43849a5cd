"""What a search gives back: passages in order, with what was corrected and which index they come from."""

from __future__ import annotations

from datetime import date

import msgspec

from kb_service.content.article import Article, Audience, View
from kb_service.questions.understanding import Correction


class FoundPassage(msgspec.Struct, frozen=True):
    """One passage of a ranking; `marks` are [start, end) code-point offsets into `text`."""

    id: str
    article_id: str
    title: str
    heading_path: tuple[str, ...]
    url: str
    text: str
    marks: tuple[tuple[int, int], ...]
    score: float
    audience: Audience
    verified_at: date | None
    stale: bool
    content_sha256: str
    why: tuple[str, ...] | None = None


class IndexInfo(msgspec.Struct, frozen=True):
    """The generation a result was made from, with its size."""

    generation: str
    articles: int
    passages: int


class RelatedArticle(msgspec.Struct, frozen=True):
    """An article worth offering: its title and where it is served."""

    article_id: str
    title: str
    url: str


class SearchResult(msgspec.Struct, frozen=True):
    """The ranking without the answering step: `total` counts every passage that matched."""

    query: str
    query_id: str
    total: int
    limit: int
    offset: int
    passages: tuple[FoundPassage, ...]
    corrections: tuple[Correction, ...]
    index: IndexInfo
    took_ms: float


class Suggestion(msgspec.Struct, frozen=True):
    """A title or known question that completes what is typed; `marks` as in FoundPassage."""

    text: str
    kind: str
    article_id: str
    url: str
    marks: tuple[tuple[int, int], ...]


class ArticleSummary(msgspec.Struct, frozen=True):
    """One line of a list of articles; `summary` is the beginning of its text."""

    id: str
    title: str
    topics: tuple[str, ...]
    verified_at: date | None
    stale: bool
    url: str
    audience: Audience
    summary: str


class ArticlePage(msgspec.Struct, frozen=True):
    """A page of the list of articles; `total` counts all of them."""

    total: int
    limit: int
    offset: int
    articles: tuple[ArticleSummary, ...]
    index: IndexInfo


class ArticleRead(msgspec.Struct, frozen=True):
    """One article as its audience may read it."""

    article: Article
    view: View
    summary: ArticleSummary
    related: tuple[RelatedArticle, ...]
    index: IndexInfo


class Topic(msgspec.Struct, frozen=True):
    """A topic and how many articles have it."""

    name: str
    articles: int
