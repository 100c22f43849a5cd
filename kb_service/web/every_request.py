"""What happens before and after each request, whatever its route: an id, the rate limit, headers, one log line."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from kb_service.web.clients import CLIENT, TrustedProxies
from kb_service.web.http import HTML, NEVER
from kb_service.web.metrics import Metrics
from kb_service.web.rate_limits import Limit
from kb_service.web.refusals import refusal_of
from kb_service.web.visitors import READING, Visitors

REQUEST_ID: Final = "X-Request-Id"
RECEIPTS: Final = ("/a/", "/console/receipts/")  # who knows the address of one may read it
UNKNOWN_ROUTE: Final = "unknown"
HSTS_SECONDS: Final = 63_072_000  # two years
PREFLIGHT_SECONDS: Final = 600
PREFLIGHT_HEADERS: Final = "Content-Type, X-Request-Id"

Headers = tuple[tuple[str, str], ...]

_UNLIMITED: Final = frozenset({"healthz", "readyz", "static", "favicon", "widget_entry", "widget_file"})
_SANE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_COMMON: Final[Headers] = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
)
_ISOLATED: Final[Headers] = (
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_READABLE: Final[Headers] = (
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id"),
)
_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
_DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"

_log = logging.getLogger(__name__)


def register_every_request(
    app: Flask,
    *,
    visitors: Visitors,
    limits: Mapping[str, Limit],
    is_https: bool,
    owns_host: bool,
    cross_origin: CrossOrigin,
    proxies: TrustedProxies,
    metrics: Metrics,
    access_log: bool = False,
    fonts: Sequence[str] | None = None,
) -> None:
    """`limits` are by endpoint; one that is not named there counts as reading. The others: see security_headers."""
    of_pages, of_data = (
        security_headers(is_page=is_page, is_https=is_https, owns_host=owns_host, fonts=fonts)
        for is_page in (True, False)
    )

    def before() -> None:
        given = request.headers.get(REQUEST_ID, "")
        g.request_id = given if _SANE_ID.fullmatch(given) else secrets.token_hex(8)
        g.started = time.perf_counter()
        request.environ[CLIENT] = proxies.client_of(request.environ)
        if refusal := refusal_of(request.environ):
            raise refusal
        endpoint = request.endpoint or ""
        if endpoint not in _UNLIMITED and request.method != "OPTIONS":
            visitors.admit(limits.get(endpoint, READING))

    def after(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", NEVER)
        for name, value in _as_the_view_wants(of_pages if response.content_type == HTML else of_data):
            response.headers.setdefault(name, value)
        path = request.url_rule.rule if request.url_rule else request.path
        response.headers.extend(cross_origin.headers_for(path, request.headers.get("Origin")))
        response.headers[REQUEST_ID] = request_id()
        seconds = time.perf_counter() - g.started
        route = request.url_rule.rule if request.url_rule else UNKNOWN_ROUTE  # wrong addresses have one name together
        metrics.request(route=route, method=request.method, status=response.status_code, seconds=seconds)
        _write_line(response, seconds, is_told=access_log)
        return response

    app.before_request(before)
    app.after_request(after)


def _as_the_view_wants(headers: Headers) -> Iterator[tuple[str, str]]:
    """Yield headers for a page that the view lets others have in a frame, or that may talk to what opened it."""
    ancestors, keeps_opener = " ".join(g.get("frame_ancestors", ())), g.get("keeps_opener", False)
    for name, value in headers:
        if (name == "X-Frame-Options" and ancestors) or (name == "Cross-Origin-Opener-Policy" and keeps_opener):
            continue
        yield name, value.replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}") if ancestors else value


def request_id() -> str:
    """Return the id of the current request: the caller's own when it is sane, else a random one."""
    return str(g.request_id)


def security_headers(
    *, is_page: bool, is_https: bool, owns_host: bool = True, fonts: Sequence[str] | None = None
) -> Headers:
    """Return the headers that tell browsers what a response may do: pages may load our own files, data nothing.

    `is_https`: people reach the service over TLS, so browsers may be told never to use anything else with its host,
    where it `owns_host`: below a path that is for others to say.

    `fonts` are origins from which the operator's style sheet may take some, beside the service; None: there are none.
    """
    says_so = is_https and owns_host
    common = (*_COMMON, ("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")) if says_so else _COMMON
    if not is_page:
        return (*common, ("Content-Security-Policy", _DATA_POLICY))
    policy = f"{_PAGE_POLICY}; upgrade-insecure-requests" if is_https else _PAGE_POLICY
    if fonts is not None:
        policy = "; font-src ".join((policy, " ".join(("'self'", *fonts))))
    return (*common, *_ISOLATED, ("Content-Security-Policy", policy))


@dataclass(frozen=True, slots=True)
class CrossOrigin:
    """CORS of the public routes: exact origins, paths as Flask writes them, never with credentials.

    An origin proves nothing: the rate limit protects the service, this only lets pages of other sites read. `own_host`
    is the host and port at which people reach the service, "" where nobody said.
    """

    origins: AbstractSet[str]
    paths: AbstractSet[str]
    own_host: str = ""

    def shows_live(self, origin: str | None, host: str) -> bool:
        """Tell whether what a page of `origin` asks of `host` may bring live counts: "*" names no site."""
        if origin is None or origin in self.origins - {"*"}:
            return True
        asking = urlsplit(origin).netloc  # of "null", a page without a site, there is none
        return bool(asking) and asking in (host, self.own_host)

    def headers_for(self, path: str, origin: str | None) -> Headers:
        """Return what lets the page that asks read the response, errors included, when its origin is allowed."""
        if path not in self.paths:
            return ()
        if "*" in self.origins:
            return (("Access-Control-Allow-Origin", "*"), *_READABLE)
        if origin is None or origin not in self.origins:
            return (("Vary", "Origin"),)
        return (("Vary", "Origin"), ("Access-Control-Allow-Origin", origin), *_READABLE)


def preflight(methods: AbstractSet[str], **of_path: str) -> Response:
    """Answer an OPTIONS request: what a page of an allowed origin may send."""
    allowed = ", ".join(sorted(methods))
    response = Response(status=204)
    response.headers.clear()
    response.headers["Allow"] = allowed
    response.headers["Access-Control-Allow-Methods"] = allowed
    response.headers["Access-Control-Allow-Headers"] = PREFLIGHT_HEADERS
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


def _write_line(response: Response, seconds: float, *, is_told: bool) -> None:
    """Log the request without its query string: what people ask stays private.

    What went wrong on our side is always logged, any other request where the operator wants to know of all.
    """
    path = next((f"{each}…" for each in RECEIPTS if request.path.startswith(each)), request.path)
    line = {
        "method": request.method,
        "path": path,
        "status": response.status_code,
        "took_ms": round(seconds * 1000, 2),
        "request_id": request_id(),
    }
    level = logging.ERROR if response.status_code >= 500 else logging.INFO if is_told else logging.DEBUG
    _log.log(level, "request %(method)s %(path)r %(status)d %(took_ms)s ms %(request_id)s", line, extra=line)
