"""One seat position out of everything that is known: who says what, who is believed, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kb_service.seats.reader import Mentions, Reading
from kb_service.seats.sentences import (
    BILLING,
    GETCOUNT,
    MY_ORDERS,
    SeatState,
    accounts,
    capital,
    outcome,
    seats,
    sentences,
    staff,
    state_of,
)
from kb_service.seats.what_if import WhatIf, what_if

Source = Literal["parameter", "question", "error_text", "locked_response", "live", "stale"]
Kind = Literal["seats", "staff"]

_SPEAKERS: Final[dict[Source, str]] = {
    "parameter": "your entry",
    "question": "the question",
    "error_text": "the pasted error",
    "locked_response": "the locked helpdesk",
    "live": "the helpdesk itself",
    "stale": "the helpdesk's last known count",
}
_ADDING_ARTICLES: Final = ("add-seats", "when-seat-changes-take-effect")
_REMOVING_ARTICLES: Final = (
    "order-of-steps-when-reducing-seats",
    "remove-seats",
    "refunds-and-credit",
    "when-seat-changes-take-effect",
)


@dataclass(frozen=True, slots=True)
class SeatNumber:
    """A number with where it comes from. `span` is [start, end) in the question, for what was read there.

    A number that is not `certain` is a guess: it is asked about (`SeatPosition.questions`), never told.
    """

    value: int
    source: Source
    certain: bool = True
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SeatPosition:
    """Seats paid for against staff accounts in use; None is unknown.

    `purchased` and `active` are certain; `purchased_number` and `active_number` say where they come from, or hold a
    guess. `available` is how many more staff can be enabled, `excess` how many are too many, neither ever negative.
    `conflicts` sets numbers that contradict each other side by side, in plain words. `article_ids` are those of the
    articles that `capacity`, `billing` and `what_if` rest on.
    """

    state: SeatState
    purchased: int | None
    purchased_number: SeatNumber | None
    active: int | None
    active_number: SeatNumber | None
    available: int | None
    excess: int | None
    questions: tuple[str, ...]
    capacity: str
    billing: str
    conflicts: tuple[str, ...]
    article_ids: tuple[str, ...]
    what_if: WhatIf | None


def reconcile(
    *,
    mentions: Mentions,
    purchased_parameter: int | None,
    live_count: int | None,
    live_is_stale: bool = False,
    locked: tuple[int, int] | None = None,
) -> SeatPosition | None:
    """Return the position, None when nobody gave a number of either kind.

    `locked` is what a locked helpdesk says of itself, in the order of its message: active staff, then seats.
    A number that the most trusted source gives in two versions is unknown; `conflicts` then names both.
    """
    bought = [
        *_given(purchased_parameter, "parameter"),
        *_given(locked[1] if locked else None, "locked_response"),
        *_read(mentions.error_purchased, "error_text"),
        *_read(mentions.purchased, "question"),
    ]
    used = [
        *_given(None if live_is_stale else live_count, "live"),
        *_given(locked[0] if locked else None, "locked_response"),
        *_read(mentions.error_active, "error_text"),
        *_given(live_count if live_is_stale else None, "stale"),
        *_read(mentions.active, "question"),
    ]
    if not (bought or used):
        return None
    purchased, active = _in_force(bought), _in_force(used)
    certain = [number.value if number and number.certain else None for number in (purchased, active)]
    ordered = _ordered(mentions, bought, purchased)
    said = sentences(
        *certain,
        locked=locked is not None or any(error.certain for error in mentions.error_active),
        answers=bool(active and active.source == "live"),
        ordered=ordered,
    )
    is_guess = purchased and active and None in certain
    outlook = what_if(
        change=mentions.seat_change,
        target=mentions.seat_target,
        staff_change=mentions.staff_change,
        purchased=purchased.value if purchased else None,
        active=certain[1],
    )
    return SeatPosition(
        state=state_of(*certain),
        purchased=certain[0],
        purchased_number=purchased,
        active=certain[1],
        active_number=active,
        available=_more_than(certain[0], certain[1]),
        excess=_more_than(certain[1], certain[0]),
        questions=(*_question(purchased, "seats"), *_question(active, "staff")),
        capacity=_guessed(purchased.value, active.value) if is_guess and purchased and active else said.capacity,
        billing=said.billing,
        conflicts=(
            *_conflicts(bought, purchased, "seats", certain[1], ordered),
            *_conflicts(used, active, "staff", certain[0], None),
            *_billed_otherwise(mentions.billed, certain[0]),
            *_impossible(mentions, certain[0]),
        ),
        article_ids=tuple(dict.fromkeys((*said.article_ids, *_what_if_articles(outlook)))),
        what_if=outlook,
    )


def _given(number: int | None, source: Source) -> list[SeatNumber]:
    return [] if number is None else [SeatNumber(number, source)]


def _read(readings: Sequence[Reading], source: Source) -> list[SeatNumber]:
    return [SeatNumber(each.value, source, each.certain, (each.start, each.end)) for each in readings]


def _in_force(numbers: Sequence[SeatNumber]) -> SeatNumber | None:
    """Return the number of the first source that is certain of one, else the only guess; None when it gives several."""
    certain = [number for number in numbers if number.certain]
    of_first = {number.value for number in certain if number.source == certain[0].source}
    if certain:
        return certain[0] if len(of_first) == 1 else None
    return numbers[0] if len({number.value for number in numbers}) == 1 else None


def _more_than(number: int | None, other: int | None) -> int | None:
    return None if number is None or other is None else max(0, number - other)


def _ordered(mentions: Mentions, bought: Sequence[SeatNumber], purchased: SeatNumber | None) -> int | None:
    """Return the seats that somebody has paid for but the licence of a locked helpdesk does not have yet."""
    if purchased is None or purchased.source not in {"error_text", "locked_response"}:
        return None
    told = [number.value for number in bought if number.source == "question" and number.certain]
    if mentions.bought_since is not None:
        told.append(purchased.value + mentions.bought_since)
    return max((value for value in told if value > purchased.value), default=None)


def _question(number: SeatNumber | None, kind: Kind) -> tuple[str, ...]:
    if number is None or number.certain:
        return ()
    if kind == "seats":
        return (f"Do you pay for {seats(number.value)}?",)
    return (f"{'Is' if number.value == 1 else 'Are'} {accounts(number.value)} active?",)


def _guessed(purchased: int, active: int) -> str:
    return f"With {seats(purchased)} and {staff(active)}, {outcome(purchased, active)}."


def _conflicts(
    numbers: Sequence[SeatNumber], used: SeatNumber | None, kind: Kind, other: int | None, ordered: int | None
) -> list[str]:
    """Return what sources say against each other, side by side, and what each number would mean."""
    values: dict[Source, list[int]] = {}
    for number in numbers:
        if number.certain and number.value not in values.setdefault(number.source, []):
            values[number.source].append(number.value)
    (first, of_first), *others = [*values.items()] or [("question", [])]
    if len(of_first) > 1:
        where = f"{MY_ORDERS} shows" if kind == "seats" else f"{GETCOUNT} shows"
        return [f"{capital(_SPEAKERS[first])} says {_listed(of_first, kind)}. {_meanings(of_first, kind, other)} {where} which one holds."]
    found = []
    for source, given in others:
        if given == of_first or used is None:
            continue
        says = f"{capital(_SPEAKERS[source])} says {_listed(given, kind)}, but {_SPEAKERS[first]} says {used.value}"
        if ordered is not None and source == "question":
            found.append(f"{says}: an order can take a day to reach the licence, so {used.value} is used here.")
        else:
            found.append(f"{says}: {used.value} is used here. {_meanings([*given, used.value], kind, other)}")
    return found


def _listed(numbers: Sequence[int], kind: Kind) -> str:
    """Return "60 seats", "60 and 50 seats"."""
    said = seats(numbers[-1]) if kind == "seats" else staff(numbers[-1])
    return said if len(numbers) == 1 else f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]} {'seats' if kind == 'seats' else 'active staff'}"


def _meanings(numbers: Sequence[int], kind: Kind, other: int | None) -> str:
    """Return what each number would mean: "With 60 seats, 12 more staff can be enabled; with 50 seats, 2 more …"."""
    parts = []
    for number in dict.fromkeys(numbers):
        if kind == "seats":
            meaning = f"at most {accounts(number)} can be active" if other is None else outcome(number, other)
            parts.append(f"with {seats(number)}, {meaning}")
        else:
            meaning = f"{seats(number)} {'is' if number == 1 else 'are'} needed" if other is None else outcome(other, number)
            parts.append(f"with {staff(number)}, {meaning}")
    return capital("; ".join(parts)) + "."


def _billed_otherwise(billed: Sequence[Reading], purchased: int | None) -> list[str]:
    return [
        f"The bill shows {seats(each.value)}, but {purchased} {'is' if purchased == 1 else 'are'} in force: a change of "
        f"seats is billed from the next billing cycle. If a later invoice still shows {each.value}, write to {BILLING}."
        for each in billed
        if purchased is not None and each.value != purchased
    ]


def _impossible(mentions: Mentions, purchased: int | None) -> list[str]:
    change = mentions.seat_change
    if change is None or mentions.seat_target is not None or purchased is None or purchased + change >= 0:
        return []
    return [f"{seats(-change)} cannot be removed: there {'is' if purchased == 1 else 'are'} only {purchased}."]


def _what_if_articles(outlook: WhatIf | None) -> tuple[str, ...]:
    if outlook is None:
        return ()
    change = outlook.change if outlook.change is not None else outlook.staff_change
    return _ADDING_ARTICLES if change is not None and change > 0 else _REMOVING_ARTICLES
