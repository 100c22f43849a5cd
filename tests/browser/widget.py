"""The widget as a visitor sees it: its parts by role and name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Request, Route, expect


class Widget:
    """The `at`-th widget of a page."""

    def __init__(self, page: Page, at: int = 0) -> None:
        self.page = page
        self.element = page.locator("kb-widget").nth(at)
        self.input = self.element.locator("#q")
        self.options = self.element.get_by_role("option")
        self.results = self.element.locator(".results")
        self.status = self.element.locator("p[role=status]")
        self.contact = self.element.locator("[part=contact]")
        self.launcher = self.element.locator(".launcher")
        self.panel = self.element.locator("dialog")

    def type(self, text: str) -> None:
        self.input.focus()
        self.input.press_sequentially(text)

    def load(self) -> None:
        """Come to the box and wait until everything is there."""
        self.input.focus()
        expect(self.input).to_have_attribute("role", "combobox")

    def ask(self, question: str) -> None:
        self.input.fill(question)
        self.input.press("Enter")

    def open(self) -> None:
        self.launcher.click()
        expect(self.panel).to_be_visible()

    def button(self, name: str) -> Locator:
        return self.element.get_by_role("button", name=name, exact=True)

    def expect_state(self, state: str) -> None:
        expect(self.results).to_have_attribute("part", re.compile(rf"\b{state}$"))
        expect(self.results).to_be_visible()

    def expect_said(self, text: str) -> None:
        expect(self.status).to_contain_text(text)


@contextmanager
def requests_of(page: Page, pattern: str) -> Iterator[list[Request]]:
    """Yield the requests whose address contains `pattern`, as they come."""
    requests: list[Request] = []

    def keep(request: Request) -> None:
        if pattern in request.url:
            requests.append(request)

    page.on("request", keep)
    yield requests
    page.remove_listener("request", keep)


def answer_with(page: Page, *, status: int = 200, body: str = "{}", headers: dict[str, str] | None = None) -> None:
    """Let every question get this response."""

    def respond(route: Route) -> None:
        allowed = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
        route.fulfill(status=status, body=body, headers={**allowed, **(headers or {})}, content_type="application/json")

    page.route(re.compile("/api/v1/answer"), respond)
