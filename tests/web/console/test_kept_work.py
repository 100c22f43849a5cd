"""What was sent when a session had ended comes back after the sign-in, nothing else does (ASVS 5.0: 3.5.1, 3.7.2)."""

from __future__ import annotations

import html
import ipaddress
import re
from collections.abc import Mapping

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kb_service.accounts.access import Access
from kb_service.accounts.proxy import SECRET_HEADER, TrustedProxy
from kb_service.accounts.roles import RoleRule
from kb_service.accounts.storage import ReadyDatabase
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.flags import list_flags
from tests.accounts.builders import PASSWORD, Clock
from tests.web.console.builders import FROM_OUR_PAGE, IDLE, Browser, a_console, an_access
from tests.web.console.test_work import query_id_of

TICKET = 'Hello,\n\nWho may give a goodwill refund? </textarea><script>alert("1")</script>\n\n  Tom & Ann'
WORK = {
    "/console": {"ticket": TICKET},
    "/console/flags": {"query_id": "q", "passage_id": "goodwill#intro", "note": "Is it\nout of date?"},
    "/console/solved": {"query_id": "q", "article_id": "goodwill"},
}


@pytest.fixture
def away(anna: Browser, clock: Clock) -> Browser:
    """Somebody whose session has ended."""
    clock.now += (IDLE + 1) * 1000
    return anna


def fields_of(page: TestResponse) -> dict[str, str]:
    """What the form of a page holds, as a browser reads it."""
    found = re.search(r"<form method=\"post\" action=\"(?!/console/sign-out)[^>]*>(.*?)</form>", page.text, re.DOTALL)
    assert found
    inputs = re.findall(r'<input [^>]*name="([^"]+)"[^>]* value="([^"]*)"', found[1])
    areas = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n([^<]*)</textarea>', found[1])
    return {name: html.unescape(value) for name, value in (*inputs, *areas)}


def sign_in_again(browser: Browser, page: TestResponse, password: str = PASSWORD) -> TestResponse:
    return browser.post("/console/sign-in", {**fields_of(page), "name": "anna", "password": password})


@pytest.mark.parametrize("path", WORK)
def test_what_was_sent_is_there_again_after_the_sign_in(path: str, away: Browser) -> None:
    asked = away.post(path, {"form_token": "of the session before", **WORK[path]})
    again = sign_in_again(away, asked)

    assert (asked.status_code, again.status_code) == (401, 200)
    assert "What you sent is kept" in asked.text
    assert {each.headers["Cache-Control"] for each in (asked, again)} == {"no-store"}
    assert "<script>alert" not in asked.text + again.text
    assert {name: value for name, value in fields_of(again).items() if name != "form_token"} == WORK[path]
    assert f'action="{path}"' in again.text
    assert away.is_signed_in()


def test_it_is_sent_by_the_form_that_is_shown_and_not_before(away: Browser, access: Access, clock: Clock) -> None:
    away.sign_in()
    query_id = query_id_of(away.submit("/console", {"ticket": "Who may give a goodwill refund?"}).text)
    clock.now += (IDLE + 1) * 1000
    again = sign_in_again(away, away.post("/console/flags", {**WORK["/console/flags"], "query_id": query_id}))

    assert list_flags(access.database.opened()) == ()
    assert "is raised" in away.post("/console/flags", fields_of(again)).text
    assert [each.note for each in list_flags(access.database.opened())] == ["Is it\nout of date?"]


def test_a_long_ticket_comes_back_whole(away: Browser) -> None:
    ticket = "Ünïcödé 🙂 " * 2_000
    again = sign_in_again(away, away.post("/console", {"ticket": ticket}))

    assert fields_of(again)["ticket"] == ticket
    assert "What is known" in away.post("/console", {**fields_of(again), "ticket": ticket[:20_000]}).text


def test_a_wrong_password_loses_nothing(away: Browser) -> None:
    wrong = sign_in_again(away, away.post("/console", {"ticket": TICKET}), "wrong")

    assert wrong.status_code == 401
    assert fields_of(sign_in_again(away, wrong))["ticket"] == TICKET


