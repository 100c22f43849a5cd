"""The record as a process that answers has it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kb_service.record.record as module
from kb_service.errors import DependencyFailed
from kb_service.record.database import Database
from kb_service.record.events import Vote
from kb_service.record.record import Record
from kb_service.record.schema import intent, meaning
from tests.fakes import BagOfWordsEncoder
from tests.record.builders import KEY, a_database, a_record, an_asked, rows_of, stored_votes
from tests.record.test_recorder import eventually


def now() -> int:
    return int(time.time() * 1000)


def test_questions_and_votes_are_written_to_one_file(tmp_path: Path) -> None:
    record = a_record(tmp_path)
    asked = an_asked("seats")
    assert record.put(asked)
    assert record.save_vote(Vote(asked.query_id, helpful=True), at=now())
    record.close()

    assert [row["text"] for row in rows_of(a_database(tmp_path), intent)] == ["seats"]
    assert stored_votes(tmp_path) == [Vote(asked.query_id, helpful=True)]


def test_votes_alone_are_kept_where_that_is_wanted(tmp_path: Path) -> None:
    record = a_record(tmp_path, mode="votes")
    assert not record.put(an_asked("seats"))
    record.save_vote(Vote("q_1", helpful=True), at=now())
    record.close()

    assert rows_of(a_database(tmp_path), intent) == []
    assert stored_votes(tmp_path) == [Vote("q_1", helpful=True)]


@pytest.mark.slow
def test_what_is_popular_is_read_while_nothing_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHORES_SECONDS", 0.1)
    record = a_record(tmp_path)
    for at in range(3):
        record.put(an_asked("seats", now() + at, asker=f"{at}"))

    eventually(lambda: record.popular() == ("seats",))
    record.close()


@pytest.mark.slow
def test_meanings_of_open_questions_are_computed_while_nothing_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHORES_SECONDS", 0.1)
    record = Record(lambda: a_database(tmp_path), key=KEY, keep_days=9, encoder=BagOfWordsEncoder()).start()
    record.put(an_asked("dark mode", now(), outcome="no_answer"))
    record.put(an_asked("seats", now(), asker="b"))

    def kept() -> list[str]:
        database = a_database(tmp_path)
        return [row["phrase"] for row in rows_of(database, meaning)] if database.version() else []

    eventually(lambda: kept() == ["dark mode"])
    record.close()


def test_a_vote_fails_while_the_database_does_and_is_stored_when_it_lives_again(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.touch()
    record = a_record(place)
    with pytest.raises(DependencyFailed):
        record.save_vote(Vote("q_1", helpful=True), at=now())
    place.unlink()

    assert record.save_vote(Vote("q_1", helpful=True), at=now())
    record.close()


@pytest.mark.slow
def test_a_vote_does_not_wait_for_a_lock_for_long(tmp_path: Path) -> None:
    record = a_record(tmp_path)
    record.save_vote(Vote("q_1", helpful=True), at=now())
    other = sqlite3.connect(tmp_path / "record.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(DependencyFailed, match="locked"):
        record.save_vote(Vote("q_2", helpful=True), at=now())

    assert time.monotonic() - started < 5
    other.execute("ROLLBACK")
    other.close()
    record.close()


def test_a_file_that_is_taken_away_is_made_again(tmp_path: Path) -> None:
    record = a_record(tmp_path)
    record.put(an_asked("seats"))
    eventually(lambda: not record.waiting())
    for path in tmp_path.iterdir():
        path.unlink()
    record.put(an_asked("refunds"))
    record.close()

    assert [row["text"] for row in rows_of(a_database(tmp_path), intent)] == ["refunds"]


FORKING = """
import os, sys, time
from pathlib import Path
from tests.record.builders import a_record, an_asked
record = a_record(Path(sys.argv[1]))
record.put(an_asked("asked of the parent", asker="parent"))
time.sleep(1)
child = os.fork()
record.put(an_asked(f"asked of {'the parent again' if child else 'a child'}", asker=str(child)))
while record.waiting():
    time.sleep(0.1)
if child:
    os.waitpid(child, 0)
"""


@pytest.mark.slow
def test_a_worker_that_is_forked_from_a_loaded_application_records_too(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", FORKING, tmp_path], timeout=60, check=True)

    texts = {row["text"] for row in rows_of(a_database(tmp_path), intent)}
    assert texts == {"asked of the parent", "asked of the parent again", "asked of a child"}


@pytest.mark.slow
def test_a_database_that_cannot_be_opened_is_tried_again(tmp_path: Path) -> None:
    tries: list[int] = []

    def open_database() -> Database:
        tries.append(1)
        if len(tries) < 2:
            raise DependencyFailed("Not yet.")
        return a_database(tmp_path)

    record = Record(open_database, key=KEY, keep_days=9).start()
    record.put(an_asked("seats"))
    eventually(lambda: not record.waiting())
    record.close()

    assert len(rows_of(a_database(tmp_path), intent)) == 1
