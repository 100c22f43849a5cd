"""One person's data can be erased: all of it, and nobody else's."""

from __future__ import annotations

import pytest

from kb_service.record.database import Database
from kb_service.record.erasing import erase, purge
from kb_service.record.events import Done, Vote
from kb_service.record.flags import list_flags, raise_flag, set_flag
from kb_service.record.schema import deed, flag, intent, question, vote
from kb_service.record.votes import save_vote
from kb_service.record.writing import Writer
from tests.record.builders import KEY, MINUTE, NOON, an_asked, rows_of

THEIRS = an_asked("I am Maria Gonzalez of Acme and pay too much", asker="maria")
FOLLOWING = an_asked("Where is my invoice?", NOON + MINUTE, asker="maria")
OTHERS = an_asked("Where is my invoice?", NOON + 2 * MINUTE, asker="somebody else")


@pytest.fixture
def full(database: Database) -> Database:
    Writer(database, key=KEY, keep_days=365).write(
        [THEIRS, FOLLOWING, OTHERS, Done(THEIRS.query_id, NOON + 1, "copied", "seats")]
    )
    save_vote(database, Vote(THEIRS.query_id, helpful=False), at=NOON)
    save_vote(database, Vote(OTHERS.query_id, helpful=False, comment="ask maria gonzalez 100%"), at=NOON)
    raise_flag(database, passage_id="seats", note="wrong", at=NOON, query_id=THEIRS.query_id)
    mine = raise_flag(database, passage_id="refunds", note="old", at=NOON, flagged_by="Maria Gonzalez")
    set_flag(database, mine.flag_id, "taken", owner="maria gonzalez", at=NOON)
    return database


def counts(database: Database) -> list[int]:
    return [len(rows_of(database, table)) for table in (intent, question, deed, vote, flag)]


def test_by_the_name_of_a_question(full: Database) -> None:
    erased = erase(full, THEIRS.query_id)

    assert erased == {"intent": 1, "question": 1, "deed": 1, "vote": 1, "flag": 1, "receipt": 0}
    assert counts(full) == [2, 2, 0, 1, 1]


def test_by_words_in_any_letter_case_wherever_they_stand(full: Database) -> None:
    erased = erase(full, "MARIA gonzalez")

    assert erased["intent"] == 1
    assert counts(full) == [2, 2, 0, 0, 1]
    [kept] = list_flags(full)
    assert (kept.owner, kept.flagged_by, kept.note) == ("", "", "old")


def test_a_question_that_led_to_it_does_not_name_it_any_more(database: Database) -> None:
    first = an_asked("Where is my invoice?", asker="maria")
    second = an_asked("I am Maria Gonzalez", NOON + MINUTE, asker="maria")
    Writer(database, key=KEY, keep_days=365).write([first, second])

    erase(database, "Maria Gonzalez")

    assert [row["followed_by"] for row in rows_of(database, intent)] == [""]


def test_a_dry_run_only_counts(full: Database) -> None:
    before = counts(full)

    assert erase(full, "Maria Gonzalez", dry_run=True) == erase(full, "Maria Gonzalez", dry_run=True)
    assert counts(full) == before


@pytest.mark.parametrize("words", ["%", "_", "nobody"])
def test_signs_of_patterns_are_only_signs(full: Database, words: str) -> None:
    before = counts(full)
    erased = erase(full, words)

    assert erased["intent"] == 0
    assert sum(before) - sum(counts(full)) == (1 if words == "%" else 0)


def test_purging_deletes_what_is_older(full: Database) -> None:
    assert purge(full, before=NOON + 1, now=NOON + 1)["intent"] == 1
    assert len(rows_of(full, intent)) == 2
