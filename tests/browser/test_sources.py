"""The sources run as they stand in the repository; joining them only saves requests."""

from __future__ import annotations

from pathlib import PurePosixPath

from playwright.sync_api import Page, Route

from kb_service.web.widget import FOLDER
from kb_service.web.widget_words import seat_words_module, words_module
from tests.browser.host_site import HostSite
from tests.browser.widget import Widget, requests_of


def test_the_plain_modules_work(page: Page, host: HostSite, service: str) -> None:
    made = {"words-en.js": words_module("en"), "seat-words-en.js": seat_words_module("en")}

    def send(route: Route) -> None:
        name = PurePosixPath(route.request.url).name  # the words alone are made when the service starts
        source = made.get(name) or (FOLDER / name).read_text("utf-8")
        route.fulfill(body=source, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})

    page.route("**/widget/v1/sources/*.js", send)
    page.goto(
        host.add(host.form(), script=f'<script type="module" src="{service}/widget/v1/sources/kb-widget.js"></script>')
    )
    with requests_of(page, "/sources/") as loaded:
        Widget(page).ask("why")
        Widget(page).expect_state("results")

    assert len(loaded) > 8
