"""`kb record`: the record looked after in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_service.record.events import Vote
from kb_service.record.schema import VERSION
from kb_service.record.votes import save_vote
from kb_service.record.writing import DAY_MS, Writer
from tests.commands.conftest import Kb
from tests.record.builders import KEY, NOON, a_database, an_asked

THEIRS = an_asked("I am Maria Gonzalez and pay too much")


@pytest.fixture
def filled(folder: Path) -> Path:
    database = a_database(folder / "kb-data")
    database.prepare()
    Writer(database, key=KEY, keep_days=365).write([THEIRS, an_asked("refunds", NOON + DAY_MS)])
    save_vote(database, Vote(THEIRS.query_id, helpful=False), at=NOON)
    return folder


def test_its_status_is_told_before_there_is_one_and_makes_none(kb: Kb, folder: Path) -> None:
    ran = kb("record", "status")

    assert (ran.code, ran.out) == (0, "Record: kb-data/record.sqlite3, version none.\nRecording: off.\n")
    assert not (folder / "kb-data").exists()


@pytest.mark.usefixtures("filled")
def test_its_status_counts_what_it_holds(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_RECORD", "votes")
    data = kb("record", "status", "--json").data

    assert data == {
        "place": "kb-data/record.sqlite3",
        "version": VERSION,
        "mode": "votes",
        "deed": 0,
        "flag": 0,
        "intent": 2,
        "meaning": 0,
        "question": 2,
        "receipt": 0,
        "staff_count": 0,
        "vote": 1,
    }


@pytest.mark.usefixtures("filled")
def test_its_status_is_told_before_a_newer_version_has_started(kb: Kb) -> None:
    kb("record", "migrate", "base")
    kb("record", "migrate", "0004")
    before = kb("record", "status")

    assert (before.code, before.err) == (0, "")
    assert before.out.startswith(
        f"Record: kb-data/record.sqlite3, version 0004.\nNote: This kb_service has version {VERSION}."
    )
    assert ("  vote: 0\n" in before.out, "receipt" in before.out) == (True, False)
    assert kb("record", "status", "--json").data["version"] == "0004"


def test_it_is_migrated_up_and_down(kb: Kb) -> None:
    assert kb("record", "migrate").out == f"Record: kb-data/record.sqlite3, version {VERSION}.\n"
    assert kb("record", "migrate", "base").out == "Record: kb-data/record.sqlite3, version none.\n"
    wrong = kb("record", "migrate", "0815")
    assert (wrong.code, "is of another version" in wrong.err) == (3, True)


@pytest.mark.parametrize("who", [THEIRS.query_id, "maria gonzalez"], ids=["query id", "words"])
@pytest.mark.usefixtures("filled")
def test_one_person_is_erased_after_a_look_at_what_that_is(kb: Kb, who: str) -> None:
    dry = kb("record", "erase", who, "--dry-run").out
    assert dry.startswith("Would be deleted:\n  intent: 1\n  question: 1\n  deed: 0\n  vote: 1\n")
    assert kb("record", "status", "--json").data["intent"] == 2

    assert kb("record", "erase", who).out == dry.replace("Would be deleted", "Deleted")
    assert kb("record", "status", "--json").data["intent"] == 1


@pytest.mark.parametrize("who", ["", " ", "a"])
def test_a_word_that_everybody_uses_erases_nobody(kb: Kb, who: str) -> None:
    ran = kb("record", "erase", who)

    assert (ran.code, ran.err) == (1, "kb: Say whom: a query id, or words of two characters or more.\n")


@pytest.mark.usefixtures("filled")
def test_what_is_old_is_purged(kb: Kb) -> None:
    assert kb("record", "purge", "--days", "0").out.startswith("Deleted what is older than 0 days:\n  question: ")
    kept = kb("record", "status", "--json").data["intent"]
    assert kept in (0, 1, 2), "the days of the test are fixed, today is not"


def test_flags_are_raised_taken_done_and_opened_again(kb: Kb) -> None:
    raised = kb("record", "flag", "seats#why", "--note", "The price changed.")
    assert raised.out == "1: open, seats#why: The price changed.\n"
    assert kb("record", "take", "1", "--owner", "ann").out == "1: taken by ann, seats#why: The price changed.\n"
    assert kb("record", "flags").out == "1: taken by ann, seats#why: The price changed.\n"
    assert kb("record", "done", "1").out == "1: done by ann, seats#why: The price changed.\n"
    assert kb("record", "flags").out == ""
    assert [flag["state"] for flag in kb("record", "flags", "--all", "--json").data] == ["done"]
    assert kb("record", "reopen", "1").out == "1: open, seats#why: The price changed.\n"
    assert kb("record", "done", "7").code == 1


def test_a_question_in_a_terminal_is_recorded(kb: Kb, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("KB_RECORD", "on")
    assert kb("ask", "where is my invoice", "--audience", "agent").code == 0

    data = kb("record", "status", "--json").data
    assert (data["intent"], data["question"]) == (1, 1)
    report = kb("report", "--only", "surfaces", "--json").data
    assert [(row["name"], row["intents"]) for row in report] == [("terminal", 1)]


@pytest.mark.slow
def test_a_question_is_answered_where_nothing_can_be_recorded(
    kb: Kb, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("KB_RECORD", "on")
    (folder / "file").touch()
    monkeypatch.setenv("KB_DATA", str(folder / "file" / "kb-data"))

    assert kb("ask", "where is my invoice").code == 0
