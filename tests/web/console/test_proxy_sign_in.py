"""Sign-in by a proxy's header, over the whole application (ASVS 5.0: 4.1.3, 7.4.2)."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from flask import Flask

from kb_service.accounts.access import Access
from kb_service.accounts.proxy import SECRET_HEADER, TrustedProxy
from kb_service.accounts.roles import RoleRule
from kb_service.accounts.storage import ReadyDatabase
from kb_service.knowledge_base import KnowledgeBase
from tests.accounts.builders import Clock
from tests.web.console.builders import FROM_OUR_PAGE, Browser, a_console, an_access, session_of

SECRET = "s" * 32


@pytest.fixture
def access(database: ReadyDatabase, clock: Clock) -> Access:
    proxy = TrustedProxy("KbUser", "KbGroups", [ipaddress.ip_network("127.0.0.1")], [SECRET], RoleRule(["support"], []))
    return an_access(database, clock, sign_in=None, proxy=proxy)


@pytest.fixture
def app(access: Access, billing: KnowledgeBase) -> Flask:
    return a_console(access, billing)


def sent(user: str = "Anna", groups: str = "support", secret: str = SECRET) -> dict[str, str]:
    return {"KbUser": user, "KbGroups": groups, SECRET_HEADER: secret, "X-Forwarded-For": "198.51.100.7"}


def test_whoever_the_proxy_names_is_in_and_has_a_session(browser: Browser) -> None:
    page = browser.get("/console/account", headers=sent())
    first = session_of(browser)

    assert "You are <b>anna-2</b>, agent." in page.text  # there is a local anna, who is somebody else
    assert first
    browser.get("/console", headers=sent())
    assert session_of(browser) == first


def test_a_session_without_the_proxy_is_worth_nothing(browser: Browser) -> None:
    browser.get("/console", headers=sent())

    for headers in ({}, sent(secret="x" * 32), sent(user=""), sent(groups="visitors")):
        assert browser.get("/console", headers=headers).status_code == 403
    elsewhere: Any = {"environ_base": {"REMOTE_ADDR": "10.0.0.9"}}
    assert browser.get("/console", headers=sent(), **elsewhere).status_code == 403


def test_another_person_in_the_same_browser_gets_a_session_of_their_own(browser: Browser, access: Access) -> None:
    browser.get("/console", headers=sent("Anna"))
    first = session_of(browser)
    page = browser.get("/console/account", headers=sent("Tom"))

    assert "You are <b>tom</b>" in page.text
    assert session_of(browser) != first
    assert access.sessions.find(first) is None


def test_somebody_disabled_is_out_whatever_the_proxy_says(browser: Browser, access: Access) -> None:
    browser.get("/console", headers=sent("Tom"))
    access.accounts.disable("tom")

    assert browser.get("/console", headers=sent("Tom")).status_code == 403


def test_forms_need_their_token_here_too(browser: Browser) -> None:
    form = {"ticket": "refund", "form_token": ""}
    browser.get("/console", headers=sent())

    assert browser.post("/console", form, headers={**sent(), **FROM_OUR_PAGE}).status_code == 403


def test_the_sign_in_page_leads_back_to_the_proxy(browser: Browser) -> None:
    page = browser.get("/console/sign-in").text

    assert 'type="password"' not in page
    assert '<a href="/console">Go to the console.</a>' in page
