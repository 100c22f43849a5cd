"""Votes of the time before there was a record are taken over, once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kb_service.record.database import Database
from kb_service.record.events import Vote
from kb_service.record.schema import vote
from kb_service.record.votes import save_vote
from tests.record.builders import IDS, NOON, rows_of

TABLE = """
CREATE TABLE vote (query_id TEXT PRIMARY KEY, helpful INTEGER NOT NULL, passage_id TEXT NOT NULL,
reasons TEXT NOT NULL, comment TEXT NOT NULL, voted_at TEXT NOT NULL) STRICT
"""
FIRST, SECOND = IDS.new(NOON), IDS.new(NOON + 1)


def write_old_file(file: Path, *, version: int = 1) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(TABLE)
        rows = [
            (FIRST, 0, "seats#why", '["wrong", "unclear"]', "call [phone]", "2026-11-25T10:00:00+00:00"),
            (SECOND, 1, "", "[]", "", "2026-11-24T09:30:00.250000+00:00"),
        ]
        connection.executemany("INSERT INTO vote VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()


def test_they_are_as_they_were(empty: Database, tmp_path: Path) -> None:
    write_old_file(tmp_path / "feedback.sqlite3")

    empty.prepare()

    first, second = rows_of(empty, vote)
    assert first == {
        "query_id": FIRST,
        "helpful": False,
        "article_id": "seats",
        "passage_id": "seats#why",
        "reasons": '["wrong", "unclear"]',
        "comment": "call [phone]",
        "voted_at": NOON,
    }
    assert (second["query_id"], second["helpful"], second["voted_at"]) == (SECOND, True, 1_795_512_600_250)


def test_the_old_file_is_kept_under_another_name_and_not_read_again(empty: Database, tmp_path: Path) -> None:
    write_old_file(tmp_path / "feedback.sqlite3")
    empty.prepare()
    with empty.transaction() as connection:
        connection.execute(vote.delete())

    empty.prepare()

    assert rows_of(empty, vote) == []
    assert not (tmp_path / "feedback.sqlite3").exists()
    assert (tmp_path / "feedback.sqlite3.taken-over").is_file()


def test_a_vote_that_was_given_since_stays(database: Database, tmp_path: Path) -> None:
    save_vote(database, Vote(FIRST, helpful=True), at=NOON + 5)
    write_old_file(tmp_path / "feedback.sqlite3")

    database.prepare()

    assert [row["helpful"] for row in rows_of(database, vote)] == [True, True]


@pytest.mark.parametrize("damage", ["version", "text"])
def test_a_file_that_is_not_understood_is_left_where_it_is_and_said(
    empty: Database, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "feedback.sqlite3"
    if damage == "text":
        file.write_text("no database " * 100, encoding="utf-8")
    else:
        write_old_file(file, version=2)

    empty.prepare()

    assert file.is_file()
    assert f"old votes are not taken over: {'The votes in ' if damage == 'text' else ''}{file}" in caplog.text
    assert rows_of(empty, vote) == []
