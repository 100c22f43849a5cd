"""Sign-in at an identity provider (ASVS 5.0: 6.8.1, 6.8.2, 10.1.2, 10.2.1, 10.5.1 to 10.5.4)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from kb_service.accounts.openid import MINUTES, Client, OpenIdProvider
from kb_service.accounts.roles import RoleRule
from kb_service.accounts.storage import ReadyDatabase
from kb_service.knowledge_base import KnowledgeBase
from tests.accounts.builders import Clock
from tests.accounts.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, serving_identities
from tests.web.console.builders import ORIGIN, Browser, a_console, an_access

BEGIN = "/console/oidc/begin?next=/console/account"


@pytest.fixture(scope="module")
def _provider() -> Iterator[IdentityProvider]:
    with serving_identities() as provider:
        yield provider


@pytest.fixture
def provider(_provider: IdentityProvider) -> IdentityProvider:
    issuer = _provider.issuer
    _provider.__init__()  # type: ignore[misc]
    _provider.issuer = issuer
    return _provider


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = time.time_ns() // 1_000_000
    return clock


@pytest.fixture
def app(provider: IdentityProvider, database: ReadyDatabase, clock: Clock, billing: KnowledgeBase) -> Flask:
    client = Client(
        issuer=provider.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=f"{ORIGIN}/console/oidc/return",
        name_claim="preferred_username",
        groups_claim="groups",
        scope="openid profile",
    )
    openid = OpenIdProvider(database, client, RoleRule(["support"], ["heads"]), now=clock)
    return a_console(an_access(database, clock, sign_in=None, provider=openid), billing)


def came_back(browser: Browser, provider: IdentityProvider) -> Any:
    """What the browser gets that went to the provider and back."""
    begun = browser.get(BEGIN)
    assert begun.status_code == 303
    back = provider.sign_in_at(begun.headers["Location"])
    assert back.startswith(f"{ORIGIN}/console/oidc/return?")
    return browser.get(back.removeprefix(ORIGIN), headers={"Sec-Fetch-Site": "cross-site"})


def test_somebody_signs_in_at_the_provider(browser: Browser, provider: IdentityProvider) -> None:
    page = browser.get("/console/sign-in?next=/console/account").text
    assert 'href="/console/oidc/begin?next=/console/account"' in page
    assert 'type="password"' not in page

    back = came_back(browser, provider)
    assert (back.status_code, back.headers["Location"]) == (303, "/console/account")
    account = browser.get("/console/account").text
    assert "You are <b>anna.b</b>, agent." in account
    assert "Change your password" not in account
    assert f'href="{provider.issuer}/end"' in browser.submit("/console/sign-out", {}).text


def test_a_provider_may_want_the_secret_in_the_body(browser: Browser, provider: IdentityProvider) -> None:
    provider.takes_secret_in_body = True

    assert came_back(browser, provider).status_code == 303


def test_groups_may_stand_where_the_provider_tells_of_people(browser: Browser, provider: IdentityProvider) -> None:
    provider.claims = {"groups": None}
    provider.user_info = {"sub": "248289761001", "groups": "staff heads"}

    assert came_back(browser, provider).status_code == 303
    assert ", lead." in browser.get("/console/account").text


UNTRUSTED: dict[str, dict[str, Any]] = {
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "no issuer": {"claims": {"iss": None}},
    "for another client": {"claims": {"aud": "other"}},
    "for another client too": {"claims": {"aud": ["other", CLIENT_ID], "azp": "other"}},
    "another nonce": {"claims": {"nonce": "replayed"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": 1_700_000_000}},
    "no end": {"claims": {"exp": None}},
    "nobody": {"claims": {"sub": None}},
    "signed by somebody else": {"key": "other"},
    "signed with what the client knows": {"key": "secret"},
    "told of somebody else": {"claims": {"groups": None}, "user_info": {"sub": "other", "groups": ["heads"]}},
}


@pytest.mark.slow
@pytest.mark.parametrize("said", UNTRUSTED.values(), ids=UNTRUSTED)
def test_an_answer_that_cannot_be_trusted_lets_nobody_in(
    said: dict[str, Any], browser: Browser, provider: IdentityProvider
) -> None:
    for name, value in said.items():
        setattr(provider, name, value)
    back = came_back(browser, provider)

    assert back.status_code == 400
    assert "cannot be trusted" in back.text
    assert not browser.is_signed_in()


def test_an_unsigned_token_lets_nobody_in(
    browser: Browser, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.accounts import identity_provider

    def unsigned(header: dict[str, Any], claims: dict[str, Any], *_: Any, **__: Any) -> str:
        from base64 import urlsafe_b64encode
        from json import dumps

        parts = ({"alg": "none"}, claims)
        return ".".join(urlsafe_b64encode(dumps(part).encode()).decode().rstrip("=") for part in parts) + "."

    monkeypatch.setattr(identity_provider.jwt, "encode", unsigned)

    assert came_back(browser, provider).status_code == 400
    assert not browser.is_signed_in()


def test_without_a_role_here_nobody_is_let_in(browser: Browser, provider: IdentityProvider) -> None:
    provider.claims = {"groups": ["visitors"]}

    assert came_back(browser, provider).status_code == 403
    assert not browser.is_signed_in()


def test_an_answer_is_good_once_for_the_browser_that_began_and_for_some_minutes(
    browser: Browser, provider: IdentityProvider, app: Flask, clock: Clock
) -> None:
    back = provider.sign_in_at(browser.get(BEGIN).headers["Location"]).removeprefix(ORIGIN)
    victim = Browser(app)
    assert victim.get(back).status_code == 400, "somebody else's sign-in"
    assert browser.get(back).status_code == 400, "what was tried elsewhere is good nowhere"

    back = provider.sign_in_at(browser.get(BEGIN).headers["Location"]).removeprefix(ORIGIN)
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 400

    back = provider.sign_in_at(browser.get(BEGIN).headers["Location"]).removeprefix(ORIGIN)
    clock.pass_seconds(MINUTES * 60)
    assert browser.get(back).status_code == 400
    assert not victim.is_signed_in()


@pytest.mark.parametrize(
    "change",
    ["state=made-up", "state=", "iss=https://evil.example", "error=access_denied", "code=made-up"],
)
def test_a_changed_answer_lets_nobody_in(change: str, browser: Browser, provider: IdentityProvider) -> None:
    back = provider.sign_in_at(browser.get(BEGIN).headers["Location"]).removeprefix(ORIGIN)
    path, _, query = back.partition("?")
    kept = [part for part in query.split("&") if not part.startswith(change.partition("=")[0] + "=")]

    assert browser.get(f"{path}?{'&'.join([*kept, change])}").status_code == 400
    assert not browser.is_signed_in()


def test_a_code_without_its_verifier_is_worth_nothing(browser: Browser, provider: IdentityProvider) -> None:
    """PKCE: a code that was begun elsewhere is put into the answer of this browser."""
    stolen = provider.sign_in_at(browser.get(BEGIN).headers["Location"])
    own = provider.sign_in_at(browser.get(BEGIN).headers["Location"]).removeprefix(ORIGIN)
    code = stolen.partition("code=")[2].partition("&")[0]
    path, _, query = own.partition("?")
    mixed = "&".join(f"code={code}" if part.startswith("code=") else part for part in query.split("&"))

    assert browser.get(f"{path}?{mixed}").status_code == 400
    assert not browser.is_signed_in()


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": None}],
)
def test_a_provider_that_is_not_the_one_that_was_named_is_not_asked(
    metadata: dict[str, Any], browser: Browser, provider: IdentityProvider
) -> None:
    provider.metadata = metadata

    assert browser.get(BEGIN).status_code == 503


def test_a_provider_that_is_down_is_said_to_be(browser: Browser, provider: IdentityProvider) -> None:
    back = provider.sign_in_at(browser.get(BEGIN).headers["Location"]).removeprefix(ORIGIN)
    provider.is_broken = True

    assert browser.get(BEGIN).status_code == 503
    response = browser.get(back)
    assert response.status_code == 503
    assert provider.issuer not in response.text


def test_there_is_no_password_where_a_provider_vouches(browser: Browser) -> None:
    assert browser.sign_in().status_code == 403  # the page has no form, and so no token
    assert browser.submit("/console/sign-in", {"name": "anna"}, on="/console/sign-in").status_code == 403


def test_nobody_is_led_out_of_the_console_by_the_way_back(browser: Browser, provider: IdentityProvider) -> None:
    begun = browser.get("/console/oidc/begin?next=https://evil.example")
    back = provider.sign_in_at(begun.headers["Location"])

    assert browser.get(back.removeprefix(ORIGIN)).headers["Location"] == "/console"


def test_a_ticket_stays_in_the_page_while_somebody_signs_in_in_another_tab(
    browser: Browser, provider: IdentityProvider
) -> None:
    page = browser.post("/console", {"ticket": "Who may <b>refund</b>?"})
    assert page.status_code == 401
    assert 'target="_blank"' in page.text
    assert '<input type="hidden" name="ticket" value="Who may &lt;b&gt;refund&lt;/b&gt;?">' in page.text

    came_back(browser, provider)
    shown = browser.post("/console", {"ticket": "Who may <b>refund</b>?"})
    assert "Not sent yet" in shown.text
    assert "Who may &lt;b&gt;refund&lt;/b&gt;?</textarea>" in shown.text
