"""The articles of an index: as each audience sees them, on disk while it is made, and taken over by the next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kb_service.content.article import Article, Asset, Audience, View
from kb_service.index.guide import written_in
from kb_service.index.mapped_files import Records, link_or_copy, open_records, write_records

AUDIENCES: Final[tuple[Audience, ...]] = ("public", "agent")


def articles_for(articles: Sequence[Article], audience: Audience) -> list[Article]:
    """Return the articles that `audience` may see, each carrying only that audience's view as `public`.

    They are in the order of their ids, those that are unlisted behind all others.
    """
    seen = (_seen(article, audience) for article in articles)
    return sorted((article for article in seen if article), key=_place)


def _place(article: Article) -> tuple[bool, str]:
    return bool(article.unlisted), article.id


def _seen(article: Article, audience: Audience) -> Article | None:
    """Return an article as `audience` sees it, None if it does not; the reply is for agents whatever is in the text.

    Questions that a section answers go with the section.
    """
    view = None if article.hidden else article.view(audience)
    if view is None:
        return None
    reply = article.reply if audience == "agent" else None
    if view is article.public and article.agent is None and reply is article.reply:
        return article
    anchors = article.anchors(audience)
    sections = {question: anchor for question, anchor in article.question_sections.items() if anchor in anchors}
    withheld = article.question_sections.keys() - sections.keys()
    questions = tuple(question for question in article.questions if question not in withheld)
    return msgspec.structs.replace(
        article, public=view, agent=None, reply=reply, questions=questions, question_sections=sections
    )


def both_views(public: Sequence[Article], agent: Sequence[Article]) -> dict[str, Article]:
    """Undo articles_for: return the articles by path, with both audiences' views."""
    public_views = {article.id: article.public for article in public}
    found: dict[str, Article] = {}
    for article in agent:
        view = public_views.get(article.id)
        found[article.path] = msgspec.structs.replace(
            article, public=view, agent=None if article.public == view else article.public
        )
    return found


class Brief(NamedTuple):
    """An article without its text, but with the language of it (see written_in), how many passages it has, and the
    SHA-256 of all that these depend on."""

    article: Article
    passages: int
    digest: bytes


class ArticleSpool:
    """Writes articles to a new file as they come, as each audience may see them, and gives them back by id."""

    def __init__(self, path: Path, articles: Iterable[Article]) -> None:
        self._places: dict[Audience, list[tuple[int, Brief]]] = {audience: [] for audience in AUDIENCES}
        self._assets: dict[Audience, dict[str, Asset]] = {audience: {} for audience in AUDIENCES}
        write_records(path, self._encoded(articles))
        self._records = open_records(path, Article)
        for places in self._places.values():
            places.sort(key=lambda place: _place(place[1].article))

    def briefs(self, audience: Audience) -> list[Brief]:
        """Return what is kept of each article that `audience` may see, as articles_for orders them."""
        return [brief for _, brief in self._places[audience]]

    def assets(self, audience: Audience) -> dict[str, Asset]:
        """Return what the articles of `audience` show or link to in the folder, by the name it is kept under."""
        return self._assets[audience]

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
            # The reply is not in an entry.
            shared = data if article.reply is None else encoder.encode(msgspec.structs.replace(article, reply=None))
            place = number, _brief(article, shared)
            assets = {asset.stored_name: asset for asset in served_assets(article)}
            for audience in audiences:
                self._places[audience].append(place)
                self._assets[audience] |= assets
            yield msgspec.Raw(data)


def served_assets(article: Article) -> list[Asset]:
    """Return what is served of the folder for an article that carries one audience's view as `public`."""
    return [asset for asset in article.public.assets if asset.sha256] if article.public else []


def _views(article: Article) -> Iterator[tuple[Sequence[Audience], Article]]:
    """Yield an article as audiences see it, once where both see the same."""
    alike = article.agent is None and article.reply is None
    for audiences in (AUDIENCES,) if alike else (AUDIENCES[:1], AUDIENCES[1:]):
        if seen := _seen(article, audiences[0]):
            yield audiences, seen


def _brief(article: Article, encoded: bytes) -> Brief:
    sections = article.public.sections if article.public else ()
    passages = len(article.public.passages) if article.public else 0
    kept = msgspec.structs.replace(
        article,
        public=View("", sections, ()),
        written_in=written_in(article),
        reply=None,
        related=(),
        sources=(),
        problems=(),
    )
    return Brief(kept, passages, hashlib.sha256(encoded).digest())


class StoredArticles(Mapping[str, Article]):
    """What both_views returns, of articles that stay on disk."""

    def __init__(self, public: Records[Article], agent: Records[Article]) -> None:
        self._public, self._agent = public, agent
        heads = list(agent.read_as(_Head))
        self._numbers = {head.path: number for number, head in enumerate(heads)}
        self._public_numbers = {head.id: number for number, head in enumerate(public.read_as(_Head))}

    def __getitem__(self, path: str) -> Article:
        number = self._numbers[path]
        article = self._agent[number]
        in_public = self._public_numbers.get(article.id)
        if in_public is None:
            return both_views([], [article])[path]
        if bytes(self._public.raw(in_public)) == bytes(self._agent.raw(number)):  # most have nothing for agents alone
            return article
        return both_views([self._public[in_public]], [article])[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class _Head(msgspec.Struct, frozen=True):
    """All of an article that is read to find it."""

    id: str
    path: str
