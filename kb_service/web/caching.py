"""What browsers and proxies may keep: an answer without live data is the same until the next index generation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial, wraps
from typing import Final

from flask import Response, request

SHARED: Final = "public, max-age=60"
OWN: Final = "private, max-age=60"  # of what carries a query_id: two people who share one would share a vote
NEVER: Final = "no-store"  # of whatever nobody allowed to be stored
FOREVER: Final = "public, max-age=31536000, immutable"

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"

View = Callable[..., Response]


def cacheable(view: View, etag: Callable[[], str], content_type: str, *, keep: str = SHARED) -> View:
    """Wrap `view` so that its successes carry a validator and a caller who already holds them gets 304, unasked.

    A request with a domain asks for live data: its response is left as it is, which means that nobody stores it.
    The headers of a 304 replace those the caller holds, so it is treated as of the same `content_type`. `keep` says who
    may store it and for how long.
    """

    @wraps(view)
    def respond(**values: str) -> Response:
        if request.args.get("domain"):
            return view(**values)
        if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(_opaque(now := etag())):
            response, current = Response(status=304, content_type=content_type), now
        else:
            response, current = _of_one_generation(partial(view, **values), etag)
        response.headers["ETag"] = current
        response.headers["Cache-Control"] = keep
        return response

    return respond


def _of_one_generation(view: Callable[[], Response], etag: Callable[[], str]) -> tuple[Response, str]:
    """Return a response and its validator; asked again if the generation was switched meanwhile, which is rare."""
    while True:
        before = etag()
        response = view()
        if etag() == before:
            return response, before


def etag_of(*, generation: str, version: str, today: date) -> str:
    """Return the validator of everything made from `generation` by this `version` of the service, on this day.

    The day counts because articles grow stale. The validator is weak: `query_id` and `took_ms` differ between two
    responses that say the same.
    """
    return f'W/"{generation}.{version}.{today.toordinal()}"'


def _opaque(etag: str) -> str:
    return etag.removeprefix("W/").strip('"')
