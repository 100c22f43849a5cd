"""Was this helpful: a vote at once, reasons after it, and a plain word when it cannot be stored."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.widget import Widget

FEEDBACK = re.compile("/api/v1/feedback")


def test_yes_is_one_vote(inline: Widget) -> None:
    inline.ask("a first question")

    with inline.page.expect_response(FEEDBACK) as response:
        inline.button("Yes").click()

    assert (response.value.status, response.value.json()["helpful"]) == (201, True)
    expect(inline.button("Yes")).to_have_attribute("aria-pressed", "true")
    expect(inline.results).to_contain_text("Thank you.")
    inline.expect_said("Thank you.")


def test_no_is_a_vote_at_once_and_its_reasons_replace_it(inline: Widget) -> None:
    inline.ask("a second question")
    with inline.page.expect_response(FEEDBACK) as first:
        inline.button("No").click()
    inline.results.get_by_label("It is out of date").check()
    inline.results.get_by_label("Anything else?").fill("Since May")

    with inline.page.expect_response(FEEDBACK) as second:
        inline.button("Send").click()

    votes = [json.loads(each.value.request.post_data or "") for each in (first, second)]
    assert (first.value.status, second.value.status) == (201, 200)
    assert [vote["helpful"] for vote in votes] == [False, False]
    assert votes[1]["query_id"] == votes[0]["query_id"]
    assert (votes[1]["reasons"], votes[1]["comment"]) == (["outdated"], "Since May")
    assert votes[1]["passage_id"] == "seats/billed-for-more-seats#why"
    expect(inline.results).to_contain_text("Thank you.")
    expect(inline.button("Send")).to_be_hidden()


def test_a_vote_that_is_not_stored_is_not_shown_as_one(inline: Widget) -> None:
    inline.page.route(FEEDBACK, lambda route: route.fulfill(status=503))
    inline.ask("why")

    inline.button("Yes").click()

    expect(inline.results).to_contain_text("That could not be sent. Please try again later.")
    expect(inline.button("Yes")).to_have_attribute("aria-pressed", "false")


def test_a_changed_mind_is_the_vote_that_counts(inline: Widget) -> None:
    inline.ask("why")
    inline.button("No").click()
    expect(inline.button("No")).to_have_attribute("aria-pressed", "true")

    inline.button("Yes").click()

    expect(inline.button("Yes")).to_have_attribute("aria-pressed", "true")
    expect(inline.button("No")).to_have_attribute("aria-pressed", "false")
    expect(inline.button("Send")).to_be_hidden()


EVENTS = re.compile("/api/v1/events")


def listened_to(page: Page) -> list[dict[str, str]]:
    """The events that a page tells the service, as they come."""
    told: list[dict[str, str]] = []

    def on_request(sent: Request) -> None:
        if EVENTS.search(sent.url) and sent.method == "POST":
            told.append(json.loads(sent.post_data or ""))

    page.on("request", on_request)
    return told


def select_text(widget: Widget, selector: str) -> None:
    """Select what an element of the widget holds, and copy it as a person does."""
    widget.results.locator(selector).first.evaluate("element => getSelection().selectAllChildren(element)")
    widget.page.keyboard.press("Control+c")


def test_what_is_opened_and_copied_is_told_once_and_without_credentials(inline: Widget) -> None:
    told = listened_to(inline.page)
    inline.ask("a question to open")
    link = inline.results.get_by_role("link", name="Read the whole article")
    for _ in range(2):
        link.click()
        inline.expect_state("article")
        inline.button("Back").click()
    for _ in range(2):
        select_text(inline, "[part=passage]")
    select_text(inline, ".more .excerpt")
    inline.page.wait_for_timeout(200)

    assert [(each["event"], each["article_id"]) for each in told] == [
        ("opened", "seats/billed-for-more-seats"),
        ("copied", "seats/billed-for-more-seats"),
        ("copied", "reduce"),
    ]
    assert {tuple(sorted(each)) for each in told} == {("article_id", "event", "query_id")}
    assert len({each["query_id"] for each in told}) == 1


def test_where_nothing_is_kept_nobody_is_asked_and_nothing_is_told(inline: Widget) -> None:
    told = listened_to(inline.page)

    def keep(mode: str) -> None:
        def respond(route: Route) -> None:
            fetched = route.fetch()
            route.fulfill(response=fetched, json={**fetched.json(), "record": mode})

        inline.page.route(re.compile("/api/v1/answer"), respond)

    for mode, asks in (("votes", 1), ("off", 0)):
        keep(mode)
        inline.ask(f"a question that is kept: {mode}")
        inline.expect_state("results")
        expect(inline.results.locator("[part=feedback]")).to_have_count(asks)
        select_text(inline, "[part=passage]")
    inline.page.wait_for_timeout(200)

    assert told == []


def test_a_page_of_results_tells_what_is_copied_and_opened(page: Page, service: str) -> None:
    told = listened_to(page)
    page.goto(f"{service}/search?q=a+question+of+the+pages")
    for _ in range(2):
        page.locator(".answer blockquote").evaluate("element => getSelection().selectAllChildren(element)")
        page.keyboard.press("Control+c")
    with page.expect_request(EVENTS):
        page.get_by_role("link", name="Read the whole article").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    assert [(each["event"], each["article_id"]) for each in told] == [
        ("copied", "seats/billed-for-more-seats"),
        ("opened", "seats/billed-for-more-seats"),
    ]
