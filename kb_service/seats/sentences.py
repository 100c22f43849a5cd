"""What seats and staff mean for capacity and for the bill, in plain sentences that are each right when quoted alone.

The same words appear on every surface. "Locked" is said only where the helpdesk or its error said so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

SeatState = Literal["under", "exact", "over", "unknown"]

GETCOUNT: Final = "https://<yourdomain>.kayako.com/Base/staff/getcount"
MY_ORDERS: Final = "My.kayako.com > My Orders"
MANAGE_STAFF: Final = "Admin CP > Staff > Manage Staff"
BILLING: Final = "Billing@kayako.com"


@dataclass(frozen=True, slots=True)
class Sentences:
    """`article_ids` name the articles that state what the two sentences say."""

    capacity: str
    billing: str
    article_ids: tuple[str, ...]


def seats(number: int) -> str:
    """Return "1 seat", "60 seats"."""
    return f"{number} seat{'' if number == 1 else 's'}"


def more_seats(number: int) -> str:
    """Return "1 more seat", "12 more seats"."""
    return f"{number} more seat{'' if number == 1 else 's'}"


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
    difference = purchased - active
    if difference > 0:
        return f"{difference} more staff can be enabled"
    if difference == 0:
        return "nobody more can be enabled"
    return f"{accounts(-difference)} would be too many and the helpdesk would be locked"


def sentences(purchased: int | None, active: int | None, *, locked: bool, answers: bool, ordered: int | None) -> Sentences:
    """Return the sentences for any two numbers.

    `locked`: the helpdesk, or a pasted error, says that it is. `answers`: it gave its own count just now. `ordered` are
    seats that are paid for according to somebody, while the licence of a locked helpdesk has only `purchased`.
    """
    if purchased is None:
        return _purchased_missing(active)
    if active is None:
        return _active_missing(purchased)
    if active > purchased:
        return _over(purchased, active, locked=locked, answers=answers, ordered=ordered)
    fitting = _under(purchased, active) if active < purchased else _exact(purchased)
    if not locked:
        return fitting
    waiting = f"{fitting.capacity} The helpdesk stays locked until these seats have reached it. {_WAIT}"
    return Sentences(waiting, fitting.billing, ("staff-count-exceeded", *fitting.article_ids))


_WAIT: Final = f"Allow a day after the order, then write to {BILLING}."


def _under(purchased: int, active: int) -> Sentences:
    unused = purchased - active
    if unused == 1:
        capacity, rest = "1 more staff account can be enabled.", "the 1 unused one is charged too until you remove it"
    else:
        capacity = f"{unused} more staff can be enabled."
        rest = f"the {unused} unused ones are charged too until you remove them"
    billing = f"{all_seats_are(purchased)} billed; {rest}, and the lower bill starts with the next billing cycle."
    return Sentences(
        capacity,
        billing if active else f"{all_seats_are(purchased)} billed, used or not.",  # without any seat there is no helpdesk
        ("billed-for-more-seats-than-active", "what-counts-as-a-seat", "remove-seats", "when-seat-changes-take-effect"),
    )


def _exact(purchased: int) -> Sentences:
    if purchased == 0:
        capacity, billing = "There is no seat, so nobody can be enabled until you add one.", "No seats are billed."
    else:
        capacity = f"{all_seats_are(purchased)} in use, so nobody more can be enabled until you add a seat or disable an account."
        billing = f"{all_seats_are(purchased)} billed."
    if purchased > 1:
        billing += " To pay for less, disable accounts first and remove their seats afterwards."
    return Sentences(
        capacity,
        billing,
        ("what-counts-as-a-seat", "add-seats", "reuse-a-seat", "order-of-steps-when-reducing-seats"),
    )


def _over(purchased: int, active: int, *, locked: bool, answers: bool, ordered: int | None) -> Sentences:
    excess = active - purchased
    too_many = f"{staff(active)} on {seats(purchased)} {'is' if active == 1 else 'are'} {excess} too many"
    buy = f"buy at least {more_seats(excess)} in My.kayako.com and allow up to a day"
    billing = f"The bill is for the {seats(purchased)} bought. Seats you add are charged from the next billing cycle."
    if locked and ordered is not None and ordered >= active:
        capacity = (
            f"The helpdesk is locked because its licence has {seats(purchased)} for {staff(active)}. The {ordered} that "
            f"you pay for are enough, so nothing has to be bought: the order has not reached the licence yet. {_WAIT}"
        )
        billing = f"The bill is for the {seats(ordered)} you pay for, also while they have not reached the licence."
    elif locked:
        capacity = (
            f"The helpdesk is locked while there are more active staff ({active}) than seats ({purchased}): {buy}, or "
            f"ask Kayako Support to disable {accounts(excess)}. Until then nobody can open Admin CP."
        )
    elif answers:
        capacity = (
            f"{too_many}, which locks a helpdesk. Yours still answers, so check the seats in {MY_ORDERS} first; if they "
            f"are right, {buy}, or disable {accounts(excess)} in {MANAGE_STAFF}."
        )
    else:
        capacity = (
            f"{too_many}: the helpdesk would be locked. If these numbers are right, {buy}, or disable "
            f"{accounts(excess)}: in {MANAGE_STAFF} as long as it opens, through Kayako Support if it does not."
        )
    return Sentences(
        capacity,
        billing,
        ("staff-count-exceeded", "add-seats", "what-counts-as-a-seat", "when-seat-changes-take-effect"),
    )


def _purchased_missing(active: int | None) -> Sentences:
    if active is None:
        return Sentences(
            f"How many more staff can be enabled depends on two numbers: the seats you have bought, in {MY_ORDERS}, and "
            f"your active staff, at {GETCOUNT}.",
            "The bill is for the seats you have bought, used or not.",
            ("find-your-purchased-seats", "find-your-active-staff-count", "billed-for-more-seats-than-active"),
        )
    return Sentences(
        f"{staff(active)} take{'s' if active == 1 else ''} {seats(active)}. "
        f"How many more can be enabled depends on the seats you have bought: read them in {MY_ORDERS}.",
        f"The bill is for the seats you have bought, not for the {staff(active)}.",
        ("find-your-purchased-seats", "what-counts-as-a-seat", "billed-for-more-seats-than-active"),
    )


def _active_missing(purchased: int) -> Sentences:
    return Sentences(
        f"How many more staff can be enabled depends on how many are active now: open {GETCOUNT} to see it.",
        f"{all_seats_are(purchased)} billed, used or not." if purchased else "No seats are billed.",
        ("find-your-active-staff-count", "billed-for-more-seats-than-active", "what-counts-as-a-seat"),
    )
