"""How responses are made: JSON from types, pages from templates, and what may be kept of either and for how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, Final

import msgspec
from flask import Flask, Response, render_template, request
from jinja2 import StrictUndefined
from markupsafe import Markup

from kb_service.content.passage_html import with_headings_from
from kb_service.web.formatting import contact_address, day, heading, topic

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"

SHARED: Final = "public, max-age=60"
OWN: Final = "private, max-age=60"  # of what carries a query_id: two people who share one would share a vote
NEVER: Final = "no-store"  # of whatever no view allows to be stored
FOREVER: Final = "public, max-age=31536000, immutable"

TEMPLATES: Final = Path(__file__).parent / "templates"

View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Site:
    """What every template gets as `site`; `contact_url` is where to ask a person (may be empty)."""

    style_url: str
    icon_url: str
    script_url: str
    base_url: str
    contact_url: str
    counts_staff: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the search form of a page."""

    query: str = ""
    domain: str = ""
    seats: int | None = None


def configure_templates(app: Flask, site: Site) -> None:
    """Give the templates of `app` their filters and `site`; a name that a template misspells is an error."""
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update(
        as_written=_as_written, day=day, heading=heading, topic=topic, with_question=contact_address
    )
    app.jinja_env.globals["site"] = site


def _as_written(html: str, level: int) -> Markup:
    """Return the HTML of a passage with its headings from `level` on: below that of what it stands under."""
    return Markup(with_headings_from(level, html))  # noqa: S704 - sanitized when the index was built


def json_response(
    payload: object, status: int = 200, *, headers: Mapping[str, str] | None = None, content_type: str = JSON
) -> Response:
    """Return `payload`, anything msgspec encodes, as JSON."""
    return Response(msgspec.json.encode(payload), status, headers, content_type=content_type)


def page_response(template: str, page: Any, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return the page that `template` makes of `page`."""
    return Response(render_template(template, page=page), status, headers, content_type=HTML)


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
        while True:
            current = etag()
            if request.if_none_match.contains_weak(current.removeprefix("W/").strip('"')):
                response = Response(status=304, content_type=content_type)
                break
            response = view(**values)
            if etag() == current:  # else the generation was switched meanwhile: ask again
                break
        response.headers["ETag"] = current
        response.headers["Cache-Control"] = keep
        return response

    return respond


def etag_of(*, generation: str, version: str, today: date) -> str:
    """Return the validator of everything made from `generation` by this `version` of the service, on this day.

    The day counts because articles grow stale. The validator is weak: `query_id` and `took_ms` differ between two
    responses that say the same.
    """
    return f'W/"{generation}.{version}.{today.toordinal()}"'
