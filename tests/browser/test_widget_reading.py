"""Articles are read in the widget: with their links, and back to where one was."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.widget import Widget

ARTICLE = re.compile("/api/v1/articles/")


def article_of(widget: Widget) -> str:
    """The article's title as the widget shows it."""
    return widget.results.locator("[part=article] > h2").inner_text()


def test_an_article_of_an_answer_opens_here_and_leads_back(launcher: Widget) -> None:
    launcher.open()
    launcher.ask("why")
    launcher.expect_state("results")

    launcher.results.get_by_role("link", name="Read the whole article").click()

    launcher.expect_state("article")
    article = launcher.results.locator("[part=article]")
    expect(article.get_by_role("heading", name="Why & how")).to_be_focused()
    expect(article.get_by_role("listitem").first).to_contain_text("Sign in at")
    expect(article.get_by_role("table")).to_contain_text("Billed")
    expect(launcher.results.get_by_role("link", name="Open as a page")).to_have_attribute("target", "_blank")
    launcher.button("Back").click()
    launcher.expect_state("results")
    expect(launcher.results.locator("blockquote").first).to_be_visible()
    expect(launcher.results.get_by_role("link", name="Read the whole article")).to_be_focused()


def test_links_of_an_article_open_here_too_and_back_goes_step_by_step(page: Page, host: HostSite, service: str) -> None:
    def respond(route: object) -> None:
        name = re.search(r"articles/(\w+)", route.request.url)[1]  # type: ignore[attr-defined, index]
        other = "second" if name == "first" else "first"
        html = (
            f'<p>Text.</p><h2 id="there">There</h2><p><a href="{service}/articles/{other}#there">On</a> '
            '<a href="#there">Down</a> <a href="https://elsewhere.example/">Away</a></p>'
        )
        body = {"id": name, "title": name, "url": f"/articles/{name}", "html": html, "related": []}
        allowed = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=json.dumps(body), headers=allowed, content_type="application/json")  # type: ignore[attr-defined]

    page.route(ARTICLE, respond)
    page.goto(host.add(host.form("mode=launcher")))
    widget = Widget(page)
    widget.element.evaluate("(element) => element.article('first')")
    widget.expect_state("article")
    assert article_of(widget) == "first"

    widget.results.get_by_role("link", name="On").click()
    expect(widget.results.locator("[part=article] > h2")).to_have_text("second")
    expect(widget.results.locator("#at-there")).to_be_focused()
    expect(widget.results.get_by_role("link", name="Away")).to_have_attribute("target", "_blank")
    widget.button("Back").click()
    expect(widget.results.locator("[part=article] > h2")).to_have_text("first")
    widget.button("Back").click()

    expect(widget.results).to_be_hidden()
    expect(widget.element.get_by_role("region", name="Often asked")).to_be_visible()


def test_an_article_that_is_gone_is_said_with_a_way_back(launcher: Widget) -> None:
    launcher.open()
    launcher.ask("why")
    launcher.expect_state("results")
    launcher.page.route(ARTICLE, lambda route: route.fulfill(status=404, body="{}"))

    launcher.results.get_by_role("link", name="Read the whole article").click()

    launcher.expect_state("error")
    launcher.button("Back").click()
    launcher.expect_state("results")


def test_hostile_html_of_an_article_is_text(launcher: Widget) -> None:
    html = "<p>a<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script></p>"
    body = {"id": "x", "title": "<b>x</b>", "url": "javascript:document.title='broken'", "html": html, "related": 5}
    launcher.page.route(ARTICLE, lambda route: route.fulfill(
        body=json.dumps(body), headers={"Access-Control-Allow-Origin": "*"}, content_type="application/json"
    ))  # fmt: skip

    launcher.element.evaluate("(element) => element.article('x')")

    launcher.expect_state("article")
    assert article_of(launcher) == "<b>x</b>"
    expect(launcher.results.locator("img, script, a[href^=javascript]")).to_have_count(0)
    expect(launcher.page).to_have_title("Host")
