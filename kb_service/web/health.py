"""For load balancers and operators: is the process alive, and can it answer?"""

from __future__ import annotations

import re
from typing import Final

import msgspec
from flask import Flask, Response

from kb_service.answers.results import IndexInfo
from kb_service.knowledge_base import KnowledgeBase
from kb_service.web.caching import JSON
from kb_service.web.problems import RETRY_AFTER_SECONDS

_FOLDERS: Final = re.compile(r"(?<![\w.])(?:/[^\s/:]+)+/")  # where things lie on this machine is for its log alone


class Alive(msgspec.Struct, frozen=True):
    """The process runs."""

    status: str = "ok"


class Readiness(msgspec.Struct, frozen=True):
    """Whether questions can be answered, why not, and from which index."""

    ready: bool
    reason: str
    index: IndexInfo | None


def register_health(app: Flask, knowledge_base: KnowledgeBase) -> None:
    """Serve /healthz, which touches nothing, and /readyz, which looks at the index but not at any helpdesk."""
    alive = msgspec.json.encode(Alive())

    def healthz() -> Response:
        return Response(alive, content_type=JSON)

    def readyz() -> Response:
        status = knowledge_base.status()
        body = msgspec.json.encode(Readiness(status.ready, _FOLDERS.sub("…/", status.reason), status.index))
        if status.ready:
            return Response(body, content_type=JSON)
        return Response(body, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}, content_type=JSON)

    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
