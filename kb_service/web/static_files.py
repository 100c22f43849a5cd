"""The few files beside the pages, read once at the start; their addresses change with their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort

from kb_service.web.http import FOREVER, SHARED

FOLDER: Final = Path(__file__).parent / "static"
CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """File contents by name, and the fingerprint of all of them."""

    contents: Mapping[str, bytes]
    fingerprint: str

    @classmethod
    def read(cls, folder: Path = FOLDER) -> StaticFiles:
        contents = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in CONTENT_TYPES}
        digest = hashlib.sha256(b"\0".join(contents.values())).hexdigest()
        return cls(contents, digest[:12])

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
        return self.view("", "icon.svg")


def register_static_files(app: Flask, files: StaticFiles) -> None:
    """Route the files."""
    app.add_url_rule("/static/<fingerprint>/<name>", "static", files.view)
    app.add_url_rule("/favicon.ico", "favicon", files.icon)
