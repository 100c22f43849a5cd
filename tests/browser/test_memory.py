"""From page to page the panel is as it was left, until the tab is closed; nothing is asked again."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.widget import Widget, requests_of


def test_an_open_panel_is_open_on_the_next_page_with_its_answer(launcher: Widget, host: HostSite) -> None:
    page = launcher.page
    launcher.open()
    launcher.ask("why")
    launcher.expect_state("results")
    shown = launcher.results.inner_text()

    with requests_of(page, "/api/v1/answer") as asked:
        page.goto(host.add('<input id="own" autofocus>' + host.form("mode=launcher", 'contact-url="/support"')))
        launcher.expect_state("results")

    assert asked == []
    assert launcher.results.inner_text() == shown
    expect(launcher.input).to_have_value("why")
    expect(page.locator("#own")).to_be_focused()


def test_an_article_is_open_on_the_next_page_and_leads_back_to_the_answer(launcher: Widget, host: HostSite) -> None:
    launcher.open()
    launcher.ask("why")
    launcher.results.get_by_role("link", name="Read the whole article").click()
    launcher.expect_state("article")

    launcher.page.goto(host.add(host.form("mode=launcher")))

    launcher.expect_state("article")
    assert launcher.page.evaluate("document.activeElement === document.body"), "the focus is the page's"
    launcher.button("Back").click()
    launcher.expect_state("results")


def test_a_closed_panel_stays_closed_and_opens_with_what_was_there(launcher: Widget, host: HostSite) -> None:
    launcher.open()
    launcher.ask("why")
    launcher.expect_state("results")
    launcher.button("Close").click()

    launcher.page.goto(host.add(host.form("mode=launcher")))
    expect(launcher.launcher).to_have_attribute("role", "button")
    expect(launcher.panel).to_be_hidden()
    launcher.open()

    launcher.expect_state("results")


def test_on_a_phone_the_next_page_is_not_covered(launcher: Widget, host: HostSite) -> None:
    launcher.page.set_viewport_size({"width": 320, "height": 640})
    launcher.open()

    launcher.page.goto(host.add(host.form("mode=launcher")))

    expect(launcher.launcher).to_have_attribute("role", "button")
    expect(launcher.panel).to_be_hidden()


def test_what_is_kept_is_in_one_place_and_nothing_of_the_visitor(launcher: Widget) -> None:
    launcher.element.evaluate("(element) => element.identify({ email: 'ann@example.com' })")
    launcher.open()
    launcher.ask("why")
    launcher.expect_state("results")

    assert launcher.page.evaluate("Object.keys(sessionStorage)") == ["kbWidget"]
    assert "ann@" not in launcher.page.evaluate("sessionStorage.kbWidget")


def test_where_nothing_can_be_kept_it_works_all_the_same(fresh_page: Page, host: HostSite) -> None:
    inner = host.add(host.form("mode=launcher"))
    sandbox = 'sandbox="allow-scripts allow-forms"'
    fresh_page.goto(host.add(f'<iframe src="{inner}" {sandbox} width="800" height="700" title="Help"></iframe>'))
    frame = fresh_page.frame_locator("iframe")

    frame.locator(".launcher").click()
    frame.locator("#q").fill("why")
    frame.locator("#q").press("Enter")

    expect(frame.locator(".results blockquote")).to_be_visible()


def test_garbage_that_a_page_has_put_there_is_not_used(page: Page, host: HostSite) -> None:
    garbage = "sessionStorage.kbWidget = JSON.stringify({open: true, question: 5, reply: {outcome: 1}, article: {}})"
    page.goto(host.add(f"<script>{garbage}</script>" + host.form("mode=launcher")))
    widget = Widget(page)
    expect(widget.panel).to_be_visible()

    widget.ask("why")

    widget.expect_state("results")
    expect(widget.results).to_have_attribute("part", re.compile("results"))
