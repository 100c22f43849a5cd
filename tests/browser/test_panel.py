"""The panel in a frame of a helpdesk's page: the documented example, on another site than the console."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.accounts.builders import PASSWORD, Clock, cheap_passwords, database_like, empty_file
from tests.billing_articles import SECRET
from tests.browser.conftest import VIEWPORT
from tests.browser.host_site import HostSite
from tests.browser.service import serving
from tests.browser.test_accessibility import violations
from tests.browser.test_console import clipboard
from tests.record.builders import a_record
from tests.web.console.builders import a_console, a_knowledge_base, an_access

EXAMPLE = Path(__file__).parents[2] / "examples" / "helpdesk-panel.html"
TICKET = "From: Tom Reed\n\nHow can we pay for fewer users? Who may give a goodwill refund?"


class Desk(HostSite):
    """A helpdesk: the example, with the address of this console."""

    def example(self) -> str:
        page = EXAMPLE.read_text(encoding="utf-8").replace("https://help.example.com", self.service)
        self._pages["/ticket"] = (page, {})
        return f"{self.address}/ticket"


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Desk]]:
    """A helpdesk that may have the panel in a frame, and one that may not."""
    folder, clock = tmp_path_factory.mktemp("panel"), Clock()
    clock.now = time.time_ns() // 1_000_000
    named, other = Desk(""), Desk("")
    record = a_record(folder / "record")
    with cheap_passwords(), serving(named) as named_port, serving(other) as other_port:
        named.address, other.address = f"http://localhost:{named_port}", f"http://localhost:{other_port}"
        access = an_access(database_like(empty_file(folder / "empty"), folder / "used"), clock)
        access.accounts.add("anna", "agent", PASSWORD)
        app = a_console(
            access, a_knowledge_base(), base_url="", record=record, panel_ancestors=(f"http://localhost:{named_port}",)
        )
        with serving(app) as port:
            named.service = other.service = f"http://127.0.0.1:{port}"
            yield named, other
    record.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=VIEWPORT, permissions=["clipboard-read", "clipboard-write"])
    yield context
    context.close()


def connect(page: Page, panel: FrameLocator) -> None:
    """Sign in, in the window that the panel opens; then press the button in the next one."""
    with page.expect_popup() as opening:
        panel.get_by_role("link", name="Connect").click()
    window = opening.value
    window.get_by_label("Name").fill("anna")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    expect(window.get_by_role("button", name="Connect")).to_be_visible()
    window.close()
    with page.expect_popup() as opening:
        panel.get_by_role("link", name="Connect").click()
    opening.value.get_by_role("button", name="Connect").click()


def test_the_whole_way_in_a_helpdesk_on_another_site(context: BrowserContext, desks: tuple[Desk, Desk]) -> None:
    page = context.new_page()
    page.goto(desks[0].example())
    panel = page.frame_locator("#panel")
    expect(panel.get_by_role("heading", level=1)).to_have_text("Connect this panel")
    connect(page, panel)

    expect(panel.get_by_role("heading", level=1)).to_have_text("What is known")
    expect(panel.get_by_label("A question, or the whole ticket")).to_have_value(
        "We pay for 60 seats but only 48 people use it, why?"
    )
    page.get_by_label("Ticket").fill(TICKET)
    page.get_by_label("Ticket").blur()
    expect(panel.get_by_text("Tom Reed", exact=True)).to_be_visible()
    expect(panel.get_by_text(SECRET).first).to_be_visible()

    first = panel.locator("article[data-card]").first
    first.get_by_role("button", name="Reply", exact=True).click()
    expect(panel.get_by_role("status")).to_contain_text("The reply is copied.")
    assert clipboard(page).startswith("Hello Tom Reed,")
    first.focus()
    page.keyboard.press("t")
    expect(panel.get_by_role("status")).to_have_text("The plain text is copied. Receipt")
    frame = next(each for each in page.frames if "/console/panel" in each.url)
    page.locator("#panel").evaluate(
        "frame => { frame.style.flex = '0 0 320px'; frame.style.boxSizing = 'content-box' }"
    )
    assert frame.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []


def test_a_helpdesk_that_is_not_named_cannot_show_it(context: BrowserContext, desks: tuple[Desk, Desk]) -> None:
    page, refused = context.new_page(), list[str]()
    page.on("console", lambda message: refused.append(message.text))
    page.goto(desks[1].example())
    page.wait_for_timeout(500)

    assert any("frame-ancestors" in each for each in refused)
    assert page.frame_locator("#panel").get_by_role("heading").count() == 0
