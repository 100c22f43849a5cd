"""What load balancers and Prometheus ask: /healthz, /readyz, and /metrics, which is private unless it is opened.

That a request comes from this machine proves nothing behind a reverse proxy, so a request that bears any trace of one
is a stranger's, whatever its address. A proxy that leaves no trace must not pass /metrics on, or needs a token here.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from kb_service.answers.results import IndexInfo
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import MetricsMode
from kb_service.web.http import json_response
from kb_service.web.problems import RETRY_AFTER_SECONDS

REFUSED: Final = "Metrics are for this machine alone: KB_METRICS and KB_METRICS_TOKEN open them.\n"
UNKNOWN_BEARER: Final = "Metrics need the bearer token of KB_METRICS_TOKEN.\n"

_FOLDERS: Final = re.compile(r"(?<![\w.])(?:/[^\s/:]+)+/")  # where things lie on this machine is for its log alone
# What nginx speaks to a service when nobody tells it otherwise, and Prometheus never does; Granian writes the first.
_OLD_HTTP: Final = frozenset({"HTTP/1", "HTTP/1.0"})
_TRACES_OF_A_PROXY: Final = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


class Alive(msgspec.Struct, frozen=True):
    """The process runs."""

    status: str = "ok"


class Readiness(msgspec.Struct, frozen=True):
    """Whether questions can be answered, why not, and from which index."""

    ready: bool
    reason: str
    index: IndexInfo | None


def register_health(app: Flask, knowledge_base: KnowledgeBase, old_index: Callable[[], str] = lambda: "") -> None:
    """Serve /healthz, which touches nothing, and /readyz, which looks at the index but not at any helpdesk.

    `old_index` says so when the index is older than the articles, which keeps nobody from asking.
    """

    def healthz() -> Response:
        return json_response(Alive())

    def readyz() -> Response:
        status = knowledge_base.status()
        reason = status.reason or (old_index() if status.ready else "")
        found = Readiness(status.ready, _FOLDERS.sub("…/", reason), status.index)
        if status.ready:
            return json_response(found)
        return json_response(found, 503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})

    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)


@dataclass(frozen=True, slots=True)
class MetricsAccess:
    """Who may read: whoever shows one of `tokens`; without any, everybody (`public`) or this machine (`loopback`)."""

    mode: MetricsMode
    tokens: tuple[str, ...] = ()

    def refusal(self, environ: Mapping[str, Any]) -> Response | None:
        """Return what a request that may not read is told."""
        if self.tokens:
            shown = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
            expected = [f"Bearer {token}".encode() for token in self.tokens]
            if any(hmac.compare_digest(shown, each) for each in expected):
                return None
            return Response(UNKNOWN_BEARER, 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
        if self.mode == "public" or _is_from_this_machine(environ):
            return None
        return Response(REFUSED, 403, mimetype="text/plain")


def register_metrics(app: Flask, access: MetricsAccess, text: Callable[[], bytes]) -> None:
    """Serve what `text` gives; with mode `off` there is no such address."""

    def metrics() -> Response:
        return access.refusal(request.environ) or Response(text(), content_type=CONTENT_TYPE_LATEST)

    if access.mode != "off":
        app.add_url_rule("/metrics", view_func=metrics)


def _is_from_this_machine(environ: Mapping[str, Any]) -> bool:
    """The name that was asked for counts too: a web page may let its own name stand for this machine."""
    if any(trace in environ for trace in _TRACES_OF_A_PROXY) or environ.get("SERVER_PROTOCOL") in _OLD_HTTP:
        return False
    return _is_loopback(environ.get("REMOTE_ADDR", "")) and _names_this_machine(environ.get("HTTP_HOST", ""))


def _names_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
