"""What a report says of a small record, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from kb_service.record.database import Database
from kb_service.record.events import Done, Surface, Vote
from kb_service.record.flags import raise_flag
from kb_service.record.reports import (
    Period,
    by_day,
    by_surface,
    disappointing,
    last_days,
    make_report,
    most_asked,
    most_done,
    never_opened,
    open_questions,
    popular_articles,
)
from kb_service.record.votes import save_vote
from kb_service.record.writing import DAY_MS, Writer
from tests.fakes import BagOfWordsEncoder
from tests.record.builders import KEY, MINUTE, NOON, an_asked


class CountingEncoder(BagOfWordsEncoder):
    """Remembers the texts that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return super().encode(texts)


PERIOD = Period(NOON - DAY_MS, NOON + 2 * DAY_MS)
MERGING = ("how do I merge two tickets", "merging two tickets", "merge two tickets!")


@pytest.fixture
def writer(database: Database) -> Writer:
    return Writer(database, key=KEY, keep_days=365)


def ask(writer: Writer, text: str, *, at: int = NOON, asker: str = "", **changed: object) -> str:
    asked = an_asked(text, at, asker=asker, **changed)
    writer.write([asked])
    return asked.query_id


@pytest.fixture
def unanswered(writer: Writer) -> None:
    for number, text in enumerate(MERGING * 2):
        ask(writer, text, at=NOON + number, outcome="no_answer", shown=("tickets", "seats"))
    ask(writer, "is there a dark mode", at=NOON + DAY_MS, outcome="no_answer", shown=())
    ask(writer, "where is my invoice")
    ask(writer, "", outcome="no_answer")


@pytest.mark.usefixtures("unanswered")
@pytest.mark.parametrize("by_meaning", [True, False])
def test_open_questions_are_put_together_with_counts_and_examples(database: Database, by_meaning: bool) -> None:
    first, second = open_questions(database, PERIOD, encoder=BagOfWordsEncoder() if by_meaning else None)

    assert (first.number, first.asked, first.wordings, first.nearest) == (1, 6, 3, ("tickets",))
    assert set(first.examples) == set(MERGING)
    assert (second.asked, second.examples, second.nearest) == (1, ("is there a dark mode",), ())
    assert (first.last_day, second.first_day) == ("2026-11-25", "2026-11-26")


@pytest.mark.usefixtures("unanswered")
def test_meanings_are_computed_once(database: Database) -> None:
    encoder = CountingEncoder()
    first = open_questions(database, PERIOD, encoder=encoder)
    texts = len(encoder.texts)

    assert open_questions(database, PERIOD, encoder=encoder) == first
    assert len(encoder.texts) == texts == 4


def test_without_a_record_every_section_is_empty(database: Database) -> None:
    report = make_report(database, PERIOD)

    sections = [getattr(report, name) for name in report.__struct_fields__ if name not in ("since", "until")]
    assert [each for each in sections if each not in ("all", "words")] == [()] * 10


def test_answers_that_were_voted_down_come_first(writer: Writer, database: Database) -> None:
    for at in range(20):
        ask(writer, f"seats {at}", at=NOON + at, article_id="good")
    bad = ask(writer, "why so many seats", article_id="bad")
    save_vote(database, Vote(bad, helpful=False, passage_id="bad#a", reasons=("wrong",), comment="No."), at=NOON)
    good = ask(writer, "seats", article_id="good")
    save_vote(database, Vote(good, helpful=True, passage_id="good#a"), at=NOON)

    [found] = disappointing(database, PERIOD)

    assert (found.article_id, found.answered, found.voted_down, found.voted_up) == ("bad", 1, 1, 0)
    assert (found.reasons, found.comments) == ({"wrong": 1}, ("No.",))


