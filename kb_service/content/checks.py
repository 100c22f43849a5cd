"""What an author should know about a library beyond articles that cannot be read: the lint of `kb check`."""

from __future__ import annotations

import heapq
import html
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from datetime import date
from itertools import combinations
from typing import Final
from urllib.parse import unquote
from zlib import crc32

import msgspec

from kb_service.content.article import Article, Library, Problem
from kb_service.text import tokens

MAX_TITLE_CHARACTERS: Final = 90  # search pages and browser tabs cut longer ones
SHINGLE_WORDS: Final = 4
SKETCH_SIZE: Final = 64  # smallest hashes kept of each text: similarity is then right to about 0.06
MIN_WORDS_COMPARED: Final = 30  # shorter texts are alike by chance
MIN_SIMILARITY: Final = 0.8
_MAX_SHARERS: Final = 50  # a shingle in more texts than this is boilerplate and points to nothing
_LINK: Final = re.compile(r'href="/articles/([^"#?]+)(?:#([^"]*))?"')
_IN_PAGE: Final = re.compile(r'href="#([^"]+)"')
_ID: Final = re.compile(r'\bid="([^"]*)"')


def check_library(library: Library, *, today: date) -> list[Problem]:
    """Return all problems of a library in the order of their paths, those found while reading it among them."""
    places = {article.id: _places(article) for article in library.articles}
    redirects = {old for article in library.articles for old in article.redirects_from}
    problems = list(_with_hints_once(library.problems))
    for article in library.articles:
        messages = (*_of_article(article, places, today), *_dead_links(article, places, redirects))
        problems += (Problem(article.path, 1, "warning", message) for message in messages)
    problems += _shared_questions(library)
    problems += _duplicates(library)
    return sorted(problems, key=lambda problem: (problem.path, problem.line))


def _with_hints_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield each hint once, at its first place and with the number of others: generators repeat their keys."""
    hints: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.severity == "hint":
            hints.setdefault(problem.message, []).append(problem)
        else:
            yield problem
    for first, *others in hints.values():
        more = f" So it is in {len(others):,} more places." if others else ""
        yield msgspec.structs.replace(first, message=first.message + more)


def _places(article: Article) -> frozenset[str]:
    """Return the anchors in an article to which a link can lead."""
    return frozenset(anchor for view in (article.public, article.agent) if view for anchor in _ID.findall(view.html))


def _of_article(article: Article, ids: Container[str], today: date) -> Iterator[str]:
    if article.review_by and article.review_by < today:
        yield f"It was to be reviewed by {article.review_by}: check its facts and set `verified_at` and `review_by`."
    if len(article.title) > MAX_TITLE_CHARACTERS:
        yield f"The title has {len(article.title)} characters: use at most {MAX_TITLE_CHARACTERS}."
    for related in article.related:
        if related not in ids:
            yield f"`related` names {related!r}, but there is no such article."
    for pattern in article.patterns:
        if not tokens(pattern):
            yield f"The pattern {pattern!r} has no word in it and can match nothing."


def _dead_links(article: Article, places: Mapping[str, frozenset[str]], redirects: Set[str]) -> Iterator[str]:
    view = article.view("agent")
    for anchor in dict.fromkeys(unquote(html.unescape(one)) for one in _IN_PAGE.findall(view.html if view else "")):
        if anchor not in places[article.id] and anchor != "top":
            yield f"It links to #{anchor}, but it has no such place."
    found = _LINK.findall(view.html) if view else []
    links = dict.fromkeys(
        (unquote(html.unescape(one)).rstrip("/"), unquote(html.unescape(other))) for one, other in found
    )
    for article_id in dict.fromkeys(article_id for article_id, _ in links):
        if article_id not in places and article_id not in redirects:
            yield f"It links to the article {article_id!r}, but there is no such article."
    for article_id, anchor in links:
        if anchor and article_id in places and anchor not in places[article_id]:
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
    for one, other, similarity in near_duplicates(texts):
        yield Problem(other, 1, "warning", f"It is nearly the same as {one} ({similarity:.0%}): merge the two.")


# Near duplicates: one is usually forgotten when the other is corrected


def near_duplicates(texts: Mapping[str, str]) -> Iterator[tuple[str, str, float]]:
    """Yield the keys of two texts that are nearly the same, and the share that is the same (0 to 1, estimated)."""
    sketches = {key: sketch for key, text in texts.items() if (sketch := _sketch(text))}
    sharers: dict[int, list[str]] = {}
    for key, sketch in sketches.items():
        for value in sketch:
            sharers.setdefault(value, []).append(key)
    candidates = {
        pair: None for keys in sharers.values() if len(keys) <= _MAX_SHARERS for pair in combinations(keys, 2)
    }
    for one, other in candidates:
        smallest = heapq.nsmallest(SKETCH_SIZE, sketches[one] | sketches[other])
        similarity = sum(value in sketches[one] and value in sketches[other] for value in smallest) / len(smallest)
        if similarity >= MIN_SIMILARITY:
            yield one, other, similarity


def _sketch(text: str) -> frozenset[int]:
    words = [token.word for token in tokens(text)]
    if len(words) < MIN_WORDS_COMPARED:
        return frozenset()
    shingles = {
        crc32(" ".join(words[start : start + SHINGLE_WORDS]).encode())
        for start in range(len(words) - SHINGLE_WORDS + 1)
    }
    return frozenset(heapq.nsmallest(SKETCH_SIZE, shingles))
