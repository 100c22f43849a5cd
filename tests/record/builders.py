"""Records for tests: a Record over a SQLite file, events, and what a database holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Table, select

from kb_service.query_ids import QueryIds
from kb_service.record.database import Database, database_url
from kb_service.record.events import Asked, Vote
from kb_service.record.record import Record
from kb_service.record.schema import vote
from kb_service.settings import RecordMode

KEY: Final = b"r" * 32
IDS: Final = QueryIds(KEY)
NOON: Final = 1_795_600_800_000  # 2026-11-25T10:00:00Z
MINUTE: Final = 60_000


def a_database(folder: Path) -> Database:
    """A database in a file of the folder, not prepared."""
    return Database(database_url(folder, ""))


def a_record(folder: Path, *, mode: RecordMode = "on", observer: Any = None) -> Record:
    """A record that writes to a file in the folder."""
    return Record(lambda: a_database(folder), key=KEY, keep_days=365, mode=mode, observer=observer).start()


def an_asked(text: str, at: int = NOON, **changed: Any) -> Asked:
    """A question that the article "seats" answers."""
    values: dict[str, Any] = {
        "query_id": IDS.new(at),
        "at": at,
        "text": text,
        "surface": "widget",
        "audience": "public",
        "outcome": "answered",
        "confidence": 0.9,
        "article_id": "seats",
        "shown": ("seats", "refunds"),
        "asker": "192.0.2.1 Firefox",
    }
    if changed.get("outcome") == "no_answer":
        values |= {"article_id": "", "confidence": 0.2}
    return Asked(**{**values, **changed})


def rows_of(database: Database, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, as they lie there, by primary key."""
    with database.transaction(writes=False) as connection:
        return [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]


def stored_votes(folder: Path) -> list[Vote]:
    """The votes of a record, the earliest first."""
    database = a_database(folder)
    if not database.version():
        return []
    rows = sorted(rows_of(database, vote), key=lambda row: (row["voted_at"], row["query_id"]))
    return [
        Vote(
            row["query_id"],
            row["helpful"],
            row["passage_id"],
            tuple(msgspec.json.decode(row["reasons"])),
            row["comment"],
        )
        for row in rows
    ]
