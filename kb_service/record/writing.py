"""Writes events: personal data is masked, questions become intents, deeds find the answer they belong to.

A batch is one transaction of at most eight statements, however many events it has; writing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from kb_service.record.database import Database, insert_new, insert_or_replace
from kb_service.record.events import Asked, Counted, Done, Event
from kb_service.record.intents import DEED_MS, Intent, RecentIntents
from kb_service.record.masking import mask_personal
from kb_service.record.schema import deed, flag, intent, meaning, question, receipt, staff_count, vote

LONGEST_TEXT: Final = 512
MOST_SHOWN: Final = 20  # articles of an answer
ASKERS_KEPT_MS: Final = 2 * 3_600_000  # longer than anybody's questions are put together
DAY_MS: Final = 86_400_000

_COLUMNS: Final = [column.name for column in intent.columns]
_CHANGING: Final = [
    name for name in _COLUMNS if name not in ("intent_id", "started_at", "surface", "audience", "asker")
]


class Writer:
    """Writes to `database`; `key` turns askers into tags that mean nothing to anybody else, and tomorrow to us."""

    def __init__(self, database: Database, *, key: bytes, keep_days: int) -> None:
        self._database = database
        self._key = key
        self._keep_days = keep_days

    def prepare(self) -> None:
        """Make the database ready; see Database.prepare."""
        self._database.prepare()

    def write(self, events: Sequence[Event]) -> None:
        """Write all of them, or none; raises DependencyFailed."""
        counted = [each for each in events if isinstance(each, Counted)]
        asked = [each for each in events if not isinstance(each, Counted)]
        with self._database.transaction() as connection:
            if asked:
                self._write(connection, sorted(asked, key=lambda each: each.at))
            if counted:
                _write_counts(connection, sorted(counted, key=lambda each: each.at))

    def tend(self, now: int) -> None:
        """Delete what is older than it may be kept, and who asked what; raises DependencyFailed."""
        with self._database.transaction() as connection:
            forget_before(connection, now - self._keep_days * DAY_MS)
            forget_expired_receipts(connection, now)
            forgotten = intent.c.asker != ""
            of_long_ago = intent.c.last_at < now - ASKERS_KEPT_MS
            connection.execute(update(intent).where(forgotten, of_long_ago).values(asker=""))

    def close(self) -> None:
        self._database.close()

    def _write(self, connection: Connection, events: Sequence[Asked | Done]) -> None:
        tags = {each: self._tag(each.asker, each.at) for each in events}
        recent = RecentIntents(_known_intents(connection, set(tags.values()) - {""}, since=events[0].at - DEED_MS))
        intent_of = _intents_of(connection, {each.query_id for each in events} - {""})
        questions, deeds = [], []
        for each in events:
            if isinstance(each, Asked):
                if each.query_id in intent_of:
                    continue  # written before, though nobody told us so
                text = mask_personal(each.text)[:LONGEST_TEXT]
                found = recent.add(_storable(each), text=_plain(text), asker=tags[each])
                intent_of[each.query_id] = found.intent_id
                questions.append({"query_id": each.query_id, "intent_id": found.intent_id})
            elif intent_id := _intent_of_deed(each, tags[each], recent, intent_of):
                article_id = _plain(each.article_id)
                deeds.append({"intent_id": intent_id, "deed": each.deed, "article_id": article_id, "done_at": each.at})
        if recent.added:
            connection.execute(insert_new(connection, intent), [_row(each) for each in recent.added])
        if changed := recent.changed():
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _CHANGING}
            statement = update(intent).where(intent.c.intent_id == bindparam("changed")).values(values)
            connection.execute(statement, [_changes(each) for each in changed])
        if questions:
            connection.execute(insert_new(connection, question), questions)
        if deeds:
            connection.execute(insert_new(connection, deed), deeds)

    def _tag(self, asker: str, at: int) -> str:
        if not asker:
            return ""
        day = datetime.fromtimestamp(at / 1000, UTC).date()
        return blake2b(f"{day} {asker}".encode("utf-8", "replace"), key=self._key, digest_size=8).hexdigest()


def _write_counts(connection: Connection, counted: Sequence[Counted]) -> None:
    """Keep the last count of each day."""
    rows = {(each.domain, each.at // DAY_MS): {"count": each.count, "counted_at": each.at} for each in counted}
    connection.execute(
        insert_or_replace(connection, staff_count),
        [{"domain": domain, "day": day, **values} for (domain, day), values in rows.items()],
    )


def forget_before(connection: Connection, limit: int) -> dict[str, int]:
    """Delete what happened before `limit`, open flags apart; return how many rows of each table that were."""
    old = select(intent.c.intent_id).where(intent.c.last_at < limit)
    statements = {
        "question": delete(question).where(question.c.intent_id.in_(old)),
        "deed": delete(deed).where(deed.c.done_at < limit),
        "intent": delete(intent).where(intent.c.last_at < limit),
        "vote": delete(vote).where(vote.c.voted_at < limit),
        "flag": delete(flag).where(flag.c.changed_at < limit, flag.c.state == "done"),
        "staff_count": delete(staff_count).where(staff_count.c.counted_at < limit),
        "receipt": delete(receipt).where(receipt.c.made_at < limit),
    }
    deleted = {name: connection.execute(statement).rowcount for name, statement in statements.items()}
    if deleted["intent"]:
        forget_meanings(connection)
    return deleted


def forget_expired_receipts(connection: Connection, now: int) -> int:
    """Delete the receipts that have expired; return how many."""
    return connection.execute(delete(receipt).where(receipt.c.expires_at <= now)).rowcount


def forget_meanings(connection: Connection) -> None:
    """Delete the meanings of phrases that nobody asks any more."""
    connection.execute(delete(meaning).where(meaning.c.phrase.not_in(select(intent.c.phrase))))


def _known_intents(connection: Connection, tags: set[str], *, since: int) -> Iterable[Intent]:
    if not tags:
        return []
    rows = connection.execute(select(intent).where(intent.c.asker.in_(tags), intent.c.last_at >= since))
    return [Intent(**{**row._asdict(), "shown": tuple(msgspec.json.decode(row.shown, type=list[str]))}) for row in rows]


def _intents_of(connection: Connection, query_ids: set[str]) -> dict[str, str]:
    if not query_ids:
        return {}
    rows = connection.execute(select(question).where(question.c.query_id.in_(query_ids)))
    return {row.query_id: row.intent_id for row in rows}


def _intent_of_deed(done: Done, tag: str, recent: RecentIntents, intent_of: dict[str, str]) -> str:
    if done.query_id:
        return intent_of.get(done.query_id, "")
    found = recent.that_showed(done.article_id, asker=tag, at=done.at)
    return found.intent_id if found else ""


def _storable(asked: Asked) -> Asked:
    shown = tuple(_plain(each) for each in asked.shown[:MOST_SHOWN])
    return msgspec.structs.replace(asked, article_id=_plain(asked.article_id), shown=shown)


def _row(found: Intent) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(found, name) for name in _COLUMNS}
    return {**values, "shown": msgspec.json.encode(found.shown).decode()}


def _changes(found: Intent) -> dict[str, object]:
    row = _row(found)
    return {"changed": found.intent_id, **{f"new_{name}": row[name] for name in _CHANGING}}


def _plain(text: str) -> str:
    """Return text that both databases take: PostgreSQL has no NUL, and neither has half a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
