"""Votes are kept: one a question, the last wins, on the disk or not at all."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb_service.analytics.recorder import FeedbackRecorder
from kb_service.analytics.vote import Vote
from kb_service.errors import DependencyFailed

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.fixture
def recorder(tmp_path: Path) -> FeedbackRecorder:
    return FeedbackRecorder(tmp_path / "new" / "feedback.sqlite3")


def test_a_vote_is_kept_as_it_was(recorder: FeedbackRecorder) -> None:
    vote = Vote("q_1", helpful=False, passage_id="a#b", reasons=("wrong", "unclear"), comment="It is 🙂\n<b>")

    assert recorder.record(vote, at=NOW) is True
    assert recorder.votes() == (vote,)


def test_the_last_vote_of_a_question_wins(recorder: FeedbackRecorder) -> None:
    recorder.record(Vote("q_1", helpful=False, comment="no"), at=NOW)
    recorder.record(Vote("q_2", helpful=False), at=NOW)

    assert recorder.record(Vote("q_1", helpful=True), at=NOW) is False
    assert recorder.votes() == (Vote("q_1", helpful=True), Vote("q_2", helpful=False))


def test_comments_are_masked_and_cut_before_they_are_stored(recorder: FeedbackRecorder) -> None:
    recorder.record(Vote("q_1", helpful=False, comment="jo@acme.example 4111 1111 1111 1111 " + "x" * 2000), at=NOW)

    kept = recorder.votes()[0].comment
    assert kept.startswith("[email] [card] xxx")
    assert len(kept) == 1000
    assert b"acme.example" not in b"".join(path.read_bytes() for path in recorder.file.parent.iterdir())


def test_after_a_year_a_vote_is_forgotten(recorder: FeedbackRecorder) -> None:
    recorder.record(Vote("q_old", helpful=False, comment="long ago"), at=NOW - timedelta(days=366))
    recorder.record(Vote("q_young", helpful=False), at=NOW - timedelta(days=364))

    recorder.record(Vote("q_new", helpful=True), at=NOW)

    assert [vote.query_id for vote in recorder.votes()] == ["q_young", "q_new"]


def test_without_a_vote_there_is_no_file(recorder: FeedbackRecorder) -> None:
    assert recorder.votes() == ()
    assert not recorder.file.parent.exists()


def test_readers_and_writers_do_not_wait_for_each_other(recorder: FeedbackRecorder) -> None:
    recorder.record(Vote("q_1", helpful=True), at=NOW)

    with sqlite3.connect(recorder.file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_many_writers_at_once_lose_nothing(recorder: FeedbackRecorder) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda at: recorder.record(Vote(f"q_{at % 20}", helpful=True), at=NOW), range(80)))

    assert sum(new) == 20
    assert len(recorder.votes()) == 20


def test_a_file_that_is_no_database_is_said(recorder: FeedbackRecorder) -> None:
    recorder.file.parent.mkdir()
    recorder.file.write_bytes(b"not a database at all" * 100)

    with pytest.raises(DependencyFailed, match="Feedback cannot be kept in"):
        recorder.record(Vote("q_1", helpful=True), at=NOW)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(DependencyFailed):
        FeedbackRecorder(tmp_path / "file" / "feedback.sqlite3").record(Vote("q_1", helpful=True), at=NOW)


def test_a_file_of_a_newer_version_is_left_alone(recorder: FeedbackRecorder) -> None:
    recorder.record(Vote("q_1", helpful=True), at=NOW)
    connection = sqlite3.connect(recorder.file)
    connection.execute("PRAGMA user_version = 9")
    connection.close()

    with pytest.raises(DependencyFailed, match="of version 9, this program knows 1"):
        recorder.record(Vote("q_2", helpful=True), at=NOW)
