"""Votes are kept: one a question, the last wins, on the disk or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kb_service.errors import DependencyFailed
from kb_service.record.database import Database
from kb_service.record.events import Vote
from kb_service.record.schema import vote
from kb_service.record.votes import save_vote
from tests.record.builders import NOON, rows_of


def test_a_vote_is_kept_as_it_was(database: Database) -> None:
    cast = Vote("q_1", helpful=False, passage_id="a/b#c", reasons=("wrong", "unclear"), comment="It is 🙂\n<b>")

    assert save_vote(database, cast, at=NOON) is True
    assert rows_of(database, vote) == [
        {
            "query_id": "q_1",
            "helpful": False,
            "article_id": "a/b",
            "passage_id": "a/b#c",
            "reasons": '["wrong","unclear"]',
            "comment": "It is 🙂\n<b>",
            "voted_at": NOON,
        }
    ]


def test_the_last_vote_of_a_question_wins(database: Database) -> None:
    save_vote(database, Vote("q_1", helpful=False, comment="no"), at=NOON)
    save_vote(database, Vote("q_2", helpful=False), at=NOON)

    assert save_vote(database, Vote("q_1", helpful=True), at=NOON + 1) is False
    assert [(row["query_id"], row["helpful"], row["comment"]) for row in rows_of(database, vote)] == [
        ("q_1", True, ""),
        ("q_2", False, ""),
    ]


def test_comments_are_masked_and_cut_before_they_are_stored(database: Database) -> None:
    comment = "jo@acme.example 4111 1111 1111 1111 acme.kayako.com \0" + "x" * 2000
    save_vote(database, Vote("q_1", helpful=False, comment=comment), at=NOON)

    [kept] = rows_of(database, vote)
    assert kept["comment"].startswith("[email] [card] [helpdesk] xxx")
    assert len(kept["comment"]) == 1000


def test_many_writers_at_once_lose_nothing(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda at: save_vote(database, Vote(f"q_{at % 20}", helpful=True), at=at), range(80)))

    assert len(rows_of(database, vote)) == 20
    assert sum(new) >= 20


def test_a_vote_that_cannot_be_stored_is_an_error(empty: Database) -> None:
    with pytest.raises(DependencyFailed, match="cannot be kept"):
        save_vote(empty, Vote("q_1", helpful=True), at=NOON)
