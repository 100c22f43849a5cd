"""Flags: what somebody has to look at. Each is open, taken by its owner, or done."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from sqlalchemy import insert, select, update

from kb_service.errors import BadRequest
from kb_service.record.database import Database
from kb_service.record.masking import mask_personal
from kb_service.record.schema import flag as table

FlagState = Literal["open", "taken", "done"]

MAX_NOTE_CHARACTERS: Final = 1_000


class Flag(msgspec.Struct, frozen=True):
    """What is wrong, with what, and who sees to it; `owner` is empty while it is open."""

    flag_id: int
    article_id: str
    passage_id: str
    query_id: str
    note: str
    state: FlagState
    owner: str
    flagged_by: str
    flagged_at: int
    changed_at: int


def raise_flag(
    database: Database, *, passage_id: str, note: str, at: int, query_id: str = "", flagged_by: str = ""
) -> Flag:
    """Flag an article or one of its passages, its note masked and cut; return the open flag."""
    values = {
        "query_id": query_id,
        "article_id": passage_id.partition("#")[0],
        "passage_id": passage_id,
        "note": mask_personal(note.replace("\0", ""))[:MAX_NOTE_CHARACTERS],
        "state": "open",
        "owner": "",
        "flagged_by": flagged_by,
        "flagged_at": at,
        "changed_at": at,
    }
    with database.transaction() as connection:
        row = connection.execute(insert(table).values(values).returning(*table.columns)).one()
        return Flag(**row._asdict())


def set_flag(database: Database, flag_id: int, state: FlagState, *, owner: str, at: int) -> Flag:
    """Change the state of a flag; one that is open has no owner. Raises BadRequest without such a flag."""
    if state == "taken" and not owner:
        raise BadRequest({"owner": "say who takes the flag"})
    changed: dict[str, str | int] = {"state": state, "changed_at": at}
    if owner or state == "open":
        changed["owner"] = "" if state == "open" else owner
    with database.transaction() as connection:
        statement = update(table).where(table.c.flag_id == flag_id).values(changed).returning(*table.columns)
        if (row := connection.execute(statement).one_or_none()) is None:
            raise BadRequest({"flag": f"there is none with the number {flag_id}"})
        return Flag(**row._asdict())


def list_flags(database: Database, *, with_done: bool = False) -> tuple[Flag, ...]:
    """Return the flags, the oldest first; those that are done on request."""
    statement = select(table).order_by(table.c.flag_id)
    if not with_done:
        statement = statement.where(table.c.state != "done")
    with database.transaction(writes=False) as connection:
        return tuple(Flag(**row._asdict()) for row in connection.execute(statement))
