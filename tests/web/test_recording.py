"""What requests leave in the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_service.answers.results import Answer, Question
from kb_service.app import create_app
from kb_service.record.record import Record
from kb_service.record.schema import deed, intent
from kb_service.settings import RecordMode, Settings
from tests.record.builders import a_database, a_record, rows_of
from tests.record.fakes import Counting
from tests.web.fakes import ARTICLE_ID, IDS, PASSAGE, QUERY_ID, FixedKnowledgeBase

API = "/api/v1"
COVERED = "why are we billed"


class AnsweringKnowledgeBase(FixedKnowledgeBase):
    """Gives each answer a name of its own."""

    def answer(self, question: Question) -> Answer:
        answer = super().answer(question)
        return msgspec.structs.replace(answer, query_id=IDS.new(1_795_000_000_000 + len(self.questions)))


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    opened = a_record(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def client(record: Record) -> FlaskClient:
    app: Flask = create_app(Settings(rate_limit=False), knowledge_base=AnsweringKnowledgeBase(), record=record)
    return app.test_client()


def recorded(record: Record, tmp_path: Path, table: Any = intent) -> list[dict[str, Any]]:
    record.close()
    return rows_of(a_database(tmp_path), table)


SURFACES = {
    "widget": f"{API}/answer?html=1&via=widget&q={COVERED}",
    "api": f"{API}/answer?q={COVERED}",
    "pages": f"/search?q={COVERED}",
}


@pytest.mark.parametrize("surface", SURFACES)
def test_a_question_is_recorded_with_where_it_was_asked(
    surface: str, client: FlaskClient, record: Record, tmp_path: Path
) -> None:
    assert client.get(SURFACES[surface]).status_code == 200

    [row] = recorded(record, tmp_path)
    assert (row["surface"], row["text"], row["audience"]) == (surface, COVERED, "public")
    assert (row["outcome"], row["article_id"], row["confidence"]) == ("answered", ARTICLE_ID, 0.94)
    assert row["shown"] == f'["{ARTICLE_ID}","reduce"]'


def test_a_posted_question_is_recorded_too(client: FlaskClient, record: Record, tmp_path: Path) -> None:
    client.post(f"{API}/answer?via=widget", json={"question": COVERED})

    assert [row["surface"] for row in recorded(record, tmp_path)] == ["widget"]


def test_a_question_without_an_answer_is_recorded_with_what_was_offered(
    client: FlaskClient, record: Record, tmp_path: Path
) -> None:
    client.get(f"{API}/answer?q=uncovered")

    [row] = recorded(record, tmp_path)
    assert (row["outcome"], row["article_id"], row["shown"]) == ("no_answer", "", '["reduce"]')


def test_searches_are_recorded_by_their_first_page(client: FlaskClient, record: Record, tmp_path: Path) -> None:
    client.get(f"{API}/search?q=seats")
    client.get(f"{API}/search?q=other&offset=10")

    [row] = recorded(record, tmp_path)
    assert (row["text"], row["outcome"], row["article_id"]) == ("seats", "found", "")


def test_a_search_that_finds_nothing_is_recorded_as_such(client: FlaskClient, record: Record, tmp_path: Path) -> None:
    client.get(f"{API}/search?q=things&topic=nothing")

    assert [(row["outcome"], row["shown"]) for row in recorded(record, tmp_path)] == [("nothing", "[]")]


@pytest.mark.parametrize("path", [f"{API}/answer?q=", "/search?q=", "/", f"{API}/suggest?q=se", f"{API}/seats?q=a"])
def test_what_asks_nothing_is_not_recorded(path: str, client: FlaskClient, record: Record, tmp_path: Path) -> None:
    client.get(path)

    assert recorded(record, tmp_path) == []


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_who_asks_not_to_be_tracked_is_counted_without_words(
    header: str, client: FlaskClient, record: Record, tmp_path: Path
) -> None:
    client.get(SURFACES["pages"], headers={header: "1"})

    [row] = recorded(record, tmp_path)
    assert (row["text"], row["phrase"], row["asker"], row["outcome"]) == ("", "", "", "answered")


@pytest.mark.slow
def test_an_article_that_an_answer_showed_is_opened_by_the_same_visitor(
    client: FlaskClient, record: Record, tmp_path: Path
) -> None:
    client.get(SURFACES["pages"])
    client.get(f"/articles/{ARTICLE_ID}")
    client.get(f"/articles/{ARTICLE_ID}", headers={"User-Agent": "somebody else"})

    [row] = recorded(record, tmp_path, deed)
    assert (row["deed"], row["article_id"]) == ("opened", ARTICLE_ID)


def test_an_article_that_a_browser_fetches_in_advance_was_not_opened(
    client: FlaskClient, record: Record, tmp_path: Path
) -> None:
    client.get(SURFACES["pages"])
    client.get(f"/articles/{ARTICLE_ID}", headers={"Sec-Purpose": "prefetch;prerender"})

    assert recorded(record, tmp_path, deed) == []


@pytest.mark.parametrize("event", ["opened", "copied", "solved", "contacted"])
def test_programs_say_what_became_of_an_answer(event: str, client: FlaskClient, record: Record, tmp_path: Path) -> None:
    query_id = client.get(SURFACES["api"]).get_json()["query_id"]
    sent = client.post(f"{API}/events", json={"query_id": query_id, "event": event, "article_id": ARTICLE_ID})

    assert (sent.status_code, sent.get_json()) == (200, {"query_id": query_id, "recorded": True})
    [row] = recorded(record, tmp_path, deed)
    assert (row["intent_id"], row["deed"], row["article_id"]) == (query_id, event, ARTICLE_ID)


FORGED = "q_01KAX6RM0Z7C5W9M4T2Q8N3D1F"


@pytest.mark.parametrize("path", [f"{API}/events", f"{API}/feedback", "/feedback"])
def test_a_query_id_that_this_service_did_not_give_is_refused(path: str, client: FlaskClient) -> None:
    if path == "/feedback":
        response = client.post(path, data={"query_id": FORGED, "helpful": "yes", "passage_id": PASSAGE.id})
    else:
        more = {"event": "copied"} if path.endswith("events") else {"helpful": True}
        response = client.post(path, json={"query_id": FORGED, **more})

    assert response.status_code == (422 if path == "/feedback" else 404)
    assert "not the query_id of an answer of this service" in response.text


def test_without_a_record_answers_are_the_same_and_nobody_is_asked_to_vote() -> None:
    client = create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase()).test_client()

    assert client.get(SURFACES["api"]).get_json()["outcome"] == "answered"
    assert "Did this answer your question?" not in client.get(SURFACES["pages"]).text
    assert client.post(f"{API}/feedback", json={"query_id": QUERY_ID, "helpful": True}).status_code == 403
    sent = client.post(f"{API}/events", json={"query_id": QUERY_ID, "event": "copied"})
    assert sent.get_json() == {"query_id": QUERY_ID, "recorded": False}


@pytest.mark.slow
def test_answers_go_on_while_nothing_can_be_recorded(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    counting = Counting()
    record = a_record(tmp_path / "data", observer=counting)
    client = create_app(
        Settings(rate_limit=False), knowledge_base=AnsweringKnowledgeBase(), record=record
    ).test_client()

    assert {client.get(f"{API}/answer?q={COVERED}+{at}").status_code for at in range(50)} == {200}
    record.close()
    assert counting.counts == {"dropped": 50}


class PopularRecord(Record):
    """Knows what is popular without a database."""

    def __init__(self) -> None:
        self.mode = "on"
        self.ids: tuple[str, ...] = ()

    def popular(self) -> tuple[str, ...]:
        return self.ids


def test_pages_are_new_when_something_else_is_popular() -> None:
    record = PopularRecord()
    client = create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase(), record=record).test_client()
    first = client.get("/").headers["ETag"]
    record.ids = ("reduce",)
    second = client.get("/", headers={"If-None-Match": first})

    assert second.status_code == 200
    assert client.get("/", headers={"If-None-Match": second.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("mode", ["on", "votes", "off"])
def test_an_answer_says_what_is_kept_of_it_and_pages_ask_for_no_more(mode: RecordMode, tmp_path: Path) -> None:
    record = None if mode == "off" else a_record(tmp_path, mode=mode)
    app = create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase(), record=record)
    client = app.test_client()
    results, article = (client.get(path).text for path in (SURFACES["pages"], f"/articles/{ARTICLE_ID}"))

    assert client.get(SURFACES["api"]).get_json()["record"] == mode
    assert ('class="vote"' in results, 'class="vote"' in article) == (mode != "off", mode != "off")
    assert (f'data-query="{QUERY_ID}"' in results, "events.js" in results) == (mode == "on", mode == "on")
    if record:
        record.close()


def test_pages_are_new_when_something_else_is_kept(tmp_path: Path) -> None:
    with_votes = a_record(tmp_path, mode="votes")
    tags = {
        create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase(), record=record)
        .test_client()
        .get("/")
        .headers["ETag"]
        for record in (None, with_votes)
    }
    with_votes.close()

    assert len(tags) == 2
