"""What happens before and after each request, whatever its route: an id, the rate limit, headers, one log line."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Final

from flask import Flask, Response, g, request

from kb_service.web.caching import NEVER
from kb_service.web.front_desk import FrontDesk
from kb_service.web.metrics import Metrics
from kb_service.web.rate_limit import READING, Limit
from kb_service.web.request_ids import HEADER, begin_request, request_id
from kb_service.web.security import CrossOrigin, SecurityHeaders

_UNLIMITED: Final = frozenset({"healthz", "readyz", "static", "favicon", "widget_entry", "widget_file"})
UNKNOWN_ROUTE: Final = "unknown"

_log = logging.getLogger(__name__)


def register_every_request(
    app: Flask,
    *,
    desk: FrontDesk,
    limits: Mapping[str, Limit],
    headers: SecurityHeaders,
    cross_origin: CrossOrigin,
    metrics: Metrics,
) -> None:
    """`limits` are by endpoint; one that is not named there counts as reading."""

    def before() -> None:
        begin_request()
        g.started = time.perf_counter()
        endpoint = request.endpoint or ""
        if endpoint not in _UNLIMITED and request.method != "OPTIONS":
            desk.admit(limits.get(endpoint, READING))

    def after(response: Response) -> Response:
        response.headers.extend(
            (
                *headers.headers_for(response),
                *cross_origin.headers_for(request.path, request.environ.get("HTTP_ORIGIN")),
                (HEADER, request_id()),
            )
        )
        if "Cache-Control" not in response.headers:
            response.headers.add("Cache-Control", NEVER)
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        metrics.request(route=_route(), method=request.method, status=response.status_code, seconds=seconds)
        if _log.isEnabledFor(logging.DEBUG):
            _write_line(response, seconds)
        return response

    app.before_request(before)
    app.after_request(after)


def _route() -> str:
    """Return the template of the address; addresses that are nobody's have one name together."""
    return request.url_rule.rule if request.url_rule else UNKNOWN_ROUTE


def _write_line(response: Response, seconds: float) -> None:
    """The query string stays out of the log: what people ask is nobody's business there."""
    took_ms = round(seconds * 1000, 2)
    line = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "took_ms": took_ms,
        "request_id": request_id(),
    }
    _log.debug("request %(method)s %(path)r %(status)d %(took_ms)s ms %(request_id)s", line, extra=line)
