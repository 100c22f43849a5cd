"""The panel in a helpdesk's page: who may have it in a frame, and how it is connected (ASVS 5.0: 3.4.6, 3.5.1)."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kb_service.accounts.access import Access
from kb_service.errors import BadSetting
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import load_settings
from tests.billing_articles import SECRET
from tests.web.console.builders import FROM_OUR_PAGE, Browser, a_console

DESK = "https://desk.example.com"
ASKED = "/console/panel?question=Who+may+give+a+goodwill+refund"


@pytest.fixture
def app(access: Access, billing: KnowledgeBase) -> Flask:
    return a_console(access, billing, panel_ancestors=(DESK,))


def policy(response: TestResponse) -> str:
    found = re.search(r"frame-ancestors ([^;]*)", response.headers["Content-Security-Policy"])
    assert found
    return found[1]


def handed_over(agent: Browser) -> str:
    """The session that a signed-in agent hands to a panel."""
    page = agent.submit("/console/panel/connect", {}, on="/console/panel/connect").text
    found = re.search(r'data-secret="([\w-]{43})"', page)
    assert found
    return found[1]


def connected(app: Flask, agent: Browser) -> Browser:
    """The browser of the agent as it is in the frame: without the session's cookie."""
    panel = Browser(app)
    taken = panel.post("/console/panel/session", {"secret": handed_over(agent)})
    assert taken.status_code == 204
    return panel


def test_the_helpdesks_that_are_named_may_have_it_in_a_frame_and_nothing_else(app: Flask, anna: Browser) -> None:
    for browser in (anna, Browser(app)):
        response = browser.get(ASKED)
        assert policy(response) == DESK
        assert "X-Frame-Options" not in response.headers
    for path in ("/console", "/console/panel/connect", "/console/sign-in", "/console/flags", "/", "/search?q=a"):
        response = anna.get(path)
        assert policy(response) == "'none'"
        assert response.headers["X-Frame-Options"] == "DENY"


def test_where_nobody_is_named_it_is_in_no_frame(access: Access, billing: KnowledgeBase) -> None:
    app = a_console(access, billing)
    anna = Browser(app)
    anna.sign_in()

    response = anna.get(ASKED)
    assert response.status_code == 200
    assert policy(response) == "'none'"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert Browser(app).post("/console/panel/session", {"secret": handed_over(anna)}).status_code == 403


def test_without_a_session_it_says_how_to_connect_and_nothing_more(app: Flask, browser: Browser) -> None:
    response = browser.get(ASKED)

    assert response.status_code == 401
    assert response.headers["Cache-Control"] == "no-store"
    assert "Connect this panel" in response.text
    assert SECRET not in response.text
    assert "goodwill" not in response.text


def test_a_connected_panel_answers_questions_and_tickets(app: Flask, anna: Browser) -> None:
    panel = connected(app, anna)

    page = panel.get(ASKED)
    assert page.status_code == 200
    assert f"A {SECRET} refund needs the consent" in page.text
    assert 'action="/console/panel"' in page.text
    ticket = "From: Tom Reed\n\nHow do we remove seats?"
    assert "Hello Tom Reed," in panel.submit("/console/panel", {"ticket": ticket}, on="/console/panel").text
    long = panel.submit("/console/panel", {"ticket": "a" * 20_001}, on="/console/panel")
    assert (long.status_code, policy(long)) == (422, DESK)


def test_its_cookie_is_for_a_frame_on_another_site(app: Flask, anna: Browser) -> None:
    taken = Browser(app).post("/console/panel/session", {"secret": handed_over(anna)})
    [cookie] = taken.headers.getlist("Set-Cookie")

    assert cookie.startswith("__Host-kb_panel=")
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= set(cookie.split("; "))


