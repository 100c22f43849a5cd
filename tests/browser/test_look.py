"""Themes, languages, directions and sizes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.scenes import SCENES
from tests.browser.widget import Widget

WHITE, DARK = "rgb(255, 255, 255)", "rgb(18, 18, 18)"
KNOWS_DARK = '<meta name="color-scheme" content="light dark">'
THEMES = {
    "of a light page": ("", "", "dark", WHITE),
    "of a page that knows both": ("", KNOWS_DARK, "dark", DARK),
    "always light": ("theme=light", KNOWS_DARK, "dark", WHITE),
    "always dark": ("theme=dark", "", "light", DARK),
    "as the visitor likes": ("theme=auto", "", "dark", DARK),
}


@pytest.mark.parametrize(("theme", "head", "preferred", "colour"), THEMES.values(), ids=THEMES)
def test_the_theme_is(theme: str, head: str, preferred: str, colour: str, page: Page, host: HostSite) -> None:
    page.emulate_media(color_scheme="dark" if preferred == "dark" else "light")

    page.goto(host.add(host.form(theme), head=head))

    expect(Widget(page).input).to_have_css("background-color", colour)


def test_a_page_sets_colours_and_parts(page: Page, host: HostSite) -> None:
    style = "kb-widget { --kb-accent: rgb(1, 2, 3) } kb-widget::part(button) { text-transform: uppercase }"

    page.goto(host.add(host.form(), head=f"<style>{style}</style>"))

    expect(Widget(page).button("Search")).to_have_css("background-color", "rgb(1, 2, 3)")
    expect(Widget(page).button("Search")).to_have_css("text-transform", "uppercase")


@pytest.mark.parametrize(
    ("language", "label", "button", "helpful"),
    [
        ("de-AT", "Stellen Sie eine Frage", "Suchen", "Hat das Ihre Frage beantwortet?"),
        ("es", "Haga una pregunta", "Buscar", "¿Ha respondido esto a su pregunta?"),
        ("fr", "Posez une question", "Rechercher", "Cela a-t-il répondu à votre question ?"),
        ("ja", "質問してください", "検索", "これで解決しましたか？"),
        ("it", "Ask a question", "Search", "Did this answer your question?"),
        ("constructor", "Ask a question", "Search", "Did this answer your question?"),
    ],
)
def test_it_speaks_the_language_of_the_page(
    language: str, label: str, button: str, helpful: str, page: Page, host: HostSite
) -> None:
    page.goto(host.add(host.form(), html=f'lang="{language}"'))
    widget = Widget(page)

    expect(widget.element.get_by_label(label)).to_be_visible()
    expect(widget.button(button)).to_be_visible()
    widget.ask("why")
    expect(widget.results).to_contain_text(helpful)


@pytest.mark.parametrize("labels", ["{", "5", "null", '{"label": 5}'])
def test_wrong_labels_cost_only_themselves(labels: str, page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form(f"labels='{labels}'")))

    expect(Widget(page).button("Search")).to_be_visible()


@pytest.mark.parametrize("scene", ["suggesting", "reasons", "nothing", "failed"])
def test_nothing_sticks_out_at_320_pixels(scene: str, page: Page, host: HostSite) -> None:
    page.set_viewport_size({"width": 320, "height": 600})
    page.goto(host.add(host.form("staff-count", 'contact-url="/support"')))

    SCENES[scene](Widget(page))

    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_from_right_to_left_everything_is_on_the_other_side(page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form() + host.form("mode=launcher"), html='lang="ar" dir="rtl"'))
    box, launcher = Widget(page), Widget(page, 1)

    button, field = box.button("بحث").bounding_box(), box.input.bounding_box()
    assert button is not None
    assert field is not None
    assert button["x"] < field["x"]
    launcher.open()
    panel = launcher.panel.bounding_box()
    assert panel is not None
    assert panel["x"] < 100


def test_nothing_moves_for_those_who_do_not_want_it(page: Page, host: HostSite) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(host.add(host.form()))

    SCENES["loading"](Widget(page))

    expect(Widget(page).results.locator(".bones").first).to_have_css("animation-name", "none")
    page.emulate_media(reduced_motion="no-preference")


def test_with_forced_colours_the_active_suggestion_stands_out(page: Page, host: HostSite) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(host.add(host.form()))

    SCENES["suggesting"](Widget(page))

    colours = "(option) => [getComputedStyle(option).color, getComputedStyle(option).backgroundColor]"
    active, other = (Widget(page).options.nth(at).evaluate(colours) for at in (0, 1))
    assert active[0] != active[1]
    assert active != other
    page.emulate_media(forced_colors="none")
