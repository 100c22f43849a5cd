"""What an author should know about a library beyond articles that cannot be read: the lint of `kb check`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from typing import Final
from urllib.parse import unquote

from kb_service.content.article import Article, Library, Problem
from kb_service.content.near_duplicates import near_duplicates
from kb_service.text import tokens

MAX_TITLE_CHARACTERS: Final = 90  # search pages and browser tabs cut longer ones
_LINK: Final = re.compile(r'href="/articles/([^"#?]+)(?:#([^"]*))?"')
_ID: Final = re.compile(r'\bid="([^"]*)"')


def check_library(library: Library, *, today: date) -> list[Problem]:
    """Return all problems of a library in the order of their paths, those found while reading it among them."""
    index = _Index(library)
    problems = list(library.problems)
    for article in library.articles:
        problems += (Problem(article.path, 1, "warning", message) for message in _of_article(article, index, today))
    problems += _shared_questions(library)
    problems += _duplicates(library)
    return sorted(problems, key=lambda problem: (problem.path, problem.line))


class _Index:
    """What links can lead to."""

    def __init__(self, library: Library) -> None:
        self.ids = {article.id for article in library.articles}
        self.redirects = {old for article in library.articles for old in article.redirects_from}
        self.anchors = {article.id: _anchors(article) for article in library.articles}


def _anchors(article: Article) -> frozenset[str]:
    return frozenset(anchor for view in (article.public, article.agent) if view for anchor in _ID.findall(view.html))


def _of_article(article: Article, index: _Index, today: date) -> Iterator[str]:
    if article.review_by and article.review_by < today:
        yield f"It was to be reviewed by {article.review_by}: check its facts and set `verified_at` and `review_by`."
    if len(article.title) > MAX_TITLE_CHARACTERS:
        yield f"The title has {len(article.title)} characters: use at most {MAX_TITLE_CHARACTERS}."
    for related in article.related:
        if related not in index.ids:
            yield f"`related` names {related!r}, but there is no such article."
    for pattern in article.patterns:
        if not tokens(pattern):
            yield f"The pattern {pattern!r} has no word in it and can match nothing."
    yield from _dead_links(article, index)


def _dead_links(article: Article, index: _Index) -> Iterator[str]:
    view = article.view("agent")
    links = _LINK.findall(view.html) if view else []
    places = [(unquote(html.unescape(one)).rstrip("/"), unquote(html.unescape(other))) for one, other in links]
    known = index.ids | index.redirects
    for article_id in dict.fromkeys(article_id for article_id, _ in places if article_id not in known):
        yield f"It links to the article {article_id!r}, but there is no such article."
    for article_id, anchor in dict.fromkeys(places):
        if anchor and article_id in index.ids and anchor not in index.anchors[article_id]:
            yield f"It links to {article_id}#{anchor}, but that article has no such place."


def _shared_questions(library: Library) -> Iterator[Problem]:
    """Yield questions that two articles claim: only one of them can be the answer."""
    first: dict[tuple[str, ...], Article] = {}
    for article in library.articles:
        for question in article.questions:
            words = tuple(token.word for token in tokens(question))
            other = first.setdefault(words, article)
            if words and other is not article:
                message = f"The question {question!r} is one of {other.path} too: leave it to one of them."
                yield Problem(article.path, 1, "warning", message)


def _duplicates(library: Library) -> Iterator[Problem]:
    """Compare what is public: the same article may exist with and without its agent-only part."""
    texts = {}
    for article in library.articles:
        view = article.public or article.agent
        if view and not article.hidden:
            texts[article.path] = "\n".join(passage.text for passage in view.passages)
    for pair in near_duplicates(texts):
        message = f"It is nearly the same as {pair.one} ({pair.similarity:.0%}): merge the two."
        yield Problem(pair.other, 1, "warning", message)
