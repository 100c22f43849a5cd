"""The one table of votes, as SQLite keeps it."""

from __future__ import annotations

from typing import Final

VERSION: Final = 1  # of the tables, in the file's user_version

CREATE: Final = """
CREATE TABLE IF NOT EXISTS vote (
    query_id   TEXT PRIMARY KEY,
    helpful    INTEGER NOT NULL CHECK (helpful IN (0, 1)),
    passage_id TEXT NOT NULL,
    reasons    TEXT NOT NULL,  -- a JSON array
    comment    TEXT NOT NULL,  -- masked and cut
    voted_at   TEXT NOT NULL   -- RFC 3339, UTC
) STRICT
"""
EXISTS: Final = "SELECT 1 FROM vote WHERE query_id = ?"
FORGET: Final = "DELETE FROM vote WHERE voted_at < ?"
SAVE: Final = "INSERT OR REPLACE INTO vote VALUES (?, ?, ?, ?, ?, ?)"
ALL: Final = "SELECT query_id, helpful, passage_id, reasons, comment FROM vote ORDER BY voted_at, query_id"
