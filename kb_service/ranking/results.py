"""What a search gives back: passages in order, with what was corrected and which index they come from.

The API sends these types as they are: a field's name, order and meaning here are its contract.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kb_service.content.article import Article, Audience, View
from kb_service.questions.understanding import Correction


class FoundPassage(msgspec.Struct, frozen=True):
    """A passage, word for word as it stands in its article."""

    id: str
    article_id: str
    title: str
    heading_path: tuple[str, ...]
    url: str
    text: str
    marks: Annotated[tuple[tuple[int, int], ...], Meta(description="[start, end) in code points of the text.")]
    score: float
    audience: Audience
    verified_at: date | None
    stale: bool
    content_sha256: str
    why: Annotated[tuple[str, ...] | UnsetType, Meta(description="Only with explain=1.")] = UNSET


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
    """One page of the ranking; `total` counts every passage that matched."""

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
    """An article in a list; `summary` is the beginning of its text."""

    id: str
    title: str
    topics: tuple[str, ...]
    summary: str
    url: str
    audience: Audience
    verified_at: date | None
    stale: bool


class ArticlePage(msgspec.Struct, frozen=True):
    """One page of the list of articles; `total` counts all of them."""

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
