"""The pages in the longest language and in one from right to left: nothing sticks out, nothing is on the wrong side."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.help_pages import PAGES
from tests.browser.test_accessibility import violations

SHOWN = ("home", "topic", "results", "seats", "possible", "no-answer", "article", "refused")


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_sticks_out_and_axe_finds_nothing_in_another_language(
    name: str, language: str, page: Page, service: str
) -> None:
    page.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(service + PAGES[name])

    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert violations(page) == []


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_from_right_to_left_begins_at_the_right(name: str, page: Page, service: str) -> None:
    page.set_extra_http_headers({"Accept-Language": "ar"})
    page.set_viewport_size({"width": 1000, "height": 700})
    page.goto(service + PAGES[name])

    brand, field = page.locator(".brand").bounding_box(), page.locator("[name=q]").first.bounding_box()
    button = page.locator("[role=search] button").first.bounding_box()
    assert brand
    assert field
    assert button
    assert brand["x"] + brand["width"] > 900
    assert button["x"] < field["x"] or button["x"] > field["x"] + field["width"] / 2
