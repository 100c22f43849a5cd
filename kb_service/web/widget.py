"""The widget for other sites: its files, and a page to try it on with snippets to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from flask import Flask, Response, abort, render_template, request

from kb_service.web.caching import FOREVER, HTML, JSON
from kb_service.web.page_contexts import Asked
from kb_service.web.widget_modules import ENTRY, REST, WidgetFile, WidgetFiles

PREFIX: Final = "/widget/v1"
FRESH: Final = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"  # pages load it at each visit
JAVASCRIPT: Final = "text/javascript; charset=utf-8"


@dataclass(frozen=True, slots=True)
class DemoPage:
    """`base_url` is where the widget is loaded from, `files` are their addresses below it and their hashes."""

    asked: Asked
    base_url: str
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
        """Send the addresses for ever of this version with their hashes, for whoever pins them."""
        pinned = {"entry": self._path(ENTRY), "integrity": dict(self._pinned())}
        return _readable(Response(msgspec.json.encode(pinned), content_type=JSON), FRESH)

    def demo(self) -> Response:
        base_url = self.base_url or request.host_url.rstrip("/")
        page = DemoPage(Asked(), base_url, self._path(ENTRY), self._pinned())
        return Response(render_template("widget_demo.html", page=page), content_type=HTML)

    def _pinned(self) -> tuple[tuple[str, str], ...]:
        names = (ENTRY, REST, *sorted(self.files.files.keys() - {ENTRY, REST}))
        return tuple((self._path(name), self.files.files[name].integrity) for name in names)

    def _path(self, name: str) -> str:
        return f"{PREFIX}/{self.files.fingerprint}/{name}"


def register_widget(app: Flask, widget: Widget) -> None:
    """Route the files and the page."""
    app.add_url_rule(f"{PREFIX}/{ENTRY}", "widget_entry", widget.entry)
    app.add_url_rule(f"{PREFIX}/<fingerprint>/<name>", "widget_file", widget.file)
    app.add_url_rule(f"{PREFIX}/manifest.json", "widget_manifest", widget.manifest)
    app.add_url_rule("/widget/demo", "widget_demo", widget.demo)


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
