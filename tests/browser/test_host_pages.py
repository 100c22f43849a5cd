"""Pages that would break a widget, and what the widget must not do to them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.service import origin_of
from tests.browser.widget import Widget, requests_of

PATCHED = """<script nonce="n0">
window.fetch = () => { throw new Error("no fetch here") };
for (const name of ["map", "filter", "forEach", "reduce", "find", "some", "every", "includes", "indexOf", "flat",
  "join", "concat", "slice", "splice", "from"]) Array.prototype[name] = Array[name] = () => { throw new Error(name) };
Array.prototype.toJSON = function () { return "[]" };
Object.prototype.extra = () => {};
Object.prototype.hidden = true;
String.prototype.format = Number.prototype.format = () => "";
</script>"""
HEADS = {
    "everything is unset": "<style>* { all: unset !important }</style>",
    "buttons and inputs are styled": (
        "<style>button, input, label, a, p { display: none !important; font: 80px serif !important; color: red } "
        "button { position: fixed; inset: 0; text-transform: uppercase }</style>"
    ),
    "letters are tiny": "<style>html { font-size: 1px } body { letter-spacing: 2em; line-height: 9 }</style>",
    "prototypes are patched": PATCHED,
    "fetch lies": "<script>window.fetch = async () => ({ ok: true })</script>",
    "fetch is no promise": "<script>window.fetch = () => 5</script>",
    "addresses have another base": '<base href="https://elsewhere.example/deep/path/">',
    "quirks of old pages": "<script>var name = 'x', event = 5, $ = null, customElements2 = 1</script>",
}
LINES = "default-src 'none'; connect-src {service}; form-action {service}; base-uri 'none'; "
STRICT = {
    "by address": LINES + "script-src {service}",
    "by nonce": LINES + "script-src 'nonce-n0' 'strict-dynamic'",
    "trusted types": LINES + "script-src {service}; require-trusted-types-for 'script'; trusted-types 'none'",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_it_works_on_a_page_where(head: str, page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form('contact-url="/support"'), head=head))
    widget = Widget(page)

    widget.type("do disabled")
    expect(widget.options).to_have_count(1)
    widget.ask("why")

    widget.expect_state("results")
    expect(widget.element).to_have_css("display", "block")
    expect(widget.input).to_have_css("font-size", "16px")
    expect(widget.button("Search")).to_have_css("position", "static")
    box = widget.results.bounding_box()
    assert box is not None
    assert box["width"] > 300
    widget.button("No").click()
    widget.results.get_by_label("It is wrong").check()
    widget.button("Send").click()
    expect(widget.results).to_contain_text("Thank you.")


@pytest.mark.parametrize("policy", STRICT.values(), ids=STRICT)
def test_it_works_under_a_strict_policy(policy: str, page: Page, host: HostSite, service: str) -> None:
    headers = {"Content-Security-Policy": policy.format(service=origin_of(service))}
    page.goto(host.add(host.form("mode=launcher"), headers=headers))
    widget = Widget(page)

    widget.open()
    widget.ask("why")

    widget.expect_state("results")
    assert widget.panel.evaluate("(panel) => getComputedStyle(panel).position") == "fixed"


def test_two_widgets_know_nothing_of_each_other(page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form() + host.form("mode=launcher", "lang=de")))
    first, second = Widget(page), Widget(page, 1)
    first.ask("uncovered")
    first.expect_state("none")

    second.open()
    second.ask("why")

    second.expect_state("results")
    expect(second.results).to_contain_text("Geprüft: 20. Nov. 2026")
    first.expect_state("none")
    expect(first.input).to_have_value("uncovered")


def test_it_survives_being_moved_and_put_back(inline: Widget) -> None:
    inline.ask("why")
    inline.expect_state("results")

    inline.element.evaluate("(element) => { const { body } = document; element.remove(); body.prepend(element) }")

    inline.expect_state("results")
    inline.ask("uncovered")
    inline.expect_state("none")


def test_after_it_is_removed_nothing_of_it_goes_on(page: Page, host: HostSite) -> None:
    page.goto(host.add(host.form("shortcut=k")))
    widget = Widget(page)
    widget.load()
    page.route(re.compile("/api/v1/answer"), lambda route: None)
    with page.expect_request(re.compile("/api/v1/answer")):
        widget.ask("why")

    with page.expect_event("requestfailed"):
        widget.element.evaluate("(element) => element.remove()")

    key = "{key: 'k', ctrlKey: true, bubbles: true, cancelable: true}"
    assert page.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {key}))"), "the shortcut is taken"


def test_loaded_twice_from_two_addresses_it_is_defined_once(page: Page, host: HostSite, service: str) -> None:
    pinned = page.request.get(service + "/widget/v1/manifest.json").json()["entry"]
    page.goto(host.add(host.form() + f'<script type="module" src="{service}{pinned}"></script>'))
    widget = Widget(page)

    widget.ask("why")

    widget.expect_state("results")


@pytest.mark.parametrize(
    "sandbox", ["", 'sandbox="allow-scripts allow-forms allow-popups"'], ids=["plain", "sandboxed"]
)
def test_it_works_in_an_iframe(sandbox: str, page: Page, host: HostSite) -> None:
    inner = host.add(host.form())
    page.goto(host.add(f'<iframe src="{inner}" {sandbox} width="600" height="600" title="Help"></iframe>'))
    frame = page.frame_locator("iframe")

    frame.locator("#q").fill("why")
    frame.locator("#q").press("Enter")

    expect(frame.locator(".results blockquote")).to_be_visible()


def test_an_element_that_comes_later_and_changes_is_what_its_attributes_say(page: Page, host: HostSite) -> None:
    page.goto(host.add(""))
    page.evaluate("document.body.append(document.createElement('kb-widget'))")
    widget = Widget(page)
    expect(widget.element.get_by_text("Ask a question")).to_be_visible()
    widget.input.fill("why")

    widget.element.evaluate(
        "(element) => { element.lang = 'es'; element.setAttribute('labels', '{\"search\": \"Ver\"}') }"
    )

    expect(widget.element.get_by_text("Haga una pregunta")).to_be_visible()
    expect(widget.button("Ver")).to_be_visible()
    expect(widget.input).to_have_value("why")


def test_single_key_shortcuts_of_the_page_do_not_take_what_is_typed(inline: Widget) -> None:
    inline.page.evaluate("document.addEventListener('keydown', (event) => { document.title += event.key })")
    inline.load()

    inline.input.press_sequentially("jk/?")

    expect(inline.input).to_have_value("jk/?")
    expect(inline.page).to_have_title("Host")


def test_it_leaves_no_trace_on_the_visitor_s_machine_or_page(inline: Widget) -> None:
    before = inline.page.evaluate("Object.keys(window)")
    inline.ask("why")
    inline.expect_state("results")

    assert inline.page.context.cookies() == []
    assert inline.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert inline.page.evaluate("Object.keys(window)") == before
    assert inline.page.evaluate("indexedDB.databases()") == []


def test_it_asks_its_own_service_alone_and_only_on_first_use(page: Page, host: HostSite, service: str) -> None:
    widget = Widget(page)
    with requests_of(page, "://") as asked:
        page.goto(host.add(host.form()))
        expect(widget.input).to_be_visible()
        before = [request.url for request in asked if request.url.startswith(service)]
        widget.ask("why")
        widget.expect_state("results")

    assert before == [service + "/widget/v1/kb-widget.js"]
    assert [request.url for request in asked if not request.url.startswith((service, host.address))] == []
