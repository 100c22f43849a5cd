"""All articles of a folder. A broken one is a problem, never a reason to lose the others."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from kb_service.content.article import Article, Library, Problem
from kb_service.content.article_files import ArticleFile, find_articles
from kb_service.content.reading import Reading, fingerprint, read_article
from kb_service.content.rendering import Renderer
from kb_service.content.worker_pool import DEFAULT_PROCESSES, WorkerPool
from kb_service.errors import BadSetting

Progress: TypeAlias = Callable[[int, int], None]
_Read: TypeAlias = Callable[[str, bytes], Reading]
_NONE_KNOWN: Final[Mapping[str, Article]] = MappingProxyType({})


def read_library(
    folder: Path,
    *,
    known: Mapping[str, Article] = _NONE_KNOWN,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Library:
    """Return the articles of a folder and all problems found while reading it, both in the order of their paths.

    `known` are articles of an earlier run by path: those whose source has not changed are taken over. `processes` is
    the number of worker processes (None: one for each core, at least 2); with 0 the articles are read in this process,
    without limits: for sources that are trusted. `progress` is called with the number of files read and of all. Raises
    BadSetting without a folder.
    """
    if not folder.is_dir():
        raise BadSetting(f"The articles folder {folder} does not exist: create it, or give another one.")
    found = find_articles(folder)
    readings: list[Reading] = []
    if processes is None:
        processes = max(DEFAULT_PROCESSES, os.cpu_count() or 1)
    with _reader(processes) as read_all:
        for reading in read_all(found.files, known):
            readings.append(reading)
            if progress:
                progress(len(readings), len(found.files))
    articles, problems = _without_duplicates(reading.article for reading in readings if reading.article)
    problems += found.problems
    problems += (problem for reading in readings for problem in reading.problems)
    problems += (problem for article in articles for problem in article.problems)
    return Library(tuple(articles), tuple(sorted(problems, key=lambda problem: (problem.path, problem.line))))


_ReadAll: TypeAlias = Callable[[Iterable[ArticleFile], Mapping[str, Article]], Iterator[Reading]]


@contextmanager
def _reader(processes: int) -> Iterator[_ReadAll]:
    if processes == 0:
        renderer = Renderer()
        read: _Read = lambda path, source: read_article(path, source, renderer)  # noqa: E731
        yield lambda files, known: (_read_file(file, known, read) for file in files)
        return
    with WorkerPool(processes) as pool, ThreadPoolExecutor(processes) as threads:
        yield lambda files, known: threads.map(lambda file: _read_file(file, known, pool.read), files)


def _read_file(file: ArticleFile, known: Mapping[str, Article], read: _Read) -> Reading:
    try:
        source = file.file.read_bytes()
    except OSError as error:
        return Reading(None, (Problem(file.path, 1, "error", f"The file cannot be read: {error.strerror}."),))
    before = known.get(file.path)
    if before and before.source_sha256 == fingerprint(source):
        return Reading(before)
    return read(file.path, source)


def _without_duplicates(articles: Iterable[Article]) -> tuple[list[Article], list[Problem]]:
    """Keep the first article of each id; ids that differ in case alone are one on many disks."""
    first: dict[str, Article] = {}
    problems = []
    for article in articles:
        other = first.setdefault(unicodedata.normalize("NFC", article.id).casefold(), article)
        if other is not article:
            message = f"The id {article.id!r} is taken by {other.path}: give one of them another `id`."
            problems.append(Problem(article.path, 1, "error", message))
    return list(first.values()), problems
