"""POST /api/v1/feedback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.record.events import Vote
from kb_service.settings import Settings
from tests.record.builders import a_record, stored_votes
from tests.web.fakes import QUERY_ID, FixedKnowledgeBase
from tests.web.json_schema import problems

URL = "/api/v1/feedback"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "record"


@pytest.fixture
def client(folder: Path) -> FlaskClient:
    settings = Settings(rate_limit=False, allowed_origins=("https://shop.example",))
    return create_app(settings, knowledge_base=FixedKnowledgeBase(), record=a_record(folder)).test_client()


def test_the_first_vote_is_created_and_the_next_replaces_it(client: FlaskClient, folder: Path) -> None:
    first = client.post(URL, json={"query_id": QUERY_ID, "helpful": True})
    body = {"query_id": QUERY_ID, "helpful": False, "passage_id": "a#b", "reasons": ["wrong"], "comment": "no"}
    second = client.post(URL, json=body)

    assert (first.status_code, first.get_json()) == (201, {"query_id": QUERY_ID, "helpful": True})
    assert (second.status_code, second.get_json()) == (200, {"query_id": QUERY_ID, "helpful": False})
    assert stored_votes(folder) == [Vote(QUERY_ID, False, "a#b", ("wrong",), "no")]


def test_a_vote_that_cannot_be_stored_is_503_with_a_time_to_come_back(folder: Path) -> None:
    folder.touch()  # where the folder should be
    app = create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase(), record=a_record(folder))

    response = app.test_client().post(URL, json={"query_id": QUERY_ID, "helpful": True})

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert str(folder) not in response.text


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no query": ({"helpful": True}, "query_id"),
    "no verdict": ({"query_id": QUERY_ID}, "helpful"),
    "another form of id": ({"query_id": "q_1", "helpful": True}, "query_id"),
    "a verdict in words": ({"query_id": QUERY_ID, "helpful": "yes"}, "helpful"),
    "an unknown reason": ({"query_id": QUERY_ID, "helpful": False, "reasons": ["because"]}, "reasons"),
    "reasons that are no list": ({"query_id": QUERY_ID, "helpful": False, "reasons": "wrong"}, "reasons"),
    "a comment that is too long": ({"query_id": QUERY_ID, "helpful": False, "comment": "x" * 4001}, "comment"),
    "an unknown field": ({"query_id": QUERY_ID, "helpful": False, "name": "Jo"}, "name"),
}


@pytest.mark.parametrize(("body", "field"), WRONG.values(), ids=WRONG)
def test_a_wrong_field_is_named(body: dict[str, Any], field: str, client: FlaskClient) -> None:
    response = client.post(URL, json=body)

    assert response.status_code == 422
    assert [error["field"] for error in response.get_json()["errors"]] == [field]


def test_the_message_says_what_a_field_takes(client: FlaskClient) -> None:
    errors = client.post(URL, json={"query_id": QUERY_ID, "helpful": 1, "reasons": ["x"]}).get_json()["errors"]

    messages = {error["field"]: error["message"] for error in errors}
    assert messages["helpful"] == "must be true or false, not 1"
    assert messages["reasons"] == 'must be a list of other_question, outdated, unclear, wrong, not ["x"]'


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken_so_that_browsers_ask_first(content_type: str, client: FlaskClient) -> None:
    assert client.post(URL, data=b"{}", content_type=content_type).status_code == 415


@pytest.mark.parametrize(("origin", "allowed"), [("https://shop.example", True), ("https://evil.example", False)])
def test_only_allowed_sites_may_send_votes(origin: str, allowed: bool, client: FlaskClient) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    response = client.options(URL, headers=asked)

    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Methods"] == "POST"
    assert (response.headers.get("Access-Control-Allow-Origin") == origin) is allowed


def test_one_client_has_twenty_messages_an_hour(folder: Path) -> None:
    app = create_app(Settings(), knowledge_base=FixedKnowledgeBase(), record=a_record(folder), clock=lambda: 0.0)
    client = app.test_client()

    statuses = [client.post(URL, json={"query_id": QUERY_ID, "helpful": True}).status_code for _ in range(21)]

    assert statuses == [201] + [200] * 19 + [429]


@pytest.mark.parametrize("status", [200, 201])
def test_responses_have_the_documented_form(status: int, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    schema = document["paths"][URL]["post"]["responses"][str(status)]["content"]["application/json"]["schema"]

    assert problems({"query_id": QUERY_ID, "helpful": True}, schema, document) == []


def test_the_longest_comment_is_taken_however_its_characters_are_written(client: FlaskClient) -> None:
    body = json.dumps({"query_id": QUERY_ID, "helpful": False, "comment": "\U0001f642" * 4000})  # two escapes each

    assert client.post(URL, data=body, content_type="application/json").status_code == 201
