"""HTTP in and out: requests become typed parameters; values become JSON, pages, and headers of what may be kept.

A query string or JSON body becomes a frozen value, or BadRequest naming every wrong field.
"""

from __future__ import annotations

import dataclasses
import json
import re
import zlib
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial, wraps
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import msgspec
from flask import Flask, Request, Response, render_template, request
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.exceptions import BadRequest as MalformedBody
from werkzeug.exceptions import UnsupportedMediaType

from kb_service.content.passages.as_written import with_headings_from
from kb_service.errors import BadRequest
from kb_service.site import SiteText
from kb_service.web.article_html import with_frames
from kb_service.web.formatting import heading, html_to_send, printable, snippet
from kb_service.web.languages import asked_for, language
from kb_service.web.root import root
from kb_service.web.way_on import way_on
from kb_service.wording.languages import Language
from kb_service.wording.messages import Message, Number

MAX_BODY_BYTES: Final = 64 * 1024  # the longest comment, each of its characters written as an escape
MOST_EXACT: Final = 2**53  # up to which every whole number is a float
SHOWN_CHARACTERS: Final = 40  # of a wrong value, in the message about it

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"

SHARED: Final = "public, max-age=60"
OWN: Final = "private, max-age=60"  # of what carries a query_id: two people who share one would share a vote
NEVER: Final = "no-store"  # of whatever no view allows to be stored
FOREVER: Final = "public, max-age=31536000, immutable"

TEMPLATES: Final = Path(__file__).parent / "templates"

