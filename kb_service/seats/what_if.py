"""What would another number of seats do? The lock, the order of the steps, the bill; never a price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kb_service.seats.sentences import SeatState, state_of
from kb_service.seats.wording import accounts, capital, more_seats, seats, staff

_MANAGE_STAFF: Final = "Admin CP > Staff > Manage Staff"
_AFTER_REMOVING: Final = (
    "The lower number is billed from the next billing cycle. Removed seats are not refunded: they leave a prorated "
    "credit, which is used when you ask Billing@kayako.com for it."
)
_AFTER_ADDING: Final = "New seats are charged from the next billing cycle and can take a day to arrive."


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The position after a change of seats that a question speaks of; None is unknown.

    `change` is negative for seats removed. `accounts_to_disable_first` is 0 when all active staff fit, and when seats
    are added.
    """

    change: int | None
    purchased_before: int | None
    purchased_after: int | None
    state_after: SeatState
    would_lock: bool | None
    accounts_to_disable_first: int | None
    sentence: str


def what_if(*, change: int | None, target: int | None, purchased: int | None, active: int | None) -> WhatIf | None:
    """Return what becomes of `purchased` seats by adding `change`, or by going to `target`, which counts for more.

    None when nothing changes, or more seats would go than there are.
    """
    after = target if target is not None else _sum(purchased, change)
    difference = change if after is None or purchased is None else after - purchased
    if not difference and (target is None or difference == 0):
        return None
    if after is not None and after < 0:
        return None
    surplus = None if after is None or active is None else max(0, active - after)
    is_addition = difference is not None and difference > 0
    return WhatIf(
        change=difference,
        purchased_before=purchased,
        purchased_after=after,
        state_after=state_of(after, active),
        would_lock=None if surplus is None else surplus > 0,
        accounts_to_disable_first=0 if surplus is not None and is_addition else surplus,
        sentence=_sentence(difference, purchased, after, active),
    )


def _sum(purchased: int | None, change: int | None) -> int | None:
    return None if purchased is None or change is None else purchased + change


def _sentence(change: int | None, before: int | None, after: int | None, active: int | None) -> str:
    if change is None:
        return _changing(after or 0, active)
    step = f"{'adding' if change > 0 else 'removing'} {seats(abs(change))}"
    if before is not None:
        step = f"going from {seats(before)} to {after}"
    return _adding(step, after, active) if change > 0 else _removing(step, before, after, active)


def _changing(after: int, active: int | None) -> str:
    if active is None:
        return f"{capital(seats(after))} allow{'s' if after == 1 else ''} {accounts(after)} to be enabled."
    if active > after:
        return (
            f"With {seats(after)}, {staff(active)} would be too many: disable {accounts(active - after)} in "
            f"{_MANAGE_STAFF} before lowering the seats, or the helpdesk locks."
        )
    return f"{seats(after)} would be enough for {staff(active)}."


def _removing(step: str, before: int | None, after: int | None, active: int | None) -> str:
    if after == 0:
        return f"{capital(step)} leaves no seat and ends the subscription: that is a matter for Billing@kayako.com."
    if before is not None and active is not None and active > before:
        return f"{staff(active)} are too many for {seats(before)} already: fewer seats keep the helpdesk locked."
    if after is None:
        return f"Before {step}, disable the accounts that will not fit, or the helpdesk locks. {_AFTER_REMOVING}"
    if active is None:
        return (
            f"Before {step}, make sure that no more than {accounts(after)} stay{'s' if after == 1 else ''} enabled, "
            f"administrators included, or the helpdesk locks. {_AFTER_REMOVING}"
        )
    if active > after:
        return (
            f"Before {step}, disable {accounts(active - after)} in {_MANAGE_STAFF}: the other way round locks the "
            f"helpdesk. {_AFTER_REMOVING}"
        )
    return f"{capital(step)} is safe with {staff(active)}: no account has to be disabled first. {_AFTER_REMOVING}"


def _adding(step: str, after: int | None, active: int | None) -> str:
    if after is None:
        return f"{capital(step)} makes room for as many more staff. {_AFTER_ADDING}"
    if active is None:
        return f"{capital(step)} allows {accounts(after)} to be enabled, administrators included. {_AFTER_ADDING}"
    if active > after:
        return (
            f"{capital(step)} is not enough for {staff(active)}: it takes {more_seats(active - after)}. {_AFTER_ADDING}"
        )
    if active == after:
        return f"{capital(step)} is just enough for {staff(active)}. {_AFTER_ADDING}"
    return f"{capital(step)} leaves room for {after - active} more staff. {_AFTER_ADDING}"
