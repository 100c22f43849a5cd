"""A page that pins the version by the hashes of all its files."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from tests.browser.host_site import HostSite
from tests.browser.service import origin_of
from tests.browser.widget import Widget


def pinned(host: HostSite, hashes: dict[str, str], entry: str) -> str:
    """Return the address of a page with these hashes in place of the plain script."""
    importmap = f'<script type="importmap">{json.dumps({"integrity": hashes})}</script>'
    script = f'<script type="module" crossorigin src="{entry}" integrity="{hashes[entry]}"></script>'
    return host.add(host.form(), script=importmap + script)


def test_with_the_right_hashes_it_works(page: Page, host: HostSite, service: str) -> None:
    manifest = page.request.get(service + "/widget/v1/manifest.json").json()
    hashes = {origin_of(service) + path: integrity for path, integrity in manifest["integrity"].items()}
    page.goto(pinned(host, hashes, origin_of(service) + manifest["entry"]))

    Widget(page).ask("why")

    Widget(page).expect_state("results")


def test_with_another_hash_of_the_entry_the_plain_form_stays(page: Page, host: HostSite, service: str) -> None:
    entry = origin_of(service) + page.request.get(service + "/widget/v1/manifest.json").json()["entry"]

    page.goto(pinned(host, {entry: "sha384-" + "A" * 64}, entry))

    expect(page.get_by_label("Question")).to_be_visible()
    expect(Widget(page).input).to_have_count(0)


def test_with_another_hash_of_the_rest_the_form_leads_to_the_results_page(
    page: Page, host: HostSite, service: str
) -> None:
    manifest = page.request.get(service + "/widget/v1/manifest.json").json()
    hashes = {origin_of(service) + path: integrity for path, integrity in manifest["integrity"].items()}
    rest = next(url for url in hashes if "conversation" in url)
    page.goto(pinned(host, hashes | {rest: "sha384-" + "A" * 64}, origin_of(service) + manifest["entry"]))

    Widget(page).ask("why")

    page.wait_for_url("**/search?q=why")
