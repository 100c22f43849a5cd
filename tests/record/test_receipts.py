"""Receipts are kept masked, until they expire or are erased, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kb_service.record.database import Database
from kb_service.record.erasing import erase, purge
from kb_service.record.receipts import DAY_MS, LiveCount, QuotedPassage, Receipt, find_receipt, make_receipt
from kb_service.record.schema import receipt
from kb_service.record.writing import Writer
from tests.record.builders import IDS, KEY, NOON, an_asked, rows_of

PASSAGE = QuotedPassage("refunds#intro", "refunds", "Refunds “x”", "A seat\nis not refunded.", "0" * 64)
INTERNAL = QuotedPassage("goodwill#intro", "goodwill", "Goodwill", "Ask Maria.", "1" * 64)


def made(database: Database, **changed: Any) -> Receipt:
    values: dict[str, Any] = {
        "query_id": IDS.new(NOON),
        "question": "I am tom@acme.example: is it refunded?\0",
        "generation": "g1",
        "passages": [PASSAGE],
        "for_agents": [INTERNAL],
        "live": LiveCount(48, None, datetime(2026, 11, 25, 10, tzinfo=UTC)),
        "at": NOON,
        "days": 90,
    }
    return make_receipt(database, **{**values, **changed})


def test_a_receipt_is_found_as_it_was_made_with_its_question_masked(database: Database) -> None:
    kept = made(database)

    assert find_receipt(database, kept.receipt_id, now=NOON) == kept
    assert kept.question == "I am [email]: is it refunded?"
    assert (kept.passages, kept.for_agents) == ((PASSAGE,), (INTERNAL,))
    assert made(database).receipt_id != kept.receipt_id


@pytest.mark.parametrize("name", ["", "x", "x" * 22, "é" * 22, "' OR 1=1 --" * 2, "\0" * 22])
def test_no_other_name_finds_one(name: str, database: Database) -> None:
    made(database)

    assert find_receipt(database, name, now=NOON) is None


def test_it_expires_and_is_deleted(database: Database) -> None:
    kept = made(database, days=1)
    writer = Writer(database, key=KEY, keep_days=365)

    assert find_receipt(database, kept.receipt_id, now=NOON + DAY_MS - 1)
    assert find_receipt(database, kept.receipt_id, now=NOON + DAY_MS) is None
    writer.tend(NOON + DAY_MS - 1)
    assert len(rows_of(database, receipt)) == 1
    writer.tend(NOON + DAY_MS)
    assert rows_of(database, receipt) == []


def test_it_is_kept_no_longer_than_the_record(database: Database) -> None:
    made(database)
    Writer(database, key=KEY, keep_days=10).tend(NOON + 11 * DAY_MS)

    assert rows_of(database, receipt) == []


def test_purging_deletes_what_is_old_and_what_has_expired(database: Database) -> None:
    made(database, days=1)
    made(database, at=NOON - 5)
    made(database)

    assert purge(database, before=NOON, now=NOON + DAY_MS)["receipt"] == 2


def test_it_is_erased_with_its_question_or_by_words_in_it_or_by_its_name(database: Database) -> None:
    asked = an_asked("is it refunded?")
    Writer(database, key=KEY, keep_days=365).write([asked])
    made(database, query_id=asked.query_id)
    made(database, question="I am Maria Gonzalez")
    made(database, passages=[PASSAGE], for_agents=[])
    named = made(database, passages=[], for_agents=[])

    assert erase(database, "maria", dry_run=True)["receipt"] == 2
    assert erase(database, asked.query_id)["receipt"] == 1
    assert erase(database, "GONZALEZ")["receipt"] == 1
    assert erase(database, named.receipt_id)["receipt"] == 1
    assert len(rows_of(database, receipt)) == 1
