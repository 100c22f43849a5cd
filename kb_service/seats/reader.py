"""Read what a question says of seats and staff, or nothing: the numbers, and which words say so.

`roles` gives each number its part; here they are added up, and those switched off or given up taken off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from kb_service.seats.clauses import Frame, Number, cues
from kb_service.seats.pasted_errors import StaffCountError
from kb_service.seats.roles import OWN, read_numbers

_MOST_TIMES: Final = 4  # of two numbers further apart than that, the one without a noun is money


@dataclass(frozen=True, slots=True)
class Reading:
    """A number, where in the text it stands with the words that say what it is, and whether that is certain."""

    value: int
    start: int
    end: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a text says, several readings of a kind contradicting each other; the numbers of pasted errors apart.

    `billed` are other numbers that a bill shows beside those in force, `bought_since` seats bought on top of a number
    that is not known. `seat_change` and `staff_change` are how many seats or staff somebody thinks of adding or
    (negative) removing, `seat_target` the seats they want to end with.
    """

    purchased: tuple[Reading, ...] = ()
    active: tuple[Reading, ...] = ()
    error_purchased: tuple[Reading, ...] = ()
    error_active: tuple[Reading, ...] = ()
    billed: tuple[Reading, ...] = ()
    bought_since: int | None = None
    seat_change: int | None = None
    seat_target: int | None = None
    staff_change: int | None = None


NOTHING_SAID: Final = Mentions()


def read_mentions(text: str) -> Mentions:
    """Return what a text says of seats and staff; raises nothing.

    >>> read_mentions("we pay for 60 seats but only 48 people use it").active
    (Reading(value=48, start=24, end=42, certain=True),)
    """
    numbers, errors = read_numbers(text)
    return _mentions(numbers, errors) if numbers or errors else NOTHING_SAID


_STAFF_CHANGES: Final = frozenset({"off", "staff_off", "staff_add"})
_SEAT_CHANGES: Final = frozenset({"gained", "lost", "seat_cut", "seat_add"})


def _mentions(numbers: Sequence[Number], errors: Sequence[StaffCountError]) -> Mentions:
    for at, number in enumerate(numbers):  # "26 agents (12 here, 14 there)"
        if (
            number.is_aside
            and number.role == "people"
            and any(each.role == "people" and not each.is_aside for each in numbers[:at])
        ):
            number.role = "none"
            if number.value > (outer := numbers[at - 1]).value and at + 1 < len(numbers):
                off = numbers[at + 1]  # "21 agents (23 accounts, 2 disabled)"
                off.role = "none" if off.role == "off" and number.value - off.value == outer.value else off.role
    for first, second in pairwise(numbers):  # "disabled 3 agents and 2 users"
        alike = {"people": _STAFF_CHANGES, "seats": _SEAT_CHANGES}.get(second.role, frozenset())
        has_verb = first.has("OFF", "SWITCH_OFF", "HIRE", "ADD", "CUT", "CUT_DONE")
        if first.role in alike and has_verb and second.joint == "AND" and not second.before:
            second.role = first.role
        if second.role == "seat_add" and first.role in {"seats", "gained"} and first.has("BUY") and second.has("EXTRA"):
            second.role, second.before = "gained", [*first.before, *second.before]  # "bought 5 seats, then another 3"
    for number in _of(numbers, "seats") if errors else ():  # "locked (16 > 15), then we bought 5 seats": 5 more
        if number.has("BUY") and number.value < errors[-1].purchased:
            number.role = "gained"
    purchased, billed, bought_since = _purchased(numbers)
    active = _active(numbers)
    if purchased and not active:  # "billed for 60, we have 48"
        active = _of(numbers, "have")
    elif active and not any(each.certain for each in purchased):
        purchased = _of(numbers, "have") or purchased
    if len(distance := _of(numbers, "excess", frames=("now",))) == len(purchased) == 1 and not active:
        active = [_beyond(distance[0], purchased[0])]
    if not (purchased and active):  # "if we had 20 seats" alone says nothing of today
        purchased, active = ([each for each in found if each.frame != "if"] for found in (purchased, active))
    counts = [each.value for each in purchased + active + billed if not _is_amount(each)]
    counts += [number for error in errors for number in (error.active, error.purchased)]
    purchased, billed, active = (
        [each for each in found if _is_near(each, counts)] for found in (purchased, billed, active)
    )
    for each in purchased:
        if (
            each.kind == "bare" and each.role == "paid" and "FOR" not in cues(each.before)
        ):  # "we pay 60, 48 are active", no more than twice as many
            each.certain = each.certain and any(
                each.value <= 2 * other.value <= 4 * each.value for other in [*active, *_of(numbers, "target")]
            )
    free = _of(numbers, "free", frames=("now",))
    if len(purchased) == len(active) == len(free) == 1 and purchased[0].value - active[0].value != free[0].value:
        purchased, active = ([replace(each, certain=False) for each in found] for found in (purchased, active))
    others = {each.value for each in purchased + billed + _of(numbers, "target", "seat_add", "seat_cut", "free", "off")}
    has_company = bool(purchased and active) or len(others) > 1
    return Mentions(
        purchased=_readings(purchased, has_company=has_company, is_beside_error=bool(errors)),
        active=_readings(active, has_company=has_company),
        error_purchased=tuple(dict.fromkeys(Reading(e.purchased, e.start, e.end, e.certain) for e in errors)),
        error_active=tuple(dict.fromkeys(Reading(e.active, e.start, e.end, e.certain) for e in errors)),
        billed=_readings(billed, has_company=True),
        bought_since=bought_since,
        seat_change=_change(numbers, "seat_add", "seat_cut"),
        seat_target=_change(numbers, "target"),
        staff_change=_change(numbers, "staff_add", "staff_off"),
    )


