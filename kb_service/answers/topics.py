"""Topics: which there are, which articles they have, and what stands beside an article in its topic.

`without` are always the numbers of articles that a reader is not shown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from kb_service.answers.presenting import article_beside, title_of_topic
from kb_service.answers.results import RelatedArticle, Suggestion, Topic
from kb_service.index.catalogue import Catalogue
from kb_service.index.guide import TopicText


class Place(NamedTuple):
    """Where an article stands: in its first topic, between two others of it."""

    topic: Topic | None = None
    previous: RelatedArticle | None = None
    following: RelatedArticle | None = None


def topics_without(catalogue: Catalogue, without: Set[int]) -> tuple[Topic, ...]:
    """Return the topics as their authors order them, then the others by name."""
    found = (_topic(catalogue, name, without) for name in _names(catalogue))
    return tuple(each for each in found if each.articles)


def articles_of(catalogue: Catalogue, topic: str | None, without: Set[int]) -> Sequence[int]:
    """Return the numbers of the articles of a topic, or of all, ascending."""
    found = range(catalogue.articles) if topic is None else catalogue.topics.get(topic, [])
    return [number for number in found if number not in without] if without else found


def place_of(catalogue: Catalogue, topics: Iterable[str], number: int, without: Set[int]) -> Place:
    """Return where the article with this number stands, which has these topics."""
    for name in topics:
        numbers = articles_of(catalogue, name, without)
        at = bisect_left(numbers, number)
        if at < len(numbers) and numbers[at] == number:
            before, behind = numbers[max(at - 1, 0) : at], numbers[at + 1 : at + 2]
            return Place(_topic(catalogue, name, without), _offered(catalogue, before), _offered(catalogue, behind))
    return Place()


def titles_of_topics(catalogue: Catalogue, numbers: Collection[int]) -> Mapping[int, str]:
    """Return of each of these articles that has a topic how its first is called, in the order of topics_without."""
    titles: dict[int, str] = {}
    for name in _names(catalogue):
        of_topic = catalogue.topics[name]
        for number in numbers:
            at = bisect_left(of_topic, number)
            if number not in titles and at < len(of_topic) and of_topic[at] == number:
                titles[number] = _text(catalogue, name).title or title_of_topic(name)
    return titles


def grouped(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Return suggestions with those of a topic together, of these those of an article, its title first.

    Otherwise what came first stays first.
    """
    by_topic: dict[str, dict[str, list[Suggestion]]] = {}
    for each in suggestions:
        by_topic.setdefault(each.topic, {}).setdefault(each.article_id, []).append(each)
    return tuple(
        each
        for articles in by_topic.values()
        for of_article in articles.values()
        for each in sorted(of_article, key=lambda one: one.kind != "title")
    )


def _names(catalogue: Catalogue) -> list[str]:
    told = [each.name for each in catalogue.guide.topics if each.name in catalogue.topics]
    return [*told, *sorted(catalogue.topics.keys() - set(told))]


def _text(catalogue: Catalogue, name: str) -> TopicText:
    return next((each for each in catalogue.guide.topics if each.name == name), TopicText(name))


def _topic(catalogue: Catalogue, name: str, without: Set[int]) -> Topic:
    text = _text(catalogue, name)
    return Topic(name, len(articles_of(catalogue, name, without)), text.title or title_of_topic(name), text.description)


def _offered(catalogue: Catalogue, numbers: Sequence[int]) -> RelatedArticle | None:
    return article_beside(catalogue, numbers[0]) if numbers else None
