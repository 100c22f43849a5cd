"""All articles of a folder. A broken one is a problem, never a reason to lose the others."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec

from kb_service.content.article import Article, Library, Problem, Reading
from kb_service.content.article_files import ArticleFile, FoundFiles, find_articles, id_of_path
from kb_service.content.assets import AssetFolder, is_unchanged
from kb_service.content.reading import fingerprint_of, renamed
from kb_service.content.state import reason_on
from kb_service.content.workers import read_in_workers
from kb_service.errors import BadSetting

Progress: TypeAlias = Callable[[int, int], None]
_NONE_KNOWN: Final[Mapping[str, Article]] = MappingProxyType({})


def read_library(
    folder: Path, *, known: Mapping[str, Article] = _NONE_KNOWN, progress: Progress | None = None
) -> Library:
    """Return the articles of a folder and all problems found while reading it; see LibraryReader."""
    reader = LibraryReader(folder, known=known, progress=progress)
    articles = tuple(reader)
    return Library(articles, reader.problems())


class LibraryReader:
    """Reads the articles of a folder one after another, in the order of their paths, and keeps none of them.

    `found` are its files where they are known. `known` are articles of an earlier run by path: those whose source has
    not changed are taken over. `progress` is called with the number of files read and of all. `today` decides which
    articles have appeared and not expired. Raises BadSetting without a folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        found: FoundFiles | None = None,
        known: Mapping[str, Article] = _NONE_KNOWN,
        progress: Progress | None = None,
        today: date | None = None,
    ) -> None:
        if not folder.is_dir():
            raise BadSetting(f"The articles folder {folder} does not exist: create it, or give another one.")
        self._found = found or find_articles(folder)
        self._known = known
        self._assets = AssetFolder(folder)
        self._progress = progress
        self._today = today or datetime.now(UTC).date()
        self._problems = list(self._found.problems)
        self._path_of: dict[str, str] = {}  # by id as many disks know it: in any case

    def __iter__(self) -> Iterator[Article]:
        files = (_unchanged(file, self._known, self._assets) or file for file in self._found.files)
        for number, reading in enumerate(read_in_workers(files), 1):
            article = reading.article
            self._problems += reading.problems
            if article:
                self._problems += article.problems
                yield self._on_this_day(self._with_free_id(article))
            if self._progress:
                self._progress(number, len(self._found.files))

    def _on_this_day(self, article: Article) -> Article:
        reason = reason_on(article.left_out, article.publish_at, article.expires_at, self._today)
        if reason and not article.left_out:
            self._problems.append(Problem(article.path, 1, "note", f"The article is left out: {reason}."))
        return article if article.hidden == bool(reason) else msgspec.structs.replace(article, hidden=bool(reason))

    def problems(self) -> tuple[Problem, ...]:
        """Return all problems of what was read, in the order of their paths."""
        return tuple(sorted(self._problems, key=lambda problem: (problem.path, problem.line)))

    def _with_free_id(self, article: Article) -> Article:
        """Return an article whose id no earlier one has: that of its path instead, with a number where need be.

        Ids that differ in case alone are one on many disks.
        """
        first = self._path_of.setdefault(_folded(article.id), article.path)
        if first == article.path:
            return article
        by_path = id_of_path(article.path)
        for free in chain([by_path], (f"{by_path}-{number}" for number in count(2))):
            if self._path_of.setdefault(_folded(free), article.path) == article.path:
                break
        message = (
            f"The id {article.id!r} is taken by {first}: this article has {free!r} until one of them has another `id`."
        )
        self._problems.append(Problem(article.path, 1, "warning", message))
        return renamed(article, free)


def _folded(article_id: str) -> str:
    return unicodedata.normalize("NFC", article_id).casefold()


def _unchanged(file: ArticleFile, known: Mapping[str, Article], assets: AssetFolder) -> Reading | None:
    """Return what is known of a file, unless it has to be read again."""
    before = known.get(file.path)
    try:
        if before and before.source_sha256 == fingerprint_of(file) and is_unchanged(before, assets):
            return Reading(before)
    except OSError:
        pass  # the worker says why
    return None
