"""What the button and the panel show before anything is typed, and what a page can have the widget do."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.widget import Widget, requests_of

BEGUN = {
    "title": "Hello!",
    "suggested": [
        {"text": "why?", "kind": "question", "article_id": "", "url": "", "marks": []},
        {"text": "Reduce seats", "kind": "title", "article_id": "reduce", "url": "/articles/reduce", "marks": []},
    ],
    "questions": [],
    "topics": [{"name": "seats", "articles": 2, "title": "Seats and licences", "description": ""}],
    "messages": False,
    "contact_url": "",
}


def begin_with(page: Page, **changed: object) -> None:
    """Let the service say this of what to begin with."""
    body, allowed = json.dumps({**BEGUN, **changed}), {"Access-Control-Allow-Origin": "*"}
    page.route(
        re.compile("/api/v1/widget"),
        lambda route: route.fulfill(body=body, headers=allowed, content_type="application/json"),
    )


def test_the_panel_offers_what_fits_the_page_and_tells_nothing_more_of_it(page: Page, host: HostSite) -> None:
    begin_with(page)
    page.goto(host.add(host.form("mode=launcher")) + "?token=secret#private")
    widget = Widget(page)

    with requests_of(page, "/api/v1/widget") as asked:
        widget.open()
        fitting = widget.element.get_by_role("region", name="For this page")
        expect(fitting.get_by_role("listitem")).to_have_text(["why?", "Reduce seats"])

    assert parse_qs(urlsplit(asked[0].url).query)["page"] == [page.url.partition("?")[0]]
    expect(widget.panel.get_by_role("heading", name="Hello!")).to_be_visible()
    fitting.get_by_role("link", name="Reduce seats").click()
    widget.expect_state("article")
    widget.button("Back").click()
    fitting.get_by_role("button", name="why?").click()
    widget.expect_state("results")
    expect(widget.input).to_have_value("why?")


def test_a_topic_lists_its_articles(page: Page, host: HostSite) -> None:
    begin_with(page)
    page.goto(host.add(host.form("mode=launcher")))
    widget = Widget(page)
    widget.open()

    with requests_of(page, "topic=seats"):
        widget.button("Seats and licences").click()

    widget.expect_state("topic")
    expect(widget.results.get_by_role("heading", name="Seats and licences")).to_be_focused()
    widget.button("Back").click()
    expect(widget.button("Seats and licences")).to_be_focused()


def test_a_service_that_says_nothing_leaves_the_box(page: Page, host: HostSite) -> None:
    page.route(re.compile("/api/v1/widget"), lambda route: route.fulfill(status=500))
    page.goto(host.add(host.form("mode=launcher")))
    widget = Widget(page)

    widget.open()
    widget.ask("why")

    widget.expect_state("results")


def test_a_greeting_stands_beside_the_button_until_it_is_used(page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form("mode=launcher", 'greeting="Questions?"')))
    widget = Widget(page)
    greeting = widget.element.locator("[part=greeting]")
    expect(greeting).to_be_visible()

    greeting.click(position={"x": 20, "y": 20})
    expect(widget.input).to_be_focused()
    expect(greeting).to_have_count(0)
    page.goto(host.add(host.form("mode=launcher", 'greeting="Questions?"')))

    expect(widget.launcher).to_be_visible()
    expect(greeting).to_have_count(0)


@pytest.mark.parametrize("way", ["cross", "key"])
def test_a_greeting_is_closed_and_stays_away(way: str, fresh_page: Page, host: HostSite) -> None:
    page, address = fresh_page, host.add(host.form("mode=launcher", 'greeting="Questions?"'))
    page.goto(address)
    widget = Widget(page)
    greeting = widget.element.locator("[part=greeting]")
    if way == "cross":
        greeting.locator("i").click()
    else:
        widget.launcher.focus()
        expect(widget.launcher).to_have_role("button")
        page.keyboard.press("Escape")

    expect(greeting).to_have_count(0)
    expect(widget.panel).to_be_hidden()
    page.wait_for_function("sessionStorage.kbWidget")
    with requests_of(page, "conversation.js") as requests:
        page.goto(address)
        expect(widget.launcher).to_be_visible()
        expect(greeting).to_have_count(0)
    assert requests == []


def test_an_icon_of_the_page_stands_on_the_button(page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form("mode=launcher", f'icon="{host.service}/favicon.ico"')))

    expect(Widget(page).launcher.locator("img")).to_have_attribute("src", f"{host.service}/favicon.ico")
    expect(Widget(page).launcher).to_have_accessible_name("Help")


def test_one_tag_is_enough(page: Page, host: HostSite) -> None:
    script = f'<script type="module" src="{host.service}/widget/v1/kb-widget.js?mode=launcher&lang=de"></script>'
    page.goto(host.add("", script=script))
    widget = Widget(page)

    widget.open()
    widget.ask("why")

    widget.expect_state("results")
    expect(widget.panel).to_have_accessible_name("Hilfe")


def test_a_page_has_it_do_things_and_hears_of_them(page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form("mode=launcher")))
    widget = Widget(page)
    page.evaluate("""() => {
      const widget = document.querySelector("kb-widget");
      window.heard = [];
      window.hear = (event) => heard.push([event.type, event.detail]);
      for (const name of ["open", "close", "search", "article"]) widget.on(name, hear);
    }""")

    page.evaluate("document.querySelector('kb-widget').ask('why')")
    widget.expect_state("results")
    page.evaluate("document.querySelector('kb-widget').article('reduce')")
    widget.expect_state("article")
    page.evaluate("document.querySelector('kb-widget').toggle()")
    expect(widget.panel).to_be_hidden()
    page.evaluate("document.querySelector('kb-widget').off('open', hear)")
    page.evaluate("document.querySelector('kb-widget').toggle()")
    expect(widget.panel).to_be_visible()
    page.evaluate("document.querySelector('kb-widget').close()")
    expect(widget.panel).to_be_hidden()

    page.wait_for_function("heard.length >= 5")
    heard = page.evaluate("heard")
    assert [name for name, _ in heard] == ["kb-open", "kb-search", "kb-article", "kb-close", "kb-close"]
    assert heard[1][1] == {"question": "why", "outcome": "answered"}
    assert heard[2][1].keys() == {"id", "title", "url"}


@pytest.mark.parametrize("call", ["open()", "ask('why')", "toggle()"])
def test_without_the_rest_a_call_leads_to_the_help_centre(call: str, fresh_page: Page, host: HostSite) -> None:
    fresh_page.route(re.compile("conversation.js"), lambda route: route.abort())
    fresh_page.goto(host.add(host.form("mode=launcher")))

    fresh_page.evaluate(f"document.querySelector('kb-widget').{call}")

    fresh_page.wait_for_url(f"{host.service}/search")
