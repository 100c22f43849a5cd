"""The sources run as they stand in the repository; joining them only saves requests."""

from __future__ import annotations

from pathlib import PurePosixPath

from playwright.sync_api import Page, Route

from kb_service.web.widget import FOLDER
from tests.browser.host_site import HostSite
from tests.browser.widget import Widget, requests_of


def test_the_plain_modules_work(page: Page, host: HostSite, service: str) -> None:
    def send(route: Route) -> None:
        source = FOLDER / PurePosixPath(route.request.url).name
        route.fulfill(path=source, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})

    page.route("**/widget/v1/sources/*.js", send)
    page.goto(
        host.add(host.form(), script=f'<script type="module" src="{service}/widget/v1/sources/kb-widget.js"></script>')
    )
    with requests_of(page, "/sources/") as loaded:
        Widget(page).ask("why")
        Widget(page).expect_state("results")

    assert len(loaded) > 8
