"""What happens before and after each request, whatever its route: an id, the rate limit, headers, one log line."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from flask import Flask, Response, request

from kb_service.web.caching import NEVER
from kb_service.web.front_desk import FrontDesk
from kb_service.web.metrics import Metrics
from kb_service.web.rate_limit import READING, Limit
from kb_service.web.request_ids import HEADER, begin_request, request_id
from kb_service.web.security import CrossOrigin, SecurityHeaders

_UNLIMITED: Final = frozenset({"healthz", "readyz", "static", "favicon", "widget_entry", "widget_file"})
UNKNOWN_ROUTE: Final = "unknown"
_STARTED: Final = "kb_service.started"
_ADDED: Final = "kb_service.headers"

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

_log = logging.getLogger(__name__)


class Framed:
    """An application whose requests know when they came and have an id, and whose responses get our own headers.

    Those are made once, so they need no werkzeug Headers, which would check and copy each in turn: 20 µs a response.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[_STARTED] = time.perf_counter()
        own_id = (HEADER, begin_request(environ))

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, *environ.get(_ADDED, ()), own_id], exc_info)

        return self._application(environ, start)


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
        endpoint = request.endpoint or ""
        if endpoint not in _UNLIMITED and request.environ["REQUEST_METHOD"] != "OPTIONS":
            desk.admit(limits.get(endpoint, READING))

    def after(response: Response) -> Response:
        environ, rule = request.environ, request.url_rule
        added = (*headers.headers_for(response), *cross_origin.headers_for(request.path, environ.get("HTTP_ORIGIN")))
        environ[_ADDED] = added if "Cache-Control" in response.headers else (*added, ("Cache-Control", NEVER))
        metrics.request(
            route=rule.rule if rule else UNKNOWN_ROUTE,  # addresses that are nobody's have one name together
            method=environ["REQUEST_METHOD"],
            status=response.status_code,
            seconds=time.perf_counter() - environ[_STARTED],
        )
        if _log.isEnabledFor(logging.DEBUG):
            _write_line(response, time.perf_counter() - environ[_STARTED])
        return response

    app.before_request(before)
    app.after_request(after)
    app.wsgi_app = Framed(app.wsgi_app)  # type: ignore[method-assign] # as Flask's own documentation does it


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
