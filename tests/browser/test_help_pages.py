"""The pages of the help centre in a browser: small, alone, printable, with a vote that stays on the page."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response, expect

from tests.browser.help_pages import ARTICLE, PAGES, vote_without_script
from tests.browser.service import HOSTILE

MOST_BYTES = 30_000  # of a first load
FAILING = {"not-found": 404, "fault": 500, "refused": 422}


def as_transferred(response: Response) -> int:
    """Return the size of a body as it comes through a proxy that compresses."""
    if response.headers.get("content-encoding") == "gzip":
        return response.request.sizes()["responseBodySize"]
    return len(gzip.compress(response.body(), 6))


@pytest.mark.parametrize("name", PAGES)
def test_a_first_load_is_small_comes_from_nowhere_else_and_complains_of_nothing(
    name: str, page: Page, service: str
) -> None:
    responses: list[Response] = []
    said: list[str] = []

    def keep(response: Response) -> None:
        responses.append(response)

    def listen(message: ConsoleMessage) -> None:
        said.append(message.text)

    page.on("response", keep)
    page.on("console", listen)
    page.goto(service + PAGES[name], wait_until="networkidle")
    page.remove_listener("response", keep)
    page.remove_listener("console", listen)

    assert [each.url for each in responses if not each.url.startswith(service)] == []
    assert sum(as_transferred(each) for each in responses) <= MOST_BYTES
    assert responses[0].status == FAILING.get(name, 200)
    assert [text for text in said if "the server responded with a status of" not in text] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_at_320_pixels(name: str, page: Page, service: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(service + PAGES[name])

    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_hostile_text_cannot_leave_the_data_for_machines(page: Page, service: str) -> None:
    page.goto(f"{service}/articles/hostile")

    data = json.loads(page.locator("script[type='application/ld+json']").text_content() or "")
    assert data["@graph"][0]["@type"] == "FAQPage"
    assert data["@graph"][0]["name"].startswith(HOSTILE[:60])
    assert page.locator("script:not([src])").count() == 1
    expect(page).not_to_have_title("broken")


def test_each_entry_of_the_contents_leads_to_its_passage(page: Page, service: str) -> None:
    page.goto(service + ARTICLE)

    for link in page.get_by_role("navigation", name="On this page").get_by_role("link").all():
        link.click()
        target = page.locator(":target")
        expect(target).to_be_in_viewport()
        expect(target).to_have_text(link.inner_text())


def test_on_paper_there_is_what_can_be_read_and_nothing_to_press(page: Page, service: str) -> None:
    page.goto(service + ARTICLE)
    page.emulate_media(media="print", color_scheme="dark")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Checked 20 Nov 2026")).to_be_visible()
    for what in (".search", "nav", ".vote", ".bottom", "button", "input"):
        for each in page.locator(what).all():
            expect(each).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")


@pytest.mark.parametrize("path", [ARTICLE, PAGES["results"]])
def test_yes_is_thanked_for_on_the_page(path: str, page: Page, service: str) -> None:
    page.goto(service + path)

    with page.expect_response(re.compile("/feedback$")) as stored:
        page.get_by_role("button", name="Yes", exact=True).click()

    expect(page.locator(".said")).to_have_text("Thank you.")
    expect(page.locator(".said")).to_be_focused()
    assert stored.value.json()["helpful"] is True
    assert page.url == service + path


def test_no_is_asked_why_on_the_page_and_the_reasons_are_of_the_same_vote(page: Page, service: str) -> None:
    page.goto(service + ARTICLE)
    with page.expect_response(re.compile("/feedback$")) as first:
        page.get_by_role("button", name="No", exact=True).click()
    page.get_by_label("It is out of date").check()
    page.get_by_label("Anything else?").fill("It costs more")

    with page.expect_response(re.compile("/feedback$")) as second:
        page.get_by_role("button", name="Send").click()

    sent = second.value.request.post_data_json
    assert (sent["reasons"], sent["comment"]) == ("outdated", "It costs more")
    assert second.value.json() == first.value.json()
    expect(page.locator(".said")).to_have_text("Thank you.")


def test_without_its_script_the_form_leads_to_a_page_that_asks_why(page: Page, service: str) -> None:
    vote_without_script(page, service, "No")
    page.get_by_label("It is wrong").check()

    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you.")
    page.get_by_role("link", name="Back to the article").click()
    assert page.url == service + ARTICLE


def test_when_a_vote_cannot_be_sent_by_script_the_form_sends_itself(page: Page, service: str) -> None:
    page.goto(service + ARTICLE)
    page.route(
        "**/feedback", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )

    page.get_by_role("button", name="Yes", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you.")


def test_an_article_in_arabic_runs_from_right_to_left(page: Page, service: str) -> None:
    page.goto(f"{service}/articles/arabic")

    expect(page.get_by_role("heading", level=1)).to_have_css("direction", "rtl")
    expect(page.locator(".reading blockquote")).to_have_css("border-right-width", "3px")
