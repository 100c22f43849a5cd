"""Read what a question says of seats and staff, or nothing: which number plays which part, and which words say so.

Each clause is a line of cues, such as "US PAY FOR <seat>", and the first rule that fits the line gives its number a
part. Numbers that speak of each other correct these parts; then they are added up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from kb_service.seats.clauses import STAFF, Frame, Number, cues, numbers_of, rule_of
from kb_service.seats.tokens import (
    NOUNS,
    NUMBER,
    UNKNOWN,
    StaffCountError,
    has_numbers,
    plain,
    read_pasted_errors,
    tokenize,
)

MAX_NUMBERS: Final = 24  # a text with more is a log or an export, where no word says what a number is
SHORT: Final = 6  # tokens; "48 of 60" alone is about seats here, in a longer text some word must say so
_MOST_TIMES: Final = 4  # of two numbers further apart than that, the one without a noun is money
_OWN: Final = frozenset({"HAVE", "WE_ARE", "ONLY", "US", "OUR", "USE", "ACTIVE", ":", "NOW", "COUNT"})
_TOPIC: Final = NOUNS | {"COUNT", "LISTING", "PAY", "BUY", "BILL", "ORDER"}
_HTTP_ERRORS: Final = frozenset({400, 401, 403, 404, 500, 502, 503})  # "getcount gives 404"


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


def read_mentions(text: str) -> Mentions:
    """Return what a text says of seats and staff; raises nothing.

    >>> read_mentions("we pay for 60 seats but only 48 people use it").active
    (Reading(value=48, start=24, end=42, certain=True),)
    """
    numbers, errors = read_numbers(text)
    _multiply(numbers)
    return _mentions(numbers, errors)


def read_numbers(text: str) -> tuple[list[Number], list[StaffCountError]]:
    """Return each number of a text with its part (`role`) and the line of cues that gave it, and the pasted errors."""
    lowered = plain(text)
    if not has_numbers(lowered):
        return [], []
    errors, rest = read_pasted_errors(lowered)
    tokens = tokenize(rest)
    is_ours = "ELSEWHERE" not in cues(tokens) and cues(tokens).count(NUMBER) <= MAX_NUMBERS
    numbers = numbers_of(tokens) if is_ours else []
    _give_roles(numbers, is_short=len(tokens) <= SHORT)
    if not _is_about_seats(cues(tokens)):
        for number in (each for each in numbers if each.kind == "bare"):
            number.role = number.role if len(tokens) <= SHORT else "none"
            number.certain = number.role in {"portal", "used"} and not number.link
    if any(first.cue == "FEW" and second.cue in NOUNS for first, second in pairwise(tokens)):
        for number in numbers:  # "a dozen agents and a few admins"
            number.certain = number.certain and number.kind not in STAFF
    return numbers, errors


def _is_about_seats(words: Sequence[str]) -> bool:
    """Return whether a number without a noun may be one of seats or staff: "we went from 30 to 20" alone is not."""
    found = {*words}
    hints = ({"PLAN"}, {"ACTIVE", "USE", "WE_ARE"}, {"CUT", "CUT_DONE", "ADD"})
    return bool(found & _TOPIC) or sum(bool(found & hint) for hint in hints) > 1


# --- which part a number plays -------------------------------------------------------------------------------------

_PLAIN: Final = frozenset(
    {":", "/", "~", "THE", "IN", "US", "ALL", "ONLY", "SUM", "KIND", "FOR", "OF", "ONE", "GROUP", "LY"}
)
_STATED: Final = frozenset(
    {"HAVE", "OUR", "WAS", "WE_ARE", "NOW", "SAY", "PLAN", "BILL", "COUNT", "SEAT", "LICENCE", "PERSON", "PEOPLE"}
)
_UNSAID: Final = frozenset({"", "have", "now_any"})  # parts that only the numbers before can decide
_HEIR: Final = re.compile(r"(?:.*(?:HAVE|NOW|SAY|WAS|ONLY|IN|FOR|GROUP|ALL|PAST|TO|US|ABOUT|:|~|EACH)|[? ]*) ?<bare>.*")


def _give_roles(numbers: Sequence[Number], *, is_short: bool) -> None:
    for number in numbers:
        _give_role(number)
    for at, number in enumerate(numbers):
        if number.role in _UNSAID and number.kind == "bare" and not number.lead and _HEIR.fullmatch(number.line):
            _inherit(numbers[:at], numbers[at : at + 2])
    for number in numbers:
        number.role = "now_seats" if number.role == "now_any" else number.role
    for first, second in pairwise(numbers):
        if second.link == "of":
            _settle_share(first, second, is_short=is_short)
        elif second.link:
            _settle_pair(first, second)
        if first.kind == "other" and cues(first.after) == ["TIMES"]:
            second.certain = False  # "2 x 8 agents"
        is_odd = second.kind == "other" and second.after[:1] and second.after[0].cue == UNKNOWN and second.joint != "."
        if first.role == "people" and is_odd and second.value < first.value:
            first.certain = False  # "35 users, 4 greyed out"
        if second.joint == "OR":  # "20 or 25 licences"
            first.certain = second.certain = False


def _give_role(number: Number) -> None:
    """Give a number its part by the first rule that fits its line, "" when none does."""
    if number.kind in {"other", "group"}:
        number.role = "none"
        return
    rule = rule_of(number)
    number.role = rule.role if rule else ""
    is_general = number.is_article or (number.value == 1 and not number.has(*_OWN, "PAY", "BUY"))
    if is_general and number.kind != "admin" and number.role in {"seats", "portal", "people", "target"}:
        number.role = "none"  # "what does one licence mean"
    if number.kind == "bare" and number.has("COUNT") and number.value in _HTTP_ERRORS:
        number.role = "none"
    if number.has("PLUS_ME") and number.role == "people":
        number.value += 1
    before, after = cues(number.before), cues(number.after)
    is_rough = "ABOUT" in (*before[-2:], *after[:1]) or before[-1:] == ["LY"] or number.has("EXCEPT")
    is_recent = number.has("BUY") and number.has("PAST")  # "bought 5 seats yesterday": all there are, or 5 more?
    is_strange = (
        any(token.cue == UNKNOWN and token.value == 0 for token in number.before[-1:]) and "GROUP" not in before
    )
    is_some = not {UNKNOWN, "WAS", "MOVE", "MOVED", "WISH"}.isdisjoint(after[:3]) and not number.has(*_OWN)
    is_some = is_some and number.role == "people" and not _has_place(number)  # "4 agents complain"
    points_back = before[-1:] == ["THE"] and not number.link and number.role in {"seats", "people"}
    is_sure = rule is None or rule.doubt == "" or (rule.doubt == "*" and _is_plain(number))
    number.certain = number.certain and is_sure and not (is_rough or is_recent or is_strange or is_some or points_back)


def _is_plain(number: Number) -> bool:
    """Return whether nothing that is not understood governs a number: "12 seats", "we have 12 seats"."""
    governing = (token for token in reversed(number.before if not number.link else ()) if token.cue not in _PLAIN)
    first = next(governing, None)
    return first is None or first.cue in _STATED or first.value < 0


def _inherit(earlier: Sequence[Number], heirs: Sequence[Number]) -> None:
    """Read numbers without a word of their own as those before: "we had 20 seats, now we have 15"."""
    heirs = [each for each in heirs if each.role in _UNSAID and each.kind == "bare"]
    named = [each for each in earlier if each.role not in _UNSAID and each.kind not in {"other", "group"}]
    for heir, source in zip(heirs, named[-len(heirs) :], strict=False):
        is_now, heir.kind = heir.role == "now_any", source.kind
        _give_role(heir)
        if is_now:
            heir.role = {"person": "people", "seat": "now_seats"}.get(heir.kind, "none")
        elif source.role == "used" and heir.role in {"", "have", "people"}:
            heir.role = "used"


def _settle_share(part: Number, whole: Number, *, is_short: bool) -> None:
    """Correct the parts of "48 of 60 seats", "17/15 seats used", "we disabled 3 of our 12 agents"."""
    whole.kind = part.kind if whole.kind == "bare" else whole.kind
    is_ratio = cues(whole.before) in ([], ["/"])
    if is_ratio and part.value > whole.value and not part.has("ACTIVE", "USE"):
        part.certain = whole.certain = False
    if whole.kind in STAFF and part.role in {"", "none"}:
        whole.certain = False  # "we let 4 of our 35 agents go"
    if is_ratio and (part.kind in STAFF) != (whole.kind in STAFF):
        return  # seats 40 / 33 staff
    if part.role == "none" or whole.kind in {"other", "group"} or (part.kind == "bare" and not (is_short or part.role)):
        whole.role = "none" if part.role == "none" and whole.kind == "bare" else whole.role
    elif part.has("ACTIVE", "USE") and whole.kind == "seat":
        part.role, whole.role = "used", "seats"
    elif part.role in {"paid", "billed", "portal"} or (part.role == "seats" and part.has("PAY", "BUY")):
        part.role = whole.role = "none"  # "billed for 48 of 60": nobody can tell
    elif whole.kind in STAFF and not is_ratio:
        whole.role = "people"
        whole.frame = "now" if whole.frame == "if" else whole.frame
        whole.certain = whole.certain and (part.role in {"off", "used"} or part.has(*_OWN) or whole.has(*_OWN))
        if part.role == "people":  # "4 of our 12 agents want it": who knows of the others
            part.role, whole.certain = "none", whole.certain and part.certain
        if part.role == "used" and not {UNKNOWN, "IN", "TIME"}.isdisjoint(cues(part.after)):
            part.certain = False  # "3 of our 12 agents work nights"
    elif part.role == "seats" and (
        cues(part.after[:1]) == [UNKNOWN] or not {"WISH", "MAYBE", "CUT_DONE", "MOVE"}.isdisjoint(cues(part.after[:3]))
    ):
        part.role, whole.role = "none", "seats"  # "2 of the 5 seats belong to admins"
    elif part.role in {"seats", "people", "used", "full", ""}:
        part.certain = part.certain and (part.role == "used" or part.kind == "seat")
        whole.certain = whole.certain and whole.kind != "person" and part.kind != "bare"
        is_part = part.kind != "bare" or part.value <= whole.value
        part.role, whole.role = ("used", "seats") if is_part else ("none", "none")
    else:
        whole.role = "base" if part.role in {"lost", "gained"} else "seats"
        whole.frame = "now"


def _settle_pair(first: Number, second: Number) -> None:
    """Correct the parts of two numbers that speak of each other: from 20 to 15, 8 instead of 12, 5 more to our 60."""
    kinds, tie = {first.kind, second.kind}, (second.link, first.role)
    verbs = [cue for cue in cues(second.after) if cue in {"CUT", "CUT_DONE", "ADD", "ADD_DONE"}]  # at a German end
    lead = f" {' '.join([*cues(first.before), *verbs])} "
    if second.link == "use":
        if kinds <= STAFF:
            first.role = second.role = "none"  # 12 agents use 10 accounts
    elif tie == ("to", "staff_add"):
        second.role = "people"  # 2 agents to our 13
    elif tie in {("to", "gained"), ("to", "seat_add"), ("from", "lost"), ("from", "seat_cut")}:
        second.role = "base" if first.role in {"gained", "lost"} else "seats"  # 5 more to our 60
        second.frame = "now"
    elif second.link == "instead":
        if first.role == "target" and second.kind in {"bare", "seat"}:
            second.role = "seats"
        elif kinds == {"bare"}:
            first.role = second.role = "none"
    elif kinds & {"other", "group"} or (kinds == {"bare"} and re.search(r" (?:BILL|COST|PAY) ", lead)):
        first.role = second.role = "none"
    else:
        _settle_step(first, second, lead)


def _settle_step(first: Number, second: Number, lead: str) -> None:
    """Correct the parts of the two ends of a change: from 20 to 15 seats, to 75 seats from 60."""
    kinds, between = {first.kind, second.kind}, cues(second.before)
    before, after = (first, second) if second.link == "to" else (second, first)
    has_verb = re.search(r" (?:CUT|ADD|MOVE|WISH|CUT_DONE|ADD_DONE|MOVED|MAYBE) | WAY $", lead) or "WAY" in between
    is_real = not re.search(r" (?:WISH|MAYBE|IF|DO) ", lead)
    is_done = "CUT_DONE" in between or re.search(r" (?:CUT_DONE|ADD_DONE|MOVED) | US (?:~ )*CUT ", lead)
    if "seat" not in kinds and not has_verb and " FROM " not in lead:
        before.role = after.role = "none"  # 10 to 15 people
    elif is_real and is_done:
        is_count = " COUNT " in lead or ("seat" not in kinds and first.has("ACTIVE"))
        is_staff = bool(kinds & STAFF) and " SEAT " not in lead
        before.role, after.role = "none", "people" if is_count or (is_staff and " MOVED " in lead) else "now_seats"
        after.certain = is_count or not is_staff
    else:
        before.role, after.role = "seats", "target"
        before.frame = "now" if before.frame == "if" else before.frame
        is_plan = re.search(r"^ MOVE | (?:CUT|ADD|CUT_DONE|ADD_DONE) ", lead) or (
            not is_real and has_verb and not kinds & STAFF
        )
        before.certain = bool(is_plan)


# --- adding up -----------------------------------------------------------------------------------------------------

_STAFF_CHANGES: Final = frozenset({"off", "staff_off", "staff_add"})
_SEAT_CHANGES: Final = frozenset({"gained", "lost", "seat_cut", "seat_add"})


def _mentions(numbers: Sequence[Number], errors: Sequence[StaffCountError]) -> Mentions:
    if any(map(_is_unexplained, numbers)):
        for number in _of(numbers, "people"):
            number.certain = False
    for at, number in enumerate(numbers):  # "26 agents (12 here, 14 there)"
        if (
            number.is_aside
            and number.role == "people"
            and any(each.role == "people" and not each.is_aside for each in numbers[:at])
        ):
            number.role = "none"
    for first, second in pairwise(numbers):  # "disabled 3 agents and 2 users"
        alike = {"people": _STAFF_CHANGES, "seats": _SEAT_CHANGES}.get(second.role, frozenset())
        has_verb = first.has("OFF", "SWITCH_OFF", "HIRE", "ADD", "CUT", "CUT_DONE")
        if first.role in alike and has_verb and second.joint == "AND" and not second.before:
            second.role = first.role
    for number in _of(numbers, "seats") if errors else ():  # "locked (16 > 15), then we bought 5 seats": 5 more
        if number.has("BUY") and number.value < errors[-1].purchased:
            number.role = "gained"
    purchased, billed, bought_since = _purchased(numbers)
    active = _active(numbers)
    if purchased and not active:  # "billed for 60, we have 48"
        active = _of(numbers, "have")
    elif active and not purchased:
        purchased = _of(numbers, "have")
    if not (purchased and active):  # "if we had 20 seats" alone says nothing of today
        purchased, active = ([each for each in found if each.frame != "if"] for found in (purchased, active))
    counts = [each.value for each in purchased + active + billed if not _is_amount(each)]
    counts += [number for error in errors for number in (error.active, error.purchased)]
    purchased, billed = ([each for each in found if _is_near(each, counts)] for found in (purchased, billed))
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


def _is_unexplained(number: Number) -> bool:
    """Return whether a number that may be one of staff was not understood: who knows how many there are then?"""
    if number.kind == "group":
        return bool(number.before or number.after)  # they are emptied where it is multiplied
    if number.frame in {"past", "others"} or cues(number.before[-1:]) in ([UNKNOWN], ["KIND"]):
        return False  # was so once, or a version
    is_more = number.kind == "bare" and number.role == "seat_add" and not number.has("WISH", "ADD", "MAYBE", "HAVE")
    is_of_them = number.role in {"none", "free"} and (number.has("OF_THEM") or number.joint == "OF_THEM")
    is_admin = number.role == "none" and number.kind == "admin"
    return number.role == "" or is_more or is_admin or (is_of_them and not number.has("ADMIN"))


def _of(numbers: Sequence[Number], *roles: str, frames: Sequence[Frame] = ("now", "if")) -> list[Number]:
    return [each for each in numbers if each.role in roles and each.frame in frames]


def _is_amount(number: Number) -> bool:
    """Return whether a number could be money: "we pay 500", "the invoice shows 480"."""
    return number.kind == "bare" and number.role in {"paid", "billed"}


def _is_near(number: Number, counts: Sequence[int]) -> bool:
    is_near = any(max(number.value, each) <= _MOST_TIMES * min(number.value, each) for each in counts)
    return is_near or not counts or not _is_amount(number)


def _change(numbers: Sequence[Number], add: str, cut: str = "") -> int | None:
    found = _of(numbers, *filter(None, (add, cut)), frames=("now", "if", "was"))
    changes = {each.value if each.role == add else -each.value for each in found}
    return changes.pop() if len(changes) == 1 else None


def _multiply(numbers: Sequence[Number]) -> None:
    """Make "two teams with 6 agents each" 12 agents; "20 seats each" without a number of groups says nothing."""
    for first, second in pairwise([*numbers, *numbers[-1:]]):
        if "EACH" in cues(first.before) and first.kind in STAFF and second is not first:
            second.role = "none"  # each of our 12 agents has 2 accounts
        group, number = (first, second) if first.kind == "group" else (second, first)
        has_each = bool(re.search(r"> (?:.* )?EACH(?! TIME| COUNT| PLAN| BILL)|EACH <", number.line))
        if number.kind in {"group", "other"}:
            continue
        is_each = has_each or "EACH" in cues(group.before)
        if group.kind == "group" and (is_each or cues(number.before) == ["OF"]):
            group.before = group.after = []
            number.value *= group.value
            number.certain = number.certain and is_each and number.kind != "bare"
            number.role = number.role or "people"
            number.after = [token for token in number.after if token.cue != "EACH"]
        elif has_each and number is first:
            number.role = "none"


def _added_up(numbers: Sequence[Number], chosen: Sequence[Number]) -> list[Number]:
    """Add up the chosen numbers of groups named apart: agents and administrators, one office and another."""
    found: list[Number] = []
    place = -2
    for number in chosen:
        last, before = found[-1] if found else None, place
        place = next(at for at, each in enumerate(numbers) if each is number)
        if last and place == before + 1 and number.joint in {",", "AND", "WITH", ")", ""} and _is_apart(last, number):
            found[-1] = replace(last, value=last.value + number.value, end=number.end, after=number.after)
            found[-1].certain = last.certain and number.certain and (last.kind != number.kind or _has_place(last))
            found[-1].kind = last.kind if last.kind == number.kind else "person"
        elif not number.has("EXTRA"):
            found.append(number)
    return found


def _is_apart(first: Number, second: Number) -> bool:
    return "admin" in (first.kind, second.kind) or _has_place(second) or second.has("EXTRA")


def _has_place(number: Number) -> bool:
    """Return whether the words of a number name a place or a group: "9 agents in Paris", "office B 9"."""
    before, after = cues(number.before), cues(number.after)
    is_named = before[:1] in ([UNKNOWN], ["KIND"], ["PAY"]) and {*before[1:]} <= {UNKNOWN, "HAVE", ":", "~"}
    is_named = is_named and number.kind == "person" and (before[:1] == [UNKNOWN] or before[1:] == ["HAVE"])
    return (
        "GROUP" in before + after or is_named or (after[:1] == ["IN"] and not {UNKNOWN, "KIND"}.isdisjoint(after[1:3]))
    )


def _purchased(numbers: Sequence[Number]) -> tuple[list[Number], list[Number], int | None]:
    """Return the seats that are paid for, those that are only billed, and those bought on top of an unknown number."""
    stated = _added_up(numbers, _of(numbers, "seats", "full", "paid")) + _of(numbers, "portal")
    billed = _of(numbers, "billed")
    if any(each.role != "full" for each in stated):
        stated = [each for each in stated if each.role != "full"]
    if not stated and not billed:
        stated = [each for each in _of(numbers, "seat_add", frames=("if",)) if not each.has("EXTRA")]
    if after := _of(numbers, "now_seats"):
        return after, stated + billed, None
    moved = _of(numbers, "gained", "lost", frames=("now", "was", "past"))
    change = sum(each.value if each.role == "gained" else -each.value for each in moved)
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
    if used := _of(numbers, "used", "full"):
        return _added_up(numbers, used)
    people = _added_up(numbers, [each for each in _of(numbers, "people") if each.joint != "INCLUDING"])
    off = _of(numbers, "off")
    total_off = sum(each.value for each in off)
    if off and len(people) == 1 and total_off < people[0].value:
        is_part = all(
            each.is_part
            or each.is_aside
            or each.has("OF_THEM")
            or (each.start > people[0].start and each.joint not in {"AND", "."})
            for each in off
        )
        return [replace(people[0], value=people[0].value - total_off, certain=people[0].certain and is_part)]
    return people


def _readings(numbers: Sequence[Number], *, has_company: bool, is_beside_error: bool = False) -> tuple[Reading, ...]:
    """Return the distinct readings; people and money are what they seem only beside a number of the other kind.

    Beside a pasted error, "but we pay for 5" speaks of seats.
    """
    found: dict[int, Reading] = {}
    for each in numbers:
        is_beside = has_company or (is_beside_error and "FOR" in cues(each.before))
        is_weak = _is_amount(each) or (each.role == "people" and (each.kind in {"people", "bare"} or each.value <= 2))
        is_alone = not is_beside and (
            (_is_amount(each) and "FOR" not in cues(each.before))
            or (each.role == "people" and not (each.certain and each.kind == "person") and not each.has(*_OWN, "ABOUT"))
        )
        if each.kind == "admin" or is_alone:
            continue
        certain = each.certain and each.frame == "now" and each.kind != "worker" and (is_beside or not is_weak)
        if each.value not in found or certain:
            found[each.value] = Reading(each.value, *each.span, certain)
    if any(each.role == "people" and not each.certain and each.kind in {"person", "admin"} for each in numbers):
        return tuple(replace(each, certain=False) for each in found.values())
    is_any_certain = any(each.certain for each in found.values())
    return tuple(each for each in found.values() if each.certain or not is_any_certain)
