"""The console in a browser: by keyboard alone, without a script, and to axe-core's liking in both colour schemes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kb_service.web.console.copies import WARNING
from tests.accounts.builders import PASSWORD, Clock, cheap_passwords, database_like, empty_file
from tests.billing_articles import LOCKED, SECRET
from tests.browser.conftest import VIEWPORT, Errors
from tests.browser.service import serving
from tests.browser.test_accessibility import violations
from tests.web.console.builders import a_console, a_knowledge_base, an_access

TICKET = f"""From: Tom Reed <tom@acme.example>

Hello,

we pay for 3 seats. Who may give a goodwill refund, and what may agents promise?
How can we pay for fewer users?

{LOCKED}

What does that mean?

Thanks,
Tom
"""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("console")
    clock = Clock()
    clock.now = time.time_ns() // 1_000_000
    with cheap_passwords():
        access = an_access(database_like(empty_file(folder / "empty"), folder / "used"), clock)
        access.accounts.add("anna", "agent", PASSWORD)
        with serving(a_console(access, a_knowledge_base(), base_url="")) as port:
            yield f"http://127.0.0.1:{port}/console"


@pytest.fixture
def context(browser: Browser, console: str) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=VIEWPORT, permissions=["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def agent(context: BrowserContext, console: str) -> Iterator[Page]:
    """The console's page of somebody who signed in."""
    page, errors = context.new_page(), Errors()
    errors.watch(page)
    sign_in(page, console)
    yield page
    assert list(errors) == []


def sign_in(page: Page, console: str) -> None:
    page.goto(console)
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What does the customer ask?")


def ask(page: Page) -> None:
    page.get_by_label("A question, or the whole ticket").fill(TICKET)
    page.get_by_role("button", name="Answer it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is known")


def clipboard(page: Page, kind: str = "text/plain") -> str:
    read = "async kind => await (await (await navigator.clipboard.read())[0].getType(kind)).text()"
    return str(page.evaluate(read, kind))


def test_the_whole_way_by_keyboard_alone(context: BrowserContext, console: str) -> None:
    page = context.new_page()
    page.goto(console)
    keys = page.keyboard
    keys.press("Tab")  # to the content
    keys.press("Enter")
    keys.press("Tab")
    expect(page.get_by_label("Name")).to_be_focused()
    keys.type("anna")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What does the customer ask?")

    keys.press("/")
    expect(page.get_by_label("A question, or the whole ticket")).to_be_focused()
    keys.insert_text(TICKET)
    keys.type("? r j")
    expect(page.get_by_label("A question, or the whole ticket")).to_have_value(TICKET + "? r j")
    for _ in range(len("? r j")):
        keys.press("Backspace")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is known")
    expect(page.locator(".asked")).to_have_count(3)

    keys.press("j")
    expect(page.locator("article[data-card]").first).to_be_focused()
    keys.press("r")
    expect(page.get_by_role("status")).to_have_text("The reply is copied.")
    assert clipboard(page).startswith("Hello Tom Reed,\n\n")
    keys.press("a")
    assert clipboard(page).count("Hello") == 1
    keys.press("h")
    expect(page.get_by_role("status")).to_have_text("The HTML is copied.")
    assert clipboard(page, "text/html").startswith("<blockquote>")

    keys.press("f")
    keys.type("It is out of date. ? r")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The flag is raised.")
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys.press("Escape")
    keys.press("o")
    page.wait_for_url("**/console/articles/**")
    page.get_by_role("link", name="Flags").focus()
    keys.press("Enter")
    expect(page.get_by_role("listitem")).to_contain_text("It is out of date. ? r")
    page.get_by_role("button", name="Take it: flag 1").focus()
    keys.press("Enter")
    expect(page.get_by_role("listitem")).to_contain_text("taken by anna")
    page.get_by_role("button", name="Sign out").focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.go_back()
    assert SECRET not in page.content()
    page.goto(console)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_what_is_for_agents_only_asks_first_and_never_becomes_a_reply(agent: Page) -> None:
    ask(agent)
    secret = agent.locator("article[data-agents-only]").first
    agent.evaluate("navigator.clipboard.writeText('before')")
    secret.focus()

    agent.keyboard.press("r")
    expect(agent.get_by_role("status")).to_have_text("The reply cannot be copied: this is for agents only.")
    agent.keyboard.press("m")
    dialog = agent.get_by_role("dialog", name="This is for agents only")
    expect(dialog.get_by_role("button", name="Do not copy")).to_be_focused()
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("status")).to_have_text("Nothing was copied.")
    secret.focus()
    agent.keyboard.press("m")
    agent.keyboard.press("Escape")
    assert clipboard(agent) == "before"

    secret.focus()
    agent.keyboard.press("m")
    agent.keyboard.press("Tab")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("status")).to_have_text("The Markdown is copied, marked as for agents only.")
    assert clipboard(agent).startswith(f"**[{WARNING}]**")


def test_keys_can_be_switched_off_for_good(agent: Page) -> None:
    ask(agent)
    agent.keyboard.press("?")
    agent.get_by_label("Use these keys").uncheck()
    agent.get_by_role("button", name="Close").click()
    agent.keyboard.press("j")
    expect(agent.locator("article[data-card]").first).not_to_be_focused()
    agent.reload()
    agent.goto(agent.url)
    agent.keyboard.press("/")
    expect(agent.get_by_label("A question, or the whole ticket")).not_to_be_focused()
    agent.keyboard.press("?")
    expect(agent.get_by_label("Use these keys")).not_to_be_checked()


def test_it_works_without_a_script(browser: Browser, console: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, console)
    ask(page)

    assert page.locator("[data-copy]:visible").count() == 0
    first = page.locator("article[data-card]").first
    first.get_by_text("Copy by hand").click()
    expect(first.get_by_label("Reply to the customer")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_any_page(width: int, agent: Page, console: str) -> None:
    agent.set_viewport_size({"width": width, "height": 800})
    found = violations(agent)
    ask(agent)
    for closed in ("Why this passage", "Copy by hand", "Flag as wrong"):
        for summary in agent.locator("summary", has_text=closed).all():
            summary.click()
    found += violations(agent)
    assert agent.evaluate("document.documentElement.scrollWidth") <= width
    agent.keyboard.press("Escape")
    agent.locator("body").click(position={"x": 1, "y": 1})
    agent.keyboard.press("?")
    found += violations(agent)
    for path in ("/flags", "/account", "/articles/goodwill", "/articles/refunds", "/nope"):
        agent.goto(console + path)
        found += violations(agent)
        assert agent.evaluate("document.documentElement.scrollWidth") <= width
    agent.goto(console + "/account")
    agent.get_by_role("button", name="Sign out", exact=True).click()
    found += violations(agent)
    agent.goto(console)
    found += violations(agent)
    agent.get_by_label("Name").fill("anna")
    agent.get_by_label("Password").fill("wrong")
    agent.get_by_role("button", name="Sign in").click()
    found += violations(agent)

    assert found == []


def test_another_site_cannot_send_its_forms(agent: Page, console: str, tmp_path: Path) -> None:
    file = tmp_path / "evil.html"
    file.write_text(f'<form method="post" action="{console}/sign-out"><button>Win</button></form>', encoding="utf-8")
    agent.goto(f"file://{file}")
    agent.get_by_role("button", name="Win").click()
    expect(agent.get_by_role("heading", level=1)).not_to_have_text("You are signed out")
    agent.goto(console)
    expect(agent.get_by_role("heading", level=1)).to_have_text("What does the customer ask?")
