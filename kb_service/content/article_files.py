"""Which files of a folder are articles."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from kb_service.content.article import Problem
from kb_service.content.paths import SUFFIXES

MAX_BYTES: Final = 1 << 20
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class ArticleFile(NamedTuple):
    """A file to read; `path` is below the folder, with "/"."""

    path: str
    file: Path


class Found(NamedTuple):
    """The articles' files in the order of their paths, and what was left out though it looks like an article."""

    files: list[ArticleFile]
    problems: list[Problem]


def find_articles(folder: Path) -> Found:
    """Return the Markdown files at any depth below `folder`, but for names beginning with "_" or "."."""
    files: list[ArticleFile] = []
    problems: list[Problem] = []
    root = folder.resolve()
    for path, entry in _walk(folder, ""):
        if reason := _fault(entry, root):
            problems.append(Problem(_UNPRINTABLE.sub("\ufffd", path), 1, "error", reason))
        elif not entry.is_dir():
            files.append(ArticleFile(path, Path(entry.path)))
    return Found(sorted(files), problems)


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield Markdown files, and links to folders, which are not followed."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = prefix + entry.name
            if entry.name.startswith(("_", ".")):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), path + "/")
            elif entry.name.lower().endswith(SUFFIXES) or (entry.is_symlink() and entry.is_dir()):
                yield path, entry


def _fault(entry: os.DirEntry[str], root: Path) -> str:
    if _UNPRINTABLE.search(entry.name):
        return "The file's name has unreadable characters: rename it."
    if entry.is_symlink():
        target = Path(os.path.realpath(entry.path))
        if not target.is_relative_to(root):
            return "This link leads out of the articles folder: copy the file instead."
        if target.is_dir():
            return "Links to folders are not followed: its articles are read where they are."
        if not target.exists():
            return "This link leads nowhere: remove it."
    status = entry.stat()
    if not stat.S_ISREG(status.st_mode):
        return "This is no regular file."
    return f"The file is larger than {MAX_BYTES >> 20} MiB: divide it." if status.st_size > MAX_BYTES else ""