def test_answers_that_are_followed_by_another_search_more_than_usual_disappoint(
    writer: Writer, database: Database
) -> None:
    for at in range(30):
        ask(writer, "where is my invoice", at=NOON + at, article_id="good")
    for at in range(5):
        ask(writer, "pay by cheque", at=NOON + at, article_id="bad", asker=f"{at}")
        ask(writer, "who do I write to", at=NOON + at + MINUTE, article_id="good", asker=f"{at}")

    [found] = disappointing(database, PERIOD)

    assert (found.article_id, found.followed, found.examples) == ("bad", 5, ("pay by cheque",))
    assert found.expected < 1


def test_what_is_shown_and_never_opened(writer: Writer, database: Database) -> None:
    for at in range(6):
        query_id = ask(writer, "seats", at=NOON + at, article_id="a", shown=("a", "b", "c"))
    writer.write([Done(query_id, NOON + 10, "opened", "b")])
    ask(writer, "seats", shown=("seldom",))

    assert [(each.article_id, each.shown, each.quoted) for each in never_opened(database, PERIOD)] == [
        ("a", 6, 6),
        ("c", 6, 0),
    ]


def test_what_is_asked_copied_and_solved_most(writer: Writer, database: Database) -> None:
    for at in range(3):
        query_id = ask(writer, "add a seat", at=NOON + at, article_id="a")
    other = ask(writer, "refund", article_id="b")
    writer.write(
        [Done(query_id, NOON, "copied", "a"), Done(other, NOON, "copied", "b"), Done(other, NOON, "solved", "b")]
    )

    asked = [(each.article_id, each.count, each.example) for each in most_asked(database, PERIOD)]
    assert asked == [("a", 3, "add a seat"), ("b", 1, "refund")]
    assert [each.article_id for each in most_done(database, PERIOD, "copied")] == ["a", "b"]
    assert [each.article_id for each in most_done(database, PERIOD, "solved")] == ["b"]


def test_overdue_articles_that_still_answer_and_open_flags(writer: Writer, database: Database) -> None:
    ask(writer, "add a seat", article_id="old")
    ask(writer, "refund", article_id="new")
    flag = raise_flag(database, passage_id="old", note="The price changed.", at=NOON)

    report = make_report(database, PERIOD, overdue={"old", "unasked"})

    assert [each.article_id for each in report.overdue] == ["old"]
    assert report.flags == (flag,)


def test_by_surface_and_by_day(writer: Writer, database: Database) -> None:
    surfaces: tuple[Surface, ...] = ("widget", "widget", "console")
    for day, surface in enumerate(surfaces):
        ask(writer, "seats", at=NOON + day * DAY_MS - 1, surface=surface)
    ask(writer, "mode", outcome="no_answer")

    assert [(each.name, each.outcome, each.intents) for each in by_surface(database, PERIOD)] == [
        ("console", "answered", 1),
        ("widget", "answered", 2),
        ("widget", "no_answer", 1),
    ]
    assert [(each.name, each.intents) for each in by_day(database, PERIOD)] == [
        ("2026-11-25", 1),
        ("2026-11-25", 1),
        ("2026-11-26", 1),
        ("2026-11-27", 1),
    ]
    assert [each.intents for each in by_surface(database, PERIOD._replace(surface="console"))] == [1]


def test_what_lies_outside_of_the_period_is_not_counted(writer: Writer, database: Database) -> None:
    ask(writer, "seats", at=PERIOD.since - 1)
    ask(writer, "seats", at=PERIOD.until)

    assert by_surface(database, PERIOD) == ()


def test_popular_is_what_the_public_asks_and_not_once(writer: Writer, database: Database) -> None:
    for at in range(4):
        ask(writer, "seats", at=NOON + at, article_id="seats")
        ask(writer, "note", at=NOON + at, article_id="internal", audience="agent")
        ask(writer, "refund", at=NOON + at, article_id="refunds")
    ask(writer, "refund", article_id="refunds")
    ask(writer, "once", article_id="once")

    assert popular_articles(database, PERIOD, fewest=3) == ("refunds", "seats")


def test_the_last_days_end_now() -> None:
    now = datetime(2026, 11, 25, 10, tzinfo=UTC)

    assert last_days(30, now=now, surface="api") == Period(NOON - 30 * DAY_MS, NOON, "api")
