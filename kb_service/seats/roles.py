"""Which part each number of a text plays, and whether that is certain.

Each clause is a line of cues, such as "US PAY FOR <seat>", and the first rule that fits the line gives its number a
part. Numbers that speak of each other correct these parts. What stands beside something that is not understood, or
differs from another reading, is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from kb_service.seats.clauses import STAFF, Number, cues, numbers_of, rule_of
from kb_service.seats.pasted_errors import StaffCountError, read_pasted_errors
from kb_service.seats.tokens import (
    AMOUNT,
    NOUNS,
    NUMBER,
    UNKNOWN,
    has_numbers,
    plain,
    tokenize,
)

MAX_NUMBERS: Final = 24  # a text with more is a log or an export, where no word says what a number is
SHORT: Final = 8  # tokens; "48 of 60" alone is about seats here, in a longer text some word must say so
OWN: Final = frozenset({"HAVE", "WE_ARE", "ONLY", "US", "OUR", "USE", "ACTIVE", ":", "NOW", "COUNT"})
_TURNS: Final = frozenset(
    {"CUT", "WAY", "THEN", "NOW", "~", "TO", "LY", "US", "MOVED", "ADD_DONE", "CUT_DONE", "HAVE", "UP_TO"}
)
_SEATS_NOW: Final = frozenset({"seats", "now_seats"})
COUNTED: Final = frozenset({"people", "used"})
_TOPIC: Final = NOUNS | {"COUNT", "LISTING", "PAY", "BUY", "BILL", "ORDER"}
_HTTP_ERRORS: Final = frozenset({400, 401, 403, 404, 500, 502, 503})  # "getcount gives 404"


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
            number.certain = number.certain and number.role in {"portal", "used"} and not number.link
    if re.search(rf"FEW (?:OF )?(?:KIND )?(?:{'|'.join(NOUNS)})", " ".join(cues(tokens))):
        for number in numbers:  # "a dozen agents and a few admins"
            number.certain = number.certain and number.kind not in STAFF
    _multiply(numbers)
    _take_apart(numbers)
    _doubt(numbers)
    return numbers, errors


def _is_about_seats(words: Sequence[str]) -> bool:
    """Return whether a number without a noun may be one of seats or staff: "we went from 30 to 20" alone is not."""
    found = {*words}
    hints = ({"PLAN"}, {"ACTIVE", "USE", "WE_ARE"}, {"CUT", "CUT_DONE", "ADD"})
    return bool(found & _TOPIC) or sum(bool(found & hint) for hint in hints) > 1


_STRANGE: Final = re.compile(r"\? (?:~ |MAYBE )*(?:HAVE|SAY|PAY|BUY|USE)|\? :$|US (?:~ )*\?")  # strange subject or verb
_PLAIN: Final = frozenset(
    {":", "/", "~", "THE", "IN", "US", "ALL", "ONLY", "SUM", "KIND", "FOR", "OF", "ONE", "GROUP", "LY", "AFTER", "AWAY"}
)
_GROUP_NAMES: Final = frozenset({"GROUP", UNKNOWN, "KIND", "TIME", "WAY", "ONE", ":", "~", "HAVE", "IN", "THE"})
_STATED: Final = frozenset(
    {
        AMOUNT,
        "HAVE",
        "OUR",
        "WAS",
        "WE_ARE",
        "NOW",
        "SAY",
        "PLAN",
        "BILL",
        "COUNT",
        "SEAT",
        "LICENCE",
        "PERSON",
        "PEOPLE",
        "ADMIN",
    }
)
_NO_NAMES: Final = NOUNS | {
    *("US", "OUR", "HAVE", "WE_ARE", "NOW", "WAS", "PAST", "BEFORE", "OFF", "FREE", "ACTIVE", "TIME", "LABEL", "WISH"),
    *("ONLY", "FOR", "OF", "IN", "TO", "FROM", "BY", "THE", "ABOUT", "NOT", "ALL", "SUM", "COUNT", "PLAN", "OTHERS"),
    *("USE", "BUY", "ONE", "LISTING", "EACH", "EXTRA", "NEW", "BOUND", "UP_TO", "MAYBE", "IF", "AMOUNT"),
}  # cues that name no department; "billing 4" and "returns 3" do
_UNSAID: Final = frozenset({"", "have", "now_any"})  # parts that only the numbers before can decide
_SAID: Final = frozenset({"used", "paid", "portal", "billed"})  # parts that a word gives, not the noun alone
_REASONS: Final = frozenset(
    {"NOT", "HALF", "FROM", "ADD_DONE", "THAN", "AFTER", "FREE", "WISH", "MAYBE", "BOUND", "EXTRA"}
)
_HEIR: Final = re.compile(
    r"(?:.*(?:HAVE|NOW|SAY|WAS|ONLY|OUR|IN|FOR|GROUP|ALL|PAST|TO|US|ABOUT|:|~|EACH)|(?: IN)?[? ]*) ?<bare>.*"
    r"| <bare> IN .*"
)


def _give_roles(numbers: Sequence[Number], *, is_short: bool) -> None:
    for number in numbers:
        _give_role(number)
    _list(numbers)
    _add_items(numbers)
    for at, number in enumerate(numbers):
        if number.role in _UNSAID and number.kind == "bare" and not number.lead and _HEIR.fullmatch(number.line):
            _inherit(numbers[:at], numbers[at : at + 2])
    for number in numbers:
        number.role = "now_seats" if number.role == "now_any" else number.role
    for first, second in reversed([*pairwise(numbers)]):
        _settle_sum(first, second)
    for first, second in pairwise(numbers):
        _settle_course(first, second)
        _settle_change(first, second)
        if second.role == "target" and cues(second.before[:1]) == ["CUT"] and first.frame in {"was", "past"}:
            second.role = "now_seats"  # "we had 18 seats, cut to 14"
        if first.value == 1 and first.kind == "seat" and second.joint in {"", UNKNOWN} and not second.link:
            second.role = "none"  # "1 licence for 2 people"
        if second.link == "of":
            _settle_share(first, second, is_short=is_short)
        elif second.link:
            _settle_pair(first, second)
        if "TIMES" in cues([*first.after[-1:], *second.before[:1]]):
            first.certain = second.certain = False  # "2 x 8 agents"
        is_odd = second.kind == "other" and second.after[:1] and second.after[0].cue == UNKNOWN and second.joint != "."
        if first.role == "now_seats" and second.joint == "," and second.role in {"", "none"} and second.frame == "now":
            first.certain = first.certain and second.kind not in {"bare", "other"}  # "then 15, zundep 20"
        if first.role in {"people", "seats"} and is_odd and second.value < first.value:
            first.certain = False  # "35 users, 4 greyed out", "30 seats were ordered, 28 delivered"
        if second.role == "free" and second.kind == "bare" and second.has("NOT") and first.role in {"people", "used"}:
            second.role = "off"  # "30 agents, but 5 no longer work here"
        if first.role == "seats" and second.role == "used" and second.value <= first.value and not first.link:
            first.certain = first.certain or cues(first.before) in (["OF"], ["OF", "THE"])  # "of 20 seats 16 are used"
        if first.role == "off" and second.kind in {"bare", *STAFF} and "STAY" in cues(second.before):
            second.role = "used"  # "3 agents left, 12 stay"
        if second.joint == "OR" and first.role in {"target", "seat_add", "seat_cut"}:
            second.role = first.role
        elif second.joint == "OR" and first.role == "" and second.role == "seats":
            first.role, first.kind = second.role, second.kind  # "12 or 13 seats"
        is_sum = first.role == "" and not (first.before or first.after or second.before)  # "5 + 5 + 3 licences"
        if second.joint == "OR" or (is_sum and second.joint in {",", "AND"}):  # "20 or 25 licences"
            first.certain = second.certain = False
    for off, before, after in zip(numbers, numbers[1:], numbers[2:], strict=False):
        if off.role == "off" and after.link == "to" and before.value - off.value == after.value:
            before.role, after.role, after.certain = "none", "used", True  # "removed 2 agents, so from 17 to 15"


def _settle_course(first: Number, second: Number) -> None:
    """Read the last of numbers in turn: "signed up with 5 seats, upgraded to 10, then to 16"."""
    before, said = cues(second.before), {"people"} if first.role == "people" else _SEATS_NOW
    is_led = "THEN" in before[:2] or before[-1:] == ["TO"] or (first.role == "now_seats" and before == ["NOW"])
    is_next = second.joint in {",", "AND", "BUT"} and second.kind in {"bare", first.kind} and second.frame != "if"
    is_later = first.frame != "now" or first.role == "now_seats" or "THEN" in before
    if not (is_led and is_next and is_later and first.role in said and second.role in {"", "target", "none", *said}):
        return
    second.certain = (second.role == "now_seats" and second.certain) or {*before} <= _TURNS
    second.role = "people" if first.role == "people" else "now_seats"
    first.frame, second.frame, second.kind = "past", "now", first.kind
    first.role = "none" if first.role == "now_seats" else first.role


def _settle_change(first: Number, second: Number) -> None:
    """Read what came of a change: "had 12 agents, added 3 more", "3 quit, 17 left", "10 seats plus 5 we bought"."""
    before, after = cues(second.before), cues(second.after)
    is_same = second.kind in {"bare", first.kind}
    if first.role in COUNTED and first.frame == "was" and is_same and second.has("ADD_DONE", "CUT_DONE"):
        if second.joint in {",", "AND", "BUT"} and second.role in {"gained", "none", "staff_add", "lost"}:
            change = -second.value if second.role == "lost" else second.value
            first.value, first.frame, second.role = first.value + change, "now", "none"
    elif first.role == "off" and second.is_heir and {"WE_ARE", "WAY"} <= {*before}:
        second.role, second.certain = "used", True
    elif first.role == "off" and is_same and second.value > first.value:
        is_rest = second.role == "free" or (second.role == "off" and second.has("LEFT"))
        second.role = "used" if is_rest else second.role
    elif first.role == "seats" and second.joint == "AND" and after[:2] in (["US", "BUY"], ["US", "ADD_DONE"]):
        first.role, second.role = "base", "gained"
    elif first.kind == "seat" and first.role == "none" and second.role in COUNTED and second.value > 1:
        is_plain = not before and not first.before and first.value == 1 and second.joint in {",", "BUT"}
        is_enough = first.has("ENOUGH") and not {"OUR", "ACTIVE"}.isdisjoint([*before, *second.adjectives])
        if is_plain or is_enough:  # "one seat, two agents", "are 10 seats enough for our 8 agents"
            first.role, first.certain = "seats", is_plain


def _settle_sum(first: Number, second: Number) -> None:
    """Read "7 admins and 11 agents, all active" as one sum: what is said of the second is said of both."""
    is_sum = second.joint in {"AND", ","} and not (first.after or first.link or second.link)
    is_sum = is_sum and {first.kind, second.kind} <= STAFF | {"bare"}
    is_sum = is_sum and (second.has_place or {*cues(second.before)} <= {"OUR", "ONE", "THE"})
    if not is_sum or not ("admin" in {first.kind, second.kind} or (first.has_place and second.has_place)):
        return
    if {first.role, second.role} == COUNTED and not first.has("WAS") and first.frame == second.frame:
        first.role = second.role = "used"


def _list(numbers: Sequence[Number]) -> None:
    """Give the numbers of a list the noun at its end: "15, 20 and 10 agents"."""
    is_list = False
    for first, second in reversed([*pairwise(numbers)]):
        is_list = second.joint == "AND" or (is_list and second.joint == ",")
        is_list = is_list and not second.before and {*cues(first.after)} <= {"KIND"} and second.role in COUNTED
        if is_list and first.kind == "bare" and first.role in _UNSAID and not (first.before or first.link):
            first.kind, first.role = second.kind, second.role
            first.certain = second.certain = False


def _add_items(numbers: Sequence[Number]) -> None:
    """Mark the groups of a list: "sales 5, support 9, all active", or a line each with "sales: 5 people"."""
    run: list[Number] = []
    for at, number in enumerate(numbers):
        following = next(iter(numbers[at + 1 : at + 2]), None)
        before = [cue for cue in cues(number.before) if cue not in {":", "~"}]
        is_named = len(before) in {1, 2} and (before[-1] not in _NO_NAMES or number.kind == "admin")
        is_named = is_named and number.kind in {"bare", *STAFF} and not number.link and number.frame == "now"
        run = [*run, number] if is_named else []
        is_last = following is None or bool(number.after) or (number.kind == "bare") != (following.kind == "bare")
        is_all = cues(number.after[:1]) == ["ALL"] and not {"ACTIVE", "USE"}.isdisjoint(cues(number.after))
        is_lines = number.kind != "bare" and all(cues(each.before[-1:]) == [":"] for each in run)
        if len(run) > 1 and (is_all or is_lines):
            for each in run:
                each.role, each.is_item = "used" if is_all else "people", True
                each.certain = each.kind != "worker"
                each.kind = "person" if each.kind == "bare" else each.kind
        run = [] if is_last else run


def _give_role(number: Number) -> None:
    """Give a number its part by the first rule that fits its line, "" when none does."""
    if number.kind in {"other", "group"}:
        number.role = "none"
        return
    rule = rule_of(number.line)
    number.role = rule.role if rule else ""
    is_general = number.is_article or (number.value == 1 and not number.has(*OWN, "PAY", "BUY"))
    is_one_more = number.is_article and number.joint in {"AND", ")"} and number.kind in STAFF  # "plus one API account"
    number.certain = number.certain and not (is_one_more and number.kind != "admin")
    if (
        is_general
        and number.kind != "admin"
        and not is_one_more
        and number.role in {"seats", "portal", "people", "target"}
    ):
        number.role = "none"  # "what does one licence mean"
    if number.joint == "OF_THEM" and number.role in {"people", "seats"}:
        number.role = "none"
    is_code = number.has("COUNT") or cues(number.before[-1:]) == ["ONE"]
    if number.kind == "bare" and is_code and number.value in _HTTP_ERRORS:
        number.role = "none"
    before, after = cues(number.before), cues(number.after)
    if number.role in COUNTED and ("PLUS_ME" in after or before[-1:] == ["PLUS_ME"]):
        number.value += 1
    is_rough = "ABOUT" in (*before[-2:], *after[:1]) or before[-1:] == ["LY"] or number.has("EXCEPT", "MAYBE_ME")
    is_recent = number.has("BUY") and number.has("PAST")  # "bought 5 seats yesterday": all there are, or 5 more?
    is_strange = before[-1:] == [AMOUNT] and number.kind in STAFF  # "15 (+6) agents"
    is_strange = is_strange or (before[-1:] == [UNKNOWN] and "GROUP" not in before and number.role != "used")
    is_strange = is_strange or bool(
        number.role in {"seats", "people"}
        and _STRANGE.search(" ".join(before))
        and not (number.has_place or "GROUP" in before)
    )
    is_some = after[:1] == [UNKNOWN]
    following = [*after, *cues(number.rest)][:3]
    is_some = is_some or not ({UNKNOWN, "WAS", "MOVE", "MOVED", "WISH"}.isdisjoint(following) or number.has(*OWN))
    is_some = is_some and before[-1:] != ["OUR"]  # "our 40 agents handle three brands" are all there are
    is_some = is_some and number.role == "people" and not number.has_place  # "4 agents complain"
    points_back = before[-1:] == ["THE"] and not (number.link or number.has("PAY", "BUY"))
    points_back = points_back and number.role in {"seats", "people"}
    is_sure = rule is None or rule.doubt == "" or (rule.doubt == "*" and _is_plain(number))
    number.certain = number.certain and is_sure and not (is_rough or is_recent or is_strange or is_some or points_back)


def _is_plain(number: Number) -> bool:
    """Return whether nothing that is not understood governs a number: "12 seats", "we have 12 seats"."""
    if "GROUP" in cues(number.before) and {*cues(number.before)} <= _GROUP_NAMES:
        return True
    governing = (token for token in reversed(number.before if not number.link else ()) if token.cue not in _PLAIN)
    first = next(governing, None)
    return first is None or first.cue in _STATED


def _inherit(earlier: Sequence[Number], heirs: Sequence[Number]) -> None:
    """Read numbers without a word of their own as those before: "we had 20 seats, now we have 15"."""
    heirs = [each for each in heirs if each.role in _UNSAID and each.kind == "bare"]
    named = [each for each in earlier if each.role not in _UNSAID and each.kind not in {"other", "group"}]
    for heir, source in zip(heirs, named[-len(heirs) :], strict=False):
        is_now, heir.kind, heir.is_heir = heir.role == "now_any", source.kind, True
        _give_role(heir)
        is_alike = source.certain and source.has_place and heir.has_place and heir.shape == ([], source.shape[1])
        heir.certain = is_alike or (heir.certain and UNKNOWN not in cues([*heir.before[-2:], *heir.after]))
        if is_now:
            heir.role = {"person": "people", "seat": "now_seats"}.get(heir.kind, "none")
        elif source.role in COUNTED and heir.role in {"", "have", "people"}:
            heir.role = source.role


def _settle_share(part: Number, whole: Number, *, is_short: bool) -> None:
    """Correct the parts of "48 of 60 seats", "17/15 seats used", "we disabled 3 of our 12 agents"."""
    is_free = not {"LEFT", "FREE", "STAY"}.isdisjoint(cues(whole.before)) or part.has("FREE")
    is_free = is_free or part.role == "free"
    if is_free and part.kind in {"seat", "bare"}:
        part.role, whole.role, whole.kind = "free", "seats", "seat"  # "3 seats left of 25"
        return
    is_bare = all(each.kind == "bare" or each.is_heir for each in (part, whole))
    if is_bare and "WE_ARE" in cues(part.before) and {*cues(part.before)} <= {"WE_ARE", "IN", "~", "NOW", "ONLY"}:
        part.role, whole.role, whole.kind = "used", "seats", "seat"  # "we're at 24 of 25"
        part.certain = whole.certain = True
        return
    whole.kind = part.kind if whole.kind == "bare" else whole.kind
    is_ratio = cues(whole.before) in ([], ["/"])
    if is_ratio and part.value > whole.value and not part.has("ACTIVE", "USE"):
        part.certain = whole.certain = False
    if UNKNOWN in cues([*part.before[-2:], *part.after[:2]]) and part.role in {"seats", "people"}:
        part.certain = whole.certain = False  # "4 of our 25 seats are gone", "we freed 5 of 20 seats"
    if is_ratio and (part.kind in STAFF) != (whole.kind in STAFF):
        return  # seats 40 / 33 staff
    if part.role == "none" or whole.kind in {"other", "group"} or (part.kind == "bare" and not (is_short or part.role)):
        whole.role = "none" if part.role == "none" and whole.kind == "bare" else whole.role
    elif (part.has("ACTIVE", "USE") and whole.kind == "seat") or whole.has("PAY", "BUY"):
        part.role, whole.role = "used", "seats"
    elif part.role in {"paid", "billed", "portal"} or (part.role == "seats" and part.has("PAY", "BUY")):
        part.role = whole.role = "none"  # "billed for 48 of 60": nobody can tell
    elif whole.kind in STAFF and not is_ratio:
        whole.role = "people"
        whole.frame = "now" if whole.frame == "if" else whole.frame
        whole.certain = whole.certain and (part.role in {"off", "used"} or part.has(*OWN) or whole.has(*OWN))
        if part.role == "people":  # "4 of our 12 agents want it": who knows of the others
            part.role, whole.certain = "none", whole.certain and part.certain
        if part.role == "used" and not {UNKNOWN, "IN", "TIME", "NOW"}.isdisjoint(cues(part.after)):
            part.certain = False  # "3 of our 12 agents work nights", "9 of our 14 agents logged in this month"
    elif part.role == "seats" and (
        cues(part.after[:1]) == [UNKNOWN] or not {"WISH", "MAYBE", "CUT_DONE", "MOVE"}.isdisjoint(cues(part.after[:3]))
    ):
        part.role, whole.role = "none", "seats"  # "2 of the 5 seats belong to admins"
    elif part.role in {"seats", "people", "used", "full", ""}:
        part.certain = part.certain and (part.has("ACTIVE", "USE") or part.kind != "bare")
        whole.certain = whole.certain and whole.kind != "person" and part.kind != "bare"
        is_part = part.kind != "bare" or part.value <= whole.value
        part.role, whole.role = ("used", "seats") if is_part else ("none", "none")
    else:
        whole.role = "base" if part.role in {"lost", "gained"} else "seats"
        whole.frame = "now"


def _settle_pair(first: Number, second: Number) -> None:
    """Correct the parts of two numbers that speak of each other: from 20 to 15, 8 instead of 12, 5 more to our 60."""
    kinds, tie = {first.kind, second.kind}, (second.link, first.role)
    at_end = {"CUT", "CUT_DONE", "ADD", "ADD_DONE", "MOVED"}  # where a German verb stands
    verbs = [cue for cue in cues(second.after) if cue in at_end]
    lead = f" {' '.join([*cues(first.before), *verbs])} "
    if second.link == "use":
        if kinds <= STAFF:
            first.role = second.role = "none"  # 12 agents use 10 accounts
    elif second.link == "to" and first.kind in STAFF and second.kind == "seat" and first.role in COUNTED:
        second.role, second.certain = "seats", True  # 30 Agenten auf 35 Plaetzen
    elif tie == ("to", "staff_add"):
        second.role = "people"  # 2 agents to our 13
    elif tie == ("to", "seat_add") and second.kind in STAFF and first.kind == "bare":
        first.role, second.role = "staff_add", "people"  # 4 to our 21 agents
    elif tie == ("to", "seats") and first.has("BUY") and not first.has("WISH", "MAYBE"):
        first.role, second.role = "gained", "base"  # bought 5 seats on top of our 20
    elif tie in {("to", "gained"), ("to", "seat_add"), ("from", "lost"), ("from", "seat_cut")} and " : " not in lead:
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
    is_done = "CUT_DONE" in between or re.search(r" (?:CUT_DONE|ADD_DONE|MOVED) |^ WAY | US (?:~ )*CUT ", lead)
    if (second.link == "from" and cues(first.before[-1:]) == ["BY"]) or (
        "seat" not in kinds and not has_verb and " FROM " not in lead
    ):
        before.role = after.role = "none"  # 10 to 15 people
    elif is_real and is_done:
        is_count = " COUNT " in lead or ("seat" not in kinds and (first.has("ACTIVE") or second.has("ACTIVE")))
        is_count = is_count or (" GROUP " in lead and not kinds.isdisjoint(STAFF))
        is_staff = bool(kinds & STAFF) and " SEAT " not in lead
        before.role, after.role = "none", "people" if is_count or (is_staff and " MOVED " in lead) else "now_seats"
        after.certain = is_count or not is_staff
    else:
        before.role, after.role = "seats", "target"
        before.frame = "now" if before.frame == "if" else before.frame
        is_plan = re.search(r"^ MOVE | (?:CUT|ADD|CUT_DONE|ADD_DONE) ", lead) or (
            not is_real and has_verb and not kinds & STAFF
        )
        before.certain = bool(is_plan) and (
            lead != " CUT " or second.has("WISH")
        )  # "cut 40 to 30 seats": done, or asked for


# --- what is not understood ----------------------------------------------------------------------------------------


def _multiply(numbers: Sequence[Number]) -> None:
    """Make "two teams with 6 agents each" 12 agents; "20 seats each" without a number of groups says nothing."""
    for first, second in pairwise([*numbers, *numbers[-1:]]):
        if (
            {"EACH", "HAVE"} & {*cues(first.before)} == {"EACH"}
            and first.kind in {"other", *STAFF}
            and not second.has("US")
            and second is not first
        ):
            second.role = "none"  # each of our 12 agents has 2 accounts
        group, number = (first, second) if first.kind == "group" else (second, first)
        has_each = bool(
            re.search(
                r"> (?:.* )?(?<!AMOUNT )EACH(?! TIME| COUNT| PLAN| BILL| AMOUNT)|EACH (?:HAVE |WITH )?<", number.line
            )
        )
        if number.kind in {"group", "other"}:
            continue
        is_each = has_each or (
            "EACH" in cues(group.before) and bool(number.before if number is second else group.joint in {"", UNKNOWN})
        )
        is_each = is_each or (number is second and cues(number.before) == ["ONE"])  # "2 Teams a 7 Agenten"
        if group.kind == "group" and (is_each or cues(number.before) == ["OF"]):
            group.before = group.after = []
            number.value *= group.value
            number.certain = number.certain and number.kind != "bare"
            number.role = number.role or "people"
            number.before, number.after = (
                [token for token in tokens if token.cue != "EACH"] for tokens in (number.before, number.after)
            )
        elif has_each and number is first:
            number.role = "none"


def _take_apart(numbers: Sequence[Number]) -> None:
    """Leave out the parts of a total: "22 agents: 15 in Paris, 7 in Rome"."""
    for at, total in enumerate(numbers):
        rest = total.value if total.role in COUNTED and not total.has_place else 0
        for end, part in enumerate(numbers[at + 1 :], at + 2):
            rest -= part.value
            if part.frame != total.frame or not (part.role in {"", "people", total.role} or part.noun == UNKNOWN):
                break
            if rest <= 0:
                for each in numbers[at + 1 : end] if rest == 0 and end > at + 2 else ():
                    each.role = "part"
                break


def _doubt(numbers: Sequence[Number]) -> None:
    """Make guesses of the numbers beside what was not understood: who knows what "6 agents, 9 helpers" add up to."""
    if any(map(_is_unexplained, numbers)):
        for number in numbers:
            number.certain = number.certain and number.role != "people"
    for first, second in pairwise(numbers):
        if first.role == "people" and _is_set_apart(first, second):
            first.certain = False
        is_joined = second.joint == "AND" and not second.before and first.kind in STAFF
        is_joined = is_joined and (second.kind in STAFF or (second.kind == "bare" and second.has("ALL")))
        if is_joined and first.role != second.role and not COUNTED.isdisjoint({first.role, second.role}):
            first.certain = second.certain = False  # "10 agents full time and 3 part time are all enabled"
    dated = [each for each in numbers if each.role == "seats" and each.has("YEAR")]
    for number in dated if len(dated) > 1 else ():  # "5 seats were bought in 2020, 5 in 2021"
        number.certain = False
    for first, second in pairwise(numbers):  # "I said 20 seats, I meant 15"
        is_open = second.role == "" and second.kind == "bare" and second.frame == "now" and second.joint != "."
        first.certain = first.certain and not (is_open and UNKNOWN in cues(second.before) and first.role == "seats")
    is_strange = False
    for first, second in pairwise(numbers):  # "the zundep has 10 seats and 12 agents"
        is_strange = _has_strange_subject(first) or (is_strange and not first.before)
        if is_strange and not second.before and second.joint in {"AND", "WITH", "/", ",", "", UNKNOWN}:
            second.certain = False
    for first, second in pairwise(numbers):
        if first.kind == "group" and (first.before or first.after) and second.joint in {"", ":", "WITH", UNKNOWN}:
            second.certain = second.certain and second.role in _SAID  # "most of the 4 offices have 5 seats"
        if first.kind == "group" and UNKNOWN in cues(second.before[-2:]) and second.joint in {"AND", ","}:
            second.certain = False  # "there are 6 brands and zundep has 2 agents"
        is_alike = UNKNOWN in (first.noun, second.noun) and first.shape == second.shape
        is_sum = UNKNOWN in (first.noun, second.noun) and second.joint == "AND"  # "5 founders and 11 agents log in"
        if second.joint == UNKNOWN or is_alike or is_sum:
            for each in (first, second):
                each.certain = each.certain and each.role in _SAID and not (is_sum and each.role == "used")


def _is_set_apart(first: Number, second: Number) -> bool:
    """Return whether some of the staff are said to be different: "10 agents, 1 on holiday", "and 3 admins"."""
    if second.joint not in {",", "(", "AND", "BUT"} or second.value >= first.value or first.has_place:
        return False
    after = cues(second.after)
    return second.is_heir and after[:1] == ["IN"] and UNKNOWN in after and second.role not in COUNTED - {"people"}


def _has_strange_subject(number: Number) -> bool:
    before = cues(number.before)
    return UNKNOWN in before[:-1] and before[-1] == "HAVE" and not number.certain


def _is_unexplained(number: Number) -> bool:
    """Return whether a number that may be one of staff was not understood: who knows how many there are then?"""
    if number.kind == "group" or number.role == "part":
        return False
    is_named = number.noun == "bare" and not number.has("IN") and cues(number.before[-1:]) in ([UNKNOWN], ["KIND"])
    if number.frame in {"past", "was", "others", "if"} or (is_named and not number.has("OF_THEM")):
        return False  # was so once, may be so, or a version
    is_more = number.kind == "bare" and number.role == "seat_add" and not number.has("WISH", "ADD", "MAYBE", "HAVE")
    is_of_them = number.role in {"none", "free"} and (number.has("OF_THEM") or number.joint == "OF_THEM")
    is_admin = number.role == "none" and number.kind == "admin"
    is_left_over = number.role == "none" and number.kind in STAFF and not (number.link or number.is_article)
    is_left_over = is_left_over and not (number.has(*_REASONS) or "OF" in number.adjectives or is_of_them)
    is_strange = number.noun == UNKNOWN or (number.role == "none" and UNKNOWN in number.adjectives)
    return (
        number.role == ""
        or is_strange
        or is_more
        or is_admin
        or is_left_over
        or (is_of_them and not number.has("ADMIN"))
    )
