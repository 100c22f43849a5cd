"""Nothing is allowed that no route allows (ASVS 5.0: 8.1.1, 8.2.1, 8.2.2, 8.3.1, 13.4.5)."""

from __future__ import annotations

import pytest
from flask import Flask, Response
from werkzeug.routing import Rule

from kb_service.accounts.access import Access
from kb_service.accounts.api_tokens import SCOPES, Scope
from kb_service.knowledge_base import KnowledgeBase
from kb_service.web.console.gate import Gate
from tests.web.console.builders import ORIGIN, Browser, a_console

THE_WAY_IN = {
    "console_sign_in",
    "console_take_sign_in",
    "console_openid_begin",
    "console_openid_finish",
    "console_panel_take",
}
VALUES = {"path:article_id": "goodwill", "digest": "0" * 32, "name": "a", "int:flag_id": "1", "receipt_id": "x"}
GUARDED = ("/console", "/api/v1/agent", "/api/v1/reports")


def guarded(app: Flask) -> list[Rule]:
    return [
        rule for rule in app.url_map.iter_rules() if rule.rule.startswith(GUARDED) and rule.endpoint not in THE_WAY_IN
    ]


def address(rule: Rule) -> str:
    path = rule.rule
    for name, value in VALUES.items():
        path = path.replace(f"<{name}>", value)
    return path


def test_every_route_of_the_console_says_who_may_reach_it(app: Flask) -> None:
    assert len(guarded(app)) >= 8
    roles = {rule.endpoint: getattr(app.view_functions[rule.endpoint], "required_role", None) for rule in guarded(app)}

    assert [endpoint for endpoint, role in roles.items() if role not in ("agent", "lead")] == []


def test_no_other_route_stands_behind_the_gate(app: Flask) -> None:
    inside = {rule.endpoint for rule in guarded(app)}

    assert {name for name, view in app.view_functions.items() if hasattr(view, "required_role")} == inside


def test_without_a_session_every_route_leads_to_the_sign_in(app: Flask, browser: Browser) -> None:
    for rule in guarded(app):
        for method in (rule.methods or set()) & {"GET", "POST"}:
            response = browser.client.open(address(rule), method=method, base_url=ORIGIN)
            assert response.status_code in (303, 401), rule
            assert "pelican" not in response.text


def test_off_there_is_no_console(access: Access, billing: KnowledgeBase) -> None:
    app = a_console(access, billing, console=False)

    assert guarded(app) == []
    assert Browser(app).get("/console").status_code == 404
    assert Browser(app).get("/console/sign-in").status_code == 404


PROBES = {"agent": "answers:agent", "lead": "reports"}


@pytest.fixture
def probed(app: Flask, access: Access) -> Flask:
    """Two routes more, for each role one page and one of the API."""
    gate = Gate(access, ORIGIN)
    for role in ("agent", "lead"):
        view = gate.requires(role, takes_tokens=True)(lambda: Response("seen"))  # type: ignore[arg-type]
        app.add_url_rule(f"/console/probe-{role}", f"probe-{role}", view)
        app.add_url_rule(f"/api/v1/agent/probe-{role}", f"api-probe-{role}", view)
    return app


def test_an_agent_is_no_lead(probed: Flask) -> None:
    anna, lena = Browser(probed), Browser(probed)
    anna.sign_in("anna")
    lena.sign_in("lena")

    assert [each.get("/console/probe-agent").status_code for each in (anna, lena)] == [200, 200]
    assert [each.get("/console/probe-lead").status_code for each in (anna, lena)] == [403, 200]
    assert "seen" not in anna.get("/console/probe-lead").text


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("role", PROBES)
def test_a_token_opens_what_its_scope_says(scope: Scope, role: str, probed: Flask, access: Access) -> None:
    _, text = access.tokens.add("panel", [scope], days=1)
    for path in (f"/console/probe-{role}", f"/api/v1/agent/probe-{role}"):
        response = Browser(probed).get(path, headers={"Authorization": f"Bearer {text}"})
        assert response.status_code == (200 if PROBES[role] == scope else 403)


def test_errors_of_the_api_are_problems(probed: Flask, access: Access) -> None:
    _, text = access.tokens.add("panel", ["reports"], days=1)
    for header, status in (("", 401), ("Bearer x", 401), ("Basic YTpi", 401), (f"Bearer {text}", 403)):
        response = Browser(probed).get("/api/v1/agent/probe-agent", headers={"Authorization": header} if header else {})
        assert response.status_code == status
        assert response.content_type == "application/problem+json"
        assert response.get_json()["status"] == status
        assert (response.headers.get("WWW-Authenticate", "").lower() == "bearer") is (status == 401)


def test_a_session_opens_nothing_of_the_api(probed: Flask) -> None:
    anna = Browser(probed)
    anna.sign_in("anna")

    assert anna.get("/api/v1/agent/probe-agent").status_code == 401


def test_a_revoked_or_wrong_token_beside_a_session_opens_nothing(probed: Flask, access: Access) -> None:
    made, text = access.tokens.add("panel", ["answers:agent"], days=1)
    access.tokens.revoke(made.token_id)
    anna = Browser(probed)
    anna.sign_in("anna")

    assert anna.get("/console/probe-agent", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_a_page_that_is_somebody_s_own_takes_no_token(app: Flask, access: Access, anna: Browser) -> None:
    _, text = access.tokens.add("panel", ["answers:agent", "reports"], days=1)
    for path in ("/console", "/console/account", "/console/flags"):
        response = Browser(app).get(path, headers={"Authorization": f"Bearer {text}"})
        assert response.status_code == 303
        assert anna.get(path, headers={"Authorization": "Basic YTpi"}).status_code == 200, (
            "a proxy wants a password too"
        )


def test_a_token_in_an_address_opens_nothing(probed: Flask, access: Access) -> None:
    _, text = access.tokens.add("panel", ["answers:agent"], days=1)

    assert Browser(probed).get(f"/api/v1/agent/probe-agent?token={text}&access_token={text}").status_code == 401
