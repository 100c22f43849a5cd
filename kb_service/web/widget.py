"""The widget for other sites: its JavaScript as browsers get it, and a page to try it on with snippets to copy.

The sources are plain ES modules that run as they are. Here what kb-widget.js loads on first use is joined into one
file, without comments, indentation and needless blanks, which saves ten requests and a quarter of the bytes; each file
gets its hash and its compressed form.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from kb_service.web.http import FOREVER, Asked, json_response, page_response
from kb_service.web.palette import Palette, palette
from kb_service.web.root import address_here, root

FOLDER: Final = Path(__file__).parent / "static" / "widget"
ENTRY: Final = "kb-widget.js"  # loaded with the page
REST: Final = "conversation.js"  # loaded on first use, with one file of words
PREFIX: Final = "/widget/v1"
FRESH: Final = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"  # pages load it at each visit
JAVASCRIPT: Final = "text/javascript; charset=utf-8"

_COMMENT: Final = re.compile(r"/\*\*.*?\*/|^\s*//[^\n]*\n", re.DOTALL | re.MULTILINE)
_INDENTATION: Final = re.compile(r"^\s+", re.MULTILINE)
# A string, a template or a pattern, which stays as it is; or blanks beside a sign, or at the end of a line. Lines end
# where a statement may: neither before what closes, nor after what opens or goes on. Before what closes, nothing ends.
_BLANKS: Final = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`"""
    r"""|(?<![\w)\]] )(?<![\w)\]])/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)"""
    r"""|(?:[;,]?\s*(?=})|,?\s*(?=[)\]]))([)\]}]) *|[ \t]*([{(\[,;:=?&|])\s*|[ \t]*([*<>!]) *"""
    r"""| (\+) (?!\+)|\bconst\b|[ ]+$""",
    re.MULTILINE,
)
_OF_STYLES: Final = re.compile(r";?\s*(})\s*|\s*([{;>])\s*|([,:])[ \n]+")
_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=const |class |function |async function )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WidgetFile:
    """One file as it is sent; `integrity` is what a page puts into the attribute of that name."""

    content: bytes
    compressed: bytes
    integrity: str

    @classmethod
    def of(cls, text: str) -> WidgetFile:
        content = text.encode()
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        return cls(content, gzip.compress(content, 9, mtime=0), f"sha384-{digest}")


