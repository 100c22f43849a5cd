"""The OpenAPI 3.1 document, made from the table of operations and the very types that read and write the messages."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kb_service import __version__
from kb_service.web.operations import OPERATIONS, PREFIX, Operation
from kb_service.web.parameters import MAX_BODY_BYTES
from kb_service.web.problems import PROBLEM_JSON, Problem

PATH: Final = PREFIX + "/openapi.json"
_REF: Final = "#/components/schemas/{name}"
_FAILURES: Final = {
    304: "The caller holds the current version: If-None-Match named it.",
    400: "The body is not valid JSON.",
    404: "There is no such article.",
    413: f"The body is larger than {MAX_BODY_BYTES // 1024} KiB.",
    415: "The body is not application/json.",
    422: "Some parameters are wrong; the errors name each.",
    429: "Too many requests; Retry-After says when to come back.",
    500: "A fault of the service; instance is the request id to report.",
    503: "The index cannot be used just now; Retry-After says when to come back.",
}


def openapi_document(*, base_url: str) -> dict[str, Any]:
    """Return the whole document; `base_url` may be empty, then paths are relative to where the document lies."""
    types = [kind for each in OPERATIONS for kind in (each.returns, each.query, each.body) if kind]
    _, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        path = paths.setdefault(PREFIX + operation.path, {})
        path[operation.method.lower()] = _operation(operation, components)
    paths[PATH] = {"get": _of_this_document()}
    queries = {each.query.__name__ for each in OPERATIONS if each.query}
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
        "components": {"schemas": {name: schema for name, schema in components.items() if name not in queries}},
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
    if operation.body:
        described["requestBody"] = {"required": True, **_content("", "application/json", operation.body)}
        del described["requestBody"]["description"]
    for status in _failures(operation):
        content = _content(_FAILURES[status], PROBLEM_JSON, Problem)
        described["responses"][str(status)] = {"description": _FAILURES[status]} if status == 304 else content
    return described


def _failures(operation: Operation) -> list[int]:
    statuses = {422, 429, 500, 503}
    if operation.body:
        statuses |= {400, 413, 415}
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
    """A query string has no null: an optional parameter is left out instead."""
    schema = dict(schema)
    if "anyOf" in schema:
        schema = schema["anyOf"][0]
    description = schema.pop("description")
    return {
        "name": name,
        "in": "query",
        "required": name in required,
        "description": description,
        "schema": schema,
    }


def _content(description: str, content_type: str, kind: type[msgspec.Struct]) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=kind.__name__)}
    return {"description": description, "content": {content_type: {"schema": schema}}}


def _of_this_document() -> dict[str, Any]:
    return {
        "operationId": "openapi",
        "summary": "Read this document",
        "responses": {"200": {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}}},
    }