def test_its_session_opens_the_panel_and_no_other_page(app: Flask, anna: Browser) -> None:
    panel = connected(app, anna)

    for path in ("/console", "/console/articles/goodwill", "/console/account", "/console/flags"):
        assert panel.get(path).status_code == 303
    asked = panel.get(ASKED).text
    query_id = re.search(r'data-query="(q_\w+)"', asked)
    token = re.search(r'name="form_token" value="(\w+)"', asked)
    assert query_id
    assert token
    flag = {"form_token": token[1], "query_id": query_id[1], "passage_id": "goodwill#intro", "note": "old"}
    assert panel.post("/console/flags", flag).status_code == 200


def cookie_of(browser: Browser, name: str) -> str:
    (value,) = (each.value for each in browser.client._cookies.values() if each.key == name)
    return value


def test_its_cookie_is_no_session_of_the_console(app: Flask, anna: Browser) -> None:
    of_panel, handed = cookie_of(connected(app, anna), "__Host-kb_panel"), handed_over(anna)

    for secret in (of_panel, handed):
        other = Browser(app)
        other.client.set_cookie("__Host-kb_session", secret, domain="help.example.com", secure=True)
        assert other.get("/console/articles/goodwill").status_code == 303


def test_no_session_but_what_was_handed_over_becomes_a_panels(app: Flask, anna: Browser) -> None:
    for secret in (cookie_of(anna, "__Host-kb_session"), cookie_of(connected(app, anna), "__Host-kb_panel")):
        assert Browser(app).post("/console/panel/session", {"secret": secret}).status_code == 403
    assert anna.get("/console").status_code == 200


def test_it_ends_when_the_agent_signs_out(app: Flask, anna: Browser) -> None:
    panel = connected(app, anna)
    assert panel.get(ASKED).status_code == 200

    anna.submit("/console/sign-out", {})

    assert panel.get(ASKED).status_code == 401


def test_a_link_on_another_site_asks_nothing(app: Flask, anna: Browser) -> None:
    panel = connected(app, anna)
    from_elsewhere = {"Sec-Fetch-Site": "cross-site"}

    waiting = panel.get(ASKED, headers=from_elsewhere).text
    answered = panel.get(ASKED, headers={**from_elsewhere, "Referer": f"{DESK}/"}).text

    assert "Who may give a goodwill refund" in waiting
    assert SECRET not in waiting
    assert SECRET in answered


def test_what_is_handed_over_works_once(app: Flask, anna: Browser) -> None:
    secret = handed_over(anna)

    assert [Browser(app).post("/console/panel/session", {"secret": secret}).status_code for _ in range(2)] == [204, 403]
    assert Browser(app).post("/console/panel/session", {"secret": ""}).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": DESK}, {"Origin": DESK, "Sec-Fetch-Site": "cross-site"}, {**FROM_OUR_PAGE, "Origin": "null"}],
)
def test_no_other_page_can_put_a_session_into_a_panel(
    headers: dict[str, str], app: Flask, anna: Browser, browser: Browser
) -> None:
    sent = browser.post("/console/panel/session", {"secret": handed_over(anna)}, headers=headers)

    assert sent.status_code == 403
    assert "Set-Cookie" not in sent.headers


def test_nothing_is_handed_over_without_the_button(app: Flask, anna: Browser, browser: Browser) -> None:
    assert "data-secret" not in anna.get("/console/panel/connect").text
    assert anna.post("/console/panel/connect", {}).status_code == 403
    led = browser.get("/console/panel/connect")
    assert led.headers["Location"] == "/console/sign-in?next=/console/panel/connect"


def test_it_ends_with_every_session_of_the_account(app: Flask, anna: Browser) -> None:
    panel = connected(app, anna)
    anna.submit("/console/sign-out", {"everywhere": "1"}, on="/console/account")

    assert panel.get(ASKED).status_code == 401


@pytest.mark.parametrize(
    "wrong", ["*", "http://desk.example.com", "https://*.example.com", "https://a.example/x", "'self'"]
)
def test_only_whole_origins_can_be_named(wrong: str) -> None:
    with pytest.raises(BadSetting, match="KB_PANEL_ANCESTORS"):
        load_settings(flags={}, environ={"KB_PANEL_ANCESTORS": wrong}, file=None)
