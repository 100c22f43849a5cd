"""Staff counts are kept by day, the last of each, on both databases."""

from __future__ import annotations

from kb_service.record.database import Database
from kb_service.record.erasing import erase, purge
from kb_service.record.events import Counted
from kb_service.record.schema import staff_count
from kb_service.record.staff_counts import counts_of
from kb_service.record.writing import DAY_MS, Writer
from tests.record.builders import KEY, MINUTE, NOON, an_asked, rows_of

ACME = "acme.kayako.com"


def write(database: Database, *events: Counted) -> None:
    Writer(database, key=KEY, keep_days=365).write([an_asked("add a seat"), *events])


def test_the_last_count_of_each_day_is_kept(database: Database) -> None:
    write(database, Counted(NOON + MINUTE, ACME, 4), Counted(NOON, ACME, 3), Counted(NOON - DAY_MS, ACME, 9))
    write(database, Counted(NOON + 2 * MINUTE, ACME, 5), Counted(NOON, "other.kayako.com", 1))

    assert [(each.counted_at, each.count) for each in counts_of(database, ACME)] == [
        (NOON - DAY_MS, 9),
        (NOON + 2 * MINUTE, 5),
    ]
    assert [each.count for each in counts_of(database, ACME, limit=1)] == [5]
    assert counts_of(database, "nobody.kayako.com") == ()


def test_counts_of_a_helpdesk_are_erased_and_old_ones_deleted(database: Database) -> None:
    write(database, Counted(NOON, ACME, 4), Counted(NOON, "b.kayako.com", 3), Counted(NOON - DAY_MS, "b.kayako.com", 2))

    assert erase(database, "ACME.kayako.com")["staff_count"] == 1
    assert purge(database, before=NOON, now=NOON)["staff_count"] == 1
    assert [(row["domain"], row["count"]) for row in rows_of(database, staff_count)] == [("b.kayako.com", 3)]
