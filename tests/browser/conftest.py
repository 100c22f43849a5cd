"""A browser, the service and the site of somebody else on two origins, and a page that must end without an error."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.browsers import find_chromium, launch
from tests.browser.host_site import HostSite
from tests.browser.service import TalkingKnowledgeBase, make_service, serving
from tests.browser.widget import Widget

expect.set_options(timeout=5000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        reason = "Chromium is not installed: apt-get install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        started = launch(playwright, path)
        yield started
        started.close()


@pytest.fixture(scope="session")
def _service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, TalkingKnowledgeBase]]:
    app, knowledge_base = make_service(tmp_path_factory.mktemp("votes"))
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}", knowledge_base


@pytest.fixture
def service(_service: tuple[str, TalkingKnowledgeBase]) -> str:
    return _service[0]


@pytest.fixture
def knowledge_base(_service: tuple[str, TalkingKnowledgeBase]) -> TalkingKnowledgeBase:
    _service[1].reset()
    return _service[1]


@pytest.fixture(scope="session")
def host(_service: tuple[str, TalkingKnowledgeBase]) -> Iterator[HostSite]:
    site = HostSite(_service[0])
    with serving(site) as port:
        site.address = f"http://localhost:{port}"
        yield site


@pytest.fixture
def page(browser: Browser, knowledge_base: TalkingKnowledgeBase) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    opened = context.new_page()
    opened.set_default_timeout(5000)
    errors: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "violates" in message.text:
            errors.append(message.text)

    opened.on("console", on_console)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def inline(page: Page, host: HostSite) -> Widget:
    page.goto(host.add(host.form('contact-url="/support"')))
    return Widget(page)


@pytest.fixture
def launcher(page: Page, host: HostSite) -> Widget:
    page.goto(host.add(host.form('mode="launcher"', 'contact-url="/support"')))
    return Widget(page)
