"""Pictures and files of the articles, each at an address that names its content: kept for ever and never stale.

Pictures are shown, everything else is downloaded. Whatever a file says, a browser that opens it runs nothing of it and
fetches nothing for it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, abort, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from kb_service.content.article import ASSETS, Audience
from kb_service.content.assets.file_types import type_of
from kb_service.knowledge_base import KnowledgeBase
from kb_service.web.http import FOREVER

ENDPOINT: Final = "asset"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Assets:
    """The view; what serves the public has the public audience, always."""

    knowledge_base: KnowledgeBase
    audience: Audience = "public"

    def file(self, digest: str, name: str) -> Response:
        """Send a file, or the range of it that is asked for."""
        kind = type_of(name)
        file = self.knowledge_base.asset(digest, name, audience=self.audience) if kind else None
        if kind is None or file is None:
            abort(404)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        response = Response(wrap_file(request.environ, file), content_type=kind.content_type, direct_passthrough=True)
        response.content_length = size
        response.headers["Cache-Control"] = FOREVER
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # the widget shows them on other sites
        if not kind.is_picture:
            response.headers.set("Content-Disposition", "attachment", filename=name)
        response.set_etag(digest)
        try:
            response.make_conditional(request, accept_ranges=True, complete_length=size)
        except RequestedRangeNotSatisfiable:
            file.close()
            raise
        return response


def register_assets(app: Flask, assets: Assets) -> None:
    """Route the files."""
    app.add_url_rule(f"{ASSETS}/<digest>/<name>", ENDPOINT, assets.file)
