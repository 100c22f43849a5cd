"""Articles on disk while an index is made of them: they come one at a time, and memory holds none of their texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from kb_service.content.article import Article, Audience
from kb_service.engines.records import Records, write_records
from kb_service.engines.shelf import articles_for, both_views


class ArticleSpool:
    """Writes articles to a new file as they come, and gives them back for each audience by id."""

    def __init__(self, path: Path, articles: Iterable[Article]) -> None:
        ids: list[str] = []
        write_records(path, _noted(articles, ids))
        self._articles = Records(path, Article)
        self._order = sorted(range(len(ids)), key=ids.__getitem__)

    def articles_for(self, audience: Audience) -> Iterator[Article]:
        """Yield what shelf.articles_for returns."""
        for number in self._order:
            yield from articles_for([self._articles.read(number)], audience)


class StoredArticles(Mapping[str, Article]):
    """What shelf.both_views returns, of articles that are read only when they are asked for."""

    def __init__(self, public: Records[Article], agent: Records[Article]) -> None:
        self._public, self._agent = public, agent
        heads = list(agent.read_as(_Head))
        self._numbers = {head.path: number for number, head in enumerate(heads)}
        self._public_numbers = {head.id: number for number, head in enumerate(public.read_as(_Head))}

    def __getitem__(self, path: str) -> Article:
        article = self._agent[self._numbers[path]]
        number = self._public_numbers.get(article.id)
        return both_views([] if number is None else [self._public[number]], [article])[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class _Head(msgspec.Struct, frozen=True):
    """All of an article that is read to find it."""

    id: str
    path: str


def _noted(articles: Iterable[Article], ids: list[str]) -> Iterator[Article]:
    """Pass on the articles that anybody may see, and their ids to `ids`."""
    for article in articles:
        if not article.hidden:
            ids.append(article.id)
            yield article
