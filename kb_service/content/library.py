"""All articles of a folder. A broken one is a problem, never a reason to lose the others."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from kb_service.content.article import Article, Library, Problem
from kb_service.content.article_files import ArticleFile, Found, find_articles
from kb_service.content.reading import Reading, fingerprint, read_article
from kb_service.content.rendering import Renderer
from kb_service.content.worker import Task
from kb_service.content.worker_pool import DEFAULT_PROCESSES, WorkerPool
from kb_service.errors import BadSetting

Progress: TypeAlias = Callable[[int, int], None]
_NONE_KNOWN: Final[Mapping[str, Article]] = MappingProxyType({})


def read_library(
    folder: Path,
    *,
    known: Mapping[str, Article] = _NONE_KNOWN,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Library:
    """Return the articles of a folder and all problems found while reading it; see LibraryReader."""
    reader = LibraryReader(folder, known=known, processes=processes, progress=progress)
    articles = tuple(reader)
    return Library(articles, reader.problems())


class LibraryReader:
    """Reads the articles of a folder one after another, in the order of their paths, and keeps none of them.

    `found` are its files where they are known. `known` are articles of an earlier run by path: those whose source has
    not changed are taken over. `processes` is the number of worker processes (None: one for each core, at least 2);
    with 0 the articles are read in this process, without limits: for sources that are trusted. `progress` is called
    with the number of files read and of all. Raises BadSetting without a folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        found: Found | None = None,
        known: Mapping[str, Article] = _NONE_KNOWN,
        processes: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        if not folder.is_dir():
            raise BadSetting(f"The articles folder {folder} does not exist: create it, or give another one.")
        self._found = found or find_articles(folder)
        self._known = known
        self._processes = max(DEFAULT_PROCESSES, os.cpu_count() or 1) if processes is None else processes
        self._progress = progress
        self._problems = list(self._found.problems)
        self._path_of: dict[str, str] = {}  # by id as many disks know it: in any case

    def __iter__(self) -> Iterator[Article]:
        for number, reading in enumerate(self._readings(), 1):
            article = reading.article
            self._problems += reading.problems
            if article and self._is_first(article):
                self._problems += article.problems
                yield article
            if self._progress:
                self._progress(number, len(self._found.files))

    def problems(self) -> tuple[Problem, ...]:
        """Return all problems of what was read, in the order of their paths."""
        return tuple(sorted(self._problems, key=lambda problem: (problem.path, problem.line)))

    def _readings(self) -> Iterator[Reading]:
        tasks = (_task(file, self._known) for file in self._found.files)
        if self._processes == 0:
            renderer = Renderer()
            for task in tasks:
                yield task if isinstance(task, Reading) else read_article(task.path, task.source, renderer)
            return
        with WorkerPool(self._processes) as pool:
            yield from pool.read_all(tasks)

    def _is_first(self, article: Article) -> bool:
        """Keep the first article of each id; ids that differ in case alone are one on many disks."""
        first = self._path_of.setdefault(unicodedata.normalize("NFC", article.id).casefold(), article.path)
        if first == article.path:
            return True
        message = f"The id {article.id!r} is taken by {first}: give one of them another `id`."
        self._problems.append(Problem(article.path, 1, "error", message))
        return False


def _task(file: ArticleFile, known: Mapping[str, Article]) -> Task | Reading:
    """Return what is to be read, or what is known of it without reading it."""
    try:
        source = file.file.read_bytes()
    except OSError as error:
        return Reading(None, (Problem(file.path, 1, "error", f"The file cannot be read: {error.strerror}."),))
    before = known.get(file.path)
    if before and before.source_sha256 == fingerprint(source):
        return Reading(before)
    return Task(file.path, source)
