"""The seat panel: a live count, seats typed once, what a change would do, and the counts until now."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb_service.accounts.access import Access
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.events import Counted
from kb_service.record.staff_counts import counts_of
from kb_service.record.writing import DAY_MS, Writer
from kb_service.staff.counter import StaffCount
from tests.billing_articles import filled_with_billing
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine
from tests.record.builders import KEY
from tests.web.console.builders import Browser, a_console
from tests.web.console.test_work import Kept

SEATS = "/console/seats"
ACME = StaffCount(
    "ok",
    "acme.kayako.com",
    count=48,
    observed_at=datetime(2026, 11, 25, 14, 2, tzinfo=UTC),
    url="https://acme.kayako.com/Base/staff/getcount",
)


@pytest.fixture(scope="module")
def counting() -> KnowledgeBase:
    counter = FixedStaffCounter({"acme.kayako.com": ACME})
    return KnowledgeBase(filled_with_billing(MemoryEngine()), staff_counter=counter)


def signed_in(access: Access, counting: KnowledgeBase, record: Kept | None = None, **settings: object) -> Browser:
    browser = Browser(a_console(access, counting, record=record, **settings))
    browser.sign_in()
    return browser


@pytest.fixture
def agent(access: Access, counting: KnowledgeBase) -> Browser:
    return signed_in(access, counting)


def text_of(browser: Browser, query: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get(f"{SEATS}?{query}").text))


def test_the_count_is_live_and_the_seats_stay_as_they_were_typed(agent: Browser) -> None:
    page = text_of(agent, "domain=acme.kayako.com&seats=60")

    assert "You have seats to spare" in page
    assert "Active staff 48 counted live at 14:02 UTC" in page
    assert "Paid seats 60 you entered it" in page
    assert "12 more staff can be enabled" in page
    assert "All 60 seats are billed" in page
    form = agent.get(f"{SEATS}?domain=acme.kayako.com&seats=60").text
    assert 'name="seats" value="60"' in form
    assert 'name="domain" value="acme.kayako.com"' in form
    assert 'name="active" value=""' in form, "an entry would freeze the count"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("more_seats=-5", "55"),
        ("more_staff=20", "8"),
        ("more_seats=-20&more_staff=-10", "38"),
    ],
)
def test_a_change_is_tried_by_the_rules_of_the_articles(change: str, said: str, agent: Browser) -> None:
    page = text_of(agent, f"domain=acme.kayako.com&seats=60&{change}")

    assert "With this change" in page
    assert said in page.partition("With this change")[2]


def test_a_change_that_cannot_be_is_said(agent: Browser) -> None:
    assert "Nothing can be said of this change" in text_of(agent, "seats=3&more_seats=-9")


@pytest.mark.parametrize("query", ["seats=many", "more_staff=x", "seats=-1", f"domain={'a' * 300}"])
def test_a_number_that_is_none_is_said_at_its_field(query: str, agent: Browser) -> None:
    page = agent.get(f"{SEATS}?active=3&{query}")

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert 'name="active" value="3"' in page.text


@pytest.mark.parametrize("domain", ["nobody.kayako.com", "10.0.0.1", "<script>"])
def test_a_helpdesk_that_gives_no_number_is_a_note(domain: str, agent: Browser) -> None:
    page = agent.get(f"{SEATS}?domain={domain}&seats=5")

    assert page.status_code == 200
    assert "<script>" not in page.text
    assert 'class="note"' in page.text


def test_off_nobody_is_asked(access: Access) -> None:
    from kb_service.staff.counter import DisabledCounter

    off = KnowledgeBase(filled_with_billing(MemoryEngine()), staff_counter=DisabledCounter())

    assert 'class="note"' in signed_in(access, off).get(f"{SEATS}?domain=acme.kayako.com").text


@pytest.mark.parametrize("keeps", [True, False])
def test_counts_are_recorded_only_if_the_setting_says_so(
    keeps: bool, access: Access, counting: KnowledgeBase, tmp_path: Path
) -> None:
    record = Kept(tmp_path)
    agent = signed_in(access, counting, record, record_counts=keeps)
    agent.get(f"{SEATS}?domain=acme.kayako.com")
    agent.get(f"{SEATS}?domain=nobody.kayako.com")

    counted = [(each.domain, each.count) for each in record.events if isinstance(each, Counted)]
    assert counted == ([("acme.kayako.com", 48)] if keeps else [])


def test_the_history_is_a_plot_with_its_numbers(access: Access, counting: KnowledgeBase, tmp_path: Path) -> None:
    database, now = access.database.opened(), int(time.time() * 1000)
    counts = [Counted(now - days * DAY_MS, "acme.kayako.com", 50 - days) for days in range(3)]
    Writer(database, key=KEY, keep_days=365).write([*counts, Counted(now, "other.kayako.com", 7)])
    page = signed_in(access, counting, Kept(tmp_path), record_counts=True).get(f"{SEATS}?domain=acme.kayako.com").text

    assert [each.count for each in counts_of(database, "acme.kayako.com")] == [48, 49, 50]
    assert "<desc" in page
    assert page.count("<circle ") == 3
    assert re.findall(r'<td class="number">(\d+)</td>', page) == ["48", "49", "50"]
    off = signed_in(access, counting, Kept(tmp_path)).get(f"{SEATS}?domain=acme.kayako.com").text
    assert "<circle " not in off


def test_a_ticket_leads_to_the_panel_with_its_numbers(agent: Browser) -> None:
    ticket = {"ticket": "We pay for 60 seats but only 48 people use acme.kayako.com. Why are we billed for all?"}
    page = agent.submit("/console", ticket).text

    assert 'href="/console/seats?seats=60&amp;active=48&amp;domain=acme.kayako.com"' in page
