"""Pictures and files of the articles folder: where a link leads, whether the file may be served, and how it is shown.

A file is served when a visible article refers to it, it lies in the folder, and its content is of a known kind (see
file_types). Its address carries the hash of what was checked.
"""

from __future__ import annotations

import hashlib
import html
import os
import posixpath
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from io import BufferedReader
from pathlib import Path
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote

from rapidfuzz import fuzz, process

from kb_service.content.article import Article, Asset
from kb_service.content.assets.file_types import (
    HEAD_BYTES,
    TYPES,
    Unusable,
    dimensions,
    suffix_of,
    true_suffix,
    type_of,
)
from kb_service.content.assets.svg import clean_svg, svg_dimensions
from kb_service.errors import CallerError

# Where generators keep what they serve from the root of a site, below the folder of an article or one above it.
ROOTS: Final = (
    "", "static", "public", "assets", "docs", "src", ".vuepress/public", ".gitbook/assets", "content", "source",
)  # fmt: skip
_ROOTS_BESIDE: Final = ("static", "public", "assets")
_OPEN_DOT_FOLDERS: Final = frozenset({(".vuepress", "public"), (".gitbook", "assets")})
_ALIAS: Final = re.compile(r"(?:@site|~@|@|~)/")  # the root of a site, in Docusaurus and VuePress
MAX_BYTES_EACH_ARTICLE: Final = 200 << 20  # a worker hashes them in about half a second
MOST_NAME_BYTES: Final = 120
MOST_NAMES: Final = 20_000  # that are looked at for the nearest one
MIN_LIKENESS: Final = 70  # of the nearest name, of 100
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+|\.{2,}")
_ELEMENT: Final = re.compile(r'<(img|a)((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE: Final = re.compile(r' ([a-z]+)="([^"]*)"')
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):|//")
_ARTICLE: Final = re.compile(r"\.mdx?/?$", re.IGNORECASE)

REMOTE: Final = (
    "Pictures that lie on other servers are fetched from there, which tells them who reads what: "
    "copy them into the folder where that matters."
)
AssetSeverity = Literal["error", "warning", "hint"]


class Trouble(NamedTuple):
    """What is wrong with what an article refers to as `target`."""

    target: str
    severity: AssetSeverity
    message: str


class Placed(NamedTuple):
    """Sanitized HTML whose pictures and files have the addresses where they are served, what they are, and troubles."""

    html: str
    assets: tuple[Asset, ...]
    troubles: tuple[Trouble, ...]


class _Checked(NamedTuple):
    """What is served of a file, by its hash and the suffix of what it holds, and the size of a picture."""

    sha256: str
    suffix: str
    dimensions: tuple[int, int] | None


@lru_cache(maxsize=8)
def asset_folder(folder: Path) -> AssetFolder:
    """Return the one AssetFolder of an articles folder: what it learns of its files is good for one run."""
    return AssetFolder(folder)


