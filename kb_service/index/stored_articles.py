"""The articles of a generation, to take over those that have not changed: each is read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from kb_service.content.article import Article
from kb_service.index.records import Records
from kb_service.index.shelf import both_views


class StoredArticles(Mapping[str, Article]):
    """What shelf.both_views returns, of articles that stay on disk."""

    def __init__(self, public: Records[Article], agent: Records[Article]) -> None:
        self._public, self._agent = public, agent
        heads = list(agent.read_as(_Head))
        self._numbers = {head.path: number for number, head in enumerate(heads)}
        self._public_numbers = {head.id: number for number, head in enumerate(public.read_as(_Head))}

    def __getitem__(self, path: str) -> Article:
        number = self._numbers[path]
        article = self._agent.read(number)
        in_public = self._public_numbers.get(article.id)
        if in_public is None:
            return both_views([], [article])[path]
        if self._public.raw(in_public) == self._agent.raw(number):  # most have nothing for agents alone
            return article
        return both_views([self._public.read(in_public)], [article])[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class _Head(msgspec.Struct, frozen=True):
    """All of an article that is read to find it."""

    id: str
    path: str
