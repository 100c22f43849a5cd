"""Where an article is: its id from its file's name, its links to other files, and a title when it has none."""

from __future__ import annotations

import html
import posixpath
import re
import unicodedata
from typing import Final
from urllib.parse import quote, unquote

SUFFIXES: Final = (".md", ".mdx")
_UNFIT: Final = re.compile(r"[#?\\\s]+")  # they end a path in a URL, or are not seen in one
_LINK: Final = re.compile(r'href="([^":?#]+?\.mdx?)(#[^"]*)?"')
_GAPS: Final = re.compile(r"[-_\s]+")


def id_of_path(path: str) -> str:
    """Return the id of the article at `path` below the articles folder: the path without its ending."""
    return _UNFIT.sub("-", unicodedata.normalize("NFC", path.rsplit(".", 1)[0]))


def title_of_path(path: str) -> str:
    """Return the name of a file as a title: "guides/reset_my-password.md" is "Reset my password"."""
    name = _GAPS.sub(" ", posixpath.basename(path).rsplit(".", 1)[0]).strip()
    return name[:1].upper() + name[1:]


def resolve_links(sanitized: str, path: str) -> str:
    """Return HTML in which links to Markdown files, seen from the article at `path`, lead to those articles."""
    if ".md" not in sanitized:
        return sanitized
    folder = posixpath.dirname(path)

    def resolve(link: re.Match[str]) -> str:
        file = unquote(html.unescape(link[1]))
        target = file.lstrip("/") if file.startswith("/") else posixpath.join(folder, file)
        target = posixpath.normpath(target)
        if target.startswith(".."):
            return link[0]
        return f'href="/articles/{quote(id_of_path(target))}{link[2] or ""}"'

    return _LINK.sub(resolve, sanitized)
