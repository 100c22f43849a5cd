"""What a visitor gets: an answer, further passages, the seats, or the plain word that there is none."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.service import origin_of
from tests.browser.widget import Widget, answer_with, requests_of
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


def test_links_to_articles_lead_to_the_service_for_those_who_want_a_tab(inline: Widget, service: str) -> None:
    inline.ask("why")

    link = inline.results.get_by_role("link", name="Read the whole article")
    expect(link).to_have_attribute("href", f"{service}/articles/seats/billed-for-more-seats#why")
    expect(link).to_have_attribute("rel", "noopener")
    with inline.page.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    assert opened.value.url == f"{service}/articles/seats/billed-for-more-seats#why"
    opened.value.close()
    inline.expect_state("results")


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
        "href", f"{origin_of(service)}/support?question=uncovered"
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


def test_a_passage_is_shown_as_it_is_written(inline: Widget, service: str) -> None:
    inline.ask("structure")

    passage = inline.results.locator("blockquote[part=passage]")
    expect(passage.locator("mark")).to_have_text(SENTENCE)
    expect(passage.locator("> ol")).to_have_attribute("start", "3")
    expect(passage.locator("ol > li")).to_have_count(2)
    expect(passage.locator("ol ul > li")).to_have_count(2)
    expect(passage.get_by_role("cell")).to_have_text(["60", "60"])
    expect(passage.locator("blockquote")).to_have_text("Note: 60 > 48 & more.")
    expect(passage.locator("pre")).to_contain_text("swift.example.com")
    expect(passage.get_by_role("link")).to_have_attribute(
        "href", f"http://help.example.com{urlsplit(service).path}/articles/reduce"
    )
    expect(passage.get_by_role("link")).to_have_attribute("target", "_blank")
    expect(passage.locator("h3")).to_have_text("Steps")
    expect(passage.locator("details")).to_have_attribute("open", "")


def answer_in_html(html: str) -> str:
    passage = {"id": "a#b", "title": "T", "text": "a", "html": html, "url": "/articles/a"}
    answer = {"outcome": "answered", "answer": {"text": "a", "passage_id": "a#b", "start": 0, "end": 1}}
    return json.dumps({**answer, "passages": [passage]})


def test_pictures_of_the_service_are_shown_and_those_of_others_described(inline: Widget, service: str) -> None:
    html = '<p><img alt="The gear" src="/favicon.ico" width="64" height="64">'
    html += '<img alt="A dog" src="https://elsewhere.example/dog.png"></p>'
    answer_with(inline.page, body=answer_in_html(html))

    inline.ask("why")

    passage = inline.results.locator("blockquote")
    expect(passage.get_by_role("img")).to_have_count(1)
    expect(passage.get_by_role("img")).to_have_attribute("src", f"{origin_of(service)}/favicon.ico")
    expect(passage.get_by_role("img")).to_have_attribute("width", "64")
    expect(passage).to_have_text("A dog")


HOSTILE_HTML = (
    '<p onclick="document.title=1" style="color: red">a<script>document.title=2</script>'
    '<img src="x" onerror="document.title=3">'
    '<a href="javascript:document.title=4">b</a><svg onload="document.title=5"><iframe srcdoc="x"></iframe>'
    '<img src="https://elsewhere.example/pixel.png" alt="c"></p></p></div><style>*{display:none}</style>&lt;b&gt;&bad;<'
)


def test_html_that_is_not_known_becomes_text_or_goes(inline: Widget) -> None:
    answer_with(inline.page, body=answer_in_html(HOSTILE_HTML))
    title = inline.page.title()

    with requests_of(inline.page, "elsewhere.example") as asked_elsewhere:
        inline.ask("why")
        shown = inline.results.locator("blockquote")
        expect(shown).to_contain_text("<b>&bad;<")
    expect(shown).to_contain_text("c")
    for link in shown.get_by_text("b", exact=True).all():
        link.click(force=True)

    expect(inline.page).to_have_title(title)
    assert shown.locator("script, svg, iframe, style, [onclick], [onerror], [style], [href^=javascript]").count() == 0
    assert asked_elsewhere == []
