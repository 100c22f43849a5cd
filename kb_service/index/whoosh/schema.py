"""Whoosh's view of a passage: its id and the analysed text fields, with the positions that phrases need."""

from __future__ import annotations

from whoosh.fields import STORED, TEXT, Schema

from kb_service.index.scoring import FIELDS


def make_schema() -> Schema:
    """Return the schema of one audience's index."""
    return Schema(id=STORED, **{name: TEXT(phrase=True, stored=False, spelling=False) for name in FIELDS})
