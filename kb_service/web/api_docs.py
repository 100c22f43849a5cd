"""The OpenAPI 3.1 document, made from the table of operations and the very types that read and write the messages.

It is served as JSON, and as a plain page that needs no script and no other host.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from flask import Flask, Response

from kb_service import __version__
from kb_service.web.http import HTML, JSON, MAX_BODY_BYTES, Asked, cacheable, json_response, page_response
from kb_service.web.operations import OPERATIONS, PREFIX, Operation
from kb_service.web.problems import PROBLEM_JSON, Problem
from kb_service.web.root import root

PATH: Final = PREFIX + "/openapi.json"
_BOUNDS: Final = {"minimum": "from", "maximum": "to", "maxLength": "at most"}
_REF: Final = "#/components/schemas/{name}"
_FAILURES: Final = {
    304: "The caller holds the current version: If-None-Match named it.",
    400: "The body is not valid JSON.",
    401: "The token is missing, wrong, expired or revoked.",
    403: "The token lacks the scope, or this is switched off here.",
    404: "There is no such article.",
    409: "Nothing is recorded here, and so nothing is kept.",
    413: f"The body is larger than {MAX_BODY_BYTES // 1024} KiB.",
    415: "The body is not application/json.",
    422: "Some parameters are wrong; the errors name each.",
    429: "Too many requests; Retry-After says when to come back.",
    500: "A fault of the service; instance is the request id to report.",
    503: "The index cannot be used just now; Retry-After says when to come back.",
}


@dataclass(frozen=True, slots=True)
class ApiDocsPage:
    """`operations` are method, path and what the document says of it; `types` are JSON schemas by name."""

    asked: Asked
    operations: tuple[tuple[str, str, dict[str, Any]], ...]
    types: dict[str, dict[str, Any]]


def register_api_docs(
    app: Flask, *, base_url: str, etag: Callable[[], str], operations: Sequence[Operation] = OPERATIONS
) -> None:
    """Serve the document and its page, both made now, of these operations."""
    document = openapi_document(base_url=base_url, operations=operations)
    described = tuple(
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    page = ApiDocsPage(Asked(), described, document["components"]["schemas"])
    app.jinja_env.filters.update(schema_in_words=schema_in_words, content_name=content_name)

    def openapi() -> Response:
        return json_response({**document, "servers": [{"url": base_url or root() or "/"}]})

    def api_docs() -> Response:
        return page_response("api_docs.html", page)

    app.add_url_rule(PATH, view_func=cacheable(openapi, etag, JSON))
    app.add_url_rule("/api/docs", view_func=cacheable(api_docs, etag, HTML))


def openapi_document(*, base_url: str, operations: Sequence[Operation] = OPERATIONS) -> dict[str, Any]:
    """Return the whole document; `base_url` may be empty, then paths are relative to where the document lies."""
    types = [kind for each in operations for kind in (each.returns, each.query, each.body) if kind]
    _, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = paths.setdefault(PREFIX + operation.path, {})
        path[operation.method.lower()] = _operation(operation, components)
    paths[PATH] = {"get": _of_this_document()}
    queries = {each.query.__name__ for each in operations if each.query}
    schemas = {name: schema for name, schema in components.items() if name not in queries}
    schemes = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kb_service",
            "version": __version__,
            "summary": "Answers to questions, word for word from the articles.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base_url or "/"}],
        "paths": paths,
        "components": {"schemas": schemas, **(schemes if any(each.needs_token for each in operations) else {})},
    }


def _operation(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.endpoint,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, components)],
        "responses": {
            str(status): _content("Done.", "application/json", operation.returns) for status in operation.successes
        },
    }
    if operation.also_returns:
        described["responses"]["200"]["content"][operation.also_returns] = {"schema": {"type": "string"}}
    if operation.body:
        described["requestBody"] = {"required": True, **_content("", "application/json", operation.body)}
        del described["requestBody"]["description"]
    if operation.needs_token:
        described["security"] = [{"token": []}]
    for status in _failures(operation):
        content = _content(_FAILURES[status], PROBLEM_JSON, Problem)
        described["responses"][str(status)] = {"description": _FAILURES[status]} if status == 304 else content
    return described


def _failures(operation: Operation) -> list[int]:
    statuses = {422, 429, 500, 503, *operation.failures}
    if operation.body:
        statuses |= {400, 413, 415}
    if operation.needs_token:
        statuses |= {401, 403}
    if operation.is_cached:
        statuses.add(304)
    if "{id}" in operation.path:
        statuses = statuses - {422} | {404}
    return sorted(statuses)


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    if "{id}" not in operation.path:
        return []
    description = "The id of the article; it may contain slashes."
    return [{"name": "id", "in": "path", "required": True, "description": description, "schema": {"type": "string"}}]


def _query_parameters(operation: Operation, components: dict[str, Any]) -> list[dict[str, Any]]:
    if not operation.query:
        return []
    schema = components[operation.query.__name__]
    return [_query_parameter(name, each, schema["required"]) for name, each in schema["properties"].items()]


def _query_parameter(name: str, schema: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """A query string has no null: an optional parameter is left out instead, or empty, as forms send it."""
    schema = dict(schema)
    if "anyOf" in schema:
        schema = schema["anyOf"][0]
    description = schema.pop("description")
    described = {"name": name, "in": "query", "required": name in required}
    if name in required:
        schema["minLength"] = 1
    else:
        described["allowEmptyValue"] = True
    return {**described, "description": description, "schema": schema}


def _content(description: str, content_type: str, kind: type[msgspec.Struct]) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=kind.__name__)}
    return {"description": description, "content": {content_type: {"schema": schema}}}


def _of_this_document() -> dict[str, Any]:
    return {
        "operationId": "openapi",
        "summary": "Read this document",
        "responses": {"200": {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}}},
    }


def content_name(message: dict[str, Any]) -> str:
    """Return the name of the type that a request or response of the document carries; "" when it names none."""
    schema = message.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def schema_in_words(schema: dict[str, Any]) -> str:
    """Return a JSON schema in words.

    >>> schema_in_words({"type": "integer", "minimum": 1, "maximum": 20, "default": 5})
    'integer, from 1, to 20, default 5'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(schema_in_words(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    if "prefixItems" in schema:
        return "[" + ", ".join(schema_in_words(each) for each in schema["prefixItems"]) + "]"
    if schema.get("type") == "array":
        return "list of " + schema_in_words(schema["items"])
    bounds = [f"{word} {schema[key]:,}" for key, word in _BOUNDS.items() if key in schema]
    default = [f"default {schema['default']}"] if schema.get("default") else []
    return ", ".join([schema.get("format") or schema.get("type", "any"), *bounds, *default])
