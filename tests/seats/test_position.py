"""One position out of what the entry, the helpdesk, a pasted error and the question say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.seats.position import SeatNumber, SeatPosition, reconcile
from kb_service.seats.reader import Mentions, Reading, read_mentions

NUMBERS = st.integers(0, 5000)
READINGS = st.lists(st.builds(Reading, NUMBERS, st.just(0), st.just(1), st.booleans()), max_size=2).map(tuple)
MENTIONS = st.builds(
    Mentions,
    purchased=READINGS,
    active=READINGS,
    billed=READINGS,
    seat_change=st.none() | st.integers(-50, 50),
    seat_target=st.none() | st.integers(0, 60),
    staff_change=st.none() | st.integers(-50, 50),
)
COUNTED = "counted live at 14:02 UTC"
ACME_COUNT = "https://acme.kayako.com/Base/staff/getcount"
STATE_ORDER = ("under", "exact", "over")


def position(
    question: str = "",
    *,
    entered: int | None = None,
    active: int | None = None,
    live: int | None = None,
    stale: bool = False,
    locked: tuple[int, int] | None = None,
) -> SeatPosition:
    found = reconcile(
        mentions=read_mentions(question),
        question=question,
        purchased_parameter=entered,
        active_parameter=active,
        live_count=live,
        live_is_stale=stale,
        locked=locked,
        counted=COUNTED,
        count_url=ACME_COUNT,
    )
    assert found is not None
    return found


def sources(found: SeatPosition) -> tuple[str | None, str | None]:
    numbers = (found.purchased_number, found.active_number)
    return numbers[0].source if numbers[0] else None, numbers[1].source if numbers[1] else None


def numbers_in(*sentences: str) -> set[int]:
    return {int(number) for number in re.findall(r"\d+", " ".join(sentences))}


def test_seats_to_spare_are_billed_too() -> None:
    found = position("we pay for 60 seats but only 48 people use it, why?")

    assert (found.state, found.purchased, found.active, found.available, found.excess) == ("under", 60, 48, 12, 0)
    assert found.purchased_number == SeatNumber(
        60, "question", certain=True, span=(0, 19), origin="you wrote: “we pay for 60 seats”"
    )
    assert found.active_number == SeatNumber(
        48, "question", certain=True, span=(24, 42), origin="you wrote: “only 48 people use”"
    )
    assert found.questions == ()
    assert found.capacity == "12 more staff can be enabled."
    assert found.billing == (
        "All 60 seats are billed; the 12 unused ones are charged too until you remove them, and the lower bill starts "
        "with the next billing cycle."
    )
    assert "billed-for-more-seats-than-active" in found.article_ids


def test_a_pasted_error_tells_of_a_locked_helpdesk() -> None:
    found = position("Staff count exceeded. (3 > 2). Please contact Kayako Support for further assistance.")

    assert (found.state, found.available, found.excess) == ("over", 0, 1)
    assert sources(found) == ("error_text", "error_text")
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
        ("we have 60 seats", "find-your-active-staff-count", ACME_COUNT),
        ("48 people use it", "find-your-purchased-seats", "My.kayako.com > My Orders"),
    ],
)
def test_a_missing_number_is_said_to_be_missing_and_where_to_read_it(question: str, article: str, where: str) -> None:
    found = position(question)

    assert (found.state, found.available, found.excess) == ("unknown", None, None)
    assert where in found.capacity
    assert article in found.article_ids


def test_nothing_known_is_no_position() -> None:
    assert reconcile(mentions=read_mentions("add 5 seats")) is None


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
    assert (found.purchased, sources(found)[0]) == (purchased, source)


@pytest.mark.parametrize(
    ("found", "active", "source"),
    [
        (position("48 active staff", active=50, live=52), 50, "parameter"),
        (position("48 active staff", live=52), 52, "live"),
        (position("staff count exceeded (9 > 8)", live=52), 52, "live"),
        (position("staff count exceeded (9 > 8)", locked=(3, 2)), 3, "locked_response"),
        (position("staff count exceeded (9 > 8)", live=52, stale=True), 9, "error_text"),
        (position("48 active staff", live=52, stale=True), 52, "stale"),
        (position("48 active staff"), 48, "question"),
    ],
)
def test_the_entry_beats_a_look_at_the_helpdesk_and_that_beats_what_is_written(
    found: SeatPosition, active: int, source: str
) -> None:
    assert (found.active, sources(found)[1]) == (active, source)


def test_sources_that_disagree_are_named_in_plain_words() -> None:
    found = position("we pay for 60 seats, 48 active", entered=55, live=52)

    assert found.conflicts == (
        (
            "The question says 60 seats, but your entry says 55: 55 is used here. With 60 seats, 8 more staff can be "
            "enabled; with 55 seats, 3 more staff can be enabled."
        ),
        (
            "The question says 48 active staff, but the helpdesk itself says 52: 52 is used here. With 48 active "
            "staff, 7 more staff can be enabled; with 52 active staff, 3 more staff can be enabled."
        ),
    )


def test_every_number_says_where_it_comes_from() -> None:
    error = position("Staff count exceeded. (9 > 8)")
    locked = position(locked=(3, 2))

    assert [each.origin for each in (error.purchased_number, error.active_number) if each] == [
        "from the error you pasted",
        "from the error you pasted",
    ]
    assert [each.origin for each in (locked.purchased_number, locked.active_number) if each] == [COUNTED, COUNTED]
    found = position("we pay  for 60 seats", active=50)
    assert [each.origin for each in (found.purchased_number, found.active_number) if each] == [
        "you wrote: “we pay for 60 seats”",
        "you entered it",
    ]


def test_a_long_quote_is_cut() -> None:
    text = "60 seats, as everybody knows, and " * 5
    found = reconcile(mentions=Mentions(purchased=(Reading(60, 0, len(text)),)), question=text)

    assert found
    assert found.purchased_number
    assert len(found.purchased_number.origin) < 100
    assert found.purchased_number.origin.endswith("…”")


def test_an_entry_that_repeats_what_is_known_changes_nothing() -> None:
    question = "we pay for 60 seats but only 48 people use it"

    assert position(question, entered=60, active=48) == position(question)
    assert position(entered=60, active=48, live=48) == position(entered=60, live=48)


def test_a_count_that_is_not_believed_says_beside_the_entry_when_it_was_counted() -> None:
    found = position(entered=60, active=50, live=48)

    assert (found.active, found.available) == (50, 10)
    assert found.conflicts == (
        (
            "The helpdesk itself (counted live at 14:02 UTC) says 48 active staff, but your entry says 50: 50 is used "
            "here. With 48 active staff, 12 more staff can be enabled; with 50 active staff, 10 more staff can be "
            "enabled."
        ),
    )


def test_a_helpdesk_that_counts_its_staff_is_not_locked_whatever_error_was_pasted() -> None:
    found = position("yesterday: Staff count exceeded. (3 > 2)", live=2)

    assert "locked" not in found.capacity
    assert found.state == "exact"


def test_sources_that_agree_are_no_conflict() -> None:
    assert position("we pay for 60 seats, 48 active", entered=60, live=48).conflicts == ()


def test_a_question_that_contradicts_itself_is_never_decided_silently() -> None:
    found = position("billed for 60 seats but we ordered 50, 48 active")

    assert (found.state, found.purchased, found.purchased_number, found.active) == ("unknown", None, None, 48)
    assert found.conflicts == (
        (
            "The question says 60 and 50 seats. With 60 seats, 12 more staff can be enabled; with 50 seats, 2 more "
            "staff can be enabled. My.kayako.com > My Orders shows which one holds."
        ),
    )


def test_contradictions_alone_still_make_a_position_that_shows_them() -> None:
    found = position("billed for 60 seats but we ordered 50")

    assert (found.purchased, found.active, found.state) == (None, None, "unknown")
    assert "with 50 seats, at most 50 accounts can be active" in found.conflicts[0]


def test_a_locked_helpdesk_with_enough_seats_entered_is_waiting_for_them() -> None:
    found = position(entered=60, locked=(3, 2))

    assert found.state == "under"
    assert found.capacity == (
        "The helpdesk stays locked until the 60 seats that you pay for have reached its licence, so nothing has to be "
        "bought. Allow a day after the order, then write to Billing@kayako.com. After that, 57 more staff can be "
        "enabled."
    )
    assert found.conflicts


def test_a_helpdesk_that_answers_is_not_called_locked() -> None:
    found = position(entered=50, live=52)

    assert found.state == "over"
    assert "check the seats in My.kayako.com > My Orders first" in found.capacity


def test_more_seats_than_there_are_cannot_be_removed() -> None:
    found = position("remove 70 seats", entered=60)

    assert found.what_if is None
    assert found.conflicts == ("70 seats cannot be removed: there are only 60.",)


def test_a_guess_is_asked_about_and_never_told() -> None:
    found = position("roughly 60 seats, 48 active")

    assert (found.state, found.purchased, found.active) == ("unknown", None, 48)
    assert found.purchased_number == SeatNumber(
        60, "question", certain=False, span=(0, 16), origin="you wrote: “roughly 60 seats”"
    )
    assert found.questions == ("Do you pay for 60 seats?",)
    assert found.capacity == "With 60 seats and 48 active staff, 12 more staff can be enabled."
    assert "60" not in found.billing


def test_a_guess_gives_way_to_any_number_that_is_known() -> None:
    found = position("roughly 60 seats, 48 active", entered=55)

    assert (found.purchased, found.questions, found.conflicts) == (55, (), ())


def test_an_order_that_has_not_reached_the_licence_is_no_reason_to_buy() -> None:
    found = position("Staff count exceeded. (3 > 2) but we pay for 5 seats")

    assert (found.state, found.purchased, found.active) == ("over", 2, 3)
    assert "The 5 seats that you pay for are enough, so nothing has to be bought" in found.capacity
    assert "Allow a day after the order, then write to Billing@kayako.com." in found.capacity
    assert "buy at least" not in found.capacity
    assert found.conflicts == (
        (
            "The question says 5 seats, but the pasted error says 2: an order can take a day to reach the licence, so "
            "2 is used here."
        ),
    )


def test_seats_bought_since_the_error_are_on_their_way_too() -> None:
    found = position("Staff count exceeded. (16 > 15). We have bought 5 more seats since")

    assert (found.purchased, found.active) == (15, 16)
    assert "The 20 seats that you pay for are enough" in found.capacity


def test_too_few_seats_bought_since_are_still_too_few() -> None:
    found = position("Staff count exceeded. (19 > 15). We bought 2 more seats")

    assert "The 17 seats that you pay for will not be enough either: buy at least 2 more seats" in found.capacity
    assert "The bill is for the 17 seats" in found.billing


def test_seats_paid_for_beside_an_error_need_no_noun() -> None:
    found = position("Staff count exceeded (3 > 2) but we pay for 5")

    assert "The 5 seats that you pay for are enough, so nothing has to be bought" in found.capacity


@pytest.mark.parametrize("text", ["and we pay 500", "and we pay for 500 a month", "we pay 5 a month"])
def test_money_beside_an_error_is_not_taken_for_seats(text: str) -> None:
    found = position(f"Staff count exceeded. (3 > 2). {text}")

    assert (found.purchased, found.conflicts) == (2, ())


@pytest.mark.parametrize("text", ["12 agents, 10 seats", "10 seats and 12 agents and now nobody can log in"])
def test_locked_is_only_said_where_the_helpdesk_said_so(text: str) -> None:
    found = position(text)

    assert found.state == "over"
    assert "would be locked" in found.capacity
    assert "is locked" not in found.capacity


def test_a_bill_that_is_older_than_a_change_says_when_it_follows() -> None:
    found = position("the invoice still says 60 though we reduced to 48 last week")

    assert found.purchased == 48
    assert found.conflicts == (
        (
            "The bill shows 60 seats, but 48 are in force: a change of seats is billed from the next billing cycle. If "
            "a later invoice still shows 60, write to Billing@kayako.com."
        ),
    )


@pytest.mark.parametrize(("purchased", "active"), [(1, 1), (5, 0), (1, 0)])
def test_the_last_seat_is_never_called_a_saving(purchased: int, active: int) -> None:
    assert "remove" not in position(entered=purchased, live=active).billing


def test_what_is_planned_is_part_of_the_outlook() -> None:
    found = position("we have 20 seats and 18 agents; can we disable 4, then remove 5 seats?")

    assert found.what_if
    assert (found.what_if.change, found.what_if.staff_change, found.what_if.active_after) == (-5, -4, 14)
    assert found.what_if.sentence.startswith("With the 4 accounts you plan to disable, 14 active staff are left.")
    assert "remove-seats" in found.article_ids


@given(purchased=NUMBERS, active=NUMBERS)
def test_the_arithmetic_holds_for_every_pair(purchased: int, active: int) -> None:
    found = position(entered=purchased, live=active)

    assert found.available is not None
    assert found.excess is not None
    assert found.available - found.excess == purchased - active
    assert 0 in (found.available, found.excess)
    assert found.state == ("under" if found.available else "over" if found.excess else "exact")


@pytest.mark.slow
@given(mentions=MENTIONS, purchased=NUMBERS, active=NUMBERS, live=st.none() | NUMBERS)
def test_corrected_numbers_hold_whatever_was_read(
    mentions: Mentions, purchased: int, active: int, live: int | None
) -> None:
    found = reconcile(mentions=mentions, purchased_parameter=purchased, active_parameter=active, live_count=live)

    assert found
    assert (found.purchased, found.active, found.questions) == (purchased, active, ())
    assert (found.available, found.excess) == (max(0, purchased - active), max(0, active - purchased))


@given(purchased=NUMBERS, active=NUMBERS)
def test_one_more_active_person_never_makes_more_room(purchased: int, active: int) -> None:
    before, after = position(entered=purchased, live=active), position(entered=purchased, live=active + 1)

    assert STATE_ORDER.index(before.state) <= STATE_ORDER.index(after.state)


@pytest.mark.slow
@given(
    mentions=MENTIONS,
    entered=st.none() | NUMBERS,
    live=st.none() | NUMBERS,
    stale=st.booleans(),
    locked=st.none() | st.tuples(NUMBERS, NUMBERS),
)
def test_whatever_is_known_the_sentences_hold_only_known_numbers(
    mentions: Mentions, entered: int | None, live: int | None, stale: bool, locked: tuple[int, int] | None
) -> None:
    found = reconcile(
        mentions=mentions, purchased_parameter=entered, live_count=live, live_is_stale=stale, locked=locked
    )
    if found is None:
        assert (entered, live, locked, mentions.purchased, mentions.active) == (None, None, None, (), ())
        return
    known = {number for number in (found.purchased, found.active, found.available, found.excess) if number is not None}
    if found.questions and found.purchased_number and found.active_number:
        pair = (found.purchased_number.value, found.active_number.value)
        known |= {*pair, abs(pair[0] - pair[1])}
    ordered = {each.value for each in mentions.purchased}  # on its way to a locked helpdesk
    known |= ordered | {abs(found.active - each) for each in ordered if found.active is not None}

    assert found.capacity.endswith(".")
    assert found.billing.endswith(".")
    assert numbers_in(found.capacity, found.billing) <= known
    assert found.article_ids
    if found.active is not None and found.purchased is not None:
        assert found.state != "unknown"
        assert found.questions == ()
    if not (locked or mentions.error_active):
        assert "is locked" not in found.capacity
    assert "seats seats" not in " ".join((*found.conflicts, *found.questions))


@pytest.mark.parametrize("purchased", [0, 1, 2, 3])
@pytest.mark.parametrize("active", [0, 1, 2, 3])
def test_singular_and_plural_are_right(purchased: int, active: int) -> None:
    found = position(entered=purchased, live=active)
    text = f"{found.capacity} {found.billing}"

    assert not re.search(r"\b1 (?:more )?(?:seats|accounts|active staff (?!account))|\b1 unused ones", text)
    assert not re.search(r"\b(?:0|[2-9]) (?:more )?(?:seat|account)\b", text)
    assert "All 1 " not in text
