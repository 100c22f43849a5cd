"""Takes over the votes of the file in which they were kept before there was a record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from kb_service.errors import DependencyFailed
from kb_service.record.schema import vote

OLD_FILE: Final = "feedback.sqlite3"
TAKEN_OVER: Final = ".taken-over"  # what is appended to the file's name

_VERSION: Final = 1  # of its table, in the file's user_version


def take_over(file: Path, connection: Connection) -> int:
    """Insert the votes of `file`, unless their questions have one; return how many it holds.

    What is done twice changes nothing. Once it is committed, `put_aside` renames the file.
    """
    try:
        with closing(sqlite3.connect(file)) as old:
            (version,) = old.execute("PRAGMA user_version").fetchone()
            if version != _VERSION:
                raise DependencyFailed(f"{file} has votes of version {version}, this program knows {_VERSION}.")
            columns = "query_id, helpful, passage_id, reasons, comment, voted_at"
            found = old.execute(f"SELECT {columns} FROM vote").fetchall()  # noqa: S608 - a constant
    except sqlite3.Error as error:
        raise DependencyFailed(f"The votes in {file} cannot be taken over: {error}.") from error
    rows = [
        {
            "query_id": query_id,
            "helpful": bool(helpful),
            "article_id": passage_id.partition("#")[0],
            "passage_id": passage_id,
            "reasons": reasons,
            "comment": comment,
            "voted_at": int(datetime.fromisoformat(voted_at).timestamp() * 1000),
        }
        for query_id, helpful, passage_id, reasons, comment, voted_at in found
    ]
    if rows:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(dialect.insert(vote).on_conflict_do_nothing(), rows)
    return len(rows)


def put_aside(file: Path) -> None:
    """Rename a file whose votes have been taken over."""
    file.rename(file.with_name(file.name + TAKEN_OVER))
