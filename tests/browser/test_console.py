"""The console in a browser: by keyboard alone, without a script, and to axe-core's liking in both colour schemes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from kb_service.record.database import Database
from kb_service.record.events import Counted, Done, Event, Vote
from kb_service.record.flags import raise_flag, set_flag
from kb_service.record.report_forms import SECTIONS
from kb_service.record.votes import save_vote
from kb_service.record.writing import DAY_MS, Writer
from kb_service.web.console.copies import WARNING
from tests.accounts.builders import PASSWORD, Clock, cheap_passwords, database_like, empty_file
from tests.billing_articles import LOCKED, SECRET
from tests.browser.conftest import VIEWPORT, Errors
from tests.browser.service import serving
from tests.browser.test_accessibility import violations
from tests.record.builders import KEY, a_record, an_asked
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
        access.accounts.add("anna", "lead", PASSWORD)
        _record_something(access.database.opened())
        record = a_record(folder / "used")
        app = a_console(access, a_knowledge_base(), base_url="", record=record, record_counts=True, articles=folder)
        with serving(app) as port:
            yield f"http://127.0.0.1:{port}/console"
        record.close()


def _record_something(database: Database) -> None:
    """So that every report has something to show."""
    now, answered = int(time.time() * 1000) - 3_600_000, []
    asked: list[Event] = []
    for at, text in enumerate(
        ("can we pay by cheque", "pay by cheque", "is there a dark mode", "how to pay by cheque?")
    ):
        asked.append(an_asked(text, now - at * DAY_MS, outcome="no_answer", shown=("refunds",), asker=f"o{at}"))
    for at in range(12):
        one = an_asked(
            "which card can we use", now - at * DAY_MS, article_id="refunds", asker=f"c{at}", surface="pages"
        )
        answered.append(one)
        asked += [one, an_asked("another", now - at * DAY_MS + 1000, article_id="invoices", asker=f"c{at}")]
    done = [Done(answered[0].query_id, now, deed, "refunds") for deed in ("copied", "solved")]
    counted = [Counted(now - days * DAY_MS, "acme.kayako.com", 40 + days % 5) for days in range(20)]
    Writer(database, key=KEY, keep_days=365).write(asked)
    Writer(database, key=KEY, keep_days=365).write([*done, *counted])
    for one in answered[:3]:
        save_vote(database, Vote(one.query_id, helpful=False, passage_id="refunds#a", comment="No, it is not."), at=now)
    raised = raise_flag(database, passage_id="refunds#intro", note="An old flag.", at=now, flagged_by="tom")
    set_flag(database, raised.flag_id, "done", owner="tom", at=now)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same where questions are recorded."""
    folder = tmp_path_factory.mktemp("recording")
    clock = Clock()
    clock.now = time.time_ns() // 1_000_000
    record = a_record(folder / "record")
    with cheap_passwords():
        access = an_access(database_like(empty_file(folder / "empty"), folder / "used"), clock)
        access.accounts.add("anna", "agent", PASSWORD)
        with serving(a_console(access, a_knowledge_base(), base_url="", record=record)) as port:
            yield f"http://127.0.0.1:{port}/console"
    record.close()


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
    expect(page.get_by_role("button", name="Keys")).to_be_visible()  # the script has come

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
    expect(page.get_by_role("status")).to_contain_text("The reply is copied.")
    assert clipboard(page).startswith("Hello Tom Reed,\n\n")
    for _ in range(12):  # to the passage whose reply has numbers
        if "pay for 2 seats at present, Tom Reed" in clipboard(page):
            break
        keys.press("j")
        keys.press("r")
    assert "pay for 2 seats at present, Tom Reed" in clipboard(page)
    keys.press("a")
    assert clipboard(page).count("Hello") == 1
    keys.press("h")
    expect(page.get_by_role("status")).to_contain_text("The HTML is copied.")
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
    follow(page, "Flags")
    item = page.get_by_role("listitem").filter(has_text="It is out of date. ? r")
    expect(item).to_be_visible()
    press(page, item.get_by_role("button", name=re.compile("^Take it")))
    expect(item).to_contain_text("taken by anna")
    follow(page, "Reports")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is asked, and what comes of it")
    press(page, page.get_by_role("navigation", name="Reports").get_by_role("link", name="Flags"))
    row = page.get_by_role("row").filter(has_text="It is out of date. ? r")
    expect(row).to_contain_text("taken")
    expect(row).to_contain_text("anna")
    page.get_by_role("button", name="Sign out").focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.go_back()
    assert SECRET not in page.content()
    page.goto(console)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def follow(page: Page, name: str) -> None:
    """Go to a page of the console by its link at the top."""
    press(page, page.get_by_role("navigation", name="Console").get_by_role("link", name=name))


