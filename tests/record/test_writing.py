"""What is written of events: intents, their questions and deeds, without personal data."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_service.record.database import Database
from kb_service.record.events import Done, Event, Vote
from kb_service.record.flags import raise_flag, set_flag
from kb_service.record.schema import deed, flag, intent, meaning, question, vote
from kb_service.record.votes import save_vote
from kb_service.record.writing import DAY_MS, Writer
from tests.record.builders import IDS, KEY, MINUTE, NOON, an_asked, rows_of

ASKER = "192.0.2.1 Firefox"


@pytest.fixture
def writer(database: Database) -> Writer:
    return Writer(database, key=KEY, keep_days=365)


def test_a_question_is_kept_as_an_intent_with_what_came_of_it(writer: Writer, database: Database) -> None:
    asked = an_asked("Where is my invoice?")
    writer.write([asked])

    [row] = rows_of(database, intent)
    tag = row.pop("asker")
    assert row == {
        "intent_id": asked.query_id,
        "started_at": NOON,
        "last_at": NOON,
        "questions": 1,
        "surface": "widget",
        "audience": "public",
        "text": "Where is my invoice?",
        "phrase": "where is my invoice",
        "outcome": "answered",
        "confidence": 0.9,
        "article_id": "seats",
        "shown": '["seats","refunds"]',
        "followed_by": "",
    }
    assert len(tag) == 16
    assert rows_of(database, question) == [{"query_id": asked.query_id, "intent_id": asked.query_id}]


@pytest.mark.parametrize("batch", [1, 4, 100])
def test_batches_make_no_difference(writer: Writer, database: Database, batch: int) -> None:
    text = "how do I add a seat"
    events: list[Event] = [an_asked(text[:length], NOON + length * 100) for length in range(4, len(text) + 1)]
    events += [an_asked(text, NOON + MINUTE), an_asked("something else", NOON + 2 * MINUTE)]
    events.append(Done("", NOON + 3 * MINUTE, "opened", "refunds", ASKER))
    for start in range(0, len(events), batch):
        writer.write(events[start : start + batch])

    first, second = rows_of(database, intent)
    assert (first["text"], first["questions"], first["followed_by"]) == (text, 17, second["intent_id"])
    assert len(rows_of(database, question)) == 18
    assert [(row["intent_id"], row["article_id"]) for row in rows_of(database, deed)] == [
        (second["intent_id"], "refunds")
    ]


def test_writing_a_batch_again_changes_nothing(writer: Writer, database: Database) -> None:
    asked = an_asked("Where is my invoice?")
    events = [asked, an_asked("where is my invoice", NOON + 5), Done(asked.query_id, NOON + 9, "copied", "seats")]
    writer.write(events)
    before = [rows_of(database, table) for table in (intent, question, deed)]

    writer.write(events)

    assert [rows_of(database, table) for table in (intent, question, deed)] == before


def test_a_deed_belongs_to_the_question_it_names(writer: Writer, database: Database) -> None:
    asked = an_asked("seats")
    writer.write([asked])
    writer.write([Done(asked.query_id, NOON + 1, "solved", "seats"), Done(IDS.new(5), NOON + 1, "solved", "seats")])

    assert [(row["intent_id"], row["deed"]) for row in rows_of(database, deed)] == [(asked.query_id, "solved")]


def test_an_article_that_no_answer_showed_was_not_opened_for_one(writer: Writer, database: Database) -> None:
    writer.write([an_asked("seats"), Done("", NOON + 1, "opened", "elsewhere", ASKER)])

    assert rows_of(database, deed) == []


PRIVATE = "I am jo@acme.example, +44 20 7946 0958, 4111 1111 1111 1111, and pay for the seats of acme.kayako.com"


def test_nothing_that_tells_who_somebody_is_gets_into_the_file(tmp_path: Path, writer: Writer, url: str) -> None:
    writer.write([an_asked(PRIVATE)])
    writer.tend(NOON)

    written = b"".join(path.read_bytes() for path in tmp_path.glob("record.sqlite3*"))
    assert bool(written) is (url == "")
    for secret in (b"acme", b"7946", b"4111", b"192.0.2.1", b"Firefox"):
        assert secret not in written


def test_who_asked_is_forgotten_after_hours(writer: Writer, database: Database) -> None:
    writer.write([an_asked("seats"), an_asked("refunds", NOON + 3 * 60 * MINUTE, asker="other")])

    writer.tend(NOON + 4 * 60 * MINUTE)

    assert [bool(row["asker"]) for row in rows_of(database, intent)] == [False, True]


def test_who_asks_has_another_tag_on_another_day(writer: Writer, database: Database) -> None:
    writer.write([an_asked("seats"), an_asked("seats", NOON + DAY_MS)])

    first, second = rows_of(database, intent)
    assert first["asker"] != second["asker"]


def test_what_is_too_old_is_deleted_and_open_flags_are_not(writer: Writer, database: Database) -> None:
    old, young = an_asked("old"), an_asked("young", NOON + 10 * DAY_MS)
    for asked in (old, young):
        writer.write([asked, Done(asked.query_id, asked.at, "copied", "seats")])
        save_vote(database, Vote(asked.query_id, helpful=True), at=asked.at)
    done, waiting = (raise_flag(database, passage_id="seats", note="wrong", at=NOON) for _ in range(2))
    set_flag(database, done.flag_id, "done", owner="ann", at=NOON + 1)

    writer.tend(NOON + 370 * DAY_MS)

    assert [row["intent_id"] for row in rows_of(database, intent)] == [young.query_id]
    for table in (question, deed, vote):
        assert len(rows_of(database, table)) == 1
    assert [row["flag_id"] for row in rows_of(database, flag)] == [waiting.flag_id]
    assert rows_of(database, meaning) == []


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "\0", "a\0b", "\ud800", "🙂" * 600, "x" * 5000, "'; DROP TABLE intent; --"])
def test_any_text_can_be_recorded(writer: Writer, database: Database, text: str) -> None:
    writer.write([an_asked(text, shown=("a\0", "\ud800"), article_id="\0")])

    [row] = rows_of(database, intent)
    assert len(row["text"]) <= 512
    assert "\0" not in row["text"]
