"""GET /api/v1/staff-count, and who may have a helpdesk counted."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings, StaffCountMode
from kb_service.staff.counter import StaffCount
from tests.staff.tokens import token_of
from tests.web.fakes import FixedKnowledgeBase

STAFF_COUNT = "/api/v1/staff-count"
KEY = "k" * 32
DOMAIN = "acme.kayako.com"


def client_of(mode: StaffCountMode, knowledge_base: FixedKnowledgeBase) -> FlaskClient:
    settings = Settings(staff_count=mode, staff_key=(KEY,) if mode == "signed" else ())
    return create_app(settings, knowledge_base=knowledge_base).test_client()


def token_for(domain: str) -> str:
    return token_of({"aud": "kb-staff-count", "domain": domain, "exp": int(time.time()) + 600}, KEY.encode())


def test_the_count_comes_alone(client: FlaskClient) -> None:
    response = client.get(STAFF_COUNT, query_string={"domain": DOMAIN})

    assert response.get_json()["count"] == 48
    assert response.headers["Cache-Control"] == "no-store"


def test_a_failure_is_a_status_and_no_error() -> None:
    knowledge_base = FixedKnowledgeBase(staff_count=StaffCount("timeout", DOMAIN))

    response = client_of("public", knowledge_base).get(STAFF_COUNT, query_string={"domain": DOMAIN})

    assert response.status_code == 200
    assert (response.get_json()["status"], response.get_json()["count"]) == ("timeout", None)


def test_a_domain_is_required(client: FlaskClient) -> None:
    for query in ("", "?domain="):
        assert client.get(STAFF_COUNT + query).get_json()["errors"] == [{"field": "domain", "message": "is required"}]


@pytest.mark.parametrize("mode", ["off", "agents"])
def test_visitors_get_no_count_where_it_is_not_for_them(
    mode: StaffCountMode, knowledge_base: FixedKnowledgeBase
) -> None:
    client = client_of(mode, knowledge_base)

    alone = client.get(STAFF_COUNT, query_string={"domain": DOMAIN}).get_json()
    answer = client.get("/api/v1/answer", query_string={"q": "why?", "domain": DOMAIN}).get_json()

    assert alone["status"] == answer["staff_count"]["status"] == "disabled"
    assert knowledge_base.questions[0].domain is None
    assert answer["outcome"] == "answered"


TOKENS: dict[str, tuple[Callable[[], str] | None, str, str]] = {  # made when they are sent, as they expire
    "own token": (lambda: token_for(DOMAIN), DOMAIN, "ok"),
    "name as people type it": (lambda: token_for(DOMAIN), "https://ACME.kayako.com/", "ok"),
    "another helpdesk's token": (lambda: token_for("other.kayako.com"), DOMAIN, "not_allowed"),
    "no token": (None, DOMAIN, "not_allowed"),
    "made-up token": (lambda: "e30.e30", DOMAIN, "not_allowed"),
    "no domain at all": (lambda: token_for(DOMAIN), "127.0.0.1", "invalid_domain"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("token", "domain", "status"), TOKENS.values(), ids=TOKENS)
def test_signed_counts_need_a_token_for_that_helpdesk(
    token: Callable[[], str] | None, domain: str, status: str, knowledge_base: FixedKnowledgeBase
) -> None:
    client = client_of("signed", knowledge_base)
    given = {"domain": domain} | ({"token": token()} if token else {})

    alone = client.get(STAFF_COUNT, query_string=given).get_json()
    answer = client.post("/api/v1/answer", json={"question": "why?", **given}).get_json()

    assert alone["status"] == answer["staff_count"]["status"] == status


def test_the_log_says_why_a_token_opens_nothing(
    knowledge_base: FixedKnowledgeBase, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of("signed", knowledge_base)
    for token in ("", token_for("other.kayako.com")):
        with caplog.at_level("INFO", "kb_service.web"):
            client.get(STAFF_COUNT, query_string={"domain": DOMAIN, "token": token})

    assert [line.getMessage().rpartition(" (")[2] for line in caplog.records] == [
        "malformed)",
        "signed for another helpdesk)",
    ]
