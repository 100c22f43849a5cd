"""What would another number of seats or staff do? The lock, the order of the steps, the bill; never a price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kb_service.seats.sentences import BILLING, MANAGE_STAFF, SeatState, accounts, capital, more_seats, seats, staff, state_of

_AFTER_REMOVING: Final = (
    "The lower number is billed from the next billing cycle. Removed seats are not refunded: they leave a prorated "
    f"credit, which is used when you ask {BILLING} for it."
)
_AFTER_ADDING: Final = "New seats are charged from the next billing cycle and can take a day to arrive."
_STAFF_ONLY: Final = "Enabling or disabling accounts does not change the bill."


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The position after the changes that a question speaks of; None is unknown.

    `change` (of seats) and `staff_change` are negative for what is removed or disabled. `accounts_to_disable_first` is
    what is still to be disabled after the change of staff that is planned anyway, 0 when all active staff fit.
    """

    change: int | None
    purchased_before: int | None
    purchased_after: int | None
    staff_change: int | None
    active_after: int | None
    state_after: SeatState
    would_lock: bool | None
    accounts_to_disable_first: int | None
    sentence: str


def what_if(
    *, change: int | None, target: int | None, staff_change: int | None, purchased: int | None, active: int | None
) -> WhatIf | None:
    """Return what becomes of `purchased` seats by adding `change`, or by going to `target`, which counts for more, and
    of `active` staff by adding `staff_change`.

    None when nothing changes, or more would go than there is.

    >>> what_if(change=-5, target=None, staff_change=-4, purchased=20, active=18).sentence
    'With the 4 accounts you plan to disable, 14 active staff are left. Going from 20 seats to 15 is safe …'
    """
    after = target if target is not None else _sum(purchased, change) if change else None
    difference = change if after is None or purchased is None else after - purchased
    changes_seats = bool(difference) or (target is not None and purchased is None)
    active_after = _sum(active, staff_change or 0)
    if not (changes_seats or staff_change) or (after or 0) < 0 or (active_after or 0) < 0:
        return None
    seats_after = after if changes_seats else purchased
    surplus = None if seats_after is None or active_after is None else max(0, active_after - seats_after)
    plan = _planned(staff_change, active_after) if staff_change and changes_seats else ""
    is_addition = (difference or 0) > 0
    return WhatIf(
        change=difference if changes_seats else None,
        purchased_before=purchased,
        purchased_after=seats_after,
        staff_change=staff_change,
        active_after=active_after,
        state_after=state_of(seats_after, active_after),
        would_lock=None if surplus is None else surplus > 0,
        accounts_to_disable_first=0 if surplus is not None and (is_addition or not changes_seats) else surplus,
        sentence=plan + _seat_sentence(difference, purchased, after, active_after, was_over=not plan)
        if changes_seats
        else _staff_sentence(staff_change or 0, purchased, active_after),
    )


def _sum(number: int | None, change: int | None) -> int | None:
    return None if number is None or change is None else number + change


def _planned(change: int, after: int | None) -> str:
    verb = "add" if change > 0 else "disable"
    left = f"{staff(after)} {'is' if after == 1 else 'are'} left" if change < 0 else f"there are {after} active staff"
    return f"With the {accounts(abs(change))} you plan to {verb}, {left}. " if after is not None else ""


def _staff_sentence(change: int, purchased: int | None, after: int | None) -> str:
    step = f"{'adding' if change > 0 else 'disabling'} {accounts(abs(change))}"
    if after is None or purchased is None:
        needs = f"needs {change} free seat{'' if change == 1 else 's'}" if change > 0 else f"frees {seats(-change)}"
        return f"{capital(step)} {needs}. {_STAFF_ONLY}"
    if after > purchased and change > 0:
        return (
            f"{capital(step)} would make {staff(after)}, {after - purchased} more than the {seats(purchased)}: buy "
            f"{more_seats(after - purchased)} first. {_AFTER_ADDING}"
        )
    free = purchased - after
    rest = f"{free} of the {seats(purchased)} free" if free >= 0 else f"{-free} too many for {seats(purchased)}"
    return f"{capital(step)} makes {staff(after)}, which is {rest}. {_STAFF_ONLY}"


def _seat_sentence(change: int | None, before: int | None, after: int | None, active: int | None, *, was_over: bool) -> str:
    if change is None:
        return _changing(after or 0, active)
    step = f"{'adding' if change > 0 else 'removing'} {seats(abs(change))}"
    if before is not None:
        step = f"going from {seats(before)} to {after}"
    if change > 0:
        return _adding(step, after, active)
    if was_over and before is not None and active is not None and active > before:
        return f"{staff(active)} are too many for {seats(before)} already: fewer seats would keep the helpdesk locked."
    return _removing(step, after, active)


def _changing(after: int, active: int | None) -> str:
    if active is None:
        return f"{capital(seats(after))} allow{'s' if after == 1 else ''} {accounts(after)} to be enabled."
    if active > after:
        return (
            f"With {seats(after)}, {staff(active)} would be {active - after} too many: disable {accounts(active - after)} "
            f"in {MANAGE_STAFF} before lowering the seats, or the helpdesk would be locked."
        )
    return f"{capital(seats(after))} would be enough for {staff(active)}."


def _removing(step: str, after: int | None, active: int | None) -> str:
    if after == 0:
        return f"{capital(step)} leaves no seat, and without a seat there is no helpdesk: ask {BILLING} before you do that."
    if after is None:
        return f"Before {step}, disable the accounts that will not fit, or the helpdesk would be locked. {_AFTER_REMOVING}"
    if active is None:
        return (
            f"Before {step}, make sure that no more than {accounts(after)} stay{'s' if after == 1 else ''} enabled, "
            f"administrators included, or the helpdesk would be locked. {_AFTER_REMOVING}"
        )
    if active > after:
        return (
            f"Before {step}, disable {accounts(active - after)} in {MANAGE_STAFF}: the other way round, the helpdesk "
            f"would be locked. {_AFTER_REMOVING}"
        )
    return f"{capital(step)} is safe with {staff(active)}. {_AFTER_REMOVING}"


def _adding(step: str, after: int | None, active: int | None) -> str:
    if after is None:
        return f"{capital(step)} makes room for as many more staff. {_AFTER_ADDING}"
    if active is None:
        return f"{capital(step)} allows {accounts(after)} to be enabled, administrators included. {_AFTER_ADDING}"
    if active > after:
        return f"{capital(step)} is not enough for {staff(active)}: it takes {more_seats(active - after)}. {_AFTER_ADDING}"
    if active == after:
        return f"{capital(step)} is just enough for {staff(active)}. {_AFTER_ADDING}"
    return f"{capital(step)} leaves room for {after - active} more staff. {_AFTER_ADDING}"