def press(page: Page, wanted: Locator) -> None:
    """Go forward with Tab until something has the focus, then press Enter."""
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


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
    expect(agent.get_by_role("status")).to_contain_text("The Markdown is copied, marked as for agents only.")
    assert clipboard(agent).startswith(f"**[{WARNING}]**")


def test_what_is_copied_has_a_receipt(context: BrowserContext, recording: str) -> None:
    page = context.new_page()
    sign_in(page, recording)
    ask(page)
    page.locator("article[data-card]:not([data-agents-only])").first.focus()
    page.keyboard.press("t")
    expect(page.get_by_role("status")).to_have_text("The plain text is copied. Receipt")
    page.keyboard.press("l")
    expect(page.get_by_role("status")).to_have_text("The link of the receipt is copied. Receipt")
    link = page.get_by_role("status").get_by_role("link").get_attribute("href")
    assert clipboard(page) == link
    assert link
    for path, width in ((link, 320), (link.replace("/a/", "/console/receipts/"), 320)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        expect(page.get_by_text("Stands word for word in the article today.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []

    page.goto(recording)
    ask(page)
    page.keyboard.press("a")
    expect(page.get_by_role("status").get_by_role("link")).to_have_count(3)


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
    for path in ("/flags", "/account", "/articles/goodwill", "/articles/refunds", "/panel?question=goodwill", "/nope"):
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


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_reports_and_seats(width: int, agent: Page, console: str) -> None:
    agent.set_viewport_size({"width": width, "height": 800})
    agent.goto(f"{console}/reports/open_questions")
    patch = agent.get_by_role("link", name=re.compile("^Make a patch")).first.get_attribute("href") or ""
    found = []
    for path in (
        *("/reports", *(f"/reports/{section}" for section in SECTIONS), "/reports?days=400", "/flags?state=done"),
        *(patch.removeprefix("/console"), patch.removeprefix("/console") + "&kind=ways&article=nope"),
        *("/seats", "/seats?domain=acme.kayako.com&seats=60&more_seats=-5", "/seats?seats=x&active=4"),
    ):
        agent.goto(console + path)
        for summary in agent.locator("summary").all():
            summary.click()
        found += [f"{path}: {each}" for each in violations(agent)]
        assert agent.evaluate("document.documentElement.scrollWidth") <= width, path

    assert found == []


def test_a_patch_is_copied_and_downloaded(agent: Page, console: str) -> None:
    agent.goto(f"{console}/reports/open_questions?days=60")
    agent.get_by_role("link", name=re.compile("^Make a patch.*cheque")).first.click()
    agent.get_by_role("button", name="Copy it").click()
    expect(agent.get_by_role("status")).to_have_text("The patch is copied.")
    assert clipboard(agent).startswith("diff --git a/")
    with agent.expect_download() as download:
        agent.get_by_role("link", name="Download it").click()
    assert download.value.suggested_filename.endswith(".patch")
    assert download.value.path().read_text(encoding="utf-8") == clipboard(agent)


def test_a_patch_is_made_without_a_script(browser: Browser, console: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, console)
    page.goto(f"{console}/reports/open_questions")
    page.get_by_role("link", name=re.compile("^Make a patch")).first.click()
    page.get_by_label("What it does").select_option("not-covered")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_label("The patch")).to_have_value(re.compile("_not_covered.yml"))
    expect(page.get_by_role("button", name="Copy it")).to_be_hidden()
    context.close()


def test_a_ticket_and_a_flag_are_there_again_after_the_session_has_ended(agent: Page, console: str) -> None:
    context = agent.context
    agent.get_by_label("A question, or the whole ticket").fill(TICKET)
    context.clear_cookies()
    agent.get_by_role("button", name="Answer it").click()
    expect(agent.get_by_role("status")).to_contain_text("What you sent is kept")
    found = violations(agent)
    agent.get_by_label("Name").fill("anna")
    agent.get_by_label("Password").fill(PASSWORD)
    agent.get_by_role("button", name="Sign in").click()
    expect(agent.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    expect(agent.get_by_label("A question, or the whole ticket")).to_have_value(TICKET)
    found += violations(agent)
    agent.get_by_role("button", name="Answer it").click()
    expect(agent.get_by_role("heading", level=1)).to_have_text("What is known")

    context.clear_cookies()
    agent.keyboard.press("f")
    agent.keyboard.type("The numbers are old.")
    agent.keyboard.press("Tab")
    with context.expect_page() as opened:
        agent.keyboard.press("Enter")
    again = opened.value
    again.get_by_label("Name").fill("anna")
    again.get_by_label("Password").fill(PASSWORD)
    again.keyboard.press("Enter")
    expect(again.get_by_label("What is wrong with it?")).to_have_value("The numbers are old.")
    found += violations(again)
    again.get_by_role("button", name="Raise the flag").click()
    expect(again.get_by_role("heading", level=1)).to_contain_text("is raised")
    assert found == []
