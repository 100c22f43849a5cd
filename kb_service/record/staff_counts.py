"""How many staff a helpdesk had, day by day: the last live count of each day, where the settings let it be kept."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import select

from kb_service.record.database import Database
from kb_service.record.schema import staff_count

MOST_DAYS: Final = 365


class DayCount(msgspec.Struct, frozen=True):
    """The last count of a day; `counted_at` is in milliseconds since 1970."""

    counted_at: int
    count: int


def counts_of(database: Database, domain: str, *, limit: int = MOST_DAYS) -> tuple[DayCount, ...]:
    """Return the counts of a helpdesk on the last days on which it was counted, the earliest first."""
    statement = (
        select(staff_count.c.counted_at, staff_count.c.count)
        .where(staff_count.c.domain == domain)
        .order_by(staff_count.c.day.desc())
        .limit(limit)
    )
    with database.transaction(writes=False) as connection:
        return tuple(DayCount(*row) for row in reversed(connection.execute(statement).all()))
