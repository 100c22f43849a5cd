"""Articles on disk while an index is made of them: they come one at a time, and memory holds none of their texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kb_service.content.article import Article, Audience, View
from kb_service.index.records import Records, link_or_copy, write_records
from kb_service.index.shelf import articles_for, as_public

AUDIENCES: Final[tuple[Audience, ...]] = ("public", "agent")


class Shelved(NamedTuple):
    """An article without its text, how many passages it has, and the SHA-256 of all that its shard depends on."""

    article: Article
    passages: int
    digest: bytes


class ArticleSpool:
    """Writes articles to a new file as they come, as each audience may see them, and gives them back by id."""

    def __init__(self, path: Path, articles: Iterable[Article]) -> None:
        self._places: dict[Audience, list[tuple[int, Shelved]]] = {audience: [] for audience in AUDIENCES}
        write_records(path, self._encoded(articles))
        self._records = Records(path, Article)
        for places in self._places.values():
            places.sort(key=lambda place: place[1].article.id)

    def shelved(self, audience: Audience) -> list[Shelved]:
        """Return what is kept of each article that `audience` may see, as articles_for orders them."""
        return [shelved for _, shelved in self._places[audience]]

    def write(self, paths: Mapping[Audience, Path]) -> None:
        """Write the articles that each audience may see, as articles_for gives them: one file where they are alike."""
        written: dict[tuple[int, ...], Path] = {}
        for audience, path in paths.items():
            numbers = tuple([number for number, _ in self._places[audience]])
            if numbers in written:
                link_or_copy(written[numbers], path)
            else:
                write_records(path, (msgspec.Raw(self._records.raw(number)) for number in numbers))
            written[numbers] = path

    def _encoded(self, articles: Iterable[Article]) -> Iterator[msgspec.Raw]:
        """Yield the records to write, and note for each audience which are its own."""
        encoder = msgspec.msgpack.Encoder()
        views = chain.from_iterable(map(_views, articles))
        for number, (audiences, article) in enumerate(views):
            data = encoder.encode(article)
            # What differs for agents alone is not in a shard.
            shared = data if article.reply is None else encoder.encode(as_public(article))
            place = number, _shelved(article, shared)
            for audience in audiences:
                self._places[audience].append(place)
            yield msgspec.Raw(data)


def _views(article: Article) -> Iterator[tuple[Sequence[Audience], Article]]:
    """Yield an article as audiences see it, once where both see the same."""
    alike = article.agent is None and article.reply is None
    for audiences in (AUDIENCES,) if alike else (AUDIENCES[:1], AUDIENCES[1:]):
        for seen in articles_for([article], audiences[0]):
            yield audiences, seen


def _shelved(article: Article, encoded: bytes) -> Shelved:
    sections = article.public.sections if article.public else ()
    passages = len(article.public.passages) if article.public else 0
    kept = msgspec.structs.replace(
        article, public=View("", sections, ()), reply=None, related=(), sources=(), extra={}, problems=()
    )
    return Shelved(kept, passages, hashlib.sha256(encoded).digest())
