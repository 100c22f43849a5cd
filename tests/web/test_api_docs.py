"""The OpenAPI document: complete, and true of real responses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.web.api_docs import openapi_document
from kb_service.web.operations import OPERATIONS, PREFIX
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase
from tests.web.json_schema import problems


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get("/api/v1/openapi.json").get_json())


def test_every_route_and_method_is_in_the_document(app: Flask, document: dict[str, Any]) -> None:
    routed = {
        (re.sub(r"<[a-z]+:article_id>", "{id}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert routed == {(path, method) for path, methods in document["paths"].items() for method in methods}


def test_the_document_has_the_form_of_openapi_3_1(document: dict[str, Any]) -> None:
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]

    assert document["openapi"] == "3.1.0"
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"] and operation["responses"].keys() & {"200", "201"} for operation in operations)
    assert all(parameter["description"] for each in operations for parameter in each.get("parameters", []))


def test_every_reference_leads_somewhere(client: FlaskClient, document: dict[str, Any]) -> None:
    references = set(re.findall(r'"#/components/schemas/(\w+)"', client.get("/api/v1/openapi.json").text))

    assert references <= set(document["components"]["schemas"])
    assert set(document["components"]["schemas"]) <= references


SUCCESSES = {
    "answer": ("get", "/answer", "/answer?q=why+biled&domain=acme.kayako.com&seats=60&explain=1"),
    "answer as written": ("get", "/answer", "/answer?q=why&html=1"),
    "no answer": ("get", "/answer", "/answer?q=uncovered"),
    "empty question": ("get", "/answer", "/answer?q="),
    "pending": ("get", "/answer", "/answer?q=60+seats&domain=acme.kayako.com&wait=0"),
    "seats": ("get", "/seats", "/seats?q=60+seats&domain=acme.kayako.com&active=48"),
    "search": ("get", "/search", "/search?q=seats"),
    "search as written": ("get", "/search", "/search?q=seats&html=1"),
    "suggest": ("get", "/suggest", "/suggest?q=se"),
    "articles": ("get", "/articles", "/articles"),
    "article": ("get", "/articles/{id}", f"/articles/{ARTICLE_ID}"),
    "staff count": ("get", "/staff-count", "/staff-count?domain=acme.kayako.com"),
}


@pytest.mark.parametrize(("method", "path", "url"), SUCCESSES.values(), ids=SUCCESSES)
def test_real_responses_are_what_the_document_says(
    method: str, path: str, url: str, client: FlaskClient, document: dict[str, Any]
) -> None:
    response = client.open(PREFIX + url, method=method.upper())

    operation = document["paths"][PREFIX + path][method]
    schema = operation["responses"][str(response.status_code)]["content"][response.content_type]["schema"]
    assert problems(response.get_json(), schema, document) == []


def test_the_check_of_responses_bites(document: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/Quote"}

    found = problems({"text": 5, "passage_id": "a#b", "start": 0, "more": 1}, schema, document)

    assert [problem.partition(":")[0] for problem in found] == ["$.more is not in the schema", "$.text", "$"]


def test_documented_limits_are_those_that_hold(client: FlaskClient, document: dict[str, Any]) -> None:
    for operation in OPERATIONS:
        described = document["paths"][PREFIX + operation.path][operation.method.lower()]
        for parameter in described["parameters"]:
            if "maximum" not in parameter["schema"]:
                continue
            url = PREFIX + operation.path
            highest = parameter["schema"]["maximum"]
            assert client.get(url, query_string={parameter["name"]: highest}).status_code == 200
            assert client.get(url, query_string={parameter["name"]: highest + 1}).status_code == 422


def test_a_base_url_is_named_as_the_server() -> None:
    assert openapi_document(base_url="https://help.example.com")["servers"] == [{"url": "https://help.example.com"}]


def test_the_page_shows_every_operation_and_type(client: FlaskClient, document: dict[str, Any]) -> None:
    page = client.get("/api/docs").text

    assert all(path in page for path in document["paths"])
    assert all(f'id="{name}"' in page for name in document["components"]["schemas"])


def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    assert re.findall(r'(?:src|href)="(?!/|#)([^"]*)"', client.get("/api/docs").text) == []


def test_the_api_can_be_read_about_before_there_is_an_index() -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(is_ready=False)).test_client()

    assert [client.get(path).status_code for path in ("/api/docs", "/api/v1/openapi.json")] == [200, 200]
