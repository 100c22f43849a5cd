"""Was this helpful: a vote at once, reasons after it, and a plain word when it cannot be stored."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

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
