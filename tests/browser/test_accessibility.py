"""axe-core finds nothing against WCAG 2.2 A and AA in any state, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.help_pages import PAGES, vote_without_script
from tests.browser.host_site import HostSite
from tests.browser.scenes import SCENES, Scene
from tests.browser.widget import Widget

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


# What fades in has the colours that it ends with once it has come, also within a shadow tree.
SETTLED = """() => Promise.allSettled(
  [document, ...[...document.querySelectorAll("*")].flatMap((each) => each.shadowRoot ?? [])]
  .flatMap((root) => root.getAnimations()).filter((each) => each.effect.getComputedTiming().endTime < Infinity)
  .map((each) => each.finished))"""


def violations(page: Page) -> list[str]:
    """Return what axe finds, in both colour schemes."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        for each in Axe().run(page, options=RULES).response["violations"]:
            found += [f"{scheme} {each['id']}: {node['html'][:120]}" for node in each["nodes"]]
    return found


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_axe_finds_nothing_in_the_state(scene: Scene, page: Page, host: HostSite) -> None:
    attributes = ("theme=auto", 'contact-url="/support"', "staff-count")
    page.goto(host.add(host.form(*attributes), head='<meta name="color-scheme" content="light dark">'))
    scene(Widget(page))

    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 1000])
def test_axe_finds_nothing_in_the_panel(width: int, page: Page, host: HostSite) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(host.add(host.form("mode=launcher", "theme=auto", 'contact-url="/support"')))
    widget = Widget(page)
    widget.open()
    SCENES["answered"](widget)

    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing_on_the_page(path: str, page: Page, service: str) -> None:
    page.goto(service + path)

    assert violations(page) == []


@pytest.mark.parametrize(("verdict", "shown"), [("Yes", ".said"), ("No", ".why")])
def test_axe_finds_nothing_where_a_vote_was_given(verdict: str, shown: str, page: Page, service: str) -> None:
    page.goto(service + PAGES["article"])
    page.get_by_role("button", name=verdict, exact=True).click()
    expect(page.locator(shown)).to_be_visible()

    assert violations(page) == []


def test_axe_finds_nothing_on_the_page_that_asks_why(page: Page, service: str) -> None:
    vote_without_script(page, service, "No")

    assert violations(page) == []


def test_everything_can_be_hit(inline: Widget) -> None:
    """WCAG 2.5.8: targets of 24 by 24 pixels, save links in text."""
    SCENES["reasons"](inline)

    for target in inline.element.locator("button:visible, input:visible, label.choice").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24 or target.get_attribute("type") == "checkbox"


def test_names_and_roles_are_those_of_the_pattern(inline: Widget) -> None:
    inline.type("seats")
    expect(inline.options).to_have_count(3)

    expect(inline.input).to_have_role("combobox")
    expect(inline.input).to_have_accessible_name("Ask a question")
    expect(inline.input).to_have_attribute("aria-autocomplete", "list")
    expect(inline.element.get_by_role("listbox", name="Suggestions")).to_have_id(
        inline.input.get_attribute("aria-controls") or ""
    )
