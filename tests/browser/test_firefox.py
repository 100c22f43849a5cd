"""The main ways through the widget and the pages, in Firefox, where it is installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.firefox import Firefox, find_firefox, started
from tests.browser.help_pages import PAGES
from tests.browser.host_site import HostSite
from tests.browser.service import origin_of
from tests.browser.test_host_pages import HEADS, STRICT
from tests.lacking import lacks
from tests.web.fakes import SENTENCE

ROOT = "document.querySelector('kb-widget').shadowRoot"
IS_ANSWERED = f"return {ROOT}.querySelector('.results')?.part.value === 'results results'"
FOCUSED = f"{ROOT}.activeElement"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    path = find_firefox()
    if path is None:
        lacks("Firefox is not installed: apt-get install firefox-esr")
    with started(path, tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.mark.usefixtures("knowledge_base")
def test_the_whole_way_by_keyboard(firefox: Firefox, host: HostSite) -> None:
    firefox.go(host.add(""))
    firefox.run("sessionStorage.clear()")
    firefox.go(host.add(host.form("mode=launcher", 'contact-url="/support"')))
    firefox.wait_for(f"{ROOT}.querySelector('.launcher').focus(); return {FOCUSED} !== null")
    firefox.press("Enter")
    firefox.wait_for(f"return {FOCUSED}?.id === 'q'")
    firefox.press("do disabled")
    firefox.wait_for(f"return {ROOT}.querySelectorAll('[role=option]').length === 1")
    assert firefox.run(f"return {ROOT}.querySelector('[aria-selected=true]')") is None
    firefox.press("ArrowDown", "Enter")

    firefox.wait_for(IS_ANSWERED)
    assert firefox.run(f"return {ROOT}.querySelector('.results mark').textContent") == SENTENCE
    for _ in range(8):
        if firefox.run(f"return {FOCUSED}?.textContent") == "No":
            break
        firefox.press("Tab")
    firefox.press("Enter")
    firefox.wait_for(f"return {ROOT}.querySelector('.results form')?.hidden === false")
    firefox.press("Tab", "Space", "Tab", "Tab", "Tab", "Tab", "It is about seats", "Tab", "Enter")
    firefox.wait_for(f"return {ROOT}.querySelector('.results').textContent.includes('Thank you.')")
    firefox.press("Escape")
    firefox.wait_for(f"return !{ROOT}.querySelector('dialog').open")
    firefox.wait_for(f"return {FOCUSED}?.classList.contains('launcher')")


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_it_works_on_a_page_where(head: str, firefox: Firefox, host: HostSite) -> None:
    firefox.go(host.add(host.form(), head=head))
    firefox.wait_for(f"{ROOT}.querySelector('#q').focus(); return {FOCUSED} !== null")

    firefox.press("why", "Enter")

    firefox.wait_for(IS_ANSWERED)
    assert firefox.run(f"return {ROOT}.querySelector('.results').getBoundingClientRect().width > 300")
    assert firefox.run(f"return getComputedStyle({ROOT}.querySelector('#q')).fontSize") == "16px"


@pytest.mark.parametrize("policy", STRICT.values(), ids=STRICT)
def test_it_works_under_a_strict_policy(policy: str, firefox: Firefox, host: HostSite, service: str) -> None:
    headers = {"Content-Security-Policy": policy.format(service=origin_of(service))}
    firefox.go(host.add(host.form(), headers=headers))
    firefox.wait_for(f"{ROOT}.querySelector('#q').focus(); return {FOCUSED} !== null")

    firefox.press("why", "Enter")

    firefox.wait_for(IS_ANSWERED)


def test_hostile_text_stays_text(firefox: Firefox, host: HostSite) -> None:
    firefox.go(host.add(host.form()))
    firefox.wait_for(f"{ROOT}.querySelector('#q').focus(); return {FOCUSED} !== null")

    firefox.press("hostile", "Enter")

    firefox.wait_for(IS_ANSWERED)
    assert firefox.run(f"return [document.title, {ROOT}.querySelectorAll('img, script').length]") == ["Host", 0]


@pytest.mark.parametrize("path", [PAGES["article"], PAGES["results"]])
def test_a_vote_stays_on_the_page(path: str, firefox: Firefox, service: str) -> None:
    firefox.go(service + path)

    firefox.run("document.querySelector('.vote [value=yes]').click()")

    firefox.wait_for("return document.querySelector('.said').textContent === 'Thank you.'")
    assert firefox.run("return document.activeElement.className") == "said"
    assert firefox.run("return location.href") == service + path
