"""Reading an article: where one is, what can be copied, tables and pictures, and that nothing moves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.help_pages import ARTICLE
from tests.browser.test_accessibility import violations

GUIDE = "/articles/guide"


@pytest.fixture
def guide(page: Page, service: str) -> Page:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(service + GUIDE)
    return page


def copied(page: Page) -> str:
    found = page.evaluate("navigator.clipboard.readText()")
    assert isinstance(found, str)
    return found


def test_the_contents_stay_in_view_and_mark_what_is_read(guide: Page) -> None:
    contents = guide.get_by_role("navigation", name="On this page")
    marked = contents.locator("[aria-current]")
    expect(marked).to_have_count(0)

    guide.locator("#next").evaluate("(heading) => heading.scrollIntoView()")

    expect(contents).to_be_in_viewport()
    expect(marked).to_have_text("What next")
    guide.evaluate("scrollTo(0, 0)")
    expect(marked).to_have_count(0)


def test_on_a_phone_the_contents_are_folded(guide: Page) -> None:
    guide.set_viewport_size({"width": 390, "height": 800})
    contents = guide.get_by_role("navigation", name="On this page")
    expect(contents.get_by_role("link")).to_have_count(0)

    contents.get_by_text("On this page").click()
    contents.get_by_role("link", name="What next").click()

    expect(guide).to_have_url(re.compile("#next$"))
    expect(guide.locator("#next")).to_be_in_viewport()


def test_a_heading_is_a_link_that_copies_itself(guide: Page, service: str) -> None:
    link = guide.get_by_role("link", name="Why & how", exact=True).last
    link.click()

    expect(guide.get_by_role("status").filter(has_text="The link was copied")).to_have_count(1)
    assert guide.url == copied(guide) == f"{service}{GUIDE}#why"
    expect(guide.get_by_role("heading", name="Why & how", exact=True)).to_have_css(
        "background-color", re.compile(r"^(?!rgba\(0, 0, 0, 0\))")
    )


def test_code_is_copied_as_it_is_written(guide: Page) -> None:
    guide.get_by_role("button", name="Copy").first.click()

    assert copied(guide) == 'echo "60 & more"  # seats\n'
    expect(guide.get_by_role("status").filter(has_text="The code was copied")).to_have_count(1)


def test_code_has_its_colours_in_both_schemes(guide: Page) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        guide.emulate_media(color_scheme=scheme)
        code = guide.locator(".code").first
        colours |= {each.evaluate("(one) => getComputedStyle(one).color") for each in code.locator("span, pre").all()}
    assert len(colours) == 8


@pytest.mark.parametrize("width", [320, 1000])
def test_a_wide_table_scrolls_by_key_and_splits_no_word(width: int, guide: Page) -> None:
    guide.set_viewport_size({"width": width, "height": 700})
    table = guide.get_by_role("group", name="Table")
    expect(table).to_have_attribute("tabindex", "0")

    assert guide.evaluate("document.documentElement.scrollWidth") == width
    word = table.get_by_text("Incomprehensibilities", exact=True)
    assert word.evaluate("(cell) => cell.getClientRects().length") == 1
    assert word.evaluate("(cell) => cell.scrollWidth <= cell.clientWidth")


def test_a_table_that_fits_is_no_stop(page: Page, service: str) -> None:
    page.goto(service + ARTICLE)

    expect(page.locator(".scroll")).to_have_count(1)
    expect(page.locator(".scroll")).not_to_have_attribute("tabindex", re.compile("."))


def test_a_picture_opens_large_and_closes_where_it_was(guide: Page) -> None:
    link = guide.get_by_role("link", name="The plan")
    link.focus()
    guide.keyboard.press("Enter")
    dialog = guide.get_by_role("dialog", name="The plan")
    expect(dialog).to_be_visible()
    assert violations(guide) == []

    guide.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    link.click()
    guide.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("path", [GUIDE, GUIDE + "#next", "/articles", "/?topic=seats"])
def test_axe_finds_nothing(path: str, page: Page, service: str) -> None:
    for width in (320, 1000):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(service + path)

        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("path", [GUIDE, "/articles", "/?topic=seats", "/", "/search?q=structure"])
def test_nothing_moves_while_a_page_loads(path: str, page: Page, service: str) -> None:
    page.goto(service + path, wait_until="networkidle")
    shift = page.evaluate(
        "new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().reduce((all, each) => all + "
        "each.value, 0))).observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 200))"
    )

    assert shift == 0


def test_neighbours_and_crumbs_lead_on(guide: Page, service: str) -> None:
    expect(guide.get_by_role("navigation", name="Breadcrumb").get_by_role("link")).to_have_text(
        ["Help centre", "Seats"]
    )
    guide.get_by_role("link", name="Next Swap seats").click()

    guide.wait_for_url(f"{service}/articles/swap")


def test_on_paper_links_say_where_they_lead_and_nothing_is_marked(page: Page, service: str) -> None:
    page.goto(f"{service}{GUIDE}#why")
    page.emulate_media(media="print")

    for what in (".crumbs", ".neighbours", ".copy-code", ".toc", ".find"):
        for each in page.locator(what).all():
            expect(each).to_be_hidden()
    expect(page.locator("#why")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    shown = page.get_by_role("link", name="elsewhere").evaluate("(link) => getComputedStyle(link, '::after').content")
    assert "https://e.example" in shown
