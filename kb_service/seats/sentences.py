"""What two numbers, and changes of them, mean for capacity and the bill: which sentences of the catalogue say it.

Each sentence is right when quoted alone. "Locked" is said only where the helpdesk or its error said so; otherwise a
helpdesk "would be locked".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from kb_service.wording.catalogue import Words, capital

SeatState = Literal["under", "exact", "over", "unknown"]

GETCOUNT: Final = "https://<yourdomain>.kayako.com/Base/staff/getcount"
_UNDER: Final = (
    "billed-for-more-seats-than-active",
    "what-counts-as-a-seat",
    "remove-seats",
    "when-seat-changes-take-effect",
)
_EXACT: Final = ("what-counts-as-a-seat", "add-seats", "reuse-a-seat", "order-of-steps-when-reducing-seats")
_OVER: Final = ("staff-count-exceeded", "add-seats", "what-counts-as-a-seat", "when-seat-changes-take-effect")
_FIND: Final = ("find-your-purchased-seats", "find-your-active-staff-count", "billed-for-more-seats-than-active")


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
    return "exact" if active == purchased else "under" if active < purchased else "over"


def outcome(words: Words, purchased: int, active: int) -> str:
    """Return what two numbers would mean, to follow "with 60 seats": "12 more staff can be enabled"."""
    if active > purchased:
        return words.say("outcome.over", excess=active - purchased)
    if active < purchased:
        return words.say("outcome.room", unused=purchased - active)
    return words.say("outcome.none")


@lru_cache(maxsize=1024)  # the same question is asked again and again
def sentences(
    words: Words,
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
        return _unknown(words, purchased, active, count_url)
    if active > purchased:
        return _over(words, purchased, active, locked=locked, answers=answers, ordered=ordered)
    unused = purchased - active
    capacity = "room" if unused else "none" if not purchased else "full_one" if purchased == 1 else "full"
    billing = "all"
    if unused:  # the last seat is never a saving: without one there is no helpdesk
        billing = "unused" if active else "all_or_not"
    elif purchased > 1:
        billing = "exact"
    articles: tuple[str, ...] = _UNDER if unused else _EXACT
    said = words.say(f"capacity.{capacity}", purchased=purchased, unused=unused)
    if locked:
        wait, room = words.say("capacity.wait"), said[:1].lower() + said[1:]
        said = words.say("capacity.ordered", purchased=purchased, wait=wait, room=room, Room=said)
        articles = ("staff-count-exceeded", *articles)
    return Sentences(said, words.say(f"billing.{billing}", purchased=purchased, unused=unused), articles)


def _over(words: Words, purchased: int, active: int, *, locked: bool, answers: bool, ordered: int | None) -> Sentences:
    capacity, billing = "answers" if answers else "over", "over"
    if locked and ordered is not None:
        is_enough = ordered >= active
        capacity = "locked_enough" if is_enough else "locked_too_few"
        billing = "ordered" if is_enough else "ordered_too_few"
    elif locked:
        capacity = "locked"
    values = {
        "purchased": purchased,
        "active": active,
        "excess": active - purchased,
        "ordered": ordered,
        "missing": active - (ordered or 0),
        "wait": words.say("capacity.wait"),
    }
    return Sentences(words.say(f"capacity.{capacity}", **values), words.say(f"billing.{billing}", **values), _OVER)


def _unknown(words: Words, purchased: int | None, active: int | None, count_url: str) -> Sentences:
    if purchased is not None:
        return Sentences(
            words.say("capacity.no_active", count_url=count_url),
            words.say("billing.all_or_not" if purchased else "billing.all", purchased=purchased),
            ("find-your-active-staff-count", "billed-for-more-seats-than-active", "what-counts-as-a-seat"),
        )
    if active is not None:
        return Sentences(
            words.say("capacity.no_purchased", active=active),
            words.say("billing.no_purchased", active=active),
            ("find-your-purchased-seats", "what-counts-as-a-seat", "billed-for-more-seats-than-active"),
        )
    return Sentences(words.say("capacity.nothing", count_url=count_url), words.say("billing.nothing"), _FIND)


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
    words: Words,
    *,
    change: int | None = None,
    target: int | None = None,
    staff_change: int | None = None,
    purchased: int | None,
    active: int | None,
) -> WhatIf | None:
    """Return what becomes of `purchased` seats by adding `change`, or by going to `target`, which counts for more, and
    of `active` staff by adding `staff_change`. None when nothing changes, or more would go than there is.

    >>> from kb_service.wording.catalogue import words_in
    >>> what_if(words_in("en"), change=-5, staff_change=-4, purchased=20, active=18).sentence[:60]
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
        sentence = _staff_alone(words, staff_change or 0, purchased, staff_after)
    else:
        was_over = not staff_change and purchased is not None and active is not None and active > purchased
        sentence = _planned(words, staff_change, staff_after)
        sentence += _seats(words, difference, purchased, after, staff_after, was_over=was_over)
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


def _planned(words: Words, change: int | None, after: int | None) -> str:
    if not change:
        return ""
    plan = f"plan.{'add' if change > 0 else 'disable'}{'_unknown' if after is None else ''}"
    return words.say(plan, n=abs(change), after=after)


def _staff_alone(words: Words, change: int, purchased: int | None, after: int | None) -> str:
    name = "add" if change > 0 else "disable"
    excess = 0
    if after is None or purchased is None:
        name += "_unknown"
    elif (excess := after - purchased) > 0:
        name += "_too_many" if change > 0 else "_too_few"
    return words.say(
        f"staff_change.{name}",
        n=abs(change),
        purchased=purchased,
        after=after,
        excess=excess,
        same_bill=words.say("staff_change.same_bill"),
        after_adding=words.say("seat_change.after_adding"),
    )


def _seats(
    words: Words, change: int | None, before: int | None, after: int | None, active: int | None, *, was_over: bool
) -> str:
    adds = (change or 0) > 0
    step = "from_to" if before is not None else "to" if change is None else "add" if adds else "remove"
    said = words.say(f"step.{step}", before=before, after=after, n=abs(change or 0))
    is_removed = False
    if adds:
        name = _room(after, active)
    elif after == 0:
        name = "none_left"
    elif was_over:
        name = "was_over"
    else:
        is_removed = change is not None
        name = "removes_unknown" if after is None else "removes_check" if active is None else "removes"
        name += "_first" * (after is not None and active is not None and active > after)
    sentence = words.say(
        f"seat_change.{name}",
        step=said,
        Step=capital(said),
        before=before,
        after=after,
        active=active,
        excess=abs((active or 0) - (after or 0)),
        unused=abs((after or 0) - (active or 0)),
        after_adding=words.say("seat_change.after_adding"),
    )
    return f"{sentence} {words.say('seat_change.after_removing')}" if is_removed else sentence


def _room(after: int | None, active: int | None) -> str:
    """Return the name of the sentence that says what added seats are good for."""
    if after is None:
        return "adds_unknown"
    if active is None:
        return "adds_allowed"
    return "adds_too_few" if active > after else "adds_just" if active == after else "adds"
