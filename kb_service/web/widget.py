"""The widget for other sites: its JavaScript as browsers get it, and a page to try it on with snippets to copy.

The sources are plain ES modules that run as they are. Here what kb-widget.js loads on first use is joined into one
file, and all is made small, which saves ten requests and half of the bytes; each file gets its hash and its compressed
forms.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import brotli
import minify
from flask import Flask, Response, abort, request

from kb_service.web.http import FOREVER, Asked, json_response, page_response
from kb_service.web.palette import Palette, palette
from kb_service.web.root import address_here, root
from kb_service.web.widget_words import seat_words_module, words_module, words_of_the_box
from kb_service.wording.languages import LANGUAGES

FOLDER: Final = Path(__file__).parent / "static" / "widget"
ENTRY: Final = "kb-widget.js"  # loaded with the page
REST: Final = "conversation.js"  # loaded on first use, with one file of words
FURTHER: Final = "further.js"  # loaded by that when it is needed
TYPES: Final = "kb-widget.d.ts"
PREFIX: Final = "/widget/v1"
FRESH: Final = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"  # pages load it at each visit
JAVASCRIPT: Final = "text/javascript; charset=utf-8"

_STYLES: Final = re.compile(r"(?<=\.replaceSync\(`)[^`]*")
_IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=const |class |function |async function )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WidgetFile:
    """One file as it is sent; `integrity` is what a page puts into the attribute of that name."""

    content: bytes
    encoded: Mapping[str, bytes]  # by the name of an encoding, the smallest first
    integrity: str

    @classmethod
    def of(cls, text: str) -> WidgetFile:
        content = text.encode()
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        encoded = {"br": brotli.compress(content, quality=11), "gzip": gzip.compress(content, 9, mtime=0)}
        return cls(content, encoded, f"sha384-{digest}")


@dataclass(frozen=True, slots=True)
class WidgetFiles:
    """The files by name, and the fingerprint of all of them; `entry` is kb-widget.js for an address without it."""

    files: Mapping[str, WidgetFile]
    fingerprint: str
    entry: WidgetFile

    @classmethod
    def read(
        cls, folder: Path = FOLDER, *, colours: Palette | None = None, greeting: str = "", icon: str = ""
    ) -> WidgetFiles:
        """Read the sources, and give them the colours, greeting and icon (a path of the service) of the site."""
        sources = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js"))}
        if ENTRY in sources:
            sources[ENTRY] = _coloured(_of_site(sources[ENTRY], GREETING=greeting, ICON=icon), colours or palette())
        texts = {f"words-{language}.js": words_module(language) for language in LANGUAGES}
        texts |= {f"seat-words-{language}.js": seat_words_module(language) for language in LANGUAGES}
        texts[ENTRY] = f"{{\n{sources.get(ENTRY, '')}}}\n"  # within a block names can be shortened
        texts |= _parts(sources)
        texts = {name: _small(text) for name, text in texts.items()}
        fingerprint = hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()[:12]
        entry = texts[ENTRY].replace(f'"./{REST}"', f'"./{fingerprint}/{REST}"')
        return cls({name: WidgetFile.of(text) for name, text in texts.items()}, fingerprint, WidgetFile.of(entry))

    def path(self, name: str) -> str:
        """Return the address of this version of a file, which is kept for ever."""
        return f"{PREFIX}/{self.fingerprint}/{name}"

    def pinned(self) -> tuple[tuple[str, str], ...]:
        """Return the addresses for ever of this version with their hashes, for whoever pins them."""
        names = (ENTRY, REST, FURTHER, *sorted(self.files.keys() - {ENTRY, REST, FURTHER}))
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

    def types(self) -> Response:
        """Send the types of the element, for pages written in TypeScript."""
        return _readable(Response((FOLDER / TYPES).read_bytes(), content_type="text/plain; charset=utf-8"), FRESH)

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
    app.add_url_rule(f"{PREFIX}/{TYPES}", "widget_types", widget.types)
    app.add_url_rule(f"{PREFIX}/<fingerprint>/<name>", "widget_file", widget.file)
    app.add_url_rule(f"{PREFIX}/manifest.json", "widget_manifest", widget.manifest)
    app.add_url_rule("/widget/demo", "widget_demo", widget.demo)


def _of_site(source: str, **texts: str) -> str:
    """Return the entry with its words in all languages, and texts of the site for its constants of these names."""
    for name, text in texts.items():
        source = source.replace(f'const {name} = "";', f"const {name} = {json.dumps(text)};")
    return re.sub(r"(?<=const WORDS = )\{.*\}", json.dumps(words_of_the_box(), ensure_ascii=False), source)


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
    encoding = next((each for each in file.encoded if request.accept_encodings[each] > 0), "")
    response = Response(file.encoded.get(encoding, file.content), content_type=JAVASCRIPT)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(f"{file.integrity[-16:]}-{encoding}")
    response.make_conditional(request.environ)
    return _readable(response, cache_control)


def _readable(response: Response, cache_control: str) -> Response:
    """Let every site load it: module scripts and hashes need CORS."""
    response.headers["Cache-Control"] = cache_control
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _small(source: str) -> str:
    """Return JavaScript, and the style sheets in it, without what only people need."""
    styled = _STYLES.sub(lambda found: str(minify.string("text/css", found[0])), source)
    return str(minify.string("application/javascript", styled))


def _parts(sources: Mapping[str, str]) -> dict[str, str]:
    """Return the modules behind the entry in two parts: what each use needs, and what only some do, which takes from
    the first what both need.
    """
    if REST not in sources:
        return {}
    first = _with_imports(REST, sources)
    second = [name for name in _with_imports(FURTHER, sources) if name not in first]
    taken = {
        name: None
        for module in second
        for names, source in _IMPORT.findall(sources[module])
        if source in first
        for name in names.replace(" ", "").split(",")
    }
    begins = f'import {{ {", ".join(taken)} }} from "./{REST}";\n'
    return {
        REST: _joined(first, sources, ("converse", *taken)),
        FURTHER: begins + _joined(second, sources, ("further",)),
    }


def _with_imports(name: str, sources: Mapping[str, str]) -> list[str]:
    """Return the module `name` after all those it imports."""
    order: list[str] = []
    for _, imported in _IMPORT.findall(sources[name]):
        order += [each for each in _with_imports(imported, sources) if each not in order]
    return [*order, name]


def _joined(modules: Sequence[str], sources: Mapping[str, str], used: Sequence[str]) -> str:
    """Return modules as one, of which others use some names; the names at their tops must differ.

    All lies within one function, whose inner names can be shortened.
    """
    inner = "".join(_EXPORT.sub("", _IMPORT.sub("", sources[module])) for module in modules)
    names = ", ".join(used)
    return f"export const {{ {names} }} = (() => {{\n{inner}return {{ {names} }};\n}})();\n"
