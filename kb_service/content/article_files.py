"""Which files of a folder are articles, and what their paths say: ids, titles, and where links between them lead."""

from __future__ import annotations

import html
import os
import posixpath
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from kb_service.content.article import Problem

SUFFIXES: Final = (".md", ".mdx")
MAX_BYTES: Final = 1 << 20
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NOT_IN_IDS: Final = re.compile(r"[#?\\\s]+")  # they end a path in a URL, or are not seen in one
_LINK: Final = re.compile(r'href="([^":?#]+)(#[^"]*)?"')
_PAGE_ENDINGS: Final = (
    ".md",
    ".mdx",
    "/index.md",
    "/_index.md",
    "/README.md",
    "/readme.md",
    "/index.mdx",
    "/_index.mdx",
)
_FILE_ENDINGS: Final = frozenset(".png .jpg .jpeg .gif .svg .webp .pdf .zip .csv .txt .json .yaml .yml .mp4".split())
_OTHER_SUFFIXES: Final = (".markdown", ".mdown", ".rst", ".adoc", ".asciidoc")
_SECTION_PAGE: Final = re.compile(r"(^|/)_index(?=\.mdx?$)", re.IGNORECASE)
_GAPS: Final = re.compile(r"[-_\s]+")


class ArticleFile(NamedTuple):
    """A file to read; `path` is below the folder, with "/"."""

    path: str
    file: Path

    @property
    def folder(self) -> Path:
        """The articles folder."""
        return self.file.parents[self.path.count("/")]


class FoundFiles(NamedTuple):
    """The articles' files in the order of their paths, and what was left out though it looks like an article."""

    files: list[ArticleFile]
    problems: list[Problem]


def find_articles(folder: Path) -> FoundFiles:
    """Return the Markdown files at any depth below `folder`, but for names that begin with "_" or ".".

    `_index.md` is one all the same. What is left out for its name is a note, but for folders that begin with ".".
    """
    files: list[ArticleFile] = []
    problems: list[Problem] = []
    root = folder.resolve()
    for path, entry in _walk(folder, ""):
        if name := _left_out(path):
            message = f"It is left out: names such as `{name}` are not articles. Rename it if it is one."
            problems.append(Problem(_UNPRINTABLE.sub("\ufffd", path), 1, "note", message))
        elif reason := _fault(path, entry, root):
            problems.append(Problem(_UNPRINTABLE.sub("\ufffd", path), 1, "error", reason))
        elif not entry.is_dir():
            files.append(ArticleFile(path, Path(entry.path)))
    return FoundFiles(sorted(files), problems)


def id_of_path(path: str) -> str:
    """Return the id of the article at `path`, the path without its ending: "guides/add.md" is "guides/add"."""
    path = _SECTION_PAGE.sub(r"\1index", path)
    return _NOT_IN_IDS.sub("-", unicodedata.normalize("NFC", path.rsplit(".", 1)[0]))


def title_of_path(path: str) -> str:
    """Return the name of a file as a title: "guides/reset_my-password.md" is "Reset my password".

    A folder's own page has the folder's name: "guides/index.md" is "Guides"; at the top it is "Overview".
    """
    folder, file = posixpath.split(path)
    stem = file.rsplit(".", 1)[0]
    if stem.lower() in {"index", "_index", "readme"}:
        stem = posixpath.basename(folder) or "overview"
    name = _GAPS.sub(" ", stem).strip()
    return name[:1].upper() + name[1:]


def resolve_links(sanitized: str, path: str, root: Path | None = None) -> str:
    """Return the HTML of the article at `path` with its links to Markdown files leading to those articles.

    With `root`, the articles folder, links without an ending lead to the article that there is ("../faq/", "/faq"), and
    links that are written from the folder's root do too; what leads to no article stays as it is.

    >>> resolve_links('<a href="../faq.md#vat">', "guides/seats.md")
    '<a href="/articles/faq#vat">'
    """
    if 'href="' not in sanitized or (root is None and ".md" not in sanitized):
        return sanitized
    folder = posixpath.dirname(path)

    def resolve(link: re.Match[str]) -> str:
        file = unquote(html.unescape(link[1]))
        if file.startswith("//"):
            return link[0]
        target = _target(file, path, root) if root else ""
        if not target and file.endswith(SUFFIXES):
            target = posixpath.normpath(file.lstrip("/") if file[0] == "/" else posixpath.join(folder, file))
            if target.startswith(".."):
                return link[0]
        return f'href="/articles/{quote(id_of_path(target))}{link[2] or ""}"' if target else link[0]

    return _LINK.sub(resolve, sanitized)


def _target(file: str, path: str, root: Path) -> str:
    """Return the path of the article that a link in the article at `path` means, "" where there is none."""
    if not file.endswith(SUFFIXES) and posixpath.splitext(file)[1] in _FILE_ENDINGS:
        return ""
    for place in _places(file, path):
        names = [place] if file.endswith(SUFFIXES) else [f"{place}{ending}".lstrip("/") for ending in _PAGE_ENDINGS]
        for name in names:
            if os.path.isfile(f"{root}/{name}") and not _left_out(name):  # noqa: PTH113 - much faster
                return name
    return ""


def _places(file: str, path: str) -> Iterator[str]:
    """Yield where below the folder a link can lead, the likeliest first.

    Beside the article; below its own page, where generators give that a folder of its own; below the root.
    """
    folder = posixpath.dirname(path)
    bare = file.lstrip("/")
    found = [bare] if file.startswith("/") else [posixpath.join(folder, file)]
    if not file.startswith("/"):
        found += [posixpath.join(path.rsplit(".", 1)[0], file), bare]
    for place in dict.fromkeys(map(posixpath.normpath, found)):
        if not place.startswith("..") and "\0" not in place:
            yield "" if place == "." else place


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield Markdown files, and links to folders, which are not followed."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("."):
                    yield from _walk(Path(entry.path), path + "/")
            elif entry.name.lower().endswith(SUFFIXES + _OTHER_SUFFIXES) or (entry.is_symlink() and entry.is_dir()):
                yield path, entry


def _left_out(path: str) -> str:
    """Return the part of a path whose name says that nothing below it is an article, "" without one."""
    *folders, name = path.split("/")
    for folder in folders:
        if folder.startswith("_") or folder == "node_modules":
            return folder
    is_article = name.lower().endswith(SUFFIXES) and (name[0] not in "_." or _SECTION_PAGE.search(path))
    return "" if is_article or not name.lower().endswith(SUFFIXES + _OTHER_SUFFIXES) else name


def _fault(path: str, entry: os.DirEntry[str], root: Path) -> str:
    if _UNPRINTABLE.search(path):
        return "The name of the file or its folder has unreadable characters: rename it."
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
        return "This is not a regular file."
    return f"The file is larger than {MAX_BYTES >> 20} MiB: divide it." if status.st_size > MAX_BYTES else ""
