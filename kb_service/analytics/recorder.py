"""Keeps votes in one SQLite file: one a question, the last wins; what was recorded is on the disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from kb_service.analytics import tables
from kb_service.analytics.masking import mask_personal
from kb_service.analytics.vote import MAX_COMMENT_CHARACTERS, Vote
from kb_service.errors import DependencyFailed

FEEDBACK_FILE: Final = Path(".kb/feedback.sqlite3")
KEPT: Final = timedelta(
    days=365
)  # long enough to compare a season with the one before; the next vote forgets older ones
WAIT_SECONDS: Final = 2.0  # for other writers; a vote is one short transaction, so nobody holds the file that long


@dataclass(frozen=True, slots=True)
class FeedbackRecorder:
    """Votes in `file`, made with its folder at the first vote. Safe to share between threads and processes.

    A vote is rare, so each has a connection of its own (0.5 ms) and nothing is shared.
    """

    file: Path = FEEDBACK_FILE

    def record(self, vote: Vote, *, at: datetime) -> bool:
        """Store `vote`, masked and cut, and forget those older than KEPT; return False when it replaced an earlier one.

        Raises DependencyFailed.
        """
        comment = mask_personal(vote.comment)[:MAX_COMMENT_CHARACTERS]
        row = (vote.query_id, vote.helpful, vote.passage_id, json.dumps(vote.reasons), comment, at.isoformat())
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(tables.FORGET, ((at - KEPT).isoformat(),))
            is_new = connection.execute(tables.EXISTS, (vote.query_id,)).fetchone() is None
            connection.execute(tables.SAVE, row)
            connection.execute("COMMIT")
        return is_new

    def votes(self) -> tuple[Vote, ...]:
        """Return all votes, the earliest first. Raises DependencyFailed."""
        if not self.file.exists():
            return ()
        with self._connection() as connection:
            return tuple(_vote(row) for row in connection.execute(tables.ALL))

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Closing without COMMIT takes back what was written."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
                _prepare(connection)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise DependencyFailed(f"Feedback cannot be kept in {self.file}: {error}.") from error


def _prepare(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == tables.VERSION:
        return
    if version > tables.VERSION:
        raise sqlite3.DatabaseError(f"it is of version {version}, this program knows {tables.VERSION}")
    connection.execute("PRAGMA journal_mode = WAL")  # stays with the file; its default, synchronous = FULL, is kept
    connection.execute(tables.CREATE)
    connection.execute(f"PRAGMA user_version = {tables.VERSION}")


def _vote(row: tuple[str, int, str, str, str]) -> Vote:
    query_id, helpful, passage_id, reasons, comment = row
    kept = {
        "query_id": query_id,
        "helpful": bool(helpful),
        "passage_id": passage_id,
        "reasons": json.loads(reasons),
        "comment": comment,
    }
    return msgspec.convert(kept, Vote)
