"""The OpenAPI document: as JSON, and as a plain page that needs no script and no other host."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from flask import Flask, Response, render_template

from kb_service.web.caching import HTML, JSON, cacheable
from kb_service.web.openapi import PATH, openapi_document
from kb_service.web.page_contexts import Asked

_BOUNDS: Final = {"minimum": "from", "maximum": "to", "maxLength": "at most"}


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter or a field, in words."""

    name: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class DocumentedOperation:
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Row, ...]
    body: str
    returns: str
    statuses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DocumentedType:
    name: str
    description: str
    fields: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ApiDocsPage:
    asked: Asked
    operations: tuple[DocumentedOperation, ...]
    types: tuple[DocumentedType, ...]


def register_api_docs(app: Flask, *, base_url: str, etag: Callable[[], str]) -> None:
    """Serve the document and its page, both made now."""
    document = openapi_document(base_url=base_url)
    body = msgspec.json.encode(document)
    page = ApiDocsPage(Asked(), tuple(_operations(document)), tuple(_types(document)))

    def openapi() -> Response:
        return Response(body, content_type=JSON)

    def api_docs() -> Response:
        return Response(render_template("api_docs.html", page=page), content_type=HTML)

    app.add_url_rule(PATH, view_func=cacheable(openapi, etag, JSON))
    app.add_url_rule("/api/docs", view_func=cacheable(api_docs, etag, HTML))


def _operations(document: dict[str, Any]) -> list[DocumentedOperation]:
    return [
        DocumentedOperation(
            method=method.upper(),
            path=path,
            summary=operation["summary"],
            description=operation.get("description", ""),
            parameters=tuple(
                Row(each["name"], _kind(each["schema"]), each["required"], each["description"])
                for each in operation.get("parameters", ())
            ),
            body=_content_type_name(operation.get("requestBody", {})),
            returns=_content_type_name(operation["responses"]["200"]),
            statuses=tuple((status, each["description"]) for status, each in operation["responses"].items()),
        )
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def _types(document: dict[str, Any]) -> list[DocumentedType]:
    return [
        DocumentedType(
            name=name,
            description=schema.get("description", ""),
            fields=tuple(
                Row(field, _kind(each), field in schema.get("required", ()), each.get("description", ""))
                for field, each in schema.get("properties", {}).items()
            ),
        )
        for name, schema in document["components"]["schemas"].items()
    ]


def _content_type_name(message: dict[str, Any]) -> str:
    schema = message.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _kind(schema: dict[str, Any]) -> str:
    """Return a JSON schema in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    if "prefixItems" in schema:
        return "[" + ", ".join(_kind(each) for each in schema["prefixItems"]) + "]"
    if schema.get("type") == "array":
        return "list of " + _kind(schema["items"])
    bounds = [f"{word} {schema[key]:,}" for key, word in _BOUNDS.items() if key in schema]
    default = [f"default {schema['default']}"] if schema.get("default") else []
    return ", ".join([schema.get("format") or schema.get("type", "any"), *bounds, *default])
