"""/healthz and /readyz."""

from __future__ import annotations

from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from tests.web.fakes import FixedKnowledgeBase


def test_a_running_process_is_healthy_even_when_it_cannot_answer() -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(is_ready=False)).test_client()

    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_ready_says_from_which_index(client: FlaskClient) -> None:
    response = client.get("/readyz")

    index = {"generation": "gen-7", "articles": 31, "passages": 214}
    assert response.status_code == 200
    assert response.get_json() == {"ready": True, "reason": "", "index": index}


def test_not_ready_says_why_and_when_to_come_back() -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(is_ready=False)).test_client()

    response = client.get("/readyz")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.get_json()["reason"] == "There is no index in …/index. Build it: kb index."


def test_health_is_never_stored_and_never_limited() -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase()).test_client()

    responses = [client.get("/readyz") for _ in range(200)]

    assert {(each.status_code, each.headers["Cache-Control"]) for each in responses} == {(200, "no-store")}
