"""What an author should know about a library beyond articles that cannot be read: the lint of `kb check`."""

from __future__ import annotations

import heapq
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path
from typing import Final
from urllib.parse import unquote
from zlib import crc32

import msgspec

from kb_service.content.article import Article, Library, Problem
from kb_service.content.article_files import id_of_path, resolve_links
from kb_service.content.passages.outline import slug
from kb_service.content.source_lines import SourceLines, lines_of
from kb_service.text import tokens

MAX_TITLE_CHARACTERS: Final = 90  # search pages and browser tabs cut longer ones
SHINGLE_WORDS: Final = 4
SKETCH_SIZE: Final = 64  # smallest hashes kept of each text: similarity is then right to about 0.06
MIN_WORDS_COMPARED: Final = 30  # shorter texts are alike by chance
MIN_SIMILARITY: Final = 0.8
_MAX_SHARERS: Final = 50  # a shingle in more texts than this is boilerplate and points to nothing
_LINK: Final = re.compile(r'href="(?:/articles/([^"#?]+))?(?:#([^"]*))?"')
_ID: Final = re.compile(r'\bid="([^"]*)"')


def check_library(library: Library, *, today: date, folder: Path | None = None) -> list[Problem]:
    """Return all problems of a library in the order of their paths, those found while reading it among them.

    They name the line where the `folder` of its articles is given.
    """
    targets = _Targets(library)
    problems = list(_with_hints_once(library.problems))
    questions: dict[tuple[str, ...], Article] = {}
    for article in library.articles:
        lines = lines_of(folder, article.path) if folder else SourceLines("", path=article.path)
        found = (
            *_of_article(article, targets, today, lines),
            *_dead_links(article, targets, lines),
            *_shared_questions(article, questions, lines),
        )
        problems += (Problem(article.path, line, "warning", message) for line, message in found)
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


class _Targets:
    """Where links can lead: articles by their ids and former ids, the anchors of each, and files that are left out."""

    def __init__(self, library: Library) -> None:
        former = {old: article for article in library.articles for old in article.redirects_from}
        self._articles = {**former, **{article.id: article for article in library.articles}}
        self._by_name: dict[str, list[str]] = {}
        for article in library.articles:
            self._by_name.setdefault(_name(article.id), []).append(article.id)
        self._anchors: dict[str, frozenset[str]] = {}
        read = {article.path for article in library.articles}
        self._left_out = {id_of_path(one.path): one.path for one in library.left_out if one.path not in read}

    def anchors(self, article: Article) -> frozenset[str]:
        if article.path not in self._anchors:
            views = (view for view in (article.public, article.agent) if view)
            ids = {html.unescape(one) for view in views for one in _ID.findall(view.html)}
            self._anchors[article.path] = frozenset({*ids, slug(article.title)})  # the title is the top of the page
        return self._anchors[article.path]

    def fault(self, article_id: str, *, for_public: bool) -> str:
        """Return what is wrong with a link to an article, as the rest of a sentence, "" where nothing is."""
        article = self._articles.get(article_id)
        if article is None and (path := self._left_out.get(article_id)):
            return f"but {path} is left out: see the list at the end."
        if article is None:
            near = self._by_name.get(_name(article_id), [])
            return "but there is no such article" + (f": is {near[0]!r} meant?" if len(near) == 1 else ".")
        if article.hidden:
            return f"but {article.path} is left out: take the link out, or show it."
        if for_public and not article.public:
            return f"but {article.path} is for agents only: mark the link as theirs, or take it out."
        return ""

    def no_place(self, article_id: str, anchor: str) -> str:
        """Return the same for a place in an article that there is."""
        anchors = self.anchors(self._articles[article_id])
        if not anchor or anchor in anchors or anchor == "top":
            return ""
        near = get_close_matches(anchor.lower(), sorted(anchors), 1, 0.6)
        return "but there is no such place" + (f": the nearest is #{near[0]}." if near else ".")


def _name(article_id: str) -> str:
    """Return the last part of an id, where people expect an article to be when it was moved."""
    return article_id.rpartition("/")[2].lower()


def _of_article(article: Article, targets: _Targets, today: date, lines: SourceLines) -> Iterator[tuple[int, str]]:
    if article.review_by and article.review_by < today:
        line = lines.of_key("review_by")
        yield line, f"It was to be reviewed by {article.review_by}: check its facts, set `verified_at` and `review_by`."
    if len(article.title) > MAX_TITLE_CHARACTERS:
        message = f"The title has {len(article.title)} characters: use at most {MAX_TITLE_CHARACTERS}."
        yield lines.of_title(), message
    for related in article.related:
        if fault := targets.fault(related, for_public=bool(article.public)):
            yield lines.of_value("related", related), f"`related` names {related!r}, {fault}"
    if original := article.translation_of:
        if fault := targets.fault(original, for_public=bool(article.public)):
            yield lines.of_key("translation_of"), f"`translation_of` names {original!r}, {fault}"
        if not article.lang:
            yield lines.of_key("translation_of"), "A translation says its language: add `lang`, such as `lang: de`."
    for pattern in article.patterns:
        if not tokens(pattern):
            message = f"The pattern {pattern!r} has no word in it and can match nothing."
            yield lines.of_value("patterns", pattern), message


def _dead_links(article: Article, targets: _Targets, lines: SourceLines) -> Iterator[tuple[int, str]]:
    told = set()
    for view in (article.public, article.agent):
        for article_id, anchor in _targets(view.html) if view else ():
            target, shown = (article_id, ""), f"the article {article_id!r}"
            fault = targets.fault(article_id, for_public=view is article.public) if article_id else ""
            if not fault:
                target, shown = (article_id, anchor), f"{article_id}#{anchor}"
                fault = targets.no_place(article_id or article.id, anchor)
            if fault and target not in told:
                told.add(target)
                yield _line_of_link(target, article.path, lines), f"It links to {shown}, {fault}"


def _targets(view_html: str) -> dict[tuple[str, str], None]:
    """Return the ids and anchors that HTML links to, in order; "" is the id for a place in the same article."""
    return dict.fromkeys(
        (unquote(html.unescape(found[1] or "")).rstrip("/"), unquote(html.unescape(found[2] or "")))
        for found in _LINK.finditer(view_html)
    )


def _line_of_link(target: tuple[str, str], path: str, lines: SourceLines) -> int:
    def leads(written: str) -> bool:
        found = _targets(resolve_links(f'href="{html.escape(written)}"', path))
        return any(target in (one, (one[0], "")) for one in found)

    return lines.of_link(leads) or lines.of_text(f"#{target[1]}" if target[1] else target[0].rpartition("/")[2])


def _shared_questions(
    article: Article, first: dict[tuple[str, ...], Article], lines: SourceLines
) -> Iterator[tuple[int, str]]:
    """Yield questions that an earlier article claims too: only one of them can be the answer."""
    for question in article.questions if not article.hidden else ():
        words = tuple(token.word for token in tokens(question))
        other = first.setdefault(words, article)
        if words and other is not article:
            message = f"The question {question!r} is one of {other.path} too: leave it to one of them."
            yield lines.of_value("questions", question), message


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
