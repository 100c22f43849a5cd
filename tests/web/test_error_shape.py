"""Errors: one JSON shape for all of /api, a readable page elsewhere, and nothing of our insides in either."""

from __future__ import annotations

import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb_service.app import create_app
from kb_service.errors import BadArticle, KbError
from kb_service.knowledge_base import MAX_QUESTION_CHARACTERS
from kb_service.settings import Settings
from kb_service.web.operations import OPERATIONS, PREFIX
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
PATHS = sorted({PREFIX + each.path.replace("{id}", ARTICLE_ID) for each in OPERATIONS} | {PREFIX + "/openapi.json"})
LEAKS = re.compile(r"Traceback|File \"|/srv/|/work/|/home/|site-packages|\.py\b|kb_service\.|secret", re.IGNORECASE)


def assert_is_problem(response: TestResponse, status: int) -> None:
    problem = response.get_json()
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert list(problem) == ["type", "title", "status", "detail", "instance", "errors"]
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert problem["instance"] == response.headers["X-Request-Id"]
    assert problem["title"]
    assert problem["detail"]
    assert all(list(error) == ["field", "message"] for error in problem["errors"])
    assert response.headers["Cache-Control"] == "no-store"
    assert not LEAKS.search(response.text)


@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(path: str, app: Flask, client: FlaskClient) -> None:
    allowed = app.url_map.bind("localhost").allowed_methods(path)
    for method in set(METHODS) - set(allowed):
        response = client.open(path, method=method)

        assert_is_problem(response, 405)
        assert set(response.headers["Allow"].split(", ")) == set(allowed)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v2/answer", "/api/v1/answer/", "/api/v1/answerx"])
def test_an_unknown_path_below_api_is_a_problem(path: str, client: FlaskClient) -> None:
    assert_is_problem(client.get(path), 404)


def test_wrong_parameters_are_a_problem(client: FlaskClient) -> None:
    assert_is_problem(client.get("/api/v1/answer?limit=x"), 422)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [(b"{", "application/json", 400), (b"a" * 80_000, "application/json", 413), (b"{}", "text/plain", 415)],
)
def test_a_wrong_body_is_a_problem(body: bytes, content_type: str, status: int, client: FlaskClient) -> None:
    assert_is_problem(client.post("/api/v1/answer", data=body, content_type=content_type), status)


@pytest.mark.parametrize(
    "path",
    [path for path in PATHS if path.removeprefix(PREFIX) not in ("/openapi.json", "/feedback", "/events", "/contact")],
)
def test_an_index_that_cannot_be_used_is_503_with_a_time_to_come_back(path: str) -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(is_ready=False)).test_client()

    response = client.get(path, query_string={"domain": "acme.kayako.com"})

    assert_is_problem(response, 503)
    assert response.headers["Retry-After"] == "5"


def test_a_fault_of_ours_is_500_and_only_the_log_knows_more(
    client: FlaskClient, knowledge_base: FixedKnowledgeBase, caplog: pytest.LogCaptureFixture
) -> None:
    knowledge_base.failure = ZeroDivisionError("a secret")
    with caplog.at_level(logging.ERROR):
        response = client.get("/api/v1/answer?q=a", headers={"X-Request-Id": "my-request"})

    assert_is_problem(response, 500)
    assert "ZeroDivisionError" in caplog.text
    assert response.get_json()["instance"] == "my-request"


@pytest.mark.parametrize(
    ("failure", "status"), [(BadArticle("a.md", 3, "has no title"), 400), (KbError("of no family"), 500)]
)
def test_every_error_of_ours_has_a_status(
    failure: KbError, status: int, client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    knowledge_base.failure = failure

    assert_is_problem(client.get("/api/v1/answer?q=a"), status)


def test_what_the_index_says_goes_to_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(is_ready=False)).test_client()

    client.get("/api/v1/search?q=a", headers={"X-Request-Id": "my-request"})

    assert "request my-request failed: /srv/secret/index is unreadable" in caplog.text


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/nope", 404, "Page not found"),
        ("/articles/none", 404, "Page not found"),
    ],
)
def test_a_page_s_error_is_a_page_with_a_search_box(path: str, status: int, heading: str, client: FlaskClient) -> None:
    response = client.get(path)

    assert (response.status_code, response.mimetype) == (status, "text/html")
    assert f"<title>{heading} – Help centre</title>" in response.text
    assert f"<h1>{heading}</h1>" in response.text
    assert '<input id="kb:q"' in response.text
    assert response.headers["X-Request-Id"] in response.text


def test_a_page_keeps_what_was_asked_and_says_at_its_field_what_is_wrong(client: FlaskClient) -> None:
    response = client.get('/search?q=<b>"why"&seats=x')

    assert response.status_code == 422
    assert 'value="&lt;b&gt;&#34;why&#34;"' in response.text
    assert 'name="seats" value="x"' in response.text
    assert "Must be a whole number from 0 to 1,000,000, not &#34;x&#34;." in response.text


def test_a_question_that_is_too_long_is_kept(client: FlaskClient) -> None:
    response = client.get(f"/search?q={'a' * (MAX_QUESTION_CHARACTERS + 1)}")

    assert response.status_code == 422
    assert "Must be a text of at most 2,000 characters, not 2,001" in response.text
    assert "a" * (MAX_QUESTION_CHARACTERS + 1) in response.text


def test_the_page_of_no_article_names_no_id(client: FlaskClient) -> None:
    assert '<p class="lead">There is nothing at this address.</p>' in client.get("/articles/none").text


@pytest.mark.parametrize("failure", [ZeroDivisionError("a secret"), None])
def test_a_failing_page_says_so_in_words(
    failure: Exception | None, client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    knowledge_base.failure, knowledge_base.is_ready = failure, False

    response = client.get("/search?q=a")

    assert response.status_code == (500 if failure else 503)
    assert not LEAKS.search(response.text)
    assert "<h1>" in response.text


@pytest.mark.parametrize("path", ["//evil.example/..", "/articles//x", "/api//v1/answer", "/../etc"])
def test_no_response_is_a_redirect(path: str, client: FlaskClient) -> None:
    response = client.get("/", headers={"Host": "evil.example"}, environ_overrides={"PATH_INFO": path})

    assert response.status_code == 404
    assert "evil.example" not in str(response.headers)
