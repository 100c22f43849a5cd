"""What would another number of seats or staff do? The lock, the order of the steps, the bill; never a price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kb_service.seats.sentences import BILLING, MANAGE_STAFF, SeatState, accounts, capital, seats, staff, state_of

_AFTER_REMOVING: Final = (
    "The lower number is billed from the next billing cycle. Removed seats are not refunded: they leave a prorated "
    f"credit, which is used when you ask {BILLING} for it."
)
_AFTER_ADDING: Final = "New seats are charged from the next billing cycle and can take a day to arrive."
_SAME_BILL: Final = "Enabling or disabling accounts does not change the bill."


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The position after the changes that a question speaks of; None is unknown.

    `change` (of seats) and `staff_change` are negative for what is removed or disabled. `accounts_to_disable_first` is
    what has to be disabled beyond the change of staff that is planned anyway, 0 when all active staff fit.
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
    *,
    change: int | None = None,
    target: int | None = None,
    staff_change: int | None = None,
    purchased: int | None,
    active: int | None,
) -> WhatIf | None:
    """Return what becomes of `purchased` seats by adding `change`, or by going to `target`, which counts for more, and
    of `active` staff by adding `staff_change`. None when nothing changes, or more would go than there is.

    >>> what_if(change=-5, staff_change=-4, purchased=20, active=18).sentence[:60]
    'With the 4 accounts you plan to disable, 14 active staff are '
    """
    wanted = target if target is not None else _sum(purchased, change)
    difference = change if wanted is None or purchased is None else wanted - purchased
    moves_seats = bool(difference) or (target is not None and purchased is None)
    after, staff_after = wanted if moves_seats else purchased, _sum(active, staff_change or 0)
    if not (moves_seats or staff_change) or min(after or 0, staff_after or 0) < 0:
        return None
    surplus = None if after is None or staff_after is None else max(0, staff_after - after)
    if not moves_seats:
        sentence = _staff_alone(staff_change or 0, purchased, staff_after)
    else:
        was_over = not staff_change and purchased is not None and active is not None and active > purchased
        sentence = _planned(staff_change, staff_after) + _seats(difference, purchased, after, staff_after, was_over)
    return WhatIf(
        change=difference if moves_seats else None,
        purchased_before=purchased,
        purchased_after=after,
        staff_change=staff_change,
        active_after=staff_after,
        state_after=state_of(after, staff_after),
        would_lock=None if surplus is None else surplus > 0,
        accounts_to_disable_first=surplus if surplus is None or (moves_seats and (difference or 0) <= 0) else 0,
        sentence=sentence,
    )


def _sum(number: int | None, change: int | None) -> int | None:
    return None if number is None or change is None else number + change


def _planned(change: int | None, after: int | None) -> str:
    if not change:
        return ""
    plan = f"the {accounts(abs(change))} you plan to {'add' if change > 0 else 'disable'}"
    if after is None:
        return f"{capital(plan)} count{'s' if abs(change) == 1 else ''} here too. "
    left = f"{staff(after)} {'is' if after == 1 else 'are'} left" if change < 0 else f"there are {staff(after)}"
    return f"With {plan}, {left}. "


def _staff_alone(change: int, purchased: int | None, after: int | None) -> str:
    step = capital(f"{'adding' if change > 0 else 'disabling'} {accounts(abs(change))}")
    if after is None or purchased is None:
        return f"{step} {'needs' if change > 0 else 'frees'} {seats(abs(change))}. {_SAME_BILL}"
    if after > purchased and change > 0:
        return (
            f"{step} would make {staff(after)}, {after - purchased} more than the {seats(purchased)}: it takes "
            f"{seats(after - purchased, 'more ')} first. {_AFTER_ADDING}"
        )
    rest = "which fits" if after <= purchased else f"still {after - purchased} too many"
    return f"{step} makes {staff(after)} on {seats(purchased)}, {rest}. {_SAME_BILL}"


def _seats(change: int | None, before: int | None, after: int | None, active: int | None, was_over: bool) -> str:
    step = f"{'adding' if (change or 0) > 0 else 'removing'} {seats(abs(change or 0))}"
    if before is not None:
        step = f"going from {seats(before)} to {after}"
    elif change is None:
        step = f"going to {seats(after or 0)}"
    if (change or 0) > 0:
        return f"{capital(step)} {_room(after, active)}. {_AFTER_ADDING}"
    if after == 0:
        return f"{capital(step)} leaves no seat, and without a seat there is no helpdesk: ask {BILLING} first."
    if was_over:
        return f"{staff(active or 0)} are too many for {seats(before or 0)} already: disable accounts first."
    if after is None:
        first = f"Before {step}, disable the accounts that will not fit, or the helpdesk would be locked."
    elif active is None:
        first = (
            f"Before {step}, make sure that no more than {accounts(after)} stay{'s' if after == 1 else ''} enabled, "
            "administrators included, or the helpdesk would be locked."
        )
    elif active > after:
        first = (
            f"Before {step}, disable {accounts(active - after)} in {MANAGE_STAFF}: the other way round, the helpdesk "
            "would be locked."
        )
    else:
        first = f"{capital(step)} is safe with {staff(active)}."
    return first if change is None else f"{first} {_AFTER_REMOVING}"


def _room(after: int | None, active: int | None) -> str:
    """Return what added seats are good for, to follow "Adding 5 seats"."""
    if after is None:
        return "makes room for as many more staff"
    if active is None:
        return f"allows {accounts(after)} to be enabled, administrators included"
    if active > after:
        return f"is not enough for {staff(active)}: it takes {seats(active - after, 'more ')}"
    return f"is just enough for {staff(active)}" if active == after else f"leaves room for {after - active} more staff"