def _beyond(distance: Number, seats: Number) -> Number:
    """Return the staff of "we are 3 over our limit of 20"."""
    value = seats.value + (-distance.value if distance.has("UNDER") else distance.value)
    certain = distance.certain and seats.certain and (distance.has("WE_ARE") or not distance.before)
    return replace(distance, value=value, kind="person", role="used", certain=certain)


def _of(numbers: Sequence[Number], *roles: str, frames: Sequence[Frame] = ("now", "if")) -> list[Number]:
    return [each for each in numbers if each.role in roles and each.frame in frames]


def _is_amount(number: Number) -> bool:
    """Return whether a number could be money: "we pay 500", "the invoice shows 480"."""
    return number.kind == "bare" and (
        number.role in {"paid", "billed"} or (number.role == "people" and number.has("SUM"))
    )


def _is_near(number: Number, counts: Sequence[int]) -> bool:
    is_near = any(max(number.value, each) <= _MOST_TIMES * min(number.value, each) for each in counts)
    return is_near or not counts or not _is_amount(number)


def _change(numbers: Sequence[Number], add: str, cut: str = "") -> int | None:
    found = _of(numbers, *filter(None, (add, cut)), frames=("now", "if", "was"))
    changes = {each.value if each.role == add else -each.value for each in found}
    return changes.pop() if len(changes) == 1 else None


def _added_up(numbers: Sequence[Number], chosen: Sequence[Number]) -> list[Number]:
    """Add up the chosen numbers of groups named apart: agents and administrators, one office and another."""
    found: list[Number] = []
    place = -2
    numbers = [each for each in numbers if each.joint not in {"INCLUDING", "("}]  # "11 agents incl. 2 admins, plus 3"
    for number in chosen:
        last, before = found[-1] if found else None, place
        place = next((at for at, each in enumerate(numbers) if each is number), -2)
        is_next = number.joint in {",", "AND", "WITH", ")", ""} or (last and last.shape[0] == number.shape[0] != [])
        is_next = is_next or number.is_item
        if last and place == before + 1 and is_next and _is_apart(last, number):
            found[-1] = replace(last, value=last.value + number.value, end=number.end, after=number.after)
            found[-1].certain = last.certain and number.certain and (last.kind != number.kind or last.has_place)
            found[-1].kind = last.kind if last.kind == number.kind else "person"
        elif not number.has("EXTRA"):
            found.append(number)
    return found


def _is_apart(first: Number, second: Number) -> bool:
    return "admin" in (first.kind, second.kind) or second.has_place or second.is_article or second.has("EXTRA")


