"""Suggestions while typing: few requests, no stale ones, and the rules of an editable combobox."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.service import TITLES
from tests.browser.widget import Widget, requests_of

SUGGEST = re.compile("/api/v1/suggest")


def test_what_is_typed_is_completed_with_the_beginning_marked(inline: Widget) -> None:
    inline.type("do dis")

    expect(inline.options).to_have_text([TITLES[2]])
    expect(inline.options.locator("mark")).to_have_text("Do dis")
    inline.expect_said("1 suggestion.")


def test_a_burst_of_typing_is_one_request(inline: Widget) -> None:
    with requests_of(inline.page, "/suggest") as asked:
        inline.type("w")
        inline.type("hy are we billed")
        expect(inline.options).to_have_count(1)

    assert [request.url.partition("q=")[2].partition("&")[0] for request in asked] == ["why+are+we+billed"]


def test_an_older_reply_is_given_up_when_something_newer_is_typed(inline: Widget) -> None:
    inline.page.route(re.compile("suggest.*q=why&"), lambda route: None)
    with inline.page.expect_request(SUGGEST):
        inline.type("why")

    with inline.page.expect_event("requestfailed") as given_up:
        inline.input.fill("do disabled")

    expect(inline.options).to_have_text([TITLES[2]])
    assert "q=why&" in given_up.value.url


def test_nothing_is_selected_until_an_arrow_says_so(inline: Widget) -> None:
    inline.type("seats")
    expect(inline.options).to_have_count(3)

    expect(inline.input).to_have_attribute("aria-expanded", "true")
    expect(inline.input).not_to_have_attribute("aria-activedescendant", re.compile("."))
    expect(inline.element.locator("[aria-selected=true]")).to_have_count(0)


def test_arrows_go_through_the_options_while_the_focus_stays_in_the_box(inline: Widget) -> None:
    inline.type("seats")
    expect(inline.options).to_have_count(3)

    for key, at in [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", 2), ("ArrowDown", 0)]:
        inline.input.press(key)
        expect(inline.input).to_have_attribute("aria-activedescendant", f"q-option-{at}")
        expect(inline.options.nth(at)).to_have_attribute("aria-selected", "true")
        expect(inline.element.locator("[aria-selected=true]")).to_have_count(1)
    expect(inline.input).to_be_focused()
    expect(inline.input).to_have_value("seats")


def test_home_and_end_and_the_horizontal_arrows_edit_the_text(inline: Widget) -> None:
    inline.type("seats")
    inline.input.press("ArrowDown")

    inline.input.press("Home")
    inline.input.press_sequentially("12")
    inline.input.press("ArrowRight")
    inline.input.press_sequentially("3")
    inline.input.press("End")
    inline.input.press_sequentially("4")

    expect(inline.input).to_have_value("12s3eats4")
    expect(inline.input).not_to_have_attribute("aria-activedescendant", re.compile("."))


def test_escape_closes_then_clears(inline: Widget) -> None:
    inline.ask("why")
    inline.expect_state("results")
    inline.type(" are we")
    expect(inline.options).to_have_count(1)

    inline.input.press("Escape")
    expect(inline.input).to_have_attribute("aria-expanded", "false")
    expect(inline.input).to_have_value("why are we")
    inline.input.press("Escape")

    expect(inline.input).to_have_value("")
    expect(inline.results).to_be_hidden()


def test_alt_with_an_arrow_opens_and_closes_without_selecting(inline: Widget) -> None:
    inline.type("seats")
    expect(inline.options).to_have_count(3)

    inline.input.press("Alt+ArrowUp")
    expect(inline.options.first).to_be_hidden()
    inline.input.press("Alt+ArrowDown")

    expect(inline.options.first).to_be_visible()
    expect(inline.element.locator("[aria-selected=true]")).to_have_count(0)


def test_a_chosen_suggestion_is_asked(inline: Widget) -> None:
    inline.type("do dis")

    inline.options.first.click()

    inline.expect_state("results")
    expect(inline.input).to_have_value(TITLES[2])
    expect(inline.input).to_be_focused()
    expect(inline.options.first).to_be_hidden()


def test_leaving_the_box_closes_the_list(inline: Widget) -> None:
    inline.type("seats")
    expect(inline.options).to_have_count(3)

    inline.input.press("Tab")

    expect(inline.options.first).to_be_hidden()
    expect(inline.button("Search")).to_be_focused()


def test_the_down_arrow_in_an_empty_box_offers_what_is_often_asked(inline: Widget) -> None:
    inline.load()

    inline.input.press("ArrowDown")

    expect(inline.options).to_have_text(["Do empty seats cost money?"])


def test_a_topic_offers_its_articles(page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form("topic=seats")))
    widget = Widget(page)
    widget.load()

    widget.input.press("ArrowDown")

    expect(widget.options).to_have_text(["Why are we billed for more seats?"])


def test_a_service_that_cannot_suggest_is_left_in_peace_and_still_answers(inline: Widget) -> None:
    asked: list[str] = []
    inline.page.route(SUGGEST, lambda route: (asked.append(route.request.url), route.fulfill(status=429)))
    with inline.page.expect_response(SUGGEST):
        inline.type("why")
    inline.page.wait_for_timeout(50)

    inline.type(" not")
    inline.page.wait_for_timeout(250)

    assert len(asked) == 1
    inline.input.press("Enter")
    inline.expect_state("results")
