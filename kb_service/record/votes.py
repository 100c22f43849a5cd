"""Readers' votes on answers: one a question, the last wins. Written at once, unlike events: who votes is told."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import select

from kb_service.record.database import Database, insert_or_replace
from kb_service.record.events import Vote
from kb_service.record.masking import mask_personal
from kb_service.record.schema import vote as table

MAX_COMMENT_CHARACTERS: Final = 1_000  # of what is kept: longer ones are cut


def save_vote(database: Database, vote: Vote, *, at: int) -> bool:
    """Store a vote, its comment masked and cut; return whether it is the first on its question.

    It is on the disk when this returns. Raises DependencyFailed.
    """
    row = {
        "query_id": vote.query_id,
        "helpful": vote.helpful,
        "article_id": _plain(vote.passage_id).partition("#")[0],
        "passage_id": _plain(vote.passage_id),
        "reasons": msgspec.json.encode(vote.reasons).decode(),
        "comment": _plain(mask_personal(vote.comment))[:MAX_COMMENT_CHARACTERS],
        "voted_at": at,
    }
    with database.transaction() as connection:
        found = connection.execute(select(table.c.query_id).where(table.c.query_id == vote.query_id)).first()
        connection.execute(insert_or_replace(connection, table), row)
    return found is None


def _plain(text: str) -> str:
    return text.replace("\0", "")
