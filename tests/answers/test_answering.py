"""From a ranking to an answer: word for word when it is sure enough, else what may help, or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.answers.answering import (
    MOST_ANSWERS,
    Decision,
    FoundAnswer,
    candidates,
    decide,
    find_answer,
    seat_passages,
    seat_position,
)
from kb_service.answers.confidence import NO_ANSWER_BELOW, POSSIBLE_FROM
from kb_service.answers.results import Question
from kb_service.ranking import Ranker
from kb_service.seats.position import SeatPosition
from kb_service.seats.reader import read_mentions
from kb_service.staff.counter import StaffCount, StaffCountStatus
from tests.billing_articles import LOCKED, filled_with_billing
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled
from tests.test_text import any_text

TODAY = date(2026, 11, 25)
QUESTIONS = [
    *("how do we remove seats", "can we get our money back", "wire", "which cards do you take", "biling portal"),
    *("when is my invoice sent", "Where do we enter our VAT number?", LOCKED, "60 seats", "the weather in Paris"),
]
WORDS = ["seat", "seats", "refund", "credit", "invoice", "portal", "log in", "10", "the", "?", LOCKED, "x"]
questions = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join) | any_text


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(filled_with_billing(MemoryEngine()).snapshot(audience="public"))


def decided(ranker: Ranker, question: str, *, no_answer_below: float = 0.0) -> Decision:
    understood = ranker.understander.understand(question)
    return decide(understood, candidates(ranker, understood, limit=5), no_answer_below=no_answer_below)


@pytest.mark.slow
@settings(max_examples=50)
@given(question=questions)
def test_any_answer_is_verbatim_text_of_the_first_passage(ranker: Ranker, question: str) -> None:
    decision = decided(ranker, question)

    assert (decision.quote is None) == (decision.shown == ()) == (decision.outcome != "answered")
    if decision.quote:
        passage = decision.shown[0].passage.entry.passage
        assert decision.quote.passage_id == passage.id
        assert decision.quote.text == passage.text[decision.quote.start : decision.quote.end]
        assert decision.quote.text.strip()


@pytest.mark.slow
@settings(max_examples=50)
@given(question=questions, low=st.floats(0, 1), high=st.floats(0, 1))
def test_a_higher_threshold_answers_some_of_the_questions_and_none_differently(
    ranker: Ranker, question: str, low: float, high: float
) -> None:
    lenient, strict = (decided(ranker, question, no_answer_below=below) for below in sorted((low, high)))

    assert strict.confidence == lenient.confidence
    assert strict.quote in (None, lenient.quote)
    assert strict.shown in ((), lenient.shown)
    if strict.outcome == "answered":
        assert strict == lenient


@pytest.mark.parametrize("below", [0.0, 0.3, 0.5, 0.9, 1.0])
def test_what_is_answered_is_as_sure_as_asked_for(ranker: Ranker, below: float) -> None:
    decisions = [decided(ranker, question, no_answer_below=below) for question in QUESTIONS]

    assert all((each.outcome in {"answered", "possible"}) == bool(each.shown) for each in decisions)
    assert all((each.outcome == "possible") == (POSSIBLE_FROM <= each.confidence < below) for each in decisions)
    assert all(each.confidence >= below for each in decisions if each.outcome == "answered")
    assert all(each.confidence < below or each.confidence == 0 for each in decisions if each.outcome == "no_answer")


def test_what_may_help_is_shown_with_its_best_words_and_not_claimed(ranker: Ranker) -> None:
    decision = decided(ranker, "how do we remove seats", no_answer_below=1.1)

    assert decision.outcome == "possible"
    assert decision.quote is None
    assert len(decision.shown) >= 3
    assert all(each.quote.text.strip() for each in decision.shown)


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u3000\u00a0"], ids=["empty", "space", "lines", "wide spaces"])
def test_a_blank_question_is_empty_and_no_failure_to_answer(ranker: Ranker, blank: str) -> None:
    assert decided(ranker, blank) == Decision("empty_question", 0.0, ())


@pytest.mark.parametrize("question", ["?!", "xylophone", "請求", "🎉", "\0", "\ud800"])
def test_a_question_of_words_that_no_article_has_is_not_answered(ranker: Ranker, question: str) -> None:
    assert decided(ranker, question) == Decision("no_answer", 0.0, ())


def test_a_procedure_is_quoted_whole(ranker: Ranker) -> None:
    quote = decided(ranker, "how do we remove seats").quote

    assert quote
    assert quote.text.startswith("To remove seats:")
    assert quote.text.endswith("follow the screens to the end.")


def test_an_error_text_gets_the_steps_that_help(ranker: Ranker) -> None:
    quote = decided(ranker, LOCKED).quote

    assert quote
    assert quote.passage_id == "staff-count-exceeded#how-to-get-back-in"


def test_a_question_for_a_time_gets_the_sentence_that_holds_it(ranker: Ranker) -> None:
    quote = decided(ranker, "how many days until the credit is applied").quote

    assert quote
    assert "within 10 days" in quote.text


OK = StaffCount("ok", "acme.kayako.com", count=48)
STALE = StaffCount("stale", "acme.kayako.com", count=48, age_seconds=600)
LOCKED_HELPDESK = StaffCount("locked", "acme.kayako.com", count=3, purchased=2)
FAILURES: tuple[StaffCountStatus, ...] = ("timeout", "unreachable", "not_allowed", "blocked", "disabled")

KNOWN = {
    "the parameter": (Question("why?", seats=60), None, (60, "parameter", None, None)),
    "the question": (Question("60 seats, 48 active staff"), None, (60, "question", 48, "question")),
    "a pasted error": (Question(LOCKED), None, (2, "error_text", 3, "error_text")),
    "the helpdesk": (Question("why?"), OK, (None, None, 48, "live")),
    "an older look": (Question("why?"), STALE, (None, None, 48, "stale")),
    "a locked helpdesk": (Question("why?"), LOCKED_HELPDESK, (2, "locked_response", 3, "locked_response")),
    "the parameter before the question": (
        Question("we pay for 50 seats", seats=60),
        None,
        (60, "parameter", None, None),
    ),
    "the helpdesk before the question": (Question("60 seats, 40 active staff"), OK, (60, "question", 48, "live")),
}


def position(question: Question, counted: StaffCount | None = None) -> SeatPosition | None:
    return seat_position(question, read_mentions(question.text), counted)


def test_a_number_says_when_the_helpdesk_gave_it() -> None:
    at = datetime(2026, 11, 25, 14, 2, tzinfo=UTC)
    live = position(Question("why?"), StaffCount("ok", "acme.kayako.com", count=48, observed_at=at))
    older = position(Question("why?"), StaffCount("stale", "acme.kayako.com", count=48, age_seconds=7300))

    assert live
    assert live.active_number
    assert live.active_number.origin == "counted live at 14:02 UTC"
    assert older
    assert older.active_number
    assert older.active_number.origin == "last counted 2 hours ago"


def test_a_helpdesk_that_could_not_be_asked_is_where_the_visitor_is_sent_to_look() -> None:
    url = "https://acme.kayako.com/Base/staff/getcount"
    seats = position(Question("we pay for 60 seats"), StaffCount("timeout", "acme.kayako.com", url=url))

    assert seats
    assert f"open {url} to see it" in seats.capacity


@pytest.mark.parametrize(("question", "counted", "expected"), KNOWN.values(), ids=KNOWN.keys())
def test_numbers_come_with_who_gave_them(
    question: Question, counted: StaffCount | None, expected: tuple[object, ...]
) -> None:
    seats = position(question, counted)

    assert seats
    sources = [number and number.source for number in (seats.purchased_number, seats.active_number)]
    assert (seats.purchased, sources[0], seats.active, sources[1]) == expected


@pytest.mark.parametrize("status", FAILURES)
def test_a_failed_look_up_is_no_number(status: StaffCountStatus) -> None:
    assert position(Question("why?"), StaffCount(status, "acme.kayako.com")) is None


def test_without_a_number_there_is_no_position() -> None:
    assert position(Question("how do we remove seats?")) is None


def test_zero_is_a_number() -> None:
    seats = position(Question("why?", seats=0), StaffCount("ok", "acme.kayako.com", count=0))

    assert seats
    assert (seats.purchased, seats.active, seats.state) == (0, 0, "exact")


def test_the_passages_it_rests_on_are_those_of_this_index() -> None:
    snapshot = filled_with_billing(MemoryEngine()).snapshot(audience="public")
    seats = position(Question(LOCKED))

    assert seats
    assert "staff-count-exceeded#intro" in seat_passages(snapshot, seats, today=TODAY)


def test_articles_that_the_index_lacks_are_not_named() -> None:
    snapshot = filled(MemoryEngine(), an_article("other", "text"))

    assert seat_passages(snapshot, position(Question(LOCKED)), today=TODAY) == ()
    assert seat_passages(snapshot, None, today=TODAY) == ()


def found(ranker: Ranker, question: str, *, limit: int = 5) -> FoundAnswer:
    return find_answer(
        ranker, question, limit=limit, explain=False, html=False, today=TODAY, no_answer_below=NO_ANSWER_BELOW
    )


def test_a_message_with_several_questions_gets_an_answer_for_each_that_has_one(ranker: Ranker) -> None:
    answer = found(ranker, "how do we remove seats, and do we pay VAT, and when is my invoice sent?")

    assert [each.outcome == "answered" for each in answer.answers] == [True, False, True]
    assert [each.question for each in answer.answers][:2] == ["how do we remove seats", "do we pay VAT"]
    first, refused, last = answer.answers
    assert first.answer == answer.quote
    assert refused.answer is None
    assert refused.url == ""
    assert last.answer
    assert "first day of each month" in last.answer.text
    assert [each.id for each in answer.passages[:2]] == [first.answer.passage_id, last.answer.passage_id]
    assert len({each.id for each in answer.passages}) == len(answer.passages)


def test_at_most_three_questions_of_a_message_are_answered(ranker: Ranker) -> None:
    every = "How do we remove seats? Can we get our money back? Do you accept cards? Can we pay by wire transfer?"

    assert sum(each.answer is not None for each in found(ranker, every).answers) <= MOST_ANSWERS


@pytest.mark.parametrize("question", ["how do we remove seats", "Do we pay VAT? Is a dog allowed in Paris?", ""])
def test_a_message_that_asks_one_thing_or_gets_no_answer_has_no_parts(ranker: Ranker, question: str) -> None:
    assert found(ranker, question).answers == ()
