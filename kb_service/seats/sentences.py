"""What a seat position means for capacity and for the bill, in a sentence or two each, and which articles say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kb_service.seats.wording import accounts, all_seats_are, more_seats, seats, staff

SeatState = Literal["under", "exact", "over", "unknown"]

GETCOUNT: Final = "https://<yourdomain>.kayako.com/Base/staff/getcount"
MY_ORDERS: Final = "My.kayako.com > My Orders"


@dataclass(frozen=True, slots=True)
class Sentences:
    """`article_ids` name the articles that state what the two sentences say."""

    capacity: str
    billing: str
    article_ids: tuple[str, ...]


def state_of(purchased: int | None, active: int | None) -> SeatState:
    """Return how two numbers compare, "unknown" when one is missing."""
    if purchased is None or active is None:
        return "unknown"
    if active == purchased:
        return "exact"
    return "under" if active < purchased else "over"


def sentences(purchased: int | None, active: int | None, *, is_locked: bool, still_answers: bool) -> Sentences:
    """Return the sentences for any two numbers.

    `is_locked`: the helpdesk, or a pasted error, said that it is. `still_answers`: it gave its own count just now.
    """
    if purchased is None:
        return _purchased_missing(active)
    if active is None:
        return _active_missing(purchased)
    if active > purchased:
        return _over(purchased, active, still_answers=still_answers)
    fitting = _under(purchased, active) if active < purchased else _exact(purchased)
    if not is_locked:
        return fitting
    waiting = f"{fitting.capacity} The helpdesk stays locked until these seats have reached it, which can take a day."
    return Sentences(waiting, fitting.billing, ("staff-count-exceeded", *fitting.article_ids))


def _under(purchased: int, active: int) -> Sentences:
    unused = purchased - active
    if unused == 1:
        capacity, rest = "1 more staff account can be enabled.", "the 1 unused one is charged too until you remove it"
    else:
        capacity, rest = (
            f"{unused} more staff can be enabled.",
            f"the {unused} unused ones are charged too until you remove them",
        )
    return Sentences(
        capacity,
        f"{all_seats_are(purchased)} billed; {rest}, and the lower bill starts with the next billing cycle.",
        ("billed-for-more-seats-than-active", "what-counts-as-a-seat", "remove-seats", "when-seat-changes-take-effect"),
    )


def _exact(purchased: int) -> Sentences:
    return Sentences(
        f"{all_seats_are(purchased)} in use, so nobody more can be enabled until you add a seat or disable an account."
        if purchased
        else "There is no seat, so nobody can be enabled until you add one.",
        f"{all_seats_are(purchased)} billed. To pay for less, disable accounts first and remove their seats afterwards."
        if purchased
        else "No seats are billed.",
        ("what-counts-as-a-seat", "add-seats", "reuse-a-seat", "order-of-steps-when-reducing-seats"),
    )


def _over(purchased: int, active: int, *, still_answers: bool) -> Sentences:
    excess = active - purchased
    ways_out = (
        f"buy at least {more_seats(excess)} in My.kayako.com and allow up to a day, or ask Kayako Support to disable "
        f"{accounts(excess)}."
    )
    if still_answers:
        capacity = (
            f"{staff(active)} on {seats(purchased)} is {excess} too many, which locks a helpdesk. "
            f"Yours still answers, so check the seats in {MY_ORDERS} first; if they are right, {ways_out}"
        )
    else:
        capacity = (
            f"The helpdesk is locked while there are more active staff ({active}) than seats ({purchased}): {ways_out} "
            "Until then nobody can open Admin CP."
        )
    return Sentences(
        capacity,
        f"The bill is for the {seats(purchased)} bought. Seats you add are charged from the next billing cycle.",
        ("staff-count-exceeded", "add-seats", "what-counts-as-a-seat", "when-seat-changes-take-effect"),
    )


def _purchased_missing(active: int | None) -> Sentences:
    if active is None:
        return Sentences(
            "Nothing can be worked out from numbers that contradict each other: read the seats you have bought in "
            f"{MY_ORDERS}, and your active staff at {GETCOUNT}.",
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