def test_a_form_of_a_session_before_is_shown_to_be_sent_again(anna: Browser) -> None:
    stale = {"form_token": anna.token_of("/console"), "ticket": TICKET}
    anna.submit("/console/sign-out", {})
    anna.sign_in()
    shown = anna.post("/console", stale)

    assert (shown.status_code, fields_of(shown)["ticket"]) == (403, TICKET)
    assert "What is known" in anna.post("/console", fields_of(shown)).text


CROSS_SITE: Mapping[str, dict[str, str]] = {
    "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "another site of ours": {"Origin": "https://www.example.com", "Sec-Fetch-Site": "same-site"},
    "nobody says": {},
    "no origin": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
}


@pytest.mark.parametrize("headers", CROSS_SITE.values(), ids=CROSS_SITE)
@pytest.mark.parametrize("path", WORK)
def test_another_site_puts_nothing_into_the_page(path: str, headers: dict[str, str], anna: Browser, app: Flask) -> None:
    for browser, status in ((anna, 403), (Browser(app), 303)):
        sent = browser.post(path, {**WORK[path], "note": "planted", "ticket": "planted"}, headers=headers)
        assert (sent.status_code, "planted" in sent.text) == (status, False)


@pytest.mark.parametrize(
    "planted",
    [
        {"kept_path": "/console/account/password", "kept_password": "x"},
        {"kept_path": "//evil.example", "kept_ticket": "x"},
        {"kept_path": "https://evil.example/console", "kept_ticket": "x"},
        {"kept_path": "/console/sign-out", "kept_ticket": "x"},
        {"kept_path": "/console", "kept_ticket": " "},
        {"kept_path": "/console", "kept_note": "x"},
        {"kept_ticket": "x"},
    ],
)
def test_nothing_else_is_kept_and_the_way_leads_nowhere_else(planted: dict[str, str], browser: Browser) -> None:
    form = fields_of(browser.get("/console/sign-in"))
    led = browser.post("/console/sign-in", {**form, **planted, "name": "anna", "password": PASSWORD})

    assert (led.status_code, led.headers["Location"]) == (303, "/console")


def test_the_sign_in_form_must_be_ours_all_the_same(browser: Browser) -> None:
    kept = {"name": "anna", "password": PASSWORD, "kept_path": "/console", "kept_ticket": "planted"}

    for headers in (FROM_OUR_PAGE, CROSS_SITE["another site"]):
        sent = browser.post("/console/sign-in", kept, headers=headers)
        assert (sent.status_code, "planted" in sent.text) == (403, False)
    assert not browser.is_signed_in()


def test_more_than_a_ticket_is_refused(away: Browser) -> None:
    assert away.post("/console", {"ticket": "x" * 400_000}).status_code == 413
    form = fields_of(away.get("/console/sign-in"))
    assert (
        away.post("/console/sign-in", {**form, "kept_path": "/console", "kept_ticket": "x" * 400_000}).status_code
        == 413
    )


def test_where_a_proxy_signs_in_again_the_ticket_is_shown_at_once(
    database: ReadyDatabase, clock: Clock, billing: KnowledgeBase
) -> None:
    proxy = TrustedProxy("KbUser", "", [ipaddress.ip_network("127.0.0.1")], ["s" * 32], RoleRule(["*"], []))
    browser = Browser(a_console(an_access(database, clock, sign_in=None, proxy=proxy), billing))
    headers = {"KbUser": "anna", SECRET_HEADER: "s" * 32, **FROM_OUR_PAGE}
    browser.get("/console", headers=headers)
    clock.now += (IDLE + 1) * 1000
    shown = browser.post("/console", {"ticket": TICKET}, headers=headers)

    assert fields_of(shown)["ticket"] == TICKET
    assert "What is known" in browser.post("/console", fields_of(shown), headers=headers).text
