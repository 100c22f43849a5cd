"""The button in the corner and its panel: beside the page, and on a phone over all of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.widget import Widget
from tests.web.fakes import SENTENCE

PHONE = {"width": 320, "height": 640}


def test_the_whole_way_by_keyboard(launcher: Widget) -> None:
    keyboard = launcher.page.keyboard
    keyboard.press("Tab")
    expect(launcher.launcher).to_be_focused()
    keyboard.press("Enter")
    expect(launcher.input).to_be_focused()
    keyboard.type("do disabled", delay=5)
    expect(launcher.options).to_have_count(1)
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    launcher.expect_state("results")
    expect(launcher.results.locator("mark").first).to_have_text(SENTENCE)
    _tab_to(launcher, "No")
    keyboard.press("Enter")
    expect(launcher.results.get_by_role("group", name="What was wrong?")).to_be_visible()
    keyboard.press("Tab")
    keyboard.press("Space")
    for _ in range(4):
        keyboard.press("Tab")
    keyboard.type("It is about seats")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(launcher.results).to_contain_text("Thank you.")
    keyboard.press("Tab")
    contact = launcher.element.locator("[part=contact-button]")
    expect(contact).to_be_focused()
    expect(contact).to_have_attribute("href", re.compile("question=Do%20disabled"))
    keyboard.press("Escape")
    expect(launcher.panel).to_be_hidden()
    expect(launcher.launcher).to_be_focused()


def _tab_to(widget: Widget, name: str) -> None:
    for _ in range(8):
        if widget.button(name).evaluate("(button) => button.getRootNode().activeElement === button"):
            return
        widget.page.keyboard.press("Tab")
    expect(widget.button(name)).to_be_focused()


def test_the_panel_leaves_the_page_usable(launcher: Widget) -> None:
    launcher.open()

    assert launcher.panel.evaluate("(dialog) => !dialog.matches(':modal')")
    expect(launcher.panel).to_have_accessible_name("Help")
    expect(launcher.launcher).to_have_attribute("aria-expanded", "true")


def test_an_open_panel_offers_what_is_often_asked(launcher: Widget) -> None:
    launcher.open()

    expect(launcher.element.get_by_role("region", name="Often asked").get_by_role("link")).to_have_text(
        ["Do empty seats cost money?"]
    )


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_button_opens_and_closes_by_key(key: str, launcher: Widget) -> None:
    launcher.open()
    launcher.launcher.press(key)
    expect(launcher.panel).to_be_hidden()

    launcher.launcher.press(key)

    expect(launcher.input).to_be_focused()


def test_escape_closes_the_list_then_clears_then_closes_the_panel(launcher: Widget) -> None:
    launcher.open()
    launcher.type("seats")
    expect(launcher.options).to_have_count(3)

    launcher.input.press("Escape")
    expect(launcher.options.first).to_be_hidden()
    launcher.input.press("Escape")
    expect(launcher.input).to_have_value("")
    expect(launcher.panel).to_be_visible()
    launcher.input.press("Escape")

    expect(launcher.panel).to_be_hidden()
    expect(launcher.launcher).to_be_focused()
    expect(launcher.launcher).to_have_attribute("aria-expanded", "false")


def test_the_cross_closes_and_the_answer_is_still_there_afterwards(launcher: Widget) -> None:
    launcher.open()
    launcher.ask("why")
    launcher.expect_state("results")

    launcher.button("Close").click()
    expect(launcher.launcher).to_be_focused()
    launcher.open()

    launcher.expect_state("results")


def test_on_a_phone_the_panel_is_all_there_is(launcher: Widget) -> None:
    launcher.page.set_viewport_size(PHONE)
    launcher.open()

    assert launcher.panel.bounding_box() == {"x": 0, "y": 0, **PHONE}
    assert launcher.panel.evaluate("(dialog) => dialog.matches(':modal')")
    launcher.ask("why")
    launcher.expect_state("results")
    expect(launcher.contact).to_be_in_viewport()
    assert launcher.panel.evaluate("(dialog) => dialog.scrollWidth <= dialog.clientWidth")
    launcher.input.press("Escape")
    launcher.input.press("Escape")
    expect(launcher.launcher).to_be_focused()


def test_a_page_opens_and_closes_it_by_a_call_or_a_shortcut(page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form("mode=launcher", "shortcut=k")))
    widget = Widget(page)
    expect(widget.launcher).to_have_attribute("role", "button")
    page.keyboard.press("k")
    expect(widget.panel).to_be_hidden()

    page.keyboard.press("Control+k")
    expect(widget.input).to_be_focused()
    page.keyboard.press("Escape")
    widget.element.evaluate("(element) => element.open()")

    expect(widget.panel).to_be_visible()


def test_without_the_attribute_no_shortcut_is_taken(launcher: Widget) -> None:
    launcher.launcher.focus()

    launcher.page.keyboard.press("Control+k")

    expect(launcher.panel).to_be_hidden()


def test_the_page_of_the_host_never_moves(fresh_page: Page, host: HostSite) -> None:
    fresh_page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const each of list.getEntries()) "
        "if (!each.hadRecentInput) shift += each.value }).observe({ type: 'layout-shift', buffered: true })"
    )
    text = "<p>Everything for your workshop.</p>" * 8
    address = host.add(text + '<kb-widget mode="launcher" greeting="Questions?"></kb-widget>' + text)
    fresh_page.goto(address)
    widget = Widget(fresh_page)
    expect(widget.element.locator("[part=greeting]")).to_be_visible()
    fresh_page.evaluate("document.querySelector('kb-widget').ask('why')")
    widget.expect_state("results")
    fresh_page.wait_for_timeout(500)
    opened = fresh_page.evaluate("shift")

    fresh_page.goto(address)
    widget.expect_state("results")
    fresh_page.wait_for_timeout(300)

    assert (opened, fresh_page.evaluate("shift")) == (0, 0)
