"""All articles of a folder. A broken one is a problem, never a reason to lose the others."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from kb_service.content.article import Article, Library, Problem, Reading
from kb_service.content.article_files import ArticleFile, FoundFiles, find_articles
from kb_service.content.reading import fingerprint, read_file
from kb_service.content.rendering import Renderer
from kb_service.content.workers import DEFAULT_PROCESSES, WorkerPool
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
        found: FoundFiles | None = None,
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
        files = (_unchanged(file, self._known) or file for file in self._found.files)
        if self._processes == 0:
            renderer = Renderer()
            for file in files:
                yield file if isinstance(file, Reading) else read_file(file, renderer)
            return
        with WorkerPool(self._processes) as pool:
            yield from pool.read_all(files)

    def _is_first(self, article: Article) -> bool:
        """Keep the first article of each id; ids that differ in case alone are one on many disks."""
        first = self._path_of.setdefault(unicodedata.normalize("NFC", article.id).casefold(), article.path)
        if first == article.path:
            return True
        message = f"The id {article.id!r} is taken by {first}: give one of them another `id`."
        self._problems.append(Problem(article.path, 1, "error", message))
        return False


def _unchanged(file: ArticleFile, known: Mapping[str, Article]) -> Reading | None:
    """Return what is known of a file, unless it has to be read again."""
    before = known.get(file.path)
    if before is None:
        return None
    try:
        source = file.file.read_bytes()
    except OSError:
        return None  # reading it says why
    return Reading(before) if before.source_sha256 == fingerprint(source) else None
