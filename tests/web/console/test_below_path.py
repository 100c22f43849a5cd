"""The console below a path of somebody's host: everything leads there, and its cookies go nowhere else."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from kb_service.accounts.access import Access
from kb_service.knowledge_base import KnowledgeBase
from tests.accounts.builders import PASSWORD
from tests.web.console.builders import ORIGIN, Browser, a_console

ROOT = "/help"
TICKET = "we pay for 60 seats but only 48 people use it, why?"


@pytest.fixture
def app(access: Access, billing: KnowledgeBase) -> Flask:
    return a_console(access, billing, base_url=ORIGIN + ROOT)


def sign_in(browser: Browser, next_path: str = "", *, name: str = "anna") -> str:
    """Sign in as a browser does that knows the whole addresses; return where that leads."""
    data = {"name": name, "password": PASSWORD, "next": next_path}
    token = {"form_token": browser.token_of(f"{ROOT}/console/sign-in")}
    return browser.post(f"{ROOT}/console/sign-in", token | data).headers["Location"]


def test_signing_in_leads_where_somebody_wanted_to_go(browser: Browser) -> None:
    wanted = browser.get(f"{ROOT}/console/flags?x=1").headers["Location"]
    assert wanted == f"{ROOT}/console/sign-in?next=/console/flags%3Fx%3D1"

    assert sign_in(browser, "/console/flags?x=1") == f"{ROOT}/console/flags?x=1"


def test_signing_in_leads_to_no_page_outside_of_the_console(browser: Browser) -> None:
    assert sign_in(browser, f"{ROOT}/articles/a") == f"{ROOT}/console"


def test_cookies_go_to_the_console_alone(browser: Browser) -> None:
    first = browser.get(f"{ROOT}/console/sign-in").headers["Set-Cookie"]
    sign_in(browser)
    session = browser.client._cookies

    assert first.startswith("__Secure-kb_form=")
    assert "Path=/help/console" in first
    assert {each.path for each in session.values()} == {"/help/console"}
    assert browser.get(f"{ROOT}/console").status_code == 200


def test_signing_out_ends_the_cookie_and_leaves_those_of_the_host(browser: Browser) -> None:
    sign_in(browser)
    token = {"form_token": browser.token_of(f"{ROOT}/console")}
    response = browser.post(f"{ROOT}/console/sign-out", token)

    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert "__Secure-kb_session" not in browser.cookies()
    assert f'href="{ROOT}/console/sign-in"' in response.text


def test_every_address_of_the_console_leads_below_the_path(browser: Browser) -> None:
    sign_in(browser)
    token = {"form_token": browser.token_of(f"{ROOT}/console")}
    pages = [
        browser.get(f"{ROOT}/console{path}").text for path in ("", "/flags", "/account", "/seats", "/articles/goodwill")
    ]
    pages.append(browser.post(f"{ROOT}/console", token | {"ticket": TICKET}).text)

    for page in pages:
        addresses = re.findall(r'\b(?:href|src|action)="([^"#]+)"', page)
        assert len(addresses) > 5
        assert [each for each in addresses if not each.startswith((f"{ROOT}/", ORIGIN + ROOT))] == []
    assert re.search(rf": {ORIGIN}{ROOT}/articles/[a-z-]+", pages[-1])  # what is copied
    assert f"{ROOT}{ROOT}" not in "".join(pages)


def test_reports_lead_below_the_path(browser: Browser) -> None:
    sign_in(browser, name="lena")
    for path in ("/reports", "/reports/open_questions", "/reports/most_asked"):
        page = browser.get(f"{ROOT}/console{path}")
        addresses = re.findall(r'\b(?:href|src|action)="([^"#]+)"', page.text)
        assert [each for each in addresses if not each.startswith((f"{ROOT}/", ORIGIN + ROOT))] == []


def test_the_api_for_agents_leads_to_the_console_below_the_path(browser: Browser, access: Access) -> None:
    _, token = access.tokens.add("panel", ["answers:agent"], days=1)
    headers = {"Authorization": f"Bearer {token}"}
    sent = browser.client.post(
        f"{ROOT}/api/v1/agent/answer", base_url=ORIGIN, json={"question": TICKET, "html": True}, headers=headers
    ).get_json()

    assert {each["url"].startswith(f"{ROOT}/console/articles/") for each in sent["passages"]} == {True}
