"""A console in front of a small help centre, and a browser that fills in its forms."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb_service.accounts.access import Access
from kb_service.accounts.accounts import Accounts
from kb_service.accounts.api_tokens import ApiTokens
from kb_service.accounts.sessions import Sessions
from kb_service.accounts.sign_in import PasswordSignIn
from kb_service.accounts.storage import ReadyDatabase
from kb_service.accounts.throttle import SignInThrottle
from kb_service.app import create_app
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.record import Record
from kb_service.settings import Settings
from tests.accounts.builders import PASSWORD, Clock
from tests.billing_articles import filled_with_billing
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine

ORIGIN: Final = "https://help.example.com"
IDLE, LONGEST = 30 * 60, 12 * 3600
FROM_OUR_PAGE: Final = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


def an_access(database: ReadyDatabase, clock: Clock, **parts: Any) -> Access:
    """Accounts with passwords; `parts` may put another way to sign in."""
    accounts = Accounts(database, now=clock)
    sessions = Sessions(database, idle_seconds=IDLE, longest_seconds=LONGEST, now=clock)
    sign_in = PasswordSignIn(accounts, SignInThrottle(database, now=clock))
    access = Access(database, accounts, sessions, ApiTokens(database, now=clock), sign_in)
    return replace(access, **parts) if parts else access


def a_knowledge_base() -> KnowledgeBase:
    """The articles about billing; it answers whatever is near, so that what could leak does."""
    return KnowledgeBase(filled_with_billing(MemoryEngine()), staff_counter=FixedStaffCounter(), no_answer_below=0)


def a_console(
    access: Access,
    knowledge_base: KnowledgeBase,
    *,
    base_url: str = ORIGIN,
    record: Record | None = None,
    **settings: Any,
) -> Flask:
    """The whole application."""
    return create_app(
        Settings(rate_limit=False, base_url=base_url, **settings),
        knowledge_base=knowledge_base,
        agent_knowledge_base=knowledge_base,
        access=access,
        record=record,
    )


class Browser:
    """Somebody at a browser, who sends the forms of pages with what stands in them."""

    def __init__(self, app: Flask, *, origin: str = ORIGIN) -> None:
        self.client: FlaskClient = app.test_client()
        self.origin = origin

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url=self.origin, **options)

    def post(
        self, path: str, data: dict[str, str], *, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        sent = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"} if headers is None else headers
        return self.client.post(path, base_url=self.origin, data=data, headers=sent, **options)

    def token_of(self, path: str) -> str:
        """The token in the forms of a page."""
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', self.get(path).text)
        return found[1] if found else ""

    def submit(self, path: str, data: dict[str, str], *, on: str = "/console", **options: Any) -> TestResponse:
        """Send a form that stands on the page `on`."""
        return self.post(path, {"form_token": self.token_of(on), **data}, **options)

    def sign_in(self, name: str = "anna", password: str = PASSWORD, *, next_path: str = "") -> TestResponse:
        data = {"name": name, "password": password, "next": next_path}
        return self.submit("/console/sign-in", data, on="/console/sign-in")

    def cookies(self) -> dict[str, str]:
        """What the browser holds."""
        host = urlsplit(self.origin).hostname or ""
        return {
            cookie.decoded_key: cookie.decoded_value
            for cookie in self.client._cookies.values()
            if cookie.domain == host
        }

    def is_signed_in(self) -> bool:
        return self.get("/console").status_code == 200


def session_of(browser: Browser) -> str:
    return browser.cookies().get("__Host-kb_session", "")