class AssetFolder:
    """The files below an articles folder that articles may show or link to."""

    def __init__(self, folder: Path) -> None:
        self.root = folder.resolve()

    def find(self, target: str, article: str) -> str:
        """Return the path of the file that the article at a path means, "" without one.

        "/img/seats.png" in "guides/seats.md" may be "static/img/seats.png".
        """
        file = _file_part(target)
        if posixpath.basename(file) not in self._basenames:
            return ""
        return next((path for path in _candidates(file, article) if self._is_file(path)), "")

    def _is_file(self, path: str) -> bool:
        try:
            return stat.S_ISREG(os.stat(f"{self.root}/{path}").st_mode)  # noqa: PTH116 - for a name that is not there
        except (OSError, ValueError):  # ValueError: "\0"
            return False

    def look(self, target: str, article: str) -> tuple[str, int, int]:
        """Return the path, size and time of modification of the file that an article means, as an Asset has them."""
        path = self.find(target, article)
        if not path:
            return "", 0, 0
        try:
            found = (self.root / path).stat()
        except OSError:
            return "", 0, 0
        return path, found.st_size, found.st_mtime_ns

    def open(self, path: str) -> BufferedReader:
        """Open a file; raise Unusable where a link leads out of the folder or to something that is not served."""
        real = Path(os.path.realpath(self.root / path))
        if not real.is_relative_to(self.root) or not _is_open(real.relative_to(self.root).as_posix()):
            raise Unusable("it is a link that leads out of the articles folder, or to a hidden file")
        if suffix_of(real.name) != suffix_of(path):
            raise Unusable("it is a link to a file of another kind")
        try:
            file = os.fdopen(os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK), "rb")
        except OSError as error:
            raise Unusable(f"it cannot be read ({error.strerror})") from error
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise Unusable("it is not a regular file")
        return file

    def nearest(self, target: str) -> str:
        """Return the file whose name is most like that of `target`, "" when none is."""
        names = self._names
        found = process.extractOne(
            posixpath.basename(_file_part(target)).lower(), list(names), scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS
        )
        return names[found[0]] if found else ""

    def beside(self, target: str) -> str:
        """Return where a file that a target means lies beside the articles folder, "" where it does not.

        Docusaurus and Hugo keep files in "../static".
        """
        bare = posixpath.normpath(_ALIAS.sub("", _file_part(target), count=1).lstrip("/"))
        if bare.startswith("..") or not _is_open(bare):
            return ""
        places = (f"../{root}/{bare}" for root in _ROOTS_BESIDE)
        return next((place for place in places if self._is_file(place)), "")

    @cached_property
    def _basenames(self) -> frozenset[str]:
        return frozenset(name for _, _, names in os.walk(self.root) for name in names)

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for path, _ in asset_files(self.root):
            names.setdefault(posixpath.basename(path).lower(), path)
            if len(names) >= MOST_NAMES:
                break
        return names


