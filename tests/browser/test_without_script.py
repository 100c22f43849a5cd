"""Without JavaScript, or before it has come: a plain form that leads to an answer."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.host_site import HostSite
from tests.browser.service import TalkingKnowledgeBase
from tests.browser.widget import Widget
from tests.web.fakes import SENTENCE

REST = re.compile("conversation.js")


def test_without_javascript_the_form_leads_to_an_answer(
    browser: Browser, host: HostSite, knowledge_base: TalkingKnowledgeBase
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(host.add(host.form("mode=launcher")))

    page.get_by_label("Question").fill("why are we billed")
    page.get_by_role("button", name="Search").click()

    expect(page.locator("mark").first).to_have_text(SENTENCE)
    context.close()


def test_when_the_rest_cannot_be_loaded_the_form_leads_to_an_answer(inline: Widget) -> None:
    inline.page.route(REST, lambda route: route.abort())

    inline.ask("why are we billed")

    inline.page.wait_for_url("**/search?q=why+are+we+billed")
    expect(inline.page.locator("mark").first).to_have_text(SENTENCE)


def test_when_the_rest_cannot_be_loaded_the_button_leads_to_the_help_centre(launcher: Widget) -> None:
    launcher.page.route(REST, lambda route: route.abort())

    launcher.launcher.click()

    launcher.page.wait_for_url("**/search")


def test_what_was_typed_before_the_script_came_is_kept(page: Page, host: HostSite, service: str) -> None:
    page.route(
        re.compile("kb-widget.js"), lambda route: page.get_by_label("Question").fill("early") or route.continue_()
    )

    page.goto(host.add(host.form()), wait_until="commit")

    expect(Widget(page).input).to_have_value("early")


def test_an_older_browser_keeps_the_plain_form(fresh_page: Page, host: HostSite) -> None:
    page = fresh_page
    page.add_init_script("CSS.supports = () => false")

    page.goto(host.add(host.form()))

    expect(page.get_by_label("Question")).to_be_visible()
    expect(Widget(page).input).to_have_count(0)
