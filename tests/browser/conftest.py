"""A browser, the service and the site of somebody else on two origins, and a page that must end without an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize, expect, sync_playwright

from tests.browser.browsers import find_chromium, launch
from tests.browser.host_site import HostSite
from tests.browser.nginx import behind_nginx, find_nginx
from tests.browser.service import TalkingKnowledgeBase, make_service, serving
from tests.browser.widget import Widget
from tests.lacking import lacks

PATH: Final = "/help"
VIEWPORT: Final = ViewportSize(width=1000, height=800)

expect.set_options(timeout=5000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        lacks("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        started = launch(playwright, path)
        yield started
        started.close()


@pytest.fixture(scope="session")
def _site() -> Iterator[HostSite]:
    site = HostSite("")
    with serving(site) as port:
        site.address = f"http://localhost:{port}"
        yield site


@pytest.fixture(scope="session", params=["", PATH], ids=["at-the-top", "below-a-path"])
def _service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, _site: HostSite
) -> Iterator[tuple[str, TalkingKnowledgeBase]]:
    """The service alone, and below a path of a host whose nginx strips it."""
    app, knowledge_base = make_service(tmp_path_factory.mktemp("votes"), _site.address, path=request.param)
    with serving(app) as port:
        if not request.param:
            yield f"http://127.0.0.1:{port}", knowledge_base
            return
        program = find_nginx()
        if program is None:
            lacks("nginx is not installed: apt-get install nginx-light")
        with behind_nginx(program, f"location {PATH}/ {{ proxy_pass http://127.0.0.1:{port}/; }}") as address:
            yield address + PATH, knowledge_base


@pytest.fixture
def service(_service: tuple[str, TalkingKnowledgeBase]) -> str:
    return _service[0]


@pytest.fixture
def knowledge_base(_service: tuple[str, TalkingKnowledgeBase]) -> TalkingKnowledgeBase:
    _service[1].reset()
    return _service[1]


@pytest.fixture(scope="session")
def host(_service: tuple[str, TalkingKnowledgeBase], _site: HostSite) -> HostSite:
    _site.service = _service[0]
    return _site


class Errors(list[str]):
    """What pages complain of: exceptions that nobody caught, and violations of their policies."""

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.append(str(error)))

    def _on_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.append(message.text)


@pytest.fixture(scope="session")
def _one_for_all(browser: Browser) -> tuple[Page, Errors]:
    page, errors = browser.new_context().new_page(), Errors()
    errors.watch(page)
    return page, errors


@pytest.fixture
def page(_one_for_all: tuple[Page, Errors], knowledge_base: TalkingKnowledgeBase) -> Iterator[Page]:
    """One page for all tests, as it was before each: a new one for each would take twice the time."""
    page, errors = _one_for_all
    page.set_viewport_size(VIEWPORT)
    yield page
    page.unroute_all(behavior="ignoreErrors")
    page.context.set_offline(False)
    page.emulate_media(color_scheme="light", media="screen")
    page.set_extra_http_headers({})
    with suppress(Error):  # a page that breaks everything keeps nothing
        page.evaluate("sessionStorage.clear()")
    page.goto("about:blank")
    page.context.clear_cookies()  # only now nothing under way can set one
    found = list(errors)
    errors.clear()
    assert found == []


@pytest.fixture
def fresh_page(browser: Browser, knowledge_base: TalkingKnowledgeBase) -> Iterator[Page]:
    """A page for a test after which it is not as it was."""
    context = browser.new_context(viewport=VIEWPORT)
    yield context.new_page()
    context.close()


@pytest.fixture
def inline(page: Page, host: HostSite) -> Widget:
    page.goto(host.add(host.form('contact-url="/support"')))
    return Widget(page)


@pytest.fixture
def launcher(page: Page, host: HostSite) -> Widget:
    page.goto(host.add(host.form('mode="launcher"', 'contact-url="/support"')))
    return Widget(page)
