"""Receipts: what an agent sent in answer to a question, word for word, with hashes; each has an address and an end.

What customers may read and what is for agents alone lie in two columns, and are never put together here.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import insert, select

from kb_service.record.database import Database
from kb_service.record.masking import mask_personal
from kb_service.record.schema import receipt as table
from kb_service.record.writing import LONGEST_TEXT

ID: Final = re.compile(r"[\w-]{22}", re.ASCII)
ID_BYTES: Final = 16  # nobody guesses 128 bits
DAY_MS: Final = 86_400_000


class QuotedPassage(msgspec.Struct, frozen=True):
    """A passage as it was; `content_sha256` is the SHA-256 of its `text` in UTF-8."""

    id: str
    article_id: str
    title: str
    text: str
    content_sha256: str


class LiveCount(msgspec.Struct, frozen=True):
    """The active staff of a helpdesk, and when it said so; `purchased` where it said that too."""

    count: int
    purchased: int | None
    observed_at: datetime | None


class Receipt(msgspec.Struct, frozen=True):
    """`question` is masked as in the record. `passages` are of the public index of `generation`, `for_agents` not."""

    receipt_id: str
    query_id: str
    made_at: int
    expires_at: int
    question: str
    generation: str
    passages: tuple[QuotedPassage, ...]
    for_agents: tuple[QuotedPassage, ...]
    live: LiveCount | None


def make_receipt(
    database: Database,
    *,
    query_id: str,
    question: str,
    generation: str,
    passages: Sequence[QuotedPassage],
    for_agents: Sequence[QuotedPassage],
    live: LiveCount | None,
    at: int,
    days: int,
) -> Receipt:
    """Keep a receipt for so many days, its question masked and cut; it is on the disk when this returns."""
    made = Receipt(
        receipt_id=secrets.token_urlsafe(ID_BYTES),
        query_id=query_id,
        made_at=at,
        expires_at=at + days * DAY_MS,
        question=mask_personal(question.replace("\0", ""))[:LONGEST_TEXT],
        generation=generation,
        passages=tuple(passages),
        for_agents=tuple(for_agents),
        live=live,
    )
    row: dict[str, Any] = msgspec.structs.asdict(made)
    for name in ("passages", "for_agents", "live"):
        row[name] = msgspec.json.encode(row[name]).decode()
    with database.transaction() as connection:
        connection.execute(insert(table).values(row))
    return made


def find_receipt(database: Database, receipt_id: str, *, now: int) -> Receipt | None:
    """Return a receipt that has not expired."""
    if not ID.fullmatch(receipt_id):
        return None
    statement = select(table).where(table.c.receipt_id == receipt_id, table.c.expires_at > now)
    with database.transaction(writes=False) as connection:
        row = connection.execute(statement).first()
    if row is None:
        return None
    quoted = {
        name: msgspec.json.decode(getattr(row, name), type=tuple[QuotedPassage, ...])
        for name in ("passages", "for_agents")
    }
    live = msgspec.json.decode(row.live, type=LiveCount | None)
    return Receipt(**{**row._asdict(), **quoted, "live": live})