View = Callable[..., Response]
Parameters = TypeVar("Parameters", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Site:
    """What every template gets as `site`: the operator's `texts`, and where to ask a person (`contact_url`, may be "").

    Addresses of files are paths of the service, "" where there is none.
    """

    texts: Mapping[Language, SiteText]
    style_url: str
    own_style_url: str
    logo_url: str
    logo_dark_url: str
    social_image_url: str
    icon_url: str
    script_url: str
    console_script_url: str
    panel_script_url: str
    console_style_url: str
    patch_script_url: str
    seats_script_url: str
    events_script_url: str
    search_script_url: str
    article_script_url: str
    contact_script_url: str
    search_parts_urls: tuple[str, ...]
    base_url: str
    contact_url: str
    counts_staff: bool
    takes_messages: bool
    takes_votes: bool
    records_events: bool

    @property
    def text(self) -> SiteText:
        """What the operator says in the language of the page."""
        return self.texts[language()]


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the forms of a page, as it was typed; `wrong` says by field what is wrong with it."""

    query: str = ""
    domain: str = ""
    seats: str = ""
    active: str = ""
    wrong: Mapping[str, str] = dataclasses.field(default_factory=dict)


def typed_into(query: Mapping[str, str], *, wrong: Mapping[str, str] | None = None) -> Asked:
    """Return what the forms of a page hold that was asked for by this query string."""
    text, domain, seats, active = (printable(query.get(name, "")) for name in ("q", "domain", "seats", "active"))
    return Asked(text, domain, seats, active, wrong or {})


def configure_templates(app: Flask, site: Site) -> None:
    """Give the templates of `app` their filters, `site` and `root()`; a name that a template misspells is an error."""
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update(
        as_written=_as_written,
        for_console=_for_console,
        heading=heading,
        snippet=snippet,
    )
    app.jinja_env.globals.update(site=site, root=root, way_on=partial(way_on, site.contact_url, site.base_url))


def _as_written(html: str, level: int) -> Markup:
    """Return the HTML of a passage with its headings from `level` on: below that of what it stands under."""
    html = with_frames(html_to_send(with_headings_from(level, html), base_url=root()))
    return Markup(html)  # noqa: S704 - sanitized when the index was built


def _for_console(html: str, level: int) -> Markup:
    """Return the same with links and pictures that lead to what agents may read."""
    return Markup(html_to_send(with_headings_from(level, html), base_url=f"{root()}/console"))  # noqa: S704


def json_response(
    payload: object, status: int = 200, *, headers: Mapping[str, str] | None = None, content_type: str = JSON
) -> Response:
    """Return `payload`, anything msgspec encodes, as JSON, with the path of the service before each `url` of ours."""
    body = msgspec.json.encode(payload)
    if above := root():  # within a text the quotes have backslashes, so no text can look like a member
        body = body.replace(b'"url":"/', f'"url":"{above}/'.encode())
    return Response(body, status, headers, content_type=content_type)


def page_response(template: str, page: Any, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return the page that `template` makes of `page`."""
    return Response(render_template(template, page=page), status, headers, content_type=HTML)


def moved(path: str) -> Response:
    """Lead to the path of the service at which something is for good; without the Host header that a caller sends."""
    return Response(status=301, headers={"Location": root() + path, "Cache-Control": SHARED}, content_type=HTML)


def cacheable(view: View, etag: Callable[[], str], content_type: str, *, keep: str = SHARED) -> View:
    """Wrap `view` so that its successes carry a validator and a caller who already holds them gets 304, unasked.

    A request with a domain asks for live data: its response is left as it is, which means that nobody stores it.
    The validator is that of the address too, and "*" holds nothing: for what does not exist nobody has one.
    The headers of a 304 replace those the caller holds, so it is treated as of the same `content_type`. `keep` says who
    may store it and for how long.
    """

    @wraps(view)
    def respond(**values: str) -> Response:
        if request.args.get("domain"):
            return view(**values)
        while True:
            current = _at_this_address(etag())
            # "*" is held by everybody, also where there is nothing: it must not keep the view from saying so.
            held = request.if_none_match
            if not held.star_tag and held.contains_weak(current.removeprefix("W/").strip('"')):
                response = Response(status=304, content_type=content_type)
                break
            response = view(**values)
            if response.status_code != 200:  # another address, or a page that says what is wrong with a form
                return response
            if _at_this_address(etag()) == current:  # else the generation was switched meanwhile: ask again
                break
        response.headers["ETag"] = current
        response.headers["Cache-Control"] = keep
        return response

    return respond


def _at_this_address(etag: str) -> str:
    """Return the validator of everything as that of the address and the language that are asked for."""
    address = f"{asked_for()} {root()}{request.path}?".encode(errors="replace") + request.query_string
    return f'{etag[:-1]}.{zlib.crc32(address):08x}"'


def etag_of(*, generation: str, version: str, today: date) -> str:
    """Return the validator of everything made from `generation` by this `version` of the service, on this day.

    The day counts because articles grow stale. The validator is weak: `query_id` and `took_ms` differ between two
    responses that say the same.
    """
    return f'W/"{generation}.{version}.{today.toordinal()}"'


def read_query(request: Request, kind: type[Parameters], *, without: Container[str] = ()) -> Parameters:
    """Return the query string as `kind`. Unknown names, and those in `without`, are ignored; empty is not given."""
    given: dict[str, str] = {}
    repeated: dict[str, str] = {}
    for name, values in request.args.lists():
        if name not in kind.__struct_fields__ or name in without:
            continue
        if len(values) > 1:
            repeated[name] = Message("is given {count} times: give it once", count=len(values))
        elif values[0]:
            given[name] = values[0]
    if repeated:
        raise BadRequest(repeated)
    return convert_fields(given, kind)


def read_body(request: Request, kind: type[Parameters]) -> Parameters:
    """Return the JSON object of the body as `kind`; refuse other content types, unknown names and repeated names."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the body as Content-Type: application/json.")
    try:
        body = json.loads(
            request.get_data(cache=False).decode(),
            object_pairs_hook=_unique_pairs,
            parse_constant=_refuse_constant,
            parse_float=_number,
        )
    except (ValueError, RecursionError) as error:
        raise MalformedBody("The body is not valid JSON in UTF-8. Send one JSON object.") from error
    if not isinstance(body, dict):
        raise BadRequest({"body": "must be one JSON object"})
    return convert_fields(body, kind, is_strict=True)


def convert_fields(given: Mapping[str, Any], kind: type[Parameters], *, is_strict: bool = False) -> Parameters:
    """Return named values as `kind`: text as forms and query strings give it, or with `is_strict` the types of JSON.

    Raises BadRequest naming every wrong field.
    """
    try:
        converted = msgspec.convert(given, kind, strict=is_strict)
        if not is_strict and any(getattr(converted, name) is None for name in given):
            raise msgspec.ValidationError  # "null" is text here
        return converted
    except msgspec.ValidationError:
        raise BadRequest(_wrong_fields(given, kind, is_strict=is_strict)) from None


def _wrong_fields(given: Mapping[str, Any], kind: type[msgspec.Struct], *, is_strict: bool) -> dict[str, str]:
    """Look at each field alone: msgspec itself stops at the first mistake."""
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    wrong: dict[str, str] = {
        name: Message("is no parameter of this route") for name in given if is_strict and name not in known
    }
    for name, field in known.items():
        if name not in given:
            if field.required:
                wrong[name] = Message("is required")
            continue
        try:
            if msgspec.convert(given[name], field.type, strict=is_strict) is None and not is_strict:
                raise msgspec.ValidationError
        except msgspec.ValidationError:
            expected = _expectation(field.type, is_in_query=not is_strict)
            wrong[name] = Message("must be {expected}, not {given}", expected=expected, given=_shown(given[name]))
    return wrong


def _expectation(kind: Any, *, is_in_query: bool) -> Message:
    """Say in words what a field takes, from the same type that checks it."""
    schema = msgspec.json.schema(kind)
    schema = schema.get("anyOf", [schema])[0]
    match schema:
        case {"type": "integer", "minimum": low, "maximum": high}:
            return Message("a whole number from {low} to {high}", low=Number(low), high=Number(high))
        case {"type": "array", "items": {"enum": choices}}:
            return Message("a list of {choices}", choices=", ".join(choices))
        case {"format": "date"}:
            return Message("a day such as 2026-11-30")
        case {"enum": choices}:
            return Message("one of {choices}", choices=", ".join(filter(None, choices)))
        case {"pattern": pattern}:
            return Message("a text of the form {pattern}", pattern=pattern)
        case {"maxLength": longest}:
            return Message("a text of at most {count} characters", count=Number(longest))
    return Message("1 or 0") if is_in_query else Message("true or false")


def _shown(value: object) -> object:
    if isinstance(value, str) and len(value) > SHOWN_CHARACTERS:
        return Number(len(value))
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= SHOWN_CHARACTERS else shown[:SHOWN_CHARACTERS] + "…"


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    pairs = [(_well_formed(name), _well_formed(value)) for name, value in pairs]
    unique = dict(pairs)
    if len(unique) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadRequest({name: "is given more than once" for name in unique if names.count(name) > 1})
    return unique


def _well_formed(value: Any) -> Any:
    """Replace unpaired surrogates: JSON can escape them, but they are not text, and UTF-8 cannot hold them."""
    return re.sub("[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else value


def _number(text: str) -> float | int:
    """Read a number with a point or an exponent: 60.0 is a whole one."""
    number = float(text)
    return int(number) if number.is_integer() and abs(number) <= MOST_EXACT else number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
