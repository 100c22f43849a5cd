"""Writing to a person from the widget: what goes with it is seen and changed, nothing goes without consent."""

from __future__ import annotations

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.host_site import HostSite
from tests.browser.test_accessibility import RULES
from tests.browser.test_beginning import begin_with
from tests.browser.widget import Widget, answer_with

ALLOWED = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Content-Type"}


class Desk:
    """What the service was sent, and how it answers."""

    def __init__(self, page: Page) -> None:
        self.sent: list[dict[str, object]] = []
        self.status = 200
        page.route(re.compile("/api/v1/contact"), self._respond)

    def _respond(self, route: Route) -> None:
        if route.request.method == "OPTIONS":
            route.fulfill(status=204, headers=ALLOWED)
            return
        self.sent.append(json.loads(route.request.post_data or "{}"))
        route.fulfill(status=self.status, body="{}", headers=ALLOWED, content_type="application/json")


@pytest.fixture
def desk(page: Page) -> Desk:
    begin_with(page, messages=True, contact_url="/contact")
    return Desk(page)


@pytest.fixture
def widget(desk: Desk, page: Page, host: HostSite) -> Widget:
    page.goto(host.add(host.form("mode=launcher")))
    return Widget(page)


def to_the_form(widget: Widget) -> None:
    widget.element.evaluate("(element) => element.open()")
    widget.ask("why are we billed for 60 seats with 48 active staff")
    widget.expect_state("results")
    widget.results.get_by_role("link", name="Read the whole article").click()
    widget.expect_state("article")
    widget.button("Back").click()
    widget.button("No").click()
    widget.results.locator("[part=contact-button]").click()
    widget.expect_state("contact")


def test_question_pages_and_seats_go_along_to_see_and_to_change(widget: Widget, desk: Desk, service: str) -> None:
    widget.element.evaluate("(element) => element.identify({ email: 'ann@example.com' })")
    to_the_form(widget)
    form = widget.results
    expect(form.get_by_label("Your question")).to_have_value("why are we billed for 60 seats with 48 active staff")
    expect(form.get_by_label("Your email address")).to_have_value("ann@example.com")
    expect(form.get_by_label("Why are we billed for more seats?")).to_be_checked()
    expect(form.get_by_label("Your seats")).to_have_value("Paid seats: 60, Active staff: 48")

    form.get_by_label("Your seats").fill("61")
    form.get_by_label("What else should we know?").fill("Please check.")
    form.get_by_label("Send this to the people").check()
    widget.button("Send").click()

    widget.expect_state("sent")
    widget.expect_said("Your message is on its way")
    assert desk.sent == [
        {
            "question": "why are we billed for 60 seats with 48 active staff",
            "message": "Please check.",
            "email": "ann@example.com",
            "seats": "61",
            "read": [f"{service}/articles/seats/billed-for-more-seats"],
            "consent": True,
        }
    ]
    widget.button("Back").click()
    widget.expect_state("results")


def test_nothing_goes_without_consent_or_an_address(widget: Widget, desk: Desk) -> None:
    to_the_form(widget)
    email, consent = widget.results.get_by_label("Your email address"), widget.results.get_by_label("Send this to")
    email.fill("ann")

    widget.button("Send").click()

    expect(email).to_be_focused()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("Write an address such as name@example.com.")
    expect(consent).to_have_accessible_description("Mark this, as the message goes to people.")
    email.fill("ann@example.com")
    widget.button("Send").click()
    expect(consent).to_be_focused()
    assert desk.sent == []


@pytest.mark.parametrize(
    ("status", "told"), [(503, "was not delivered. It is still here"), (429, "Too many questions came"), (422, "")]
)
def test_what_is_not_delivered_is_kept(status: int, told: str, widget: Widget, desk: Desk) -> None:
    desk.status = status
    to_the_form(widget)
    message = widget.results.get_by_label("What else should we know?")
    message.fill("Please check.")
    widget.results.get_by_label("Your email address").fill("ann@example.com")
    widget.results.get_by_label("Send this to").check()
    widget.button("Send").click()

    if told:
        expect(widget.results.get_by_role("alert")).to_contain_text(told)
    else:
        expect(widget.results.get_by_label("Your email address")).to_have_attribute("aria-invalid", "true")
    expect(message).to_have_value("Please check.")
    desk.status = 200
    widget.button("Send").click()
    widget.expect_state("sent")
    assert len(desk.sent) == 2


def test_a_page_that_has_a_chat_opens_that_instead(widget: Widget, desk: Desk) -> None:
    widget.page.evaluate("document.addEventListener('kb-contact', (event) => event.preventDefault())")
    widget.open()
    widget.element.locator("footer [part=contact]").click()

    expect(widget.results).to_be_hidden()


def test_a_page_opens_the_form_with_what_it_knows(widget: Widget, desk: Desk) -> None:
    widget.element.evaluate("(element) => element.contact({ question: 'Where is invoice 7?' })")

    widget.expect_state("contact")
    expect(widget.results.get_by_label("Your question")).to_have_value("Where is invoice 7?")


@pytest.mark.parametrize("width", [320, 1000])
def test_axe_finds_nothing(width: int, widget: Widget, desk: Desk) -> None:
    page = widget.page
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(reduced_motion="reduce")  # colours are not measured while the panel fades in
    found = []
    widget.open()
    expect(widget.element.get_by_role("region", name="Topics")).to_be_visible()
    found += Axe().run(page, options=RULES).response["violations"]
    widget.element.evaluate("(element) => element.article('reduce')")
    widget.expect_state("article")
    found += Axe().run(page, options=RULES).response["violations"]
    to_the_form(widget)
    widget.button("Send").click()
    found += Axe().run(page, options=RULES).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"][:150]) for each in found] == []
    assert widget.panel.evaluate("(dialog) => dialog.scrollWidth <= dialog.clientWidth")


def test_who_asks_for_a_person_gets_the_form(widget: Widget, desk: Desk) -> None:
    body = {"outcome": "wants_person", "query_id": "", "passages": [], "answer": None, "record": "off"}
    answer_with(widget.page, body=json.dumps(body))
    widget.open()
    expect(widget.element.locator("footer [part=contact]")).to_be_visible()
    widget.ask("talk to a human")

    widget.expect_state("contact")
    expect(widget.results.get_by_label("Your question")).to_have_value("talk to a human")
    widget.button("Back").click()
    widget.expect_state("person")
    expect(widget.results.get_by_role("heading", name="Talk to a person")).to_be_visible()
