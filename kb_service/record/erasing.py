"""Erases what the record has of one person: by the name of a question, or by words that they wrote or are called by."""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, Connection, delete, func, select, update

from kb_service.query_ids import FORM
from kb_service.record.database import Database
from kb_service.record.schema import deed, flag, intent, question, receipt, staff_count, vote
from kb_service.record.writing import forget_before, forget_expired_receipts, forget_meanings


def erase(database: Database, who: str, *, dry_run: bool = False) -> dict[str, int]:
    """Delete all that belongs to `who`; return how many rows of each table that are.

    A query id stands for its question, what was asked with it and what was done with its answer. Anything else is
    looked for in questions, comments, notes and receipts, in any letter case; who has flags by that name is forgotten
    too, and so are the staff counts of a helpdesk of that name. The name of a receipt stands for that alone.
    `dry_run` only counts.
    """
    with database.transaction() as connection:
        erased = _erase_query(connection, who) if FORM.fullmatch(who) else _erase_words(connection, who)
        forget_meanings(connection)
        if dry_run:
            connection.rollback()
    return erased


def purge(database: Database, *, before: int, now: int) -> dict[str, int]:
    """Delete what happened before a time, open flags apart, and receipts that expired; return how many rows each."""
    with database.transaction() as connection:
        deleted = forget_before(connection, before)
        deleted["receipt"] += forget_expired_receipts(connection, now)
        return deleted


def _erase_query(connection: Connection, query_id: str) -> dict[str, int]:
    found = connection.execute(select(question.c.intent_id).where(question.c.query_id == query_id)).scalar()
    intents = [found] if found else []
    return _erase_intents(connection, intents, also={query_id})


def _erase_words(connection: Connection, words: str) -> dict[str, int]:
    def holds(column: Column[str]) -> ColumnElement[bool]:
        return func.lower(column).contains(words.lower(), autoescape=True)

    intents = list(connection.execute(select(intent.c.intent_id).where(holds(intent.c.text))).scalars())
    erased = _erase_intents(connection, intents, also=set())
    erased["vote"] += connection.execute(delete(vote).where(holds(vote.c.comment))).rowcount
    erased["flag"] += connection.execute(delete(flag).where(holds(flag.c.note))).rowcount
    theirs = holds(receipt.c.question) | holds(receipt.c.passages) | holds(receipt.c.for_agents)
    theirs |= receipt.c.receipt_id == words
    erased["receipt"] += connection.execute(delete(receipt).where(theirs)).rowcount
    for column in (flag.c.owner, flag.c.flagged_by):
        is_theirs = func.lower(column) == words.lower()
        erased["flag"] += connection.execute(update(flag).where(is_theirs).values({column: ""})).rowcount
    is_theirs = staff_count.c.domain == words.lower()
    return {**erased, "staff_count": connection.execute(delete(staff_count).where(is_theirs)).rowcount}


def _erase_intents(connection: Connection, intents: list[str], *, also: set[str]) -> dict[str, int]:
    asked = list(connection.execute(select(question.c.query_id).where(question.c.intent_id.in_(intents))).scalars())
    query_ids = [*asked, *also]
    connection.execute(update(intent).where(intent.c.followed_by.in_(intents)).values(followed_by=""))
    return {
        "intent": connection.execute(delete(intent).where(intent.c.intent_id.in_(intents))).rowcount,
        "question": connection.execute(delete(question).where(question.c.intent_id.in_(intents))).rowcount,
        "deed": connection.execute(delete(deed).where(deed.c.intent_id.in_(intents))).rowcount,
        "vote": connection.execute(delete(vote).where(vote.c.query_id.in_(query_ids))).rowcount,
        "flag": connection.execute(delete(flag).where(flag.c.query_id.in_(query_ids))).rowcount,
        "receipt": connection.execute(delete(receipt).where(receipt.c.query_id.in_(query_ids))).rowcount,
    }
