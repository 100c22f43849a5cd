"""Sign in and out (ASVS 5.0: 3.3.1 to 3.3.4, 6.3.8, 7.2.4, 7.4.1 to 7.4.4, 14.3.1, 14.3.2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from kb_service.accounts.access import Access
from kb_service.accounts.throttle import PER_ADDRESS, PER_NAME
from kb_service.knowledge_base import KnowledgeBase
from tests.accounts.builders import OTHER_PASSWORD, PASSWORD, Clock, database_like, empty_file
from tests.web.console.builders import IDLE, LONGEST, Browser, a_console, an_access, session_of


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(browser: Browser) -> None:
    led = browser.get("/console/articles/goodwill?from=ticket")
    assert (led.status_code, led.headers["Location"]) == (
        303,
        "/console/sign-in?next=/console/articles/goodwill%3Ffrom%3Dticket",
    )

    page = browser.get(led.headers["Location"]).text
    assert '<input type="hidden" name="next" value="/console/articles/goodwill?from=ticket">' in page
    back = browser.sign_in(next_path="/console/articles/goodwill?from=ticket")
    assert back.headers["Location"] == "/console/articles/goodwill?from=ticket"
    assert browser.get(back.headers["Location"]).status_code == 200
    assert browser.get("/console/sign-in").headers["Location"] == "/console"


def test_without_an_account_the_page_says_how_to_make_the_first(
    tmp_path: Path, clock: Clock, billing: KnowledgeBase
) -> None:
    database = database_like(empty_file(tmp_path / "empty"), tmp_path / "used")
    page = Browser(a_console(an_access(database, clock), billing)).get("/console", follow_redirects=True)

    assert "kb user add NAME --role lead" in page.text
    assert "<input" not in page.text


def test_the_session_cookie_is_for_this_host_and_no_script(browser: Browser) -> None:
    cookies = browser.sign_in().headers.getlist("Set-Cookie")

    assert len(cookies) == 1
    name, *attributes = cookies[0].split("; ")
    assert name.startswith("__Host-kb_session=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]


def test_signing_in_gives_a_new_session_and_ends_the_one_before(browser: Browser, access: Access) -> None:
    browser.client.set_cookie("__Host-kb_session", "planted", domain="help.example.com")
    browser.sign_in("anna")
    first = session_of(browser)
    browser.sign_in("lena")  # the page leads on, but its form can still be sent
    browser.post("/console/sign-in", {})
    assert first not in ("", "planted")
    assert access.sessions.find("planted") is None

    form = {"name": "lena", "password": PASSWORD, "form_token": _token_before_session(browser)}
    assert browser.post("/console/sign-in", form).status_code == 303
    assert session_of(browser) != first
    assert access.sessions.find(first) is None


def _token_before_session(browser: Browser) -> str:
    held = session_of(browser)
    browser.client.delete_cookie("__Host-kb_session", domain="help.example.com")
    token = browser.token_of("/console/sign-in")
    browser.client.set_cookie("__Host-kb_session", held, domain="help.example.com")
    return token


@pytest.mark.slow
@pytest.mark.parametrize(("name", "password"), [("anna", OTHER_PASSWORD), ("nobody", PASSWORD), ("<b>", ""), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(name: str, password: str, browser: Browser) -> None:
    response = browser.sign_in(name, password)

    assert response.status_code == 401
    assert "The name or the password is wrong." in response.text
    assert "<b>" not in response.text
    assert (
        response.text.replace(f'value="{name}"', "value=''")
        == browser.sign_in("zoe", "x").text.replace('value="zoe"', "value=''")
        or name == "<b>"
    )
    assert not browser.is_signed_in()


def test_tries_are_limited_for_a_name_and_the_wait_is_told(browser: Browser, clock: Clock) -> None:
    codes = [browser.sign_in("anna", OTHER_PASSWORD).status_code for _ in range(PER_NAME.tries)]
    refused = browser.sign_in("anna", PASSWORD)

    assert codes == [401] * PER_NAME.tries
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(PER_NAME.seconds // PER_NAME.tries))
    assert "Too many tries. Wait 3 minutes and try again." in refused.text
    clock.pass_seconds(int(refused.headers["Retry-After"]))
    assert browser.sign_in("anna", PASSWORD).status_code == 303


def test_tries_are_limited_for_an_address_that_others_do_not_share(app: Flask) -> None:
    browser = Browser(app)
    token = browser.token_of("/console/sign-in")

    def tried(name: str, address: str) -> int:
        data = {"name": name, "password": PASSWORD, "form_token": token}
        return browser.post("/console/sign-in", data, environ_base={"REMOTE_ADDR": address}).status_code

    codes = [tried(f"name{n}", "203.0.113.5") for n in range(PER_ADDRESS.tries)]
    assert set(codes) == {401}
    assert tried("anna", "203.0.113.5") == 429
    assert tried("anna", "203.0.113.6") == 303


def test_two_workers_count_together(access: Access, billing: KnowledgeBase, clock: Clock) -> None:
    workers = [Browser(a_console(access, billing)) for _ in range(2)]
    codes = [workers[n % 2].sign_in("anna", OTHER_PASSWORD).status_code for n in range(PER_NAME.tries + 1)]

    assert codes == [401] * PER_NAME.tries + [429]


ELSEWHERE = [
    *("https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "https:evil.example"),
    *("/console//evil.example", "/console/../..//evil.example", "/consolex", "javascript:alert(1)", "/console#x"),
    *(
        "/console/\r\nSet-Cookie: a=b",
        "console",
        "",
        "/",
        "/search?q=a",
        "/console@evil.example",
        "/console/" + "a" * 3000,
    ),
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nobody_is_led_out_of_the_console(path: str, browser: Browser) -> None:
    assert browser.sign_in(next_path=path).headers["Location"] == "/console"


def test_signing_out_ends_the_session_and_clears_the_browser(anna: Browser) -> None:
    held = session_of(anna)
    response = anna.submit("/console/sign-out", {})

    assert "You are signed out" in response.text
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert session_of(anna) == ""
    anna.client.set_cookie("__Host-kb_session", held, domain="help.example.com")
    assert not anna.is_signed_in()


def test_signing_out_everywhere_ends_the_sessions_of_other_browsers(anna: Browser, app: Flask, lena: Browser) -> None:
    other = Browser(app)
    other.sign_in("anna")
    anna.submit("/console/sign-out", {"everywhere": "1"})

    assert [each.is_signed_in() for each in (anna, other, lena)] == [False, False, True]


def test_a_session_ends_when_it_is_not_used_and_in_the_end_always(anna: Browser, clock: Clock) -> None:
    for _ in range(LONGEST // (IDLE - 1)):
        clock.pass_seconds(IDLE - 1)
        assert anna.is_signed_in()
    clock.pass_seconds(IDLE - 1)
    assert not anna.is_signed_in()


@pytest.mark.parametrize("change", ["disable", "sign_out"])
def test_somebody_disabled_is_out_with_the_next_request(change: str, anna: Browser, access: Access) -> None:
    assert anna.is_signed_in()
    getattr(access.accounts, change)("anna")

    assert not anna.is_signed_in()
    assert (anna.sign_in().status_code == 303) is (change == "sign_out")


def test_no_page_of_the_console_is_kept_by_anybody(anna: Browser, browser: Browser) -> None:
    pages = [anna.get(path) for path in ("/console", "/console/account", "/console/articles/goodwill", "/console/nope")]
    pages += [browser.get("/console/sign-in"), browser.get("/console"), browser.sign_in("x", "y")]

    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "Access-Control-Allow-Origin" not in page.headers
        assert "ETag" not in page.headers
        assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_no_cookie_is_set_outside_the_console_and_none_but_a_chosen_language_is_read(anna: Browser) -> None:
    pages = ("/", "/search?q=refund", "/articles/refunds")
    for path in (*pages, "/widget/demo", "/api/v1/answer?q=refund", "/healthz"):
        response = anna.get(path)
        assert "Set-Cookie" not in response.headers
        assert response.headers.get("Vary") == ("Accept-Language, Cookie" if path in pages else None)
    assert anna.get("/articles/goodwill").status_code == 404
    assert anna.get("/api/v1/articles/goodwill").status_code == 404
