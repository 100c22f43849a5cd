"""Over TLS, or on this machine: anywhere else there is no console (ASVS 5.0: 3.3.1, 4.1.3, 12.2.1)."""

from __future__ import annotations

from typing import Any

import pytest

from kb_service.accounts.access import Access
from kb_service.knowledge_base import KnowledgeBase
from tests.web.console.builders import Browser, a_console

LOCAL = "http://127.0.0.1:8000"


@pytest.mark.slow
@pytest.mark.parametrize("origin", [LOCAL, "http://localhost:8000", "http://[::1]:8000"])
def test_on_this_machine_the_console_works_without_tls(origin: str, access: Access, billing: KnowledgeBase) -> None:
    browser = Browser(a_console(access, billing, base_url=""), origin=origin)
    cookies = browser.sign_in().headers.getlist("Set-Cookie")

    assert [cookie.partition("=")[0] for cookie in cookies] == ["kb_session"]
    assert sorted(cookies[0].split("; ")[1:]) == ["HttpOnly", "Path=/", "SameSite=Lax"]
    assert browser.is_signed_in()


NOT_HERE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "another host": ("", "http://10.0.0.5:8000", {}),
    "a name that looks like this machine": ("", "http://localhost.example:8000", {}),
    "a name that leads here": ("", "http://rebound.example:8000", {}),
    "somebody from elsewhere": ("", LOCAL, {"environ_base": {"REMOTE_ADDR": "10.0.0.9"}}),
    "through a proxy": ("", LOCAL, {"headers": {"X-Forwarded-For": "10.0.0.9"}}),
    "through a proxy that says little": ("", LOCAL, {"headers": {"X-Forwarded-Proto": "https"}}),
    "plain address of the service": ("http://help.example.com", "http://help.example.com", {}),
    "plain address, asked for as this machine": (
        "http://help.example.com",
        LOCAL,
        {"environ_base": {"REMOTE_ADDR": "10.0.0.9"}},
    ),
}


@pytest.mark.parametrize(("base_url", "origin", "options"), NOT_HERE.values(), ids=NOT_HERE)
def test_anywhere_else_people_are_told_what_to_set(
    base_url: str, origin: str, options: dict[str, Any], access: Access, billing: KnowledgeBase
) -> None:
    browser = Browser(a_console(access, billing, base_url=base_url), origin=origin)
    for path in ("/console", "/console/sign-in", "/console/articles/goodwill"):
        response = browser.get(path, **options)
        assert response.status_code == 403
        assert "KB_BASE_URL" in response.text
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(("base_url", "origin", "options"), NOT_HERE.values(), ids=NOT_HERE)
def test_a_token_is_worth_nothing_there_either(
    base_url: str, origin: str, options: dict[str, Any], access: Access, billing: KnowledgeBase
) -> None:
    browser = Browser(a_console(access, billing, base_url=base_url), origin=origin)
    _, token = access.tokens.add("panel", ["answers:agent"], days=1)
    headers = {**options.get("headers", {}), "Authorization": f"Bearer {token}"}
    rest = {name: value for name, value in options.items() if name != "headers"}

    for method, path in (("GET", "/console/articles/goodwill"), ("POST", "/api/v1/agent/answer")):
        response = browser.client.open(path, method=method, base_url=origin, headers=headers, **rest)
        assert response.status_code == 403
        assert "pelican" not in response.text


def test_with_an_https_address_cookies_are_secure_whatever_the_proxy_says(
    access: Access, billing: KnowledgeBase
) -> None:
    browser = Browser(a_console(access, billing))
    response = browser.client.get("/console/sign-in", base_url=LOCAL, headers={"X-Forwarded-Proto": "http"})

    assert response.status_code == 200
    assert "Secure" in response.headers["Set-Cookie"]
    assert response.headers["Set-Cookie"].startswith("__Host-")


def test_a_container_on_this_machine_is_one_when_the_address_says_so(access: Access, billing: KnowledgeBase) -> None:
    browser = Browser(a_console(access, billing, base_url="http://localhost:8000"), origin="http://localhost:8000")

    assert browser.get("/console/sign-in", environ_base={"REMOTE_ADDR": "172.17.0.1"}).status_code == 200