def _purchased(numbers: Sequence[Number]) -> tuple[list[Number], list[Number], int | None]:
    """Return the seats that are paid for, those that are only billed, and those bought on top of an unknown number."""
    stated = _added_up(numbers, _of(numbers, "seats", "full", "paid")) + _of(numbers, "portal")
    billed = _of(numbers, "billed")
    if any(each.role != "full" for each in stated):
        stated = [each for each in stated if each.role != "full"]
    if not stated and not billed:
        stated = [each for each in _of(numbers, "seat_add", frames=("if",)) if not each.has("EXTRA", "MAYBE")]
    moved = _of(numbers, "gained", "lost", frames=("now", "was", "past"))
    change = sum(each.value if each.role == "gained" else -each.value for each in moved)
    is_new = moved and [each for each in stated if each.has("NOW")]  # "we gave back 5 seats and now have 15"
    if after := _of(numbers, "now_seats", *["left"] * bool(moved)) or is_new:
        return after, stated + billed, None
    before = _of(numbers, "base") or _of(numbers, "seats", "paid", "portal", frames=("past", "was"))
    if moved and (before or stated):
        start = (before or stated)[0]
        now = replace(start, value=start.value + change, certain=bool(before) and start.certain, frame="now")
        return [now], [*billed, *(each for each in stated if before and each.value != now.value)], None
    if moved:
        return [], [], change if change > 0 else None
    if _of(numbers, "portal") and billed:
        return stated, billed, None
    had = [replace(each, certain=False) for each in before if each.frame == "was" and not stated + billed]
    return stated + billed + had, [], None


def _active(numbers: Sequence[Number]) -> list[Number]:
    """Return the staff accounts that are enabled: said so, or all that there are without those switched off."""
    used = _of(numbers, "used", "full", frames=("now",))
    if not (used or _of(numbers, "people", frames=("now",))):  # "if 5 agents used it": nobody says how many do
        used = _of(numbers, "used", "full")
    now = [each for each in _of(numbers, "people") if each.certain and each.has("NOW") and not each.has("LISTING")]
    if used and now and not any(each.has("NOW") for each in used):  # "it was live with 6, now we have 13 agents"
        return [*now, *(replace(each, certain=False) for each in used)]
    if used:
        return _added_up(numbers, used)
    people = _added_up(numbers, [each for each in _of(numbers, "people") if each.joint != "INCLUDING"])
    off = _of(numbers, "off", frames=("now",))
    total_off = sum(each.value for each in off)
    if off and len(people) == 2 and people[0].value - total_off == people[1].value:
        return people[1:]  # "two of our 15 agents quit, so 13 remain"
    if (
        off
        and len(people) == 1
        and total_off < people[0].value
        and (not people[0].has("NOW") or all(each.joint == "OF_THEM" or each.has("OF_THEM") for each in off))
    ):
        is_part = all(each.frame != "if" for each in off) and all(
            each.is_part
            or each.is_aside
            or each.has("OF_THEM")
            or (each.start > people[0].start and each.joint not in {"AND", "."})
            for each in off
        )
        return [replace(people[0], value=people[0].value - total_off, certain=people[0].certain and is_part)]
    is_listed = len(people) > 1 and not any(
        each.kind not in {"person", "admin"}
        or each.is_heir
        or each.frame != "now"
        or each.has("SAY", "NOW", "WISH", "MOVE", "COUNT", "LISTING")
        for each in people
    )
    if is_listed:  # "12 agents (UK), 14 agents (US)"
        return [
            replace(people[0], value=sum(each.value for each in people), end=people[-1].end, after=[], certain=False)
        ]
    return people


def _readings(numbers: Sequence[Number], *, has_company: bool, is_beside_error: bool = False) -> tuple[Reading, ...]:
    """Return the distinct readings; people and money are what they seem only beside a number of the other kind.

    A guess that differs makes guesses of all, but for what is said of now: "at 50 seats … now we have 40 seats".
    Beside a pasted error, "but we pay for 5" speaks of seats.
    """
    found: dict[int, Reading] = {}
    rivals: set[int] = set()
    for each in numbers:
        is_beside = has_company or (is_beside_error and "FOR" in cues(each.before))
        is_weak = _is_amount(each) or (each.role == "people" and (each.kind in {"people", "bare"} or each.value <= 2))
        is_alone = not is_beside and (
            (_is_amount(each) and "FOR" not in cues(each.before))
            or (each.role == "people" and not (each.certain and each.kind == "person") and not each.has(*OWN, "ABOUT"))
        )
        if each.kind == "admin" or is_alone:
            continue
        certain = each.certain and each.frame == "now" and (is_beside or not is_weak)
        certain = certain and (each.kind != "worker" or each.role == "used")
        if each.value not in found or certain:
            found[each.value] = Reading(each.value, *each.span, certain)
        if not (certain or each.frame != "now" or each.has("PAST")):
            rivals.add(each.value)
    told = {each.value for each in found.values() if each.certain}
    if not told or (rivals - told and not any(each.value in told and each.has("NOW") for each in numbers)):
        return tuple(replace(each, certain=False) for each in found.values())
    return tuple(each for each in found.values() if each.certain)
