"""Flags are work items: open, taken by somebody, done."""

from __future__ import annotations

import pytest

from kb_service.errors import BadRequest
from kb_service.record.database import Database
from kb_service.record.flags import list_flags, raise_flag, set_flag
from tests.record.builders import NOON


def test_a_flag_goes_from_open_to_taken_to_done_and_back(database: Database) -> None:
    flag = raise_flag(database, passage_id="seats#why", note="call jo@acme.example", at=NOON, flagged_by="ann")

    assert (flag.state, flag.owner, flag.article_id, flag.note) == ("open", "", "seats", "call [email]")
    taken = set_flag(database, flag.flag_id, "taken", owner="bob", at=NOON + 1)
    assert (taken.state, taken.owner, taken.changed_at) == ("taken", "bob", NOON + 1)
    done = set_flag(database, flag.flag_id, "done", owner="", at=NOON + 2)
    assert (done.state, done.owner) == ("done", "bob")
    reopened = set_flag(database, flag.flag_id, "open", owner="", at=NOON + 3)
    assert (reopened.state, reopened.owner) == ("open", "")


def test_flags_that_are_done_are_listed_on_request(database: Database) -> None:
    first, second = (raise_flag(database, passage_id="seats", note=note, at=NOON) for note in ("a", "b"))
    set_flag(database, first.flag_id, "done", owner="bob", at=NOON)

    assert [each.flag_id for each in list_flags(database)] == [second.flag_id]
    assert [each.flag_id for each in list_flags(database, with_done=True)] == [first.flag_id, second.flag_id]


def test_nobody_takes_a_flag_that_is_not_there_or_without_a_name(database: Database) -> None:
    flag = raise_flag(database, passage_id="seats", note="a", at=NOON)

    with pytest.raises(BadRequest, match="none with the number 99"):
        set_flag(database, 99, "done", owner="", at=NOON)
    with pytest.raises(BadRequest, match="say who takes"):
        set_flag(database, flag.flag_id, "taken", owner="", at=NOON)
