"""What seats and staff, and changes of them, mean for capacity and the bill: sentences each right when quoted alone.

"Locked" is said only where the helpdesk or its error said so; otherwise a helpdesk "would be locked".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

SeatState = Literal["under", "exact", "over", "unknown"]

GETCOUNT: Final = "https://<yourdomain>.kayako.com/Base/staff/getcount"
MY_ORDERS: Final = "My.kayako.com > My Orders"
MANAGE_STAFF: Final = "Admin CP > Staff > Manage Staff"
BILLING: Final = "Billing@kayako.com"
_WAIT: Final = f"Allow a day after the order, then write to {BILLING}."
_LOWER_BILL: Final = "and the lower bill starts with the next billing cycle"
_UNDER: Final = (
    "billed-for-more-seats-than-active",
    "what-counts-as-a-seat",
    "remove-seats",
    "when-seat-changes-take-effect",
)
_EXACT: Final = ("what-counts-as-a-seat", "add-seats", "reuse-a-seat", "order-of-steps-when-reducing-seats")
_OVER: Final = ("staff-count-exceeded", "add-seats", "what-counts-as-a-seat", "when-seat-changes-take-effect")
_FIND: Final = ("find-your-purchased-seats", "find-your-active-staff-count", "billed-for-more-seats-than-active")
_AFTER_REMOVING: Final = (
    "The lower number is billed from the next billing cycle. Removed seats are not refunded: they leave a prorated "
    f"credit, which is used when you ask {BILLING} for it."
)
_AFTER_ADDING: Final = "New seats are charged from the next billing cycle and can take a day to arrive."
_SAME_BILL: Final = "Enabling or disabling accounts does not change the bill."


@dataclass(frozen=True, slots=True)
class Sentences:
    """`article_ids` name the articles that state what the two sentences say."""

    capacity: str
    billing: str
    article_ids: tuple[str, ...]


def seats(number: int, more: str = "") -> str:
    """Return "1 seat", "60 seats", "12 more seats"."""
    return f"{number} {more}seat{'' if number == 1 else 's'}"


def all_seats_are(number: int) -> str:
    """Return the beginning of a sentence about every seat: "All 60 seats are"."""
    return {0: "No seats are", 1: "The 1 seat is", 2: "Both seats are"}.get(number, f"All {number} seats are")


def staff(number: int) -> str:
    """Return "1 active staff account", "48 active staff"."""
    return "1 active staff account" if number == 1 else f"{number} active staff"


def accounts(number: int) -> str:
    """Return "1 account", "3 accounts"."""
    return f"{number} account{'' if number == 1 else 's'}"


def capital(words: str) -> str:
    """Return the words with a capital to begin a sentence."""
    return words[:1].upper() + words[1:]


def state_of(purchased: int | None, active: int | None) -> SeatState:
    """Return how two numbers compare, "unknown" when one is missing."""
    if purchased is None or active is None:
        return "unknown"
    return "exact" if active == purchased else "under" if active < purchased else "over"


def outcome(purchased: int, active: int) -> str:
    """Return what two numbers would mean, to follow "with 60 seats": "12 more staff can be enabled"."""
    if active > purchased:
        return f"{accounts(active - purchased)} would be too many and the helpdesk would be locked"
    return f"{purchased - active or 'nobody'} more{' staff' if active < purchased else ''} can be enabled"


def sentences(
    purchased: int | None,
    active: int | None,
    *,
    locked: bool = False,
    answers: bool = False,
    ordered: int | None = None,
    count_url: str = GETCOUNT,
) -> Sentences:
    """Return the sentences for any two numbers.

    `locked`: the helpdesk, or a pasted error, says that it is. `answers`: it gave its own count just now. `ordered` are
    seats that somebody pays for while the licence of a locked helpdesk has only `purchased`. `count_url` is where the
    active staff can be read.
    """
    if purchased is None or active is None:
        return _unknown(purchased, active, count_url)
    if active > purchased:
        return _over(purchased, active, locked=locked, answers=answers, ordered=ordered)
    unused = purchased - active
    capacity, billing = f"{unused} more staff can be enabled.", f"{all_seats_are(purchased)} billed"
    articles: tuple[str, ...] = _UNDER if unused else _EXACT
    if unused == 1:
        capacity = "1 more staff account can be enabled."
    if unused and not active:  # the last seat is never a saving: without one there is no helpdesk
        billing += ", used or not"
    elif unused == 1:
        billing += f"; the 1 unused one is charged too until you remove it, {_LOWER_BILL}"
    elif unused:
        billing += f"; the {unused} unused ones are charged too until you remove them, {_LOWER_BILL}"
    elif purchased == 0:
        capacity = "There is no seat, so nobody can be enabled until you add one."
    elif not unused:
        capacity = f"{all_seats_are(purchased)} in use, so nobody more can be enabled until you add a seat"
        capacity += "." if purchased == 1 else " or disable an account."
        billing += (
            ". To pay for less, disable accounts first and remove their seats afterwards" if purchased > 1 else ""
        )
    if locked:
        room = capacity[:1].lower() + capacity[1:]
        capacity = (
            f"The helpdesk stays locked until the {seats(purchased)} that you pay for have reached its licence, so "
            f"nothing has to be bought. {_WAIT} After that, {room}"
        )
        articles = ("staff-count-exceeded", *articles)
    return Sentences(capacity, f"{billing}.", articles)


def _over(purchased: int, active: int, *, locked: bool, answers: bool, ordered: int | None) -> Sentences:
    excess = active - purchased
    too_many = f"{staff(active)} on {seats(purchased)} {'is' if active == 1 else 'are'} {excess} too many"
    buy = f"buy at least {seats(excess, 'more ')} in My.kayako.com and allow up to a day"
    billing = f"The bill is for the {seats(purchased)} bought. Seats you add are charged from the next billing cycle."
    if locked and ordered is not None and ordered >= active:
        capacity = (
            f"The helpdesk is locked because its licence has {seats(purchased)} for {staff(active)}. The {ordered} "
            "seats that you pay for are enough, so nothing has to be bought: the order has not reached the licence "
            f"yet. {_WAIT}"
        )
        billing = f"The bill is for the {ordered} seats that you pay for, even before they have reached the licence."
    elif locked and ordered is not None:
        missing = active - ordered
        capacity = (
            f"The helpdesk is locked because its licence has {seats(purchased)} for {staff(active)}. The {ordered} "
            f"seats that you pay for will not be enough either: buy at least {seats(missing, 'more ')} in "
            f"My.kayako.com and allow up to a day, or ask Kayako Support to disable {accounts(missing)}."
        )
        billing = (
            f"The bill is for the {ordered} seats that you pay for. Seats you add are charged from the next billing "
            "cycle."
        )
    elif locked:
        capacity = (
            f"The helpdesk is locked while there are more active staff ({active}) than seats ({purchased}): {buy}, or "
            f"ask Kayako Support to disable {accounts(excess)}. Until then nobody can open Admin CP."
        )
    elif answers:
        capacity = (
            f"{too_many}, which locks a helpdesk. Yours still answers, so check the seats in {MY_ORDERS} first; if "
            f"they are right, {buy}, or disable {accounts(excess)} in {MANAGE_STAFF}."
        )
    else:
        capacity = (
            f"{too_many}: the helpdesk would be locked. If these numbers are right, {buy}, or disable "
            f"{accounts(excess)}: in {MANAGE_STAFF} as long as it opens, through Kayako Support if it does not."
        )
    return Sentences(capacity, billing, _OVER)


def _unknown(purchased: int | None, active: int | None, count_url: str) -> Sentences:
    if purchased is not None:
        return Sentences(
            f"How many more staff can be enabled depends on how many are active now: open {count_url} to see it.",
            f"{all_seats_are(purchased)} billed{', used or not' if purchased else ''}.",
            ("find-your-active-staff-count", "billed-for-more-seats-than-active", "what-counts-as-a-seat"),
        )
    if active is not None:
        return Sentences(
            f"{staff(active)} take{'s' if active == 1 else ''} {seats(active)}. "
            f"How many more can be enabled depends on the seats you have bought: read them in {MY_ORDERS}.",
            f"The bill is for the seats you have bought, not for the {staff(active)}.",
            ("find-your-purchased-seats", "what-counts-as-a-seat", "billed-for-more-seats-than-active"),
        )
    return Sentences(
        f"How many more staff can be enabled depends on the seats you have bought, shown in {MY_ORDERS}, and on your "
        f"active staff, shown at {count_url}.",
        "The bill is for the seats you have bought, used or not.",
        _FIND,
    )


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