def asset_files(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the path of each file below `folder` that could be served, by its name."""
    todo = [(str(folder), "")]
    while todo:
        where, prefix = todo.pop()
        with os.scandir(where) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "node_modules" and _is_open(path, is_folder=True):
                        todo.append((entry.path, path + "/"))
                elif type_of(entry.name) and _is_open(path) and entry.is_file():
                    yield path, entry


def is_unchanged(article: Article, folder: AssetFolder) -> bool:
    """Tell whether all that an article refers to is still what it was when the article was read."""
    views = [view for view in (article.public, article.agent) if view]
    assets = dict.fromkeys(asset for view in views for asset in view.assets)
    return all(
        folder.look(asset.target, article.path) == (asset.path, asset.size, asset.modified_ns) for asset in assets
    )


def read_asset(folder: AssetFolder, asset: Asset) -> bytes:
    """Return what is served of a file; raise CallerError when that is no longer what was checked."""
    try:
        with folder.open(asset.path) as file:
            content = file.read(asset.size + 1)
        content = clean_svg(content) if suffix_of(asset.path) == ".svg" else content
    except Unusable:
        content = b""
    if hashlib.sha256(content).hexdigest() != asset.sha256:
        raise CallerError(f"{asset.path} was changed while the articles were read: index them again.")
    return content


def place_assets(sanitized: str, article: str, folder: AssetFolder) -> Placed:
    """Return the HTML of the article at a path with the addresses of its pictures and files.

    What cannot be served loses its address: a picture then shows its description, a link its text.
    """
    if "<img" not in sanitized and "<a " not in sanitized:
        return Placed(sanitized, (), ())
    placer = _Placer(article, folder)
    return Placed(_ELEMENT.sub(placer.element, sanitized), tuple(placer.assets.values()), tuple(placer.troubles))


class _Placer:
    def __init__(self, article: str, folder: AssetFolder) -> None:
        self.article = article
        self.folder = folder
        self.assets: dict[str, Asset] = {}
        self.dimensions: dict[str, tuple[int, int] | None] = {}
        self.troubles: dict[Trouble, None] = {}
        self.bytes = 0
        self.pictures = 0

    def element(self, found: re.Match[str]) -> str:
        attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(found[2])}
        if found[1] == "img":
            return _tag("img", self.picture(attributes))
        href = attributes.get("href", "")
        if not href or href.startswith(("#", "?")) or _SCHEME.match(href) or _ARTICLE.search(_file_part(href)):
            return found[0]
        asset = self.asset(href, is_picture=False)
        if asset is None:
            return found[0]
        if not asset.sha256:
            return _tag("a", {name: value for name, value in attributes.items() if name not in ("href", "rel")})
        return _tag("a", attributes | {"href": asset.address})

    def picture(self, attributes: dict[str, str]) -> dict[str, str]:
        """Return the attributes of a picture as it is shown; without an address it is its description alone."""
        source = attributes.pop("src", "")
        shown: dict[str, str] = {name: attributes[name] for name in ("alt", "title") if name in attributes}
        scheme = _SCHEME.match(source)
        if scheme and (scheme[1] or "https").lower() == "https":
            self.trouble(source, "hint", REMOTE)
            return shown | {"src": source if scheme[1] else f"https:{source}"} | self.size(attributes) | self.loading()
        if scheme or not source:
            reason = "has an http: address, which browsers refuse" if scheme else "has no address that can be shown"
            self.trouble(
                source or "data:", "warning", f"A picture {reason}: copy it into the folder. Its description is shown."
            )
            return shown
        asset = self.asset(source, is_picture=True)
        if asset is None or not asset.sha256:
            return shown
        size = self.size(attributes, self.dimensions[source])
        return shown | {"src": asset.address} | size | self.loading()

    def size(self, attributes: dict[str, str], natural: tuple[int, int] | None = None) -> dict[str, str]:
        """Return width and height as the author gave them; what is missing comes from the file, so nothing jumps."""
        size: dict[str, str] = {name: attributes[name] for name in ("width", "height") if name in attributes}
        if natural is None or len(size) == 2 or any("%" in value for value in size.values()):
            return size
        width, height = natural
        if "width" in size:
            return size | {"height": str(max(1, round(int(size["width"]) * height / width)))}
        if "height" in size:
            return {"width": str(max(1, round(int(size["height"]) * width / height)))} | size
        return {"width": str(width), "height": str(height)}

    def loading(self) -> dict[str, str]:
        """The first picture is mostly seen at once; the others are fetched when they come near."""
        self.pictures += 1
        return ({"loading": "lazy"} if self.pictures > 1 else {}) | {"decoding": "async"}

    def asset(self, target: str, *, is_picture: bool) -> Asset | None:
        """Return what an address in the folder leads to; None for a link that does not look like one to a file."""
        if target in self.assets:
            return self.assets[target]
        if not is_picture and not suffix_of(_file_part(target)):
            return None  # a link to a page, or a folder
        path, size, modified_ns = self.folder.look(target, self.article)
        kind = type_of(path or _file_part(target))
        if not path and not is_picture and not kind:
            return None
        asset = Asset(target, path, size, modified_ns)
        what = "picture" if is_picture else "file"
        seen = "its description is shown" if is_picture else "the link is plain text"
        if not path:
            near = self.folder.nearest(target)
            advice = f"Is it {near}?" if near else "Add it, or correct the address."
            if beside := self.folder.beside(target):
                advice = f"It is {beside}, outside of the articles folder: copy what articles show into the folder."
            self.trouble(target, "error", f"The {what} {target!r} is not in the folder: {seen}. {advice}")
        else:
            try:
                asset = self.checked(asset, is_picture=is_picture)
            except Unusable as error:
                severity: AssetSeverity = "error" if kind else "warning"
                self.trouble(target, severity, f"The {what} {target!r} is not served, {seen}: {error}.")
        self.assets[target] = asset
        return asset

    def checked(self, asset: Asset, *, is_picture: bool) -> Asset:
        """Return an asset with what is served of it; raise Unusable where nothing is."""
        kind = type_of(asset.path)
        if kind is None or (is_picture and not kind.is_picture):
            raise Unusable("files of its kind are not" if kind is None else "write a link to it, without `!`")
        if asset.size > kind.most_bytes:
            raise Unusable(f"it is larger than {kind.most_bytes >> 20} MiB")
        self.bytes += asset.size
        if self.bytes > MAX_BYTES_EACH_ARTICLE:
            raise Unusable(f"the article has more than {MAX_BYTES_EACH_ARTICLE >> 20} MiB of pictures and files")
        found = _check(self.folder, asset.path, asset.size, asset.modified_ns)
        if found.suffix != suffix_of(asset.path):
            self.trouble(asset.target, "warning", f"{asset.path} is a {found.suffix} file by its content: rename it.")
        self.dimensions[asset.target] = found.dimensions
        name = _served_name(asset.path, found.suffix)
        return Asset(asset.target, asset.path, asset.size, asset.modified_ns, found.sha256, name)

    def trouble(self, target: str, severity: AssetSeverity, message: str) -> None:
        self.troubles[Trouble(target, severity, message)] = None


@lru_cache(maxsize=4096)
def _check(folder: AssetFolder, path: str, size: int, modified_ns: int) -> _Checked:
    """Read a file once for all articles that show it; size and time tell a changed one apart."""
    with folder.open(path) as file:
        suffix = true_suffix(path, file.read(HEAD_BYTES))
        file.seek(0)
        if suffix == ".svg":
            cleaned = clean_svg(file.read())
            return _Checked(hashlib.sha256(cleaned).hexdigest(), suffix, svg_dimensions(cleaned))
        size_of_picture = dimensions(file) if TYPES[suffix].is_picture else None
        file.seek(0)
        return _Checked(hashlib.file_digest(file, "sha256").hexdigest(), suffix, size_of_picture)


def line_of(source: str, target: str) -> int:
    """Return the line, from 0, on which a text names a target, with or without Markdown's backslashes; else 0."""
    for text in (source, source.replace("\\", "")):
        for written in filter(None, dict.fromkeys((target, unquote(target), html.escape(target)))):
            place = text.find(written)
            while place > 0 and (text[place - 1].isalnum() or text[place - 1] in "_/.-"):  # the end of a longer name
                place = text.find(written, place + 1)
            if place >= 0:
                return text.count("\n", 0, place)
    return 0


def _tag(name: str, attributes: dict[str, str]) -> str:
    return f"<{name}" + "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items()) + ">"


def _file_part(target: str) -> str:
    """Return the path in an address; Windows writes it with backslashes."""
    return unquote(re.split("[?#]", target, maxsplit=1)[0]).replace("\\", "/")


def _candidates(file: str, article: str) -> Iterator[str]:
    """Yield the paths below the folder that an address in an article can mean, the likeliest first.

    Beside the article; beside its page, which generators place in a folder of the article's name; below a root.
    """
    folder = posixpath.dirname(article)
    is_rooted = file.startswith("/") or _ALIAS.match(file)
    found: list[str] = []
    if not is_rooted:
        found += [posixpath.join(folder, file), posixpath.join(article.rsplit(".", 1)[0], file)]
    bare = _ALIAS.sub("", file, count=1).lstrip("/")
    if not bare.startswith(".."):
        found += [posixpath.join(above, root, bare) for above in _and_above(folder) for root in ROOTS]
    tried: set[str] = set()
    for path in map(posixpath.normpath, found):
        if path not in tried and _is_open(path):
            tried.add(path)
            yield path


def _and_above(folder: str) -> Sequence[str]:
    folders = [folder]
    while folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    return folders


def _is_open(path: str, *, is_folder: bool = False) -> bool:
    """Tell whether a path stays in the folder and has no hidden part, but for two folders of generators."""
    parts = path.split("/")
    for number, part in enumerate(parts):
        if not part or "\\" in part or "\0" in part:
            return False
        if part.startswith("."):
            inner = parts[number + 1] if number + 1 < len(parts) else ""
            is_known = (part, inner) in _OPEN_DOT_FOLDERS
            is_on_the_way = is_folder and not inner and any(part == outer for outer, _ in _OPEN_DOT_FOLDERS)
            if not is_known and not is_on_the_way:
                return False
    return True


def _served_name(path: str, suffix: str) -> str:
    """Return the name of a file as it stands in its address: letters, digits, "-", "_" and ".", not too long."""
    stem = posixpath.basename(path).rsplit(".", 1)[0]
    stem = _NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", stem)).strip("-.") or "file"
    return stem.encode()[:MOST_NAME_BYTES].decode(errors="ignore") + suffix