@dataclass(frozen=True, slots=True)
class WidgetFiles:
    """The files by name, and the fingerprint of all of them; `entry` is kb-widget.js for an address without it."""

    files: Mapping[str, WidgetFile]
    fingerprint: str
    entry: WidgetFile

    @classmethod
    def read(cls, folder: Path = FOLDER, colours: Palette | None = None) -> WidgetFiles:
        """Read the sources, and give them the colours of the site."""
        sources = {
            path.name: _without_comments(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.js"))
        }
        if ENTRY in sources:
            sources[ENTRY] = _coloured(sources[ENTRY], colours or palette())
        texts = {name: text for name, text in sources.items() if name == ENTRY or name.startswith("words-")}
        texts[REST] = _joined(REST, sources)
        texts = {name: _without_blanks(text) for name, text in texts.items()}
        fingerprint = hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()[:12]
        entry = texts[ENTRY].replace(f'"./{REST}"', f'"./{fingerprint}/{REST}"')
        return cls({name: WidgetFile.of(text) for name, text in texts.items()}, fingerprint, WidgetFile.of(entry))

    def path(self, name: str) -> str:
        """Return the address of this version of a file, which is kept for ever."""
        return f"{PREFIX}/{self.fingerprint}/{name}"

    def pinned(self) -> tuple[tuple[str, str], ...]:
        """Return the addresses for ever of this version with their hashes, for whoever pins them."""
        names = (ENTRY, REST, *sorted(self.files.keys() - {ENTRY, REST}))
        return tuple((self.path(name), self.files[name].integrity) for name in names)


@dataclass(frozen=True, slots=True)
class DemoPage:
    """`base_url` is where the widget is loaded from, `files` are their addresses below it and their hashes.

    Policies name its `origin`.
    """

    asked: Asked
    base_url: str
    origin: str
    entry: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Widget:
    """The views."""

    files: WidgetFiles
    base_url: str

    def entry(self) -> Response:
        """Send the entry at the address that always has the current version."""
        return _file(self.files.entry, FRESH)

    def file(self, fingerprint: str, name: str) -> Response:
        """Send a file; a page that stayed open over an update gets the current one, but must not keep it."""
        if name not in self.files.files:
            abort(404)
        return _file(self.files.files[name], FOREVER if fingerprint == self.files.fingerprint else FRESH)

    def manifest(self) -> Response:
        """Send the addresses of this version and their hashes."""
        integrity = {root() + path: found for path, found in self.files.pinned()}
        pinned = {"entry": root() + self.files.path(ENTRY), "integrity": integrity}
        return _readable(json_response(pinned), FRESH)

    def demo(self) -> Response:
        base_url = self.base_url or address_here()
        parts = urlsplit(base_url)
        origin = f"{parts.scheme}://{parts.netloc}"
        page = DemoPage(Asked(), base_url, origin, self.files.path(ENTRY), self.files.pinned())
        return page_response("widget_demo.html", page)


def register_widget(app: Flask, widget: Widget) -> None:
    """Route the files and the page."""
    app.add_url_rule(f"{PREFIX}/{ENTRY}", "widget_entry", widget.entry)
    app.add_url_rule(f"{PREFIX}/<fingerprint>/<name>", "widget_file", widget.file)
    app.add_url_rule(f"{PREFIX}/manifest.json", "widget_manifest", widget.manifest)
    app.add_url_rule("/widget/demo", "widget_demo", widget.demo)


def _coloured(source: str, colours: Palette) -> str:
    """Return the entry with the colours of the site for those it has by itself."""
    light, dark = colours.light, colours.dark
    given = {
        "accent": (light.accent, dark.accent),
        "fill": (light.fill, dark.fill),
        "on-accent": (light.on_fill, dark.on_fill),
    }
    for name, pair in given.items():
        source = re.sub(
            rf"(--{name}: var\(--kb-[a-z-]+, )light-dark\([^)]*\)", rf"\1light-dark({', '.join(pair)})", source
        )
    return source


def _file(file: WidgetFile, cache_control: str) -> Response:
    is_compressed = request.accept_encodings["gzip"] > 0
    response = Response(file.compressed if is_compressed else file.content, content_type=JAVASCRIPT)
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(file.integrity[-16:] + ("-gzip" if is_compressed else ""))
    response.make_conditional(request.environ)
    return _readable(response, cache_control)


def _readable(response: Response, cache_control: str) -> Response:
    """Let every site load it: module scripts and hashes need CORS."""
    response.headers["Cache-Control"] = cache_control
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _without_comments(source: str) -> str:
    return _INDENTATION.sub("", _COMMENT.sub("", source))


def _without_blanks(text: str) -> str:
    """Return JavaScript without what only people need: blanks, line ends where no statement may end, and `const`."""
    return _BLANKS.sub(_shortest, text)


def _shortest(found: re.Match[str]) -> str:
    if found[1]:
        return _styles(found[1])
    return "let" if found[0] == "const" else "".join(filter(None, found.groups()))


def _styles(literal: str) -> str:
    """Return the template that holds the style sheet without its blanks and line ends; any other literal as it is."""
    return _OF_STYLES.sub(r"\1\2\3", literal) if "}\n" in literal else literal


def _joined(name: str, sources: Mapping[str, str]) -> str:
    """Return the module `name` after all those it imports, as one; the names at their tops must differ."""
    order: list[str] = []

    def visit(module: str) -> None:
        for imported in _IMPORT.findall(sources[module]):
            if imported not in order:
                visit(imported)
        order.append(module)

    visit(name)
    inner = "".join(_EXPORT.sub("", _IMPORT.sub("", sources[module])) for module in order[:-1])
    return inner + _IMPORT.sub("", sources[name])
