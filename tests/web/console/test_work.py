"""What agents say of answers: flags that somebody sees to, and what solved a ticket."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kb_service.accounts.access import Access
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.events import Asked, Done, Event
from kb_service.record.flags import list_flags
from kb_service.record.record import Record
from tests.web.console.builders import Browser, a_console


class Kept(Record):
    """Remembers what it is given, and writes nothing."""

    def __init__(self, folder: Path) -> None:
        super().__init__(lambda: pytest.fail("nothing is written"), key=b"k" * 32, keep_days=1)
        self.events: list[Event] = []

    def put(self, event: Event) -> bool:
        self.events.append(event)
        return True


@pytest.fixture
def record(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.fixture
def recording(access: Access, billing: KnowledgeBase, record: Kept) -> Browser:
    """Somebody signed in at a service that records."""
    browser = Browser(a_console(access, billing, record=record))
    browser.sign_in()
    return browser


def query_id_of(page: str) -> str:
    found = re.search(r'data-query="(q_[0-9A-Z]{26})"', page)
    assert found
    return found[1]


def asked(browser: Browser) -> str:
    return query_id_of(browser.submit("/console", {"ticket": "Who may give a goodwill refund?"}).text)


def test_a_flag_is_raised_taken_and_done(anna: Browser, lena: Browser, access: Access) -> None:
    flag = {"query_id": asked(anna), "passage_id": "goodwill#intro", "note": "Another name; call +44 20 7946 0958"}
    assert "Flag 1 is raised." in anna.submit("/console/flags", flag).text

    page = lena.get("/console/flags").text
    assert 'href="/console/articles/goodwill#intro"' in page
    assert "Another name; call [phone]" in page
    assert "anna, " in page
    assert lena.submit("/console/flags/1", {"state": "taken"}, on="/console/flags").status_code == 303
    assert "taken by lena" in lena.get("/console/flags").text
    lena.submit("/console/flags/1", {"state": "done"}, on="/console/flags")
    assert "Nothing is flagged." in lena.get("/console/flags").text
    [done] = list_flags(access.database.opened(), with_done=True)
    assert (done.state, done.flagged_by, done.owner) == ("done", "anna", "lena")


WRONG: dict[str, dict[str, str]] = {
    "no note": {"note": " "},
    "endless note": {"note": "x" * 1001},
    "a question that nobody asked": {"query_id": "q_01KAX6RM0Z7C5W9M4T2Q8N3D1F"},
    "no question": {"query_id": ""},
    "no article": {"passage_id": "nope#intro"},
    "nothing": {"passage_id": "\0"},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_flag_is_about_something_that_was_shown(change: dict[str, str], anna: Browser, access: Access) -> None:
    flag = {"query_id": asked(anna), "passage_id": "goodwill#intro", "note": "wrong", **change}

    assert anna.submit("/console/flags", flag).status_code in (404, 422)
    assert list_flags(access.database.opened()) == ()


@pytest.mark.parametrize(("path", "state"), [("/console/flags/1", "gone"), ("/console/flags/7", "done")])
def test_a_flag_or_a_state_that_there_is_not_is_refused(path: str, state: str, anna: Browser) -> None:
    assert anna.submit(path, {"state": state}, on="/console").status_code == 422


def test_no_flag_has_a_number_that_no_database_takes(anna: Browser) -> None:
    assert anna.submit(f"/console/flags/{10**20}", {"state": "taken"}, on="/console").status_code == 404


def test_questions_of_the_console_are_recorded_as_those_of_agents(recording: Browser, record: Kept) -> None:
    page = recording.submit("/console", {"ticket": "How do we pay by card?\nWhen are invoices sent?"}).text

    events: list[Any] = [event for event in record.events if isinstance(event, Asked)]
    assert [event.text for event in events] == ["How do we pay by card?", "When are invoices sent?"]
    assert {(event.surface, event.audience) for event in events} == {("console", "agent")}
    assert query_id_of(page) == events[0].query_id


def test_what_solved_it_is_recorded(recording: Browser, record: Kept) -> None:
    query_id = asked(recording)
    said = recording.submit("/console/solved", {"query_id": query_id, "article_id": "goodwill"})

    assert "this solved it" in said.text
    done = record.events[-1]
    assert isinstance(done, Done)
    assert (done.query_id, done.deed, done.article_id) == (query_id, "solved", "goodwill")


@pytest.mark.parametrize("change", [{"query_id": "q_01KAX6RM0Z7C5W9M4T2Q8N3D1F"}, {"article_id": "nope"}])
def test_nothing_else_solves_anything(change: dict[str, str], recording: Browser, record: Kept) -> None:
    sent = {"query_id": asked(recording), "article_id": "goodwill", **change}
    before = list(record.events)

    assert recording.submit("/console/solved", sent).status_code in (404, 422)
    assert record.events == before


def test_where_nothing_is_recorded_nobody_is_asked_what_solved_it(anna: Browser, recording: Browser) -> None:
    pages = [browser.submit("/console", {"ticket": "refund?"}).text for browser in (anna, recording)]

    assert ["This solved it" in page for page in pages] == [False, True]
    assert ["Nothing of it is kept." in page for page in pages] == [True, False]


def test_the_flag_of_another_page_is_refused(anna: Browser, app: Flask) -> None:
    flag = {"query_id": asked(anna), "passage_id": "goodwill#intro", "note": "wrong"}

    assert anna.post("/console/flags", flag).status_code == 403
    assert Browser(app).post("/console/flags", flag).status_code == 401


def test_a_lead_gives_a_flag_to_somebody_and_an_agent_takes_it_themselves(
    anna: Browser, lena: Browser, access: Access
) -> None:
    flag = {"query_id": asked(anna), "passage_id": "goodwill#intro", "note": "wrong"}
    anna.submit("/console/flags", flag)
    given = {"state": "taken", "owner": "anna"}

    assert anna.submit("/console/flags/1", {**given, "owner": "lena"}, on="/console/flags").status_code == 403
    assert lena.submit("/console/flags/1", {**given, "owner": "nobody"}, on="/console/flags").status_code == 422
    assert list_flags(access.database.opened())[0].state == "open"
    assert ["Who sees to flag 1" in each.get("/console/flags").text for each in (anna, lena)] == [False, True]
    assert lena.submit("/console/flags/1", given, on="/console/flags").status_code == 303
    assert "taken by anna" in anna.get("/console/flags").text


def test_flags_are_listed_by_state(anna: Browser) -> None:
    flag = {"query_id": asked(anna), "passage_id": "goodwill#intro", "note": "wrong"}
    anna.submit("/console/flags", flag)
    anna.submit("/console/flags/1", {"state": "done"}, on="/console/flags")

    shown = {state: "done by anna" in anna.get(f"/console/flags?state={state}").text for state in ("", "open", "done")}
    assert shown == {"": False, "open": False, "done": True}
