"""Forms of other pages do nothing (ASVS 5.0: 3.5.1 to 3.5.3)."""

from __future__ import annotations

import pytest
from flask import Flask

from kb_service.web.console.forms import path_within
from tests.accounts.builders import PASSWORD
from tests.web.console.builders import FROM_OUR_PAGE, ORIGIN, Browser, session_of

FORMS = {
    "ask": ("/console", {"ticket": "refund"}),
    "sign out": ("/console/sign-out", {}),
    "end a session": ("/console/account/sessions", {"key": "a" * 64}),
    "change the password": ("/console/account/password", {"password": PASSWORD, "new_password": "seven tin boats hum"}),
}
ELSEWHERE = {
    "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "a neighbour": {"Origin": "https://evil.example.com", "Sec-Fetch-Site": "same-site"},
    "the origin alone": {"Origin": "https://evil.example"},
    "a sandboxed frame": {"Origin": "null"},
    "the same host without TLS": {"Origin": "http://help.example.com"},
    "another port": {"Origin": "https://help.example.com:8443"},
    "what a browser says of another site wins": {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    "the origin wins": {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    "a longer name": {"Referer": "https://help.example.com.evil.example/console"},
    "nobody says": {},
}


@pytest.mark.slow
@pytest.mark.parametrize("headers", ELSEWHERE.values(), ids=ELSEWHERE)
@pytest.mark.parametrize(("path", "data"), FORMS.values(), ids=FORMS)
def test_a_form_of_another_page_is_refused_even_with_the_token(
    path: str, data: dict[str, str], headers: dict[str, str], anna: Browser
) -> None:
    assert anna.submit(path, data, headers=headers).status_code == 403
    assert anna.is_signed_in()


@pytest.mark.parametrize(
    "headers",
    [FROM_OUR_PAGE, {"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}, {"Referer": f"{ORIGIN}/console"}],
)
def test_a_form_of_our_page_is_taken_however_the_browser_says_so(headers: dict[str, str], anna: Browser) -> None:
    assert anna.submit("/console", {"ticket": "refund"}, headers=headers).status_code == 200


@pytest.mark.parametrize(("path", "data"), FORMS.values(), ids=FORMS)
def test_a_form_without_the_token_of_this_session_is_refused(
    path: str, data: dict[str, str], anna: Browser, app: Flask
) -> None:
    other = Browser(app)
    other.sign_in("anna")
    wrong = ["", "x", other.token_of("/console"), session_of(anna), "é"]

    assert [anna.post(path, {**data, "form_token": token}).status_code for token in wrong] == [403] * len(wrong)
    assert anna.is_signed_in()


def test_nobody_is_signed_in_as_somebody_else_by_another_site(browser: Browser, app: Flask) -> None:
    """Login CSRF: the attacker has a token of a browser of his own."""
    attacker = Browser(app)
    form = {"name": "anna", "password": PASSWORD, "form_token": attacker.token_of("/console/sign-in")}

    assert browser.post("/console/sign-in", form).status_code == 403
    browser.get("/console/sign-in")
    assert browser.post("/console/sign-in", form).status_code == 403
    assert browser.sign_in().status_code == 303


def test_nothing_is_changed_by_a_link(anna: Browser) -> None:
    for path, _ in FORMS.values():
        if path != "/console":
            assert anna.get(path).status_code == 405
    assert anna.is_signed_in()


@pytest.mark.parametrize(
    "path", ["/console", "/console/articles/a/b?x=1&y=%2F", "/console?x=//evil.example", "/console/a.b"]
)
def test_paths_of_the_console_stay_as_they_are(path: str) -> None:
    assert path_within(path) == path


@pytest.mark.parametrize("way_up", ["..", "%2e%2e", ".%2e", "%2E."])
def test_no_path_leads_out_of_the_console(way_up: str) -> None:
    assert path_within(f"/console/{way_up}/other") == "/console"
