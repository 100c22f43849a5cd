"""Votes are kept: one a question, the last wins, on the disk or not at all."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb_service.errors import DependencyFailed
from kb_service.votes import Vote, VoteStore
from tests.stored_votes import stored_votes

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> VoteStore:
    return VoteStore(tmp_path / "new" / "feedback.sqlite3")


def test_a_vote_is_kept_as_it_was(store: VoteStore) -> None:
    vote = Vote("q_1", helpful=False, passage_id="a#b", reasons=("wrong", "unclear"), comment="It is 🙂\n<b>")

    assert store.save(vote, at=NOW) is True
    assert stored_votes(store.file) == [vote]


def test_the_last_vote_of_a_question_wins(store: VoteStore) -> None:
    store.save(Vote("q_1", helpful=False, comment="no"), at=NOW)
    store.save(Vote("q_2", helpful=False), at=NOW)

    assert store.save(Vote("q_1", helpful=True), at=NOW) is False
    assert stored_votes(store.file) == [Vote("q_1", helpful=True), Vote("q_2", helpful=False)]


def test_comments_are_masked_and_cut_before_they_are_stored(store: VoteStore) -> None:
    store.save(Vote("q_1", helpful=False, comment="jo@acme.example 4111 1111 1111 1111 " + "x" * 2000), at=NOW)

    kept = stored_votes(store.file)[0].comment
    assert kept.startswith("[email] [card] xxx")
    assert len(kept) == 1000
    assert b"acme.example" not in b"".join(path.read_bytes() for path in store.file.parent.iterdir())


def test_after_a_year_a_vote_is_forgotten(store: VoteStore) -> None:
    store.save(Vote("q_old", helpful=False, comment="long ago"), at=NOW - timedelta(days=366))
    store.save(Vote("q_young", helpful=False), at=NOW - timedelta(days=364))

    store.save(Vote("q_new", helpful=True), at=NOW)

    assert [vote.query_id for vote in stored_votes(store.file)] == ["q_young", "q_new"]


def test_without_a_vote_there_is_no_file(store: VoteStore) -> None:
    assert not store.file.parent.exists()


def test_readers_and_writers_do_not_wait_for_each_other(store: VoteStore) -> None:
    store.save(Vote("q_1", helpful=True), at=NOW)

    with sqlite3.connect(store.file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_many_writers_at_once_lose_nothing(store: VoteStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda at: store.save(Vote(f"q_{at % 20}", helpful=True), at=NOW), range(80)))

    assert sum(new) == 20
    assert len(stored_votes(store.file)) == 20


def test_a_file_that_is_no_database_is_said(store: VoteStore) -> None:
    store.file.parent.mkdir()
    store.file.write_bytes(b"not a database at all" * 100)

    with pytest.raises(DependencyFailed, match="Feedback cannot be kept in"):
        store.save(Vote("q_1", helpful=True), at=NOW)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(DependencyFailed):
        VoteStore(tmp_path / "file" / "feedback.sqlite3").save(Vote("q_1", helpful=True), at=NOW)


def test_a_file_of_a_newer_version_is_left_alone(store: VoteStore) -> None:
    store.save(Vote("q_1", helpful=True), at=NOW)
    connection = sqlite3.connect(store.file)
    connection.execute("PRAGMA user_version = 9")
    connection.close()

    with pytest.raises(DependencyFailed, match="of version 9, this program knows 1"):
        store.save(Vote("q_2", helpful=True), at=NOW)
