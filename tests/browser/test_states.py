"""Whatever the service does, the visitor is told and has a way on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.widget import Widget, answer_with

ANSWER = re.compile("/api/v1/answer")
GARBAGE = {
    "no JSON": "<html>502",
    "null": "null",
    "no outcome": "{}",
    "an answer without its passage": '{"outcome": "answered", "passages": []}',
    "wrong types": '{"outcome": "answered", "passages": 5, "answer": "x", "seats": 1, "corrections": {"a": 1}}',
}


def test_a_slow_service_shows_that_it_is_asked_and_in_the_end_a_way_on(fresh_page: Page, host: HostSite) -> None:
    page = fresh_page
    page.clock.install()
    page.goto(host.add(host.form()))
    widget = Widget(page)
    page.route(ANSWER, lambda route: None)
    widget.load()
    widget.ask("why")
    page.clock.fast_forward(300)
    widget.expect_state("loading")
    widget.expect_said("Searching…")
    expect(widget.results).to_have_attribute("aria-busy", "true")

    page.clock.fast_forward(10_000)

    widget.expect_state("slow")
    widget.expect_said("This takes too long")
    expect(widget.results.get_by_role("link", name="Search on a page of its own")).to_have_attribute(
        "href", f"{host.service}/search?q=why"
    )


def test_too_many_questions_say_when_to_come_back(inline: Widget) -> None:
    answer_with(inline.page, status=429, headers={"Retry-After": "7"})

    inline.ask("why")

    inline.expect_state("limited")
    expect(inline.results).to_contain_text("Try again in 7 seconds.")
    inline.expect_said("One moment, please")


@pytest.mark.parametrize("status", [503, 422])
def test_a_failing_service_is_said_and_can_be_tried_again(status: int, inline: Widget) -> None:
    answer_with(inline.page, status=status)
    inline.ask("why")
    inline.expect_state("error")
    inline.expect_said("The answers cannot be reached")
    inline.page.unroute(ANSWER)

    inline.button("Try again").press("Enter")

    inline.expect_state("results")
    expect(inline.results).to_be_focused()


def test_a_service_that_is_down_is_said(inline: Widget) -> None:
    inline.load()
    inline.page.route(re.compile("/api/"), lambda route: route.abort())

    inline.ask("why")

    inline.expect_state("error")
    expect(inline.contact).to_be_visible()


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_an_error_like_any_other(body: str, inline: Widget) -> None:
    answer_with(inline.page, body=body)

    inline.ask("why")

    inline.expect_state("error")


def test_a_question_asked_offline_is_answered_when_the_connection_is_back(inline: Widget) -> None:
    inline.load()
    inline.page.context.set_offline(True)
    inline.ask("what is new")
    inline.expect_state("offline")
    inline.expect_said("You are offline")

    inline.page.context.set_offline(False)

    inline.expect_state("results")


def test_only_the_newest_question_is_answered(inline: Widget) -> None:
    inline.page.route(re.compile("answer.*first"), lambda route: None)
    inline.ask("first")
    inline.expect_state("loading")

    inline.ask("uncovered")

    inline.expect_state("none")


def test_hostile_text_in_every_field_stays_text(inline: Widget) -> None:
    inline.type("hostile")
    expect(inline.options).to_have_count(2)
    expect(inline.options.first).to_contain_text("<img src=x onerror=")
    inline.input.press("Enter")

    inline.expect_state("results")
    expect(inline.results.locator("h2").first).to_contain_text("<script>")
    expect(inline.results.locator("img, script, a[href^=javascript], a[href^=data]")).to_have_count(0)
    expect(inline.results.locator("blockquote mark")).to_have_text("<img src")
    expect(inline.page).to_have_title("Host")
