"""Writes small judged sets for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

CORPUS = (
    {"_id": "d1", "title": "Seats", "text": "Remove a seat in the portal."},
    {"_id": "d2", "title": "Cards", "text": "The card is charged each month."},
    {"_id": "d3", "text": "Invoices are sent by email."},
)
QUERIES = ({"_id": "q1", "text": "remove a seat"}, {"_id": "q2", "text": "when is my card charged"})


def a_collection(folder: Path, *, qrels: str = "q1\td1\t2\n") -> Path:
    folder.mkdir(exist_ok=True)
    json_lines(folder / "corpus.jsonl", *CORPUS)
    json_lines(folder / "queries.jsonl", *QUERIES)
    (folder / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return folder


def json_lines(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    return path
