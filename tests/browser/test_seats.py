"""The seat card in a browser: no helpdesk delays an answer, the number fills in, and numbers are corrected in place."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.staff.allowed_hosts import AllowedHosts
from kb_service.staff.cached_counter import CachedCounter
from kb_service.staff.counter import StaffCount
from tests.browser.host_site import HostSite
from tests.browser.service import TalkingKnowledgeBase, serving
from tests.browser.test_accessibility import violations
from tests.browser.widget import Widget, requests_of
from tests.record.builders import a_record
from tests.web.fakes import SENTENCE

ACME = "acme.kayako.com"
QUESTION = "we+are+billed+for+60+seats"
SEATS = re.compile("/api/v1/seats")
SHIFTS = """
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.shifted = (window.shifted ?? 0) + each.value;
}).observe({ type: "layout-shift", buffered: true });
"""


PAINTED = """
new Promise((done) => new PerformanceObserver((list) => {
  for (const each of list.getEntriesByName("first-contentful-paint")) done(each.startTime);
}).observe({ type: "paint", buffered: true }))
"""


class SlowHelpdesk:
    """A StaffCounter whose helpdesk gives nothing before it is released."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        self.released.wait(10)
        return StaffCount("ok", domain, count=48, observed_at=datetime(2026, 11, 25, 14, 2, tzinfo=UTC))

    def close(self) -> None:
        self.released.set()


class AskingKnowledgeBase(TalkingKnowledgeBase):
    """With fixed answers, and a count that is really asked for."""

    def __init__(self, helpdesk: SlowHelpdesk) -> None:
        super().__init__()
        self.counter = CachedCounter(helpdesk, hosts=AllowedHosts())

    def staff_count(self, domain: str, *, waits: bool = True) -> StaffCount:
        return self.counter.count(domain, deadline=2.5 if waits else 0.0)


@pytest.fixture
def helpdesk() -> Iterator[SlowHelpdesk]:
    slow = SlowHelpdesk()
    yield slow
    slow.close()


@pytest.fixture
def slow_service(helpdesk: SlowHelpdesk, tmp_path: Path) -> Iterator[str]:
    settings = Settings(rate_limit=False, base_url="http://help.example.com")
    app = create_app(settings, knowledge_base=AskingKnowledgeBase(helpdesk), record=a_record(tmp_path))
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


def first_paint(page: Page) -> float:
    """Return after how many milliseconds the page that is shown was painted."""
    return float(page.evaluate(PAINTED))


def test_a_helpdesk_that_hangs_does_not_delay_the_first_paint(
    fresh_page: Page, slow_service: str, helpdesk: SlowHelpdesk
) -> None:
    fresh_page.goto(f"{slow_service}/search?q={QUESTION}", wait_until="commit")  # the style is in the cache then
    without = first_paint(fresh_page)
    fresh_page.goto(f"{slow_service}/search?q={QUESTION}&domain={ACME}", wait_until="commit")
    with_helpdesk = first_paint(fresh_page)

    assert not helpdesk.released.is_set()  # whatever was painted, was painted before the helpdesk gave anything
    expect(fresh_page.locator("#kb\\:seats-card")).to_contain_text("is being asked for its active staff")
    expect(fresh_page.locator("mark").first).to_have_text(SENTENCE)
    assert with_helpdesk < without + 1000  # the same on a loaded machine; the look-up would take 2,500

    helpdesk.released.set()
    expect(fresh_page.locator("#kb\\:seats-card")).to_contain_text("counted live at 14:02 UTC")


@pytest.mark.parametrize("width", [1200, 360])
def test_the_number_fills_in_without_moving_anything(
    width: int, fresh_page: Page, slow_service: str, helpdesk: SlowHelpdesk
) -> None:
    fresh_page.set_viewport_size({"width": width, "height": 900})
    fresh_page.add_init_script(SHIFTS)
    fresh_page.goto(f"{slow_service}/search?q={QUESTION}&domain={ACME}")
    fresh_page.locator("#kb\\:seats-card").scroll_into_view_if_needed()
    before = fresh_page.evaluate("window.shifted ?? 0")

    helpdesk.released.set()

    card = fresh_page.locator("#kb\\:seats-card")
    expect(card.locator("dd").last).to_contain_text("48")
    expect(card).to_contain_text("12 more staff can be enabled.")
    expect(card).not_to_have_attribute("aria-busy", "true")
    fresh_page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert fresh_page.evaluate("window.shifted ?? 0") == before


