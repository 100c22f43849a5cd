"""Search as one types on the pages: keys, groups, a field that grows; and nothing of it where it cannot be."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.help_pages import ARTICLE
from tests.browser.service import HOSTILE, TITLES
from tests.browser.test_accessibility import violations

SUGGEST = re.compile("/api/v1/suggest")
LONG = "we pay for sixty seats but only forty eight people use them and the others left in spring, so why "


def box(page: Page) -> Locator:
    return page.get_by_role("search").locator("[name=q]")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def type_into(page: Page, text: str) -> None:
    box(page).press_sequentially(text)


@pytest.fixture(params=["/", ARTICLE], ids=["home", "article"])
def searching(request: pytest.FixtureRequest, page: Page, service: str) -> Page:
    page.goto(service + request.param)
    return page


def test_keys_alone_find_and_open(searching: Page) -> None:
    page = searching
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    type_into(page, "seats")
    expect(options(page)).to_have_count(4)
    expect(box(page)).to_have_role("combobox")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(box(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    expect(page.get_by_role("search").get_by_role("status")).to_have_text(re.compile("^4 suggestions"))

    for key, at in [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", 3), ("ArrowDown", 0)]:
        page.keyboard.press(key)
        expect(box(page)).to_have_attribute("aria-activedescendant", f"kb:q-option-{at}")
        expect(page.locator("[aria-selected=true]")).to_have_id(f"kb:q-option-{at}")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    expect(box(page)).to_have_value("seats")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url("**/articles/a")


@pytest.mark.parametrize("shortcut", ["/", "Control+k", "Meta+k"])
def test_a_key_leads_to_the_box_from_anywhere_with_what_is_often_asked(shortcut: str, searching: Page) -> None:
    searching.evaluate("scrollTo(0, document.body.scrollHeight)")

    searching.keyboard.press(shortcut)

    expect(box(searching)).to_be_focused()
    expect(box(searching)).to_be_in_viewport()
    expect(box(searching)).to_have_value("")
    expect(options(searching)).to_have_text(["Do empty seats cost money?"])


def test_the_slash_can_be_turned_off_and_stays_so(searching: Page) -> None:
    switch = searching.get_by_role("checkbox", name="The key / leads to the search")
    expect(switch).to_be_checked()
    switch.uncheck()
    expect(box(searching)).to_have_attribute("aria-keyshortcuts", "Control+K Meta+K")

    searching.reload()
    expect(switch).to_be_visible()
    expect(switch).not_to_be_checked()
    searching.keyboard.press("/")
    expect(box(searching)).not_to_be_focused()
    searching.keyboard.press("Control+k")
    expect(box(searching)).to_be_focused()
    searching.keyboard.press("Escape")
    switch.check()
    switch.blur()
    searching.keyboard.press("/")

    expect(box(searching)).to_be_focused()


def test_a_slash_in_a_text_is_a_slash(page: Page, service: str) -> None:
    page.goto(service + ARTICLE)
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_label("Anything else?")).to_be_visible()
    page.get_by_label("Anything else?").press_sequentially("and/or")

    expect(page.get_by_label("Anything else?")).to_have_value("and/or")


def test_what_is_found_stands_by_topic_and_article(searching: Page) -> None:
    type_into(searching, "seats")

    groups = searching.get_by_role("listbox", name="Suggestions").get_by_role("group")
    expect(groups).to_have_count(2)
    expect(groups.nth(0)).to_have_accessible_name("Seats & staff")
    expect(groups.nth(0).get_by_role("option")).to_have_text([TITLES[0], "Reduce seats", TITLES[1] + TITLES[2]])
    expect(groups.nth(1)).to_have_accessible_name("Bills")
    expect(options(searching).locator("mark").first).to_have_text("seats")


def test_a_section_and_a_question_lead_to_themselves(searching: Page, service: str) -> None:
    type_into(searching, "seats")

    expect(options(searching).nth(1)).to_have_attribute("href", re.compile("/articles/a#reduce$"))
    expect(options(searching).nth(2)).to_have_attribute("href", re.compile(r"/search\?q=How%20do%20I%20reduce"))


def test_enter_asks_what_was_typed_while_nothing_is_chosen(searching: Page) -> None:
    type_into(searching, "why seats")
    searching.keyboard.press("Enter")

    searching.wait_for_url("**/search?q=why+seats*")


@pytest.mark.parametrize("fault", ["abort", "hang", "500", "no json"])
def test_without_suggestions_the_form_is_as_it_is(fault: str, searching: Page) -> None:
    def fail(route):  # type: ignore[no-untyped-def]
        if fault == "abort":
            route.abort()
        elif fault != "hang":
            route.fulfill(status=500 if fault == "500" else 200, body="{")

    searching.route(SUGGEST, fail)
    type_into(searching, "seats")
    with searching.expect_request(SUGGEST):
        pass_time = searching.evaluate("new Promise((done) => setTimeout(done, 250))")
    assert pass_time is None
    expect(options(searching)).to_have_count(0)
    searching.keyboard.press("Enter")

    searching.wait_for_url("**/search?q=seats*")


def test_hostile_suggestions_are_text(searching: Page) -> None:
    type_into(searching, "hostile")

    expect(options(searching).first).to_contain_text(HOSTILE[:40])
    expect(searching).not_to_have_title("broken")


def test_axe_finds_nothing_while_suggestions_are_open(searching: Page) -> None:
    for width in (320, 1000):
        searching.set_viewport_size({"width": width, "height": 700})
        box(searching).fill("")
        type_into(searching, "seats")
        expect(options(searching)).to_have_count(4)
        searching.keyboard.press("ArrowDown")

        assert violations(searching) == []
        assert searching.evaluate("document.documentElement.scrollWidth") == width


def test_a_long_question_goes_on_in_more_lines_and_enter_asks_it(page: Page, service: str) -> None:
    page.goto(service + "/")
    low = box(page).bounding_box()
    type_into(page, LONG + "?")
    high = box(page).bounding_box()

    assert low
    assert high
    expect(box(page)).to_have_js_property("tagName", "TEXTAREA")
    expect(box(page)).to_have_value(LONG + "?")
    expect(box(page)).to_be_focused()
    assert high["height"] > low["height"] + 15
    assert (high["x"], high["width"]) == (low["x"], low["width"])
    page.keyboard.press("Shift+Enter")
    type_into(page, "Thanks")
    expect(box(page)).to_have_value(LONG + "?\nThanks")
    page.keyboard.press("Enter")

    page.wait_for_url("**/search?q=we+pay*Thanks*")
    expect(box(page)).to_have_value(LONG + "?\nThanks")


def test_emptied_it_is_one_line_again_that_suggests(page: Page, service: str) -> None:
    page.goto(service + "/search?q=" + LONG.replace(" ", "+"))
    expect(box(page)).to_have_js_property("tagName", "TEXTAREA")

    box(page).fill("")
    expect(box(page)).to_have_js_property("tagName", "INPUT")
    expect(page.get_by_label("Your question", exact=True)).to_be_focused()
    type_into(page, "seats")

    expect(options(page)).to_have_count(4)


def test_typing_in_the_middle_of_a_long_question_stays_there(page: Page, service: str) -> None:
    page.goto(service + "/")
    box(page).fill(LONG[:50])
    page.keyboard.press("Home")
    type_into(page, LONG)

    expect(box(page)).to_have_value(LONG + LONG[:50])


def test_without_javascript_the_boxes_ask(browser: Browser, service: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for path in ("/", ARTICLE, "/articles"):
        page.goto(service + path)
        box(page).fill("why seats")
        box(page).press("Enter")
        page.wait_for_url("**/search?q=why+seats*")
    context.close()


def test_nothing_moves_while_suggestions_come_and_go(page: Page, service: str) -> None:
    page.goto(service + ARTICLE)
    page.evaluate(
        "window.shift = 0; new PerformanceObserver((list) => "
        "{ for (const one of list.getEntries()) shift += one.value; }).observe({type: 'layout-shift', buffered: true})"
    )
    type_into(page, "seats")
    expect(options(page)).to_have_count(4)
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)

    assert page.evaluate("shift") == 0
