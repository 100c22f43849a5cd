"""Writes the articles of one audience, and keeps of each what the rest of its index is planned by: not its text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from kb_service.content.article import Article, View
from kb_service.engines.records import write_records
from kb_service.engines.shelf import as_public
from kb_service.engines.whoosh.layout import ARTICLES_FILE


class Shelved(NamedTuple):
    """An article without its text, how many passages it has, and the SHA-256 of all that its shard depends on."""

    article: Article
    passages: int
    digest: bytes


def shelve_articles(articles: Iterable[Article], folder: Path) -> list[Shelved]:
    """Write articles (as articles_for gives them) below `folder`, and return what is kept of each, in order."""
    shelved: list[Shelved] = []
    write_records(folder / ARTICLES_FILE, _encoded(articles, shelved))
    return shelved


def _encoded(articles: Iterable[Article], shelved: list[Shelved]) -> Iterator[msgspec.Raw]:
    encoder = msgspec.msgpack.Encoder()
    for article in articles:
        data = encoder.encode(article)
        # What differs for agents alone is not in a shard.
        shared = data if article.reply is None else encoder.encode(as_public(article))
        passages = len(article.public.passages) if article.public else 0
        shelved.append(Shelved(_without_text(article), passages, hashlib.sha256(shared).digest()))
        yield msgspec.Raw(data)


def _without_text(article: Article) -> Article:
    sections = article.public.sections if article.public else ()
    return msgspec.structs.replace(
        article, public=View("", sections, ()), reply=None, related=(), sources=(), extra={}, problems=()
    )
