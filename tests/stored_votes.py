"""The votes that a file holds, read as anybody with SQLite would."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from kb_service.votes import Vote


def stored_votes(file: Path) -> list[Vote]:
    """All votes in `file`, the earliest first."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT * FROM vote ORDER BY voted_at, query_id").fetchall()
    return [
        Vote(id, bool(helpful), about, tuple(json.loads(why)), comment) for id, helpful, about, why, comment, _ in rows
    ]
