"""The one exit of errors: RFC 9457 problem details under /api, a plain page elsewhere. No view catches its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import msgspec
from flask import Flask, Response, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from kb_service.errors import (
    BadRequest,
    CallerError,
    DependencyFailed,
    KbError,
    NotDelivered,
    UnknownAnswer,
    UnknownArticle,
)
from kb_service.web.every_request import request_id
from kb_service.web.http import Asked, json_response, moved, page_response, typed_into
from kb_service.web.languages import in_language_of_request as say
from kb_service.web.languages import language
from kb_service.wording.messages import N_, Message, said

RETRY_AFTER_SECONDS: Final = 5  # a switch to a new index takes less
UNDELIVERED: Final = "Your message was not delivered. Nothing of it is kept here: send it again in a few minutes."
PROBLEM_JSON: Final = "application/problem+json"

_DETAILS: Final[Mapping[int, str]] = {
    404: N_("There is nothing at this address."),
    405: N_("This address does not take this method."),
    429: N_("Too many requests from this address. Wait a moment and try again."),
    500: N_("Something went wrong on our side. Say the request id when you report it."),
    503: N_("This cannot be done just now. Try again in a few seconds."),
}
_HEADINGS: Final[Mapping[int, str]] = {
    401: N_("Sign in first"),
    403: N_("Not for you"),
    404: N_("Page not found"),
    413: N_("That is too long"),
    422: N_("That did not work"),
    429: N_("One moment, please"),
    503: N_("Back in a moment"),
}
_KEPT: Final = ("Allow", "Retry-After", "WWW-Authenticate")  # of the headers that an error asks for
# What the forms of the pages call their fields; programs read the names.
_LABELS: Final[Mapping[str, str]] = {
    "q": N_("Your question"),
    "domain": N_("Your helpdesk"),
    "seats": N_("Seats you pay for"),
    "active": N_("Active staff"),
}

_OF_A_QUERY: Final = "!$&'()*+,-./:;=?@_~%"

_log = logging.getLogger(__name__)


class FieldError(msgspec.Struct, frozen=True):
    """One wrong parameter."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True):
    """An error as RFC 9457 problem details; `instance` is the request id."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`heading` says what happened in words, `title` is the name of the status."""

    asked: Asked
    status: int
    title: str
    heading: str
    detail: str
    problems: tuple[str, ...]
    request_id: str


def register_problems(app: Flask) -> None:
    """Turn every error of `app` into a response."""
    app.register_error_handler(KbError, _of_kb_error)
    app.register_error_handler(HTTPException, _of_http_error)


def is_api(path: str) -> bool:
    """Tell whether errors at `path` are for a program to read."""
    return path == "/api" or path.startswith("/api/")


def _of_kb_error(error: KbError) -> Response:
    if isinstance(error, BadRequest):
        fields = tuple(FieldError(field, message) for field, message in error.fields.items())
        is_missing = isinstance(error, UnknownAnswer) and is_api(request.path)  # a page would say that it is not found
        return _respond(404 if is_missing else 422, str(error), fields=fields)
    if isinstance(error, UnknownArticle):
        return _respond(404, str(error) if is_api(request.path) else _DETAILS[404])
    if isinstance(error, CallerError):
        return _respond(400, str(error))
    if not isinstance(error, DependencyFailed):
        raise error
    if isinstance(error, NotDelivered):  # which has been logged
        return _respond(503, UNDELIVERED, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    # Its text can name folders of this machine: it is for the log, the caller learns when to come back.
    _log.error("request %s failed: %s", request_id(), error)
    return _respond(503, _DETAILS[503], headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _of_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 404 and (path := _without_slash()):
        return moved(path)
    headers = {name: value for name, value in error.get_headers(request.environ) if name in _KEPT}
    if status == 413:
        return _respond(
            413, Message("The body is larger than {size} KiB.", size=(request.max_content_length or 0) // 1024)
        )
    return _respond(status, _DETAILS.get(status) or error.description or "", headers=headers)


def _without_slash() -> str:
    """Return the page that is asked for with a slash too many, "" where it is none."""
    path, routes = request.path.rstrip("/"), request_ctx.url_adapter
    if request.path == path or is_api(path) or not (routes and routes.test(path, "GET")):
        return ""
    _, varies = routes.match(path, "GET")
    return "" if varies else f"{path}?{quote(request.query_string, safe=_OF_A_QUERY)}".rstrip("?")


def _respond(
    status: int, detail: str, *, fields: tuple[FieldError, ...] = (), headers: Mapping[str, str] | None = None
) -> Response:
    title = HTTPStatus(status).phrase
    if is_api(request.path):
        named = tuple(FieldError(each.field, str(each.message)) for each in fields)
        problem = Problem("about:blank", title, status, str(detail), request_id(), named)
        return json_response(problem, status, headers=headers, content_type=PROBLEM_JSON)
    page = ErrorPage(
        asked=typed_into(request.args),
        status=status,
        title=title,
        heading=say(_HEADINGS.get(status, N_("Something went wrong"))),
        detail=said(detail, language()),
        problems=tuple(
            say(
                N_("{field} {problem}"),
                field=say(_LABELS.get(each.field, each.field)),
                problem=said(each.message, language()),
            )
            for each in fields
        ),
        request_id=request_id(),
    )
    return page_response("error.html", page, status, headers=headers)
