"""The few files beside the pages and those of the operator, read once at the start; addresses change with contents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort

from kb_service.site import SiteText
from kb_service.web.http import FOREVER, SHARED
from kb_service.web.palette import DEFAULT, Palette, palette

ICON: Final = "icon.svg"
STYLE: Final = "style.css"
STYLES: Final = (STYLE, "search.css", "articles.css")  # sent as one file
OF_WIDGET: Final = ("nodes.js", "suggestions.js")  # modules of the widget that pages load too
FOLDER: Final = Path(__file__).parent / "static"
CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
}


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """File contents by name, the fingerprint of all of them, and which is the icon of the site."""

    contents: Mapping[str, bytes]
    fingerprint: str
    icon_name: str = ICON

    @classmethod
    def read(
        cls, folder: Path = FOLDER, *, site: SiteText | None = None, colours: Palette | None = None
    ) -> StaticFiles:
        """Read the files, and give them the colours of the site and its own files."""
        contents = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in CONTENT_TYPES}
        site, colours = site or SiteText(), colours or palette()
        contents |= {name: (FOLDER / "widget" / name).read_bytes() for name in OF_WIDGET}
        contents[STYLE] = colours.css().encode() + b"".join(contents.pop(name, b"") for name in STYLES)
        icon = contents.get(ICON, b"").replace(b'"#fff"', f'"{colours.light.on_fill}"'.encode())
        contents[ICON] = icon.replace(DEFAULT.encode(), colours.light.fill.encode())
        own = (site.logo, site.logo_dark, site.favicon, site.social_image, site.style, site.widget.icon, *site.fonts)
        contents |= {file.name: file.content for file in own if file}
        digest = hashlib.sha256(b"\0".join(contents.values())).hexdigest()
        return cls(contents, digest[:12], site.favicon.name if site.favicon else ICON)

    def url(self, name: str) -> str:
        return f"/static/{self.fingerprint}/{name}"

    def view(self, fingerprint: str, name: str) -> Response:
        """Send a file; a page of another version still gets the current one, but must not keep it for long."""
        if name not in self.contents:
            abort(404)
        response = Response(self.contents[name], content_type=CONTENT_TYPES[Path(name).suffix])
        response.headers["Cache-Control"] = FOREVER if fingerprint == self.fingerprint else SHARED
        return response

    def icon(self) -> Response:
        """Send the icon at the address browsers try by themselves."""
        return self.view("", self.icon_name)


def register_static_files(app: Flask, files: StaticFiles) -> None:
    """Route the files."""
    app.add_url_rule("/static/<fingerprint>/<name>", "static", files.view)
    app.add_url_rule("/favicon.ico", "favicon", files.icon)
