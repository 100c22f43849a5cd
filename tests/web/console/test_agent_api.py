"""What programs with a token are told."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kb_service.accounts.access import Access
from kb_service.knowledge_base import KnowledgeBase
from tests.accounts.builders import Clock
from tests.billing_articles import SECRET
from tests.web.console.builders import ORIGIN, a_console

QUESTION = {"question": "Who may give a goodwill refund?", "html": True}


@pytest.fixture
def token(access: Access) -> str:
    return access.tokens.add("panel", ["answers:agent"], days=1)[1]


def asked(app: Flask, token: str = "", body: Any = None) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = app.test_client()
    return client.post("/api/v1/agent/answer", json=body or QUESTION, headers=headers, base_url=ORIGIN)


def test_a_program_is_told_what_agents_may_know_and_for_whom_it_is(app: Flask, token: str) -> None:
    response = asked(app, token)
    found = {each["id"]: each for each in response.get_json()["passages"]}

    assert response.headers["Cache-Control"] == "no-store"
    internal = found["goodwill#intro"]
    assert SECRET in internal["text"]
    assert (internal["audience"], internal["url"]) == ("agent", "/console/articles/goodwill#intro")
    assert "public" in {each["audience"] for each in found.values()}
    assert "Set-Cookie" not in response.headers


def test_without_a_good_token_a_program_is_told_nothing(app: Flask, access: Access, token: str, clock: Clock) -> None:
    public = access.tokens.add("x", ["answers:public"], days=1)[1]
    reports = access.tokens.add("x", ["reports"], days=1)[1]
    codes = [asked(app, each).status_code for each in ("", "x", token[:-1], public, reports)]
    assert codes == [401, 401, 401, 403, 403]
    clock.pass_seconds(86_400)
    assert asked(app, token).status_code == 401


def test_no_page_of_another_site_may_read_it(app: Flask, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://shop.example"}
    response = app.test_client().post("/api/v1/agent/answer", json=QUESTION, headers=headers, base_url=ORIGIN)
    preflight = app.test_client().options("/api/v1/agent/answer", headers=headers, base_url=ORIGIN)

    assert "Access-Control-Allow-Origin" not in response.headers
    assert preflight.status_code == 405


def test_what_is_wrong_is_named(app: Flask, token: str) -> None:
    response = asked(app, token, {"question": "a", "audience": "public"})

    assert response.status_code == 422
    assert response.get_json()["errors"][0]["field"] == "audience"


def test_it_is_documented_where_it_is(app: Flask, access: Access, billing: KnowledgeBase) -> None:
    with_console = app.test_client().get("/api/v1/openapi.json").get_json()
    without = a_console(access, billing, console=False).test_client().get("/api/v1/openapi.json").get_json()

    described = with_console["paths"]["/api/v1/agent/answer"]["post"]
    assert described["security"] == [{"token": []}]
    assert {"401", "403"} <= set(described["responses"])
    assert with_console["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    assert "/api/v1/agent/answer" not in without["paths"]
    assert "securitySchemes" not in without["components"]
