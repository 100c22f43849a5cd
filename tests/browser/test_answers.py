"""What a visitor gets: an answer, further passages, the seats, or the plain word that there is none."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.widget import Widget
from tests.web.fakes import SENTENCE, TEXT


def test_enter_gives_the_answer_marked_in_its_passage(inline: Widget) -> None:
    inline.ask("why are we biled")

    inline.expect_state("results")
    passage = inline.results.locator("blockquote")
    expect(passage).to_have_text(TEXT)
    expect(passage.locator("mark")).to_have_text(SENTENCE)
    expect(inline.results).to_contain_text("Checked 20 Nov 2026")
    expect(inline.results).to_contain_text("Searched also for billed.")
    expect(inline.results.get_by_role("listitem")).to_contain_text("Last checked 1 Feb 2024: it may be out of date")
    inline.expect_said(f"Answer: {SENTENCE}")


def test_links_lead_to_the_service_in_a_new_tab(inline: Widget, service: str) -> None:
    inline.ask("why")

    link = inline.results.get_by_role("link", name="Read the whole article")
    expect(link).to_have_attribute("href", f"{service}/articles/seats/billed-for-more-seats#why")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener")


def test_no_answer_is_said_plainly_with_the_nearest_titles_and_a_way_to_a_person(inline: Widget) -> None:
    inline.ask("uncovered")

    inline.expect_state("none")
    expect(inline.results.get_by_role("heading").first).to_have_text("No article answers this")
    expect(inline.results.get_by_role("link", name="Reduce seats")).to_be_visible()
    contact = inline.results.locator("[part=contact-button]")
    expect(contact).to_have_attribute(
        "href", "http://localhost/support?question=uncovered".replace("localhost", _host(inline))
    )
    inline.expect_said("No article answers this")


def test_the_service_s_own_contact_is_offered_where_the_page_names_none(
    page: Page, host: HostSite, service: str
) -> None:
    page.goto(host.add(host.form()))
    widget = Widget(page)

    widget.ask("uncovered")

    expect(widget.contact).to_have_count(0)
    expect(widget.results.locator("[part=contact-button]")).to_have_attribute(
        "href", f"{service}/support?question=uncovered"
    )


def test_the_way_to_a_person_carries_the_question(inline: Widget) -> None:
    expect(inline.contact).to_be_visible()
    inline.type("how & why + what?")

    inline.contact.click()

    inline.page.wait_for_url("**/support?question=how%20%26%20why%20%2B%20what%3F")


def test_a_page_can_take_over_contact_by_an_event(inline: Widget) -> None:
    inline.page.evaluate(
        "addEventListener('kb-contact', (event) => { event.preventDefault(); document.title = event.detail.question })"
    )
    inline.type("help me")

    inline.contact.click()

    expect(inline.page).to_have_title("help me")
    assert "/page-" in inline.page.url


def test_a_domain_brings_the_live_count_and_the_seat_card(page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form('staff-count="acme.kayako.com"')))
    widget = Widget(page)
    expect(widget.element.get_by_label("Your helpdesk")).to_have_value("acme.kayako.com")
    widget.element.get_by_label("Seats you pay for").fill("60")

    widget.ask("why")

    card = widget.results.locator("[part=seats]")
    expect(card.get_by_role("heading")).to_have_text("You have seats to spare")
    expect(card.locator("dd")).to_have_text(["60you entered it", "48counted live at 09:30 UTC"])


def test_the_page_is_told_what_happens(inline: Widget) -> None:
    inline.page.evaluate(
        "for (const name of ['kb-search', 'kb-error']) "
        "addEventListener(name, (event) => document.title += name + JSON.stringify(event.detail))"
    )

    inline.ask("uncovered")

    expect(inline.page).to_have_title('Hostkb-search{"question":"uncovered","outcome":"no_answer"}')


def test_an_empty_question_clears_the_answer(inline: Widget) -> None:
    inline.ask("why")
    inline.expect_state("results")

    inline.ask("  ")

    expect(inline.results).to_be_hidden()


def _host(widget: Widget) -> str:
    return widget.page.url.split("/")[2]
