"""Typed parameters: a query string or JSON body becomes a frozen value, or BadRequest naming every wrong field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, NoReturn, TypeVar

import msgspec
from flask import Request
from msgspec import Meta
from werkzeug.exceptions import BadRequest as MalformedBody
from werkzeug.exceptions import UnsupportedMediaType

from kb_service.errors import BadRequest
from kb_service.knowledge_base import MAX_QUESTION_CHARACTERS, MOST_SEATS

MAX_BODY_BYTES: Final = 16 * 1024
MAX_DOMAIN_CHARACTERS: Final = 253  # the longest name DNS knows
MAX_PAGES: Final = 10  # of a ranking: nobody reads on, and each page ranks all before it again
SHOWN_CHARACTERS: Final = 40  # of a wrong value, in the message about it

Words = Annotated[str, Meta(max_length=MAX_QUESTION_CHARACTERS, description="The question, in any words.")]
Domain = Annotated[
    str, Meta(max_length=MAX_DOMAIN_CHARACTERS, description="A helpdesk, such as acme.kayako.com, to count its staff.")
]
Token = Annotated[
    str,
    Meta(max_length=1000, description="What the operator's site signed for the domain, where it must."),
]
Seats = Annotated[int, Meta(ge=0, le=MOST_SEATS, description="How many seats are paid for.")]
Offset = Annotated[int, Meta(ge=0, le=10_000, description="How many to leave out at the start.")]
Topic = Annotated[str, Meta(max_length=100, description="Only articles of this topic.")]
Explain = Annotated[bool, Meta(description="1: say why each passage was found.")]
Html = Annotated[bool, Meta(description="1: give each passage also as it is written, as sanitized HTML.")]
Page = Annotated[int, Meta(ge=1, le=MAX_PAGES, description="Which page of the passages.")]
FewPassages = Annotated[int, Meta(ge=1, le=20, description="The most passages to return.")]
ManyPassages = Annotated[int, Meta(ge=1, le=50, description="The most passages to return.")]
Suggestions = Annotated[int, Meta(ge=1, le=20, description="The most suggestions to return.")]
Articles = Annotated[int, Meta(ge=1, le=200, description="The most articles to return.")]


class AnswerQuery(msgspec.Struct, frozen=True):
    q: Words = ""
    domain: Domain | None = None
    token: Token | None = None
    seats: Seats | None = None
    limit: FewPassages = 5
    explain: Explain = False
    html: Html = False


class AnswerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    question: Words
    domain: Domain | None = None
    token: Token | None = None
    seats: Seats | None = None
    limit: FewPassages = 5
    explain: Explain = False
    html: Html = False


class HomeQuery(msgspec.Struct, frozen=True):
    """What the links to topics send."""

    topic: Topic | None = None


class ResultsQuery(msgspec.Struct, frozen=True):
    """What the form of the pages sends, and their links to further pages."""

    q: Words = ""
    domain: Domain | None = None
    seats: Seats | None = None
    page: Page = 1


class SearchQuery(msgspec.Struct, frozen=True):
    q: Words = ""
    limit: ManyPassages = 10
    offset: Offset = 0
    topic: Topic | None = None
    explain: Explain = False
    html: Html = False


class SuggestQuery(msgspec.Struct, frozen=True):
    q: Words = ""
    limit: Suggestions = 5
    topic: Annotated[str, Meta(max_length=100, description="Without words, the articles of this topic.")] | None = None


class ArticlesQuery(msgspec.Struct, frozen=True):
    limit: Articles = 50
    offset: Offset = 0
    topic: Topic | None = None


class StaffCountQuery(msgspec.Struct, frozen=True):
    domain: Domain
    token: Token | None = None


Parameters = TypeVar("Parameters", bound=msgspec.Struct)


def read_query(request: Request, kind: type[Parameters]) -> Parameters:
    """Return the query string as `kind`. Unknown names are ignored; an empty value counts as not given."""
    given: dict[str, str] = {}
    repeated: dict[str, str] = {}
    for name, values in request.args.lists():
        if name not in kind.__struct_fields__:
            continue
        if len(values) > 1:
            repeated[name] = f"is given {len(values)} times: give it once"
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
            request.get_data(cache=False).decode(), object_pairs_hook=_unique_pairs, parse_constant=_refuse_constant
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
        return msgspec.convert(given, kind, strict=is_strict)
    except msgspec.ValidationError:
        raise BadRequest(_wrong_fields(given, kind, is_strict=is_strict)) from None


def _wrong_fields(given: Mapping[str, Any], kind: type[msgspec.Struct], *, is_strict: bool) -> dict[str, str]:
    """Look at each field alone: msgspec itself stops at the first mistake."""
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    wrong = {name: "is no parameter of this route" for name in given if is_strict and name not in known}
    for name, field in known.items():
        if name not in given:
            if field.required:
                wrong[name] = "is required"
            continue
        try:
            msgspec.convert(given[name], field.type, strict=is_strict)
        except msgspec.ValidationError:
            wrong[name] = f"must be {_expectation(field.type, is_in_query=not is_strict)}, not {_shown(given[name])}"
    return wrong


def _expectation(kind: Any, *, is_in_query: bool) -> str:
    """Say in words what a field takes, from the same type that checks it."""
    schema = msgspec.json.schema(kind)
    schema = schema.get("anyOf", [schema])[0]
    match schema:
        case {"type": "integer", "minimum": low, "maximum": high}:
            return f"a whole number from {low:,} to {high:,}"
        case {"type": "array", "items": {"enum": choices}}:
            return f"a list of {', '.join(choices)}"
        case {"pattern": pattern}:
            return f"a text of the form {pattern}"
        case {"maxLength": longest}:
            return f"a text of at most {longest:,} characters"
    return "1 or 0" if is_in_query else "true or false"


def _shown(value: object) -> str:
    if isinstance(value, str) and len(value) > SHOWN_CHARACTERS:
        return f"{len(value):,}"
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


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