def test_without_a_script_one_link_shows_the_number(
    browser: Browser, slow_service: str, helpdesk: SlowHelpdesk
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{slow_service}/search?q={QUESTION}&domain={ACME}")
    expect(page.locator("#kb\\:seats-card")).to_contain_text("is being asked for its active staff")

    helpdesk.released.set()
    for _ in range(50):  # the look-up ends in a thread of its own
        with page.expect_navigation():  # else what is read may be of the page before
            page.get_by_role("link", name=re.compile("Show the number")).click()
        if "counted live" in page.content():
            break

    expect(page.locator("#kb\\:seats-card")).to_contain_text("counted live at 14:02 UTC")
    context.close()


def test_whoever_corrects_numbers_meanwhile_keeps_the_form(
    fresh_page: Page, slow_service: str, helpdesk: SlowHelpdesk
) -> None:
    fresh_page.goto(f"{slow_service}/search?q={QUESTION}&domain={ACME}")
    card = fresh_page.locator("#kb\\:seats-card")
    card.get_by_text("Correct the numbers").click()
    card.get_by_label("Paid seats").fill("55")

    helpdesk.released.set()

    expect(card).to_contain_text("counted live at 14:02 UTC")
    expect(card.get_by_label("Paid seats")).to_have_value("55")
    expect(card.get_by_label("Paid seats")).to_be_focused()
    card.get_by_role("button", name="Use these numbers").click()
    expect(card.locator("dd").first).to_contain_text("55you entered it")
    assert fresh_page.url.endswith("#kb:seats-card")


def test_a_number_that_does_not_come_is_said(page: Page, service: str, knowledge_base: TalkingKnowledgeBase) -> None:
    knowledge_base.is_slow = True
    page.route("**/search/seats?*", lambda route: route.abort())

    page.goto(f"{service}/search?q={QUESTION}&domain={ACME}")

    expect(page.locator("#kb\\:seats-card .note")).to_have_text("The number did not come.")
    expect(page.get_by_role("link", name="Show the number")).to_be_visible()


def test_axe_finds_nothing_on_pages_with_the_card(
    page: Page, service: str, knowledge_base: TalkingKnowledgeBase
) -> None:
    for query in ("q=roughly+60+seats,+48+active", "q=we+have+60+seats,+the+invoice+says+62&seats=many&active=1.5"):
        page.goto(f"{service}/search?{query}")
        assert violations(page) == []
    knowledge_base.is_slow = True
    page.route("**/search/seats?*", lambda route: None)
    page.goto(f"{service}/search?q={QUESTION}&domain={ACME}")
    assert violations(page) == []


@pytest.fixture
def widget(page: Page, host: HostSite) -> Widget:
    page.goto(host.add(host.form(f'staff-count="{ACME}"', "theme=auto")))
    return Widget(page)


def card_of(widget: Widget) -> Any:
    return widget.results.locator("[part=seats]")


def test_the_widget_answers_before_the_helpdesk_does(widget: Widget, knowledge_base: TalkingKnowledgeBase) -> None:
    knowledge_base.is_slow = True
    held: list[Any] = []
    widget.page.route(SEATS, lambda route: held.append(route))
    with requests_of(widget.page, "/api/v1/answer") as asked:
        widget.ask("we are billed for 60 seats")
        widget.expect_state("results")

    card = card_of(widget)
    expect(card).to_contain_text(f"{ACME} is being asked for its active staff.")
    expect(card.locator("dd").first).to_contain_text("60you wrote: “we are billed for 60 seats”")
    assert ["wait=0" in each.url for each in asked] == [True]
    assert violations(widget.page) == []

    held[0].continue_()
    expect(card.locator("dd").last).to_contain_text("48counted live at 09:30 UTC")
    expect(card).to_contain_text("12 more staff can be enabled.")
    expect(card).not_to_contain_text("is being asked")


def test_the_widget_corrects_numbers_in_place(widget: Widget) -> None:
    widget.ask("we are billed for 60 seats")
    card = card_of(widget)
    card.get_by_text("Correct the numbers").click()
    field = card.get_by_label("Paid seats")
    expect(field).to_have_value("60")
    expect(card.get_by_label("Active staff")).to_have_value("")

    field.fill("many")
    card.get_by_role("button", name="Use these numbers").click()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(card).to_contain_text("Must be a whole number from 0 to 1,000,000.")
    assert violations(widget.page) == []

    field.fill("50")
    with requests_of(widget.page, "/api/v1/answer") as asked:
        field.press("Enter")
        expect(card.locator("dd").first).to_contain_text("50you entered it")
    assert asked == []
    expect(card).to_contain_text("2 more staff can be enabled.")
    expect(card).to_be_focused()
    expect(widget.results.locator("blockquote")).to_be_visible()


def test_a_guess_is_confirmed_by_one_press(widget: Widget) -> None:
    widget.ask("roughly 60 seats")
    card = card_of(widget)
    expect(card).to_contain_text("Do you pay for 60 seats?")

    card.get_by_role("button", name="Use these numbers").click()

    expect(card.locator("dd").first).to_contain_text("60you entered it")


def test_a_failed_look_up_leads_to_the_visitor_s_own_helpdesk(
    widget: Widget, knowledge_base: TalkingKnowledgeBase
) -> None:
    usual, url = knowledge_base.counted, f"https://{ACME}/Base/staff/getcount"
    knowledge_base.counted = StaffCount("timeout", ACME, url=url)
    try:
        widget.ask("why")
        expect(card_of(widget)).to_contain_text("has not answered in time.")
        expect(card_of(widget).get_by_role("link", name=f"See the count at {ACME}")).to_have_attribute("href", url)
        assert violations(widget.page) == []
    finally:
        knowledge_base.counted = usual


def test_a_count_that_cannot_be_fetched_is_said(widget: Widget, knowledge_base: TalkingKnowledgeBase) -> None:
    knowledge_base.is_slow = True
    widget.page.route(SEATS, lambda route: route.abort())

    widget.ask("why")

    expect(card_of(widget)).to_contain_text("The answers cannot be reached. Try again in a moment")
