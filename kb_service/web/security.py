"""Headers that tell browsers what these responses may do, and whose pages may call the API."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from flask import Response

from kb_service.web.caching import HTML

HSTS_SECONDS: Final = 63_072_000  # two years
PREFLIGHT_SECONDS: Final = 600
PREFLIGHT_HEADERS: Final = "Content-Type, X-Request-Id"

Headers = tuple[tuple[str, str], ...]

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


@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """The headers of every response, made once: pages may load our own files, data may load nothing."""

    page: Headers
    data: Headers

    @classmethod
    def build(cls, *, is_https: bool) -> SecurityHeaders:
        """`is_https`: people reach the service over TLS, so browsers may be told never to use anything else."""
        common = (*_COMMON, ("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")) if is_https else _COMMON
        page_policy = f"{_PAGE_POLICY}; upgrade-insecure-requests" if is_https else _PAGE_POLICY
        return cls(
            page=(*common, *_ISOLATED, ("Content-Security-Policy", page_policy)),
            data=(*common, ("Content-Security-Policy", _DATA_POLICY)),
        )

    def headers_for(self, response: Response) -> Headers:
        """Return what this kind of response needs."""
        return self.page if response.content_type == HTML else self.data


@dataclass(frozen=True, slots=True)
class CrossOrigin:
    """CORS of the public routes: exact origins, exact paths, never with credentials.

    An origin is no proof of anything: the rate limit protects the service, this only lets other sites' pages read.
    """

    origins: AbstractSet[str]
    paths: AbstractSet[str]

    def headers_for(self, path: str, origin: str | None) -> Headers:
        """Return what lets the page that asks read the response, errors included, when its origin is allowed."""
        if path not in self.paths:
            return ()
        if "*" in self.origins:
            return (("Access-Control-Allow-Origin", "*"), *_READABLE)
        if origin is None or origin not in self.origins:
            return (("Vary", "Origin"),)
        return (("Vary", "Origin"), ("Access-Control-Allow-Origin", origin), *_READABLE)


def preflight(methods: AbstractSet[str]) -> Response:
    """Answer an OPTIONS request: what a page of an allowed origin may send."""
    allowed = ", ".join(sorted(methods))
    response = Response(status=204)
    response.headers.clear()
    response.headers["Allow"] = allowed
    response.headers["Access-Control-Allow-Methods"] = allowed
    response.headers["Access-Control-Allow-Headers"] = PREFLIGHT_HEADERS
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response
