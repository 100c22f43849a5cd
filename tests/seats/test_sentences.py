"""What another number of seats would do."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.seats.reader import read_mentions
from kb_service.seats.sentences import WhatIf, what_if
from kb_service.wording.catalogue import words_in

WORDS = words_in("en")
FEW = st.integers(0, 60)


def outlook(question: str, *, purchased: int | None = None, active: int | None = None) -> WhatIf | None:
    said = read_mentions(question)
    bought = purchased if purchased is not None else next((each.value for each in said.purchased), None)
    used = active if active is not None else next((each.value for each in said.active), None)
    return what_if(
        WORDS,
        change=said.seat_change,
        target=said.seat_target,
        staff_change=said.staff_change,
        purchased=bought,
        active=used,
    )


def test_going_below_the_active_staff_says_how_many_to_disable_first() -> None:
    found = outlook("from 20 to 15 seats", active=18)

    assert found is not None
    assert (found.change, found.purchased_before, found.purchased_after, found.state_after) == (-5, 20, 15, "over")
    assert (found.would_lock, found.accounts_to_disable_first) == (True, 3)
    assert found.sentence.startswith("Before going from 20 seats to 15, disable 3 accounts in Admin CP")
    assert "next billing cycle" in found.sentence
    assert "not refunded" in found.sentence


def test_going_down_with_room_to_spare_needs_no_disabling() -> None:
    found = outlook("remove 5 seats", purchased=20, active=12)

    assert found is not None
    assert (found.would_lock, found.accounts_to_disable_first, found.state_after) == (False, 0, "under")
    assert "safe with 12 active staff" in found.sentence


def test_going_down_without_a_known_count_says_what_may_stay_enabled() -> None:
    found = outlook("remove 5 seats", purchased=20)

    assert found is not None
    assert (found.would_lock, found.accounts_to_disable_first, found.state_after) == (None, None, "unknown")
    assert "no more than 15 accounts stay enabled" in found.sentence


@pytest.mark.parametrize(
    ("active", "state", "words"),
    [
        (60, "under", "leaves room for 5 more staff"),
        (65, "exact", "is just enough for 65 active staff"),
        (66, "over", "is not enough for 66 active staff: it takes 1 more seat"),
        (None, "unknown", "allows 65 accounts to be enabled"),
    ],
)
def test_adding_says_what_becomes_possible(active: int | None, state: str, words: str) -> None:
    found = outlook("add 5 more seats", purchased=60, active=active)

    assert found is not None
    assert (found.change, found.purchased_after, found.state_after) == (5, 65, state)
    assert words in found.sentence
    assert "charged from the next billing cycle" in found.sentence


def test_a_wanted_number_counts_from_the_seats_in_force_not_from_those_in_the_question() -> None:
    found = outlook("from 20 to 15 seats", purchased=22)

    assert found is not None
    assert (found.change, found.purchased_after) == (-7, 15)


def test_a_wanted_number_can_be_judged_by_the_staff_alone() -> None:
    found = outlook("we want to go down to 15 seats but 18 agents are enabled")

    assert found is not None
    assert (found.change, found.would_lock, found.accounts_to_disable_first) == (None, True, 3)
    assert "disable 3 accounts" in found.sentence


@pytest.mark.parametrize("change", [-1, 3])
def test_a_change_of_an_unknown_number_still_says_the_order_of_steps(change: int) -> None:
    found = what_if(WORDS, change=change, target=None, purchased=None, active=5)

    assert found is not None
    assert (found.purchased_after, found.would_lock, found.state_after) == (None, None, "unknown")
    assert re.findall(r"\d+", found.sentence) == [str(abs(change))]


def test_removing_every_seat_is_a_matter_for_billing_and_not_a_saving() -> None:
    found = outlook("cancel 5 seats", purchased=5, active=2)

    assert found is not None
    assert "ask Billing@kayako.com first" in found.sentence
    assert "billed" not in found.sentence


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("add 3 agents", "Adding 3 accounts would make 12 active staff, 2 more than the 10 seats"),
        ("add 1 agent", "Adding 1 account makes 10 active staff on 10 seats, which fits."),
        ("should we disable 4 agents", "Disabling 4 accounts makes 5 active staff on 10 seats, which fits."),
    ],
)
def test_people_are_counted_as_well_as_seats(question: str, words: str) -> None:
    found = outlook(question, purchased=10, active=9)

    assert found is not None
    assert (found.change, found.purchased_after) == (None, 10)
    assert found.sentence.startswith(words)


def test_staff_alone_do_not_change_the_bill() -> None:
    found = outlook("should we disable 4 agents", purchased=10, active=9)

    assert found is not None
    assert "does not change the bill" in found.sentence


def test_what_is_planned_already_is_named_and_counted() -> None:
    found = outlook("can we disable 4 agents, then remove 5 seats", purchased=20, active=18)

    assert found is not None
    assert (found.purchased_after, found.active_after, found.accounts_to_disable_first) == (15, 14, 0)
    assert found.sentence.startswith("With the 4 accounts you plan to disable, 14 active staff are left.")


def test_what_is_still_to_be_disabled_is_counted_after_the_plan() -> None:
    found = outlook("can we disable 2 agents, then remove 5 seats", purchased=20, active=18)

    assert found is not None
    assert found.accounts_to_disable_first == 1
    assert "disable 1 account in Admin CP" in found.sentence


def test_a_locked_helpdesk_does_not_open_by_removing_seats() -> None:
    found = outlook("remove a seat", purchased=2, active=3)

    assert found is not None
    assert found.sentence == "3 active staff are too many for 2 seats already: disable accounts first."


@pytest.mark.parametrize(
    ("change", "target", "purchased"), [(None, None, 20), (0, None, 20), (None, 20, 20), (-21, None, 20)]
)
def test_no_change_and_an_impossible_one_are_none(change: int | None, target: int | None, purchased: int) -> None:
    assert what_if(WORDS, change=change, target=target, purchased=purchased, active=5) is None


@given(
    change=st.none() | st.integers(-60, 60),
    target=st.none() | FEW,
    staff_change=st.none() | st.integers(-60, 60),
    purchased=st.none() | FEW,
    active=st.none() | FEW,
)
def test_the_arithmetic_holds_and_no_other_number_is_said(
    change: int | None, target: int | None, staff_change: int | None, purchased: int | None, active: int | None
) -> None:
    found = what_if(WORDS, change=change, target=target, staff_change=staff_change, purchased=purchased, active=active)
    if found is None:
        return
    before, after, staff = found.purchased_before, found.purchased_after, found.active_after
    known = [before, after, active, staff, found.accounts_to_disable_first, abs(found.change or 0)]
    known.append(abs(found.staff_change or 0))
    if staff is not None and after is not None:
        known.append(abs(after - staff))
        assert found.would_lock == (staff > after)
    if before is not None and after is not None and found.change is not None:
        assert found.change == after - before
    if active is not None:
        assert staff == active + (staff_change or 0)

    assert {int(number) for number in re.findall(r"\d+", found.sentence)} <= {*known}
    assert not re.search(r"\b1 (?:more )?(?:seats|accounts)\b", found.sentence)
    assert found.sentence.endswith(".")
