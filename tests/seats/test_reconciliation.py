"""One position out of what the entry, the helpdesk, a pasted error and the question say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.seats.mentions import SeatMentions, read_mentions
from kb_service.seats.reconciliation import SeatPosition, reconcile

NUMBERS = st.integers(0, 5000)
SOME_NUMBERS = st.lists(st.integers(0, 5000), max_size=2, unique=True).map(tuple)
MENTIONS = st.builds(
    SeatMentions,
    purchased=SOME_NUMBERS,
    active=SOME_NUMBERS,
    change=st.none() | st.integers(-50, 50),
    target=st.none() | st.integers(0, 60),
)
STATE_ORDER = ("under", "exact", "over")


def position(
    question: str = "",
    *,
    entered: int | None = None,
    live: int | None = None,
    stale: bool = False,
    locked: tuple[int, int] | None = None,
) -> SeatPosition:
    found = reconcile(
        mentions=read_mentions(question),
        purchased_parameter=entered,
        live_count=live,
        live_is_stale=stale,
        locked=locked,
    )
    assert found is not None
    return found


def numbers_in(*sentences: str) -> set[int]:
    return {int(number) for number in re.findall(r"\d+", " ".join(sentences))}


def test_seats_to_spare_are_billed_too() -> None:
    found = position("we pay for 60 seats but only 48 people use it, why?")

    assert (found.state, found.purchased, found.active, found.available, found.excess) == ("under", 60, 48, 12, 0)
    assert (found.purchased_source, found.active_source) == ("question", "question")
    assert found.capacity == "12 more staff can be enabled."
    assert found.billing == (
        "All 60 seats are billed; the 12 unused ones are charged too until you remove them, and the lower bill starts "
        "with the next billing cycle."
    )
    assert "billed-for-more-seats-than-active" in found.article_ids


def test_a_pasted_error_tells_of_a_locked_helpdesk() -> None:
    found = position("Staff count exceeded. (3 > 2). Please contact Kayako Support for further assistance.")

    assert (found.state, found.available, found.excess) == ("over", 0, 1)
    assert (found.purchased_source, found.active_source) == ("error_text", "error_text")
    assert found.capacity.startswith("The helpdesk is locked while there are more active staff (3) than seats (2)")
    assert "buy at least 1 more seat" in found.capacity
    assert "staff-count-exceeded" in found.article_ids


def test_every_seat_taken_leaves_no_room() -> None:
    found = position("we have 10 seats and 10 active staff")

    assert (found.state, found.available, found.excess) == ("exact", 0, 0)
    assert found.capacity.startswith("All 10 seats are in use")


@pytest.mark.parametrize(
    ("question", "article", "where"),
    [
        ("we have 60 seats", "find-your-active-staff-count", "https://<yourdomain>.kayako.com/Base/staff/getcount"),
        ("48 people use it", "find-your-purchased-seats", "My.kayako.com > My Orders"),
    ],
)
def test_a_missing_number_is_said_to_be_missing_and_where_to_read_it(question: str, article: str, where: str) -> None:
    found = position(question)

    assert (found.state, found.available, found.excess) == ("unknown", None, None)
    assert where in found.capacity
    assert article in found.article_ids


def test_nothing_known_is_no_position() -> None:
    assert reconcile(mentions=read_mentions("add 5 seats"), purchased_parameter=None, live_count=None) is None


@pytest.mark.parametrize(
    ("found", "purchased", "source"),
    [
        (position("we pay for 50 seats", entered=60), 60, "parameter"),
        (position("we pay for 50 seats", locked=(3, 2)), 2, "locked_response"),
        (position("we pay for 50 seats: staff count exceeded (3 > 2)"), 2, "error_text"),
        (position("staff count exceeded (9 > 8)", locked=(3, 2)), 2, "locked_response"),
        (position("staff count exceeded (9 > 8)", entered=60, locked=(3, 2)), 60, "parameter"),
        (position("we pay for 50 seats"), 50, "question"),
    ],
)
def test_the_entry_beats_the_locked_helpdesk_the_error_and_the_question(
    found: SeatPosition, purchased: int, source: str
) -> None:
    assert (found.purchased, found.purchased_source) == (purchased, source)


@pytest.mark.parametrize(
    ("found", "active", "source"),
    [
        (position("48 active staff", live=52), 52, "live"),
        (position("staff count exceeded (9 > 8)", live=52), 52, "live"),
        (position("staff count exceeded (9 > 8)", locked=(3, 2)), 3, "locked_response"),
        (position("staff count exceeded (9 > 8)", live=52, stale=True), 9, "error_text"),
        (position("48 active staff", live=52, stale=True), 52, "stale"),
        (position("48 active staff"), 48, "question"),
    ],
)
def test_a_look_at_the_helpdesk_beats_what_is_written(found: SeatPosition, active: int, source: str) -> None:
    assert (found.active, found.active_source) == (active, source)


def test_sources_that_disagree_are_named_in_plain_words() -> None:
    found = position("we pay for 60 seats, 48 active", entered=55, live=52)

    assert found.conflicts == (
        "The question says 60 seats, but your entry says 55: 55 is used here.",
        "The question says 48 active staff, but the helpdesk itself says 52: 52 is used here.",
    )


def test_sources_that_agree_are_no_conflict() -> None:
    assert position("we pay for 60 seats, 48 active", entered=60, live=48).conflicts == ()


def test_a_question_that_contradicts_itself_is_never_decided_silently() -> None:
    found = position("billed for 60 seats but we ordered 50, 48 active")

    assert (found.state, found.purchased, found.purchased_source, found.active) == ("unknown", None, None, 48)
    assert found.conflicts == ("The question says 60 and 50 seats: it is not clear which one holds.",)


def test_contradictions_alone_still_make_a_position_that_shows_them() -> None:
    found = position("billed for 60 seats but we ordered 50")

    assert (found.purchased, found.active, found.state) == (None, None, "unknown")
    assert "contradict each other" in found.capacity


def test_a_locked_helpdesk_with_enough_seats_entered_is_waiting_for_them() -> None:
    found = position(entered=60, locked=(3, 2))

    assert found.state == "under"
    assert "stays locked until these seats have reached it" in found.capacity
    assert found.conflicts


def test_a_helpdesk_that_answers_is_not_called_locked() -> None:
    found = position(entered=50, live=52)

    assert found.state == "over"
    assert "check the seats in My.kayako.com > My Orders first" in found.capacity


def test_more_seats_than_there_are_cannot_be_removed() -> None:
    found = position("remove 70 seats", entered=60)

    assert found.what_if is None
    assert found.conflicts == ("70 seats cannot be removed: there are only 60.",)


@given(purchased=NUMBERS, active=NUMBERS)
def test_the_arithmetic_holds_for_every_pair(purchased: int, active: int) -> None:
    found = position(entered=purchased, live=active)

    assert found.available is not None
    assert found.excess is not None
    assert found.available - found.excess == purchased - active
    assert 0 in (found.available, found.excess)
    assert found.state == ("under" if found.available else "over" if found.excess else "exact")


@given(purchased=NUMBERS, active=NUMBERS)
def test_one_more_active_person_never_makes_more_room(purchased: int, active: int) -> None:
    before, after = position(entered=purchased, live=active), position(entered=purchased, live=active + 1)

    assert STATE_ORDER.index(before.state) <= STATE_ORDER.index(after.state)


@given(
    mentions=MENTIONS,
    entered=st.none() | NUMBERS,
    live=st.none() | NUMBERS,
    stale=st.booleans(),
    locked=st.none() | st.tuples(NUMBERS, NUMBERS),
)
def test_whatever_is_known_the_sentences_hold_only_known_numbers(
    mentions: SeatMentions, entered: int | None, live: int | None, stale: bool, locked: tuple[int, int] | None
) -> None:
    found = reconcile(
        mentions=mentions, purchased_parameter=entered, live_count=live, live_is_stale=stale, locked=locked
    )
    if found is None:
        assert (entered, live, locked, mentions.purchased, mentions.active) == (None, None, None, (), ())
        return
    known = {number for number in (found.purchased, found.active, found.available, found.excess) if number is not None}

    assert found.capacity.endswith(".")
    assert found.billing.endswith(".")
    assert numbers_in(found.capacity, found.billing) <= known
    assert found.article_ids
    if found.active is not None and found.purchased is not None:
        assert found.state != "unknown"


@pytest.mark.parametrize("purchased", [0, 1, 2, 3])
@pytest.mark.parametrize("active", [0, 1, 2, 3])
def test_singular_and_plural_are_right(purchased: int, active: int) -> None:
    found = position(entered=purchased, live=active)
    text = f"{found.capacity} {found.billing}"

    assert not re.search(r"\b1 (?:more )?(?:seats|accounts|active staff (?!account))|\b1 unused ones", text)
    assert not re.search(r"\b(?:0|[2-9]) (?:more )?(?:seat|account)\b", text)
    assert "All 1 " not in text
