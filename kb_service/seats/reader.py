"""Read what a question says of seats and staff, or nothing: which number plays which part, and which words say so.

A text is cut into clauses that hold one number each. A clause is written as a line of cues, such as "US PAY FOR <seat>",
and the first rule that fits the line gives the number its part. What was once, what would be and what is said of others
is kept apart by the frame of the clause. Last, the parts are added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from kb_service.seats.cues import NOUNS, NUMBER, UNKNOWN
from kb_service.seats.pasted_errors import read_pasted_errors
from kb_service.seats.tokens import Token, plain, tokenize

MAX_NUMBERS: Final = 24  # a text with more is a log or an export, where no word says what a number is
_HTTP_ERRORS: Final = frozenset({400, 401, 403, 404, 500, 502, 503})  # "getcount gives 404"
SHORT: Final = 6  # tokens; "48 of 60" alone is about seats here, in a longer text some word must say so
_MOST_TIMES: Final = 4  # of two numbers further apart than that one is money

_BREAKS: Final = frozenset({".", ",", "(", ")", "AND", "BUT", "WITH", "VS", "OF_THEM", "INCLUDING", "OR"})
_OPENERS: Final = frozenset({"US", "NOW", "PAST", "NEXT", "WE_ARE", "COUNT"})  # begin a clause when more numbers come
_STATES: Final = frozenset({"PAY", "BUY", "ACTIVE", "OFF", "FREE"})
_ADJECTIVES: Final = _STATES | frozenset("KIND EXTRA FEWER NEW OUR".split())
_GLUE: Final = _STATES | frozenset({":", "~", "THE", "SAY", "ONLY", "NOW", "ABOUT", "IN", "OUR", "SUM", "KIND", "WAS"})
_LABELS: Final = NOUNS | _STATES | frozenset({"COUNT", "PLAN", ":", "SAY", "NOW"})
_GO_LEFT: Final = NOUNS | _ADJECTIVES | frozenset({"~", "GROUP", "TIME", "THING", "USE", "BEFORE", "EACH", "ENOUGH", UNKNOWN})
_SILENT: Final = frozenset({"~", "THE", "IN", "OUR"})
_APART: Final = frozenset({UNKNOWN, "DO", "MAYBE", "HOW_MANY", "BY"})
_EVENTS: Final = frozenset({"BUY", "ORDER", "CUT_DONE", "ADD_DONE", "MOVED", "CUT"})
_NP: Final = r"(?:(?:KIND|EXTRA|NEW|PAY|BUY|ACTIVE|SEAT|LICENCE|PERSON|PEOPLE|ADMIN|~) )*"
_LINKS: Final = tuple(
    (link, re.compile(pattern))
    for link, pattern in (
        ("of", rf"{_NP}OF(?: (?:OUR|THE|~|ALL|ONLY))*|/"),
        ("to", rf"{_NP}(?:(?:CUT_DONE|MOVE|MOVED) )?(?:WAY )?TO(?: (?:OUR|THE|~|ONLY))*"),
        ("to", rf"{_NP}ONE"),  # Spanish and French "a"
        ("from", rf"{_NP}(?:WAY )?FROM(?: (?:OUR|THE|~|NOW|KIND))*"),
        ("use", rf"{_NP}USE"),
        ("instead", rf"{_NP}INSTEAD(?: (?:OF|FOR|OUR|~))*"),
    )
)


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

    `billed` are other numbers that a bill shows beside those in force. `seat_change` and `staff_change` are how
    many seats or staff somebody thinks of adding or (negative) removing, `seat_target` the seats they want to end with.
    `bought_since` are seats bought on top of a number that is not known.
    """

    purchased: tuple[Reading, ...] = ()
    active: tuple[Reading, ...] = ()
    error_purchased: tuple[Reading, ...] = ()
    error_active: tuple[Reading, ...] = ()
    billed: tuple[Reading, ...] = ()
    seat_change: int | None = None
    seat_target: int | None = None
    staff_change: int | None = None
    bought_since: int | None = None


@dataclass(slots=True)
class _Number:
    """A number in its clause: what opened the clause, what links it to the number before, and the cues around it."""

    token: Token
    joint: str
    link: str
    lead: str  # cues of the clause before its own words
    before: list[Token]
    after: list[Token]
    kind: str = "bare"
    adjectives: list[str] = field(default_factory=list)
    end: int = 0
    frame: str = "now"
    role: str = ""
    certain: bool = True

    @property
    def value(self) -> int:
        return self.token.value

    @property
    def span(self) -> tuple[int, int]:
        """Return where the number stands with the words that say what it is."""
        cues = _cues(self.before)
        first = max((at + 1 for at, cue in enumerate(cues) if cue in _APART), default=0)
        leading = [token.start for token in self.before[max(first, len(cues) - 5) :] if token.cue not in _SILENT]
        trailing = [token.end for token in self.after if token.cue in _STATES | NOUNS | {"USE", "PLAN", "EACH", "BILL"}]
        return min([*leading, self.token.start]), max([*trailing, self.end, self.token.end])

    @property
    def line(self) -> str:
        noun = " ".join([*self.adjectives, self.kind])
        return " ".join([*filter(None, [self.lead]), *_cues(self.before), f"<{noun}>", *_cues(self.after)])

    def has(self, *cues: str) -> bool:
        return not {*cues}.isdisjoint((*_cues(self.before), *self.adjectives, *_cues(self.after)))


def _cues(tokens: Iterable[Token]) -> list[str]:
    return [token.cue for token in tokens]


_STAFF: Final = frozenset({"person", "people", "worker", "admin"})


# --- clauses -------------------------------------------------------------------------------------------------------


def _clauses(tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    """Yield the clauses of a text with the cue that opens each, "." at the beginning of a sentence."""
    joint, clause = ".", list[Token]()
    for at, token in enumerate(tokens):
        following = tokens[at + 1 :]
        if _is_one(token.cue, _cues(tokens[max(0, at - 4) : at]), _cues(following[:3])):
            clause += [token] * (token.cue == "EXTRA")
            token = token._replace(cue=NUMBER, value=1)
        if token.cue == "DONT":
            token = token._replace(cue="OF_THEM" if _cues(following[:1]) == [NUMBER] else "NOT")
        cue, has_number = token.cue, NUMBER in _cues(clause)
        if cue == "OF_THEM" and _cues(clause[-1:]) == [NUMBER]:
            clause.append(token)
        elif cue in _BREAKS or (cue == "/" and [_cues(clause[-1:]), _cues(following[:1])] != [[NUMBER], [NUMBER]]) or (cue == ":" and has_number) or (cue in _OPENERS and has_number and _number_comes(following)):
            label = _label_before_colon(clause) if cue == ":" else []
            if clause or cue == ".":
                yield joint, clause[: len(clause) - len(label)]
            joint = joint if joint in {".", ")"} and not clause and cue != "." else cue
            clause = [*label, *([] if cue in _BREAKS | {"/"} else [token])]
        else:
            clause.append(token)
    yield joint, clause


def _is_one(cue: str, before: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether an article counts: "remove a seat", "another licence", "5 agents and an admin"."""
    noun = next((each for each in after if each not in {"EXTRA", "NEW", "KIND"}), "")
    if cue == "ONE" and noun == "ADMIN":
        return before[-1:] == ["AND"]
    changes = not {"CUT", "ADD", "WISH", "MAYBE"}.isdisjoint(before)
    return noun in {"SEAT", "LICENCE"} and (cue == "ONE" and changes or cue == "EXTRA" and before[-1:] not in ([NUMBER], ["ONE"]) and after[:1] == [noun])


def _number_comes(tokens: Sequence[Token]) -> bool:
    cues = _cues(tokens)
    end = next((at for at, cue in enumerate(cues) if cue in _BREAKS), len(cues))
    return NUMBER in cues[:end]


def _label_before_colon(clause: Sequence[Token]) -> list[Token]:
    """Return the label of "active: 48" at the end of a clause whose own number has a label with a colon too."""
    cues = _cues(clause)
    number = cues.index(NUMBER)
    is_form = number and cues[number - 1] == ":"
    return [*clause[number + 1 :]] if is_form and all(cue in _LABELS | _GLUE for cue in cues[number + 1 :]) else []


def _joined(clauses: Sequence[tuple[str, list[Token]]]) -> list[tuple[str, list[Token]]]:
    """Give numbers that stand alone, as in a table, the labels before them, and numbers the states in brackets."""
    found: list[tuple[str, list[Token]]] = []
    labels: list[list[Token]] = []
    for at, (joint, clause) in enumerate(clauses):
        cues = _cues(clause)
        if NUMBER not in cues:
            if found and not labels and cues and {*cues} <= _STATES | {"~", "UNLIMITED", "OF_THEM"} and joint in {",", "("}:
                found[-1][1].extend(clause)
            elif cues:
                labels.append(clause)
                found.append((joint, clause))
            continue
        alone = next((n for n, (_, each) in enumerate(clauses[at:]) if not _is_alone(each)), len(clauses) - at)
        if _is_alone(clause) and labels and (len(labels) >= alone or alone == 1):
            clause = [*labels[-alone], *clause]
            del labels[-alone]
        elif not _is_alone(clause):
            labels = []
        found.append((joint, clause))
    return found


def _is_alone(clause: Sequence[Token]) -> bool:
    cues = _cues(clause)
    return cues.count(NUMBER) == 1 and {*cues} <= {NUMBER, ":", "~"}


def _numbers(joint: str, clause: Sequence[Token]) -> Iterator[_Number]:
    """Yield the numbers of a clause, each with the words that are its own."""
    places = [at for at, token in enumerate(clause) if token.cue == NUMBER]
    is_labelled = bool(places) and places[-1] == len(clause) - 1 and places[0] > 0 and clause[places[0] - 1].cue in _LABELS
    start, link, lead = 0, "", ""
    for left, right in pairwise([*places, len(clause)]):
        cut, next_link = right, ""
        if right < len(clause):
            next_link = _link(clause[left + 1 : right])
            if next_link or is_labelled:
                cut = left + 1
            elif places[0] > 0:
                cut = left + 1
                while cut < right and _goes_left(clause, cut):
                    cut += 1
            while next_link and clause[cut].cue in _ADJECTIVES | NOUNS:
                cut += 1
        yield _Number(clause[left], joint, link, lead, list(clause[start:left]), list(clause[left + 1 : cut]))
        begins_with_for = _cues(clause[cut : cut + 1]) == ["FOR"]
        lead = " ".join(_cues(clause[:cut])) if begins_with_for else ""
        start, link, joint = cut, next_link, "" if next_link else ","


def _goes_left(clause: Sequence[Token], at: int) -> bool:
    cue, following = clause[at].cue, clause[at + 1].cue
    leads_on = (cue in _STATES and following == "FOR") or (cue in _STATES | NOUNS and following == ":")
    return (cue in _GO_LEFT and not leads_on) or (cue in {"ONE", "EACH"} and following in NOUNS | {"TIME"})


def _link(between: Sequence[Token]) -> str:
    line = " ".join(_cues(between))
    return next((link for link, pattern in _LINKS if pattern.fullmatch(line)), "")


# --- what is counted -----------------------------------------------------------------------------------------------


def _name(number: _Number) -> None:
    """Find the noun of a number, after it or as a label before it, and take it out of the words around."""
    after = _cues(number.after)
    at = 0
    while at < len(after) and (
        after[at] in _ADJECTIVES
        or (after[at] == "OF" and after[at + 1 : at + 2] in (["OUR"], ["~"], ["THE"]))
        or (after[at] in {"~", "THE"} and at and after[at - 1] == "OF")
        or (after[at] == UNKNOWN and at == 0 and after[1:2] and after[1] in NOUNS)
    ):
        at += 1
    end = at
    while end < len(after) and after[end] in NOUNS:
        end += 1
    if end > at:
        number.kind = "other" if after[end : end + 1] == ["THING"] else _kind(after[at:end])
        number.adjectives = [cue for cue in after[:at] if cue not in {"OUR", "~", "THE", "KIND"}]
        number.certain = UNKNOWN not in number.adjectives
        number.end = number.after[end - 1].end
        number.after = number.after[end:]
    elif after and after[0] in {UNKNOWN, "TIME", "THING", "BILL", "ORDER", "GROUP", "LABEL", "COST"}:
        number.kind = "group" if after[0] == "GROUP" else "other"
    else:
        _label(number)


def _label(number: _Number) -> None:
    """Take the noun from a label before the number: "agents: 48", "the seat count is 60", "seats 60"."""
    before = _cues(number.before)
    end = len(before)
    while end and before[end - 1] in _GLUE and len(before) - end < 4:
        end -= 1
    at = end
    while at and before[at - 1] in NOUNS:
        at -= 1
    lead, glue = {*before[:at]}, before[end:]
    begins = ":" in glue or lead <= _GLUE | {"OF", "LABEL"}
    if at < end and begins and lead.isdisjoint({"BILL", "COST", "FOR", "CUT", "ADD", "TO", "BY", "COUNT"}):
        number.kind = _kind(before[at:end])
        first = at
        while first and before[first - 1] in _STATES:
            first -= 1
        number.adjectives = [cue for cue in (*before[first:at], *glue) if cue in _STATES]


def _kind(nouns: Sequence[str]) -> str:
    if "SEAT" in nouns or "LICENCE" in nouns:
        return "seat"
    kinds = {"ADMIN", "PEOPLE", "WORKER"} & {*nouns}
    return kinds.pop().lower() if len({*nouns}) == len(kinds) == 1 else "person"


# --- which part it plays -------------------------------------------------------------------------------------------

_S: Final = r"<[^>]*seat>"
_P: Final = r"<[^>]*(?:person|people|worker|admin)>"
_B: Final = r"<[^>]*bare>"
_SB: Final = r"<[^>]*(?:seat|bare)>"
_PB: Final = r"<[^>]*(?:person|people|worker|admin|bare)>"
_ANY: Final = r"<[^>]*(?:seat|person|people|worker|admin|bare)>"
_F: Final = r"(?: (?:FOR|~|THE|OUR|ONLY|ABOUT|ALL|IN|NOW|KIND|UP_TO|:|OF|ONE|SUM|WAY))* "
_IS: Final = r"(?: (?:US PAY FOR|US PAY|US HAVE|~|THE|OF_THEM PERSON|OF_THEM PEOPLE|OF_THEM SEAT|OF_THEM|OF|OUR|US|HAVE|WAS|NOW|IN|ONLY|ALL|KIND))* "
_REAL: Final = r"^(?:(?!WISH|MAYBE|IF|DO ).)*"  # no wish before it
_RULES: Final = tuple(
    (role, certain, re.compile(pattern))
    for role, certain, pattern in (
        # numbers of other things, prices, bounds, what is denied
        ("none", True, r"(?:LABEL|TIME)(?: :| NOT)* <bare>|(?:BILL|ORDER) (?:LABEL )?<bare>"),
        ("none", True, r"> (?:EACH|ONE) (?:SEAT|LICENCE|PERSON|PEOPLE)|bare> (?:EACH |ONE |\? )?TIME|COST|UNLIMITED$"),
        ("none", True, r"EACH (?:SEAT|LICENCE|PERSON|PEOPLE)(?: (?!FOR)\S+)* <|ONE FOR <|MAYBE USE(?: ONE| ONLY| THE)* <"),
        ("none", True, r"FREE OF <|<OF [^>]*(?:person|people|admin|worker)>(?! (?:~ |HAVE )*(?:ACTIVE|USE|OFF))"),
        ("seats", True, rf"(?:\?|HOW_MANY|HOW_MANY \?) OF (?:OUR|THE) {_S}"),
        ("seats", True, rf"UP_TO {_S}"),
        ("none", True, r"(?:BOUND|UP_TO)(?: (?:~|OUR|ONLY|OF))* <|> (?:OR )?BOUND|> (?:EXTRA|FEWER) THAN"),
        ("seats", True, rf"NOT (?:ACTIVE |USE )?(?:~ )?ALL(?: OF| OUR| ~)* {_S}"),
        ("none", True, r"(?:NOT|INSTEAD)(?: (?:HAVE|WAS|USE|PAY|BUY|FOR|~|WISH|SAY|ACTIVE|TO|ANY|OF))* <"),
        ("none", True, rf"{_S}.* ENOUGH"),
        # not in use, switched off
        ("free", True, rf"<[^>]*FREE[^>]*>|{_SB}{_IS}?(?:FREE|NOT{_IS}?(?:ACTIVE|USE))|FREE (?:SEAT )?: {_B}"),
        ("none", True, rf"{_P}{_IS}?(?:FREE|NOT)|{_PB} OF_THEM (?:~ |ONLY )*(?:ADMIN|NEW)|OF_THEM {_B}(?: ~)* ADMIN"),
        ("staff_off", True, rf"(?:WISH|MAYBE)\b.* {_PB}{_IS}?OFF|SWITCH_OFF{_F}{_PB}|CUT{_F}{_P}(?! FROM OUR)"),
        ("off", True, rf"ALL_BUT{_F}{_P}|<[^>]*OFF[^>]*(?:bare|person|people|worker|admin)>|{_PB}{_IS}?OFF|(?:OFF|CUT_DONE){_F}{_P}|OFF{_F}{_B}"),
        ("none", True, rf"<[^>]*OFF|{_S}{_IS}?OFF"),
        # more or fewer than now
        ("gained", True, rf"(?:BUY|ADD_DONE)\b.*(?:EXTRA(?: OF| OUR)* {_SB}|<[^>]*EXTRA[^>]*(?:seat|bare)>|{_SB} EXTRA)"),
        ("gained", True, rf"{_REAL}ADD_DONE{_F}{_SB}"),
        ("none", True, rf"PAY\b.*(?:EXTRA {_ANY}|<[^>]*EXTRA|{_ANY} EXTRA)"),
        ("none", True, rf"REST <|<[^>]*(?:EXTRA|FEWER)[^>]*>.* THAN|ADD_DONE{_F}{_P}"),
        ("staff_add", True, rf"(?:HIRE|ADD){_F}(?:EXTRA )?{_P}|HIRE{_F}{_ANY}|<[^>]*NEW[^>]*(?:person|people|worker|admin)>"),
        ("staff_add", True, rf"(?:WISH|MAYBE)\b.*(?:EXTRA {_P}|<[^>]*EXTRA[^>]*(?:person|people|worker)>)"),
        ("people", True, rf"EXTRA {_P}|<[^>]*EXTRA[^>]*(?:person|people|worker)>"),
        ("seat_add", True, rf"EXTRA {_SB}|<[^>]*EXTRA[^>]*(?:seat|bare)>|{_SB} EXTRA|(?:ADD|WISH TO ORDER){_F}{_SB}"),
        ("seat_add", True, rf"(?:ADD|ADD_DONE)\b(?: (?!TO)[A-Z_~]+)*? BY{_F}{_ANY}"),
        ("now?", False, rf"{_REAL}WE_ARE (?:~ )?WAY TO{_F}{_B}"),
        ("now_seats", True, rf"{_REAL}(?:CUT_DONE|ADD_DONE|MOVED|WE_ARE)\b.*\bTO{_F}{_ANY}|{_REAL}(?:US|THEN) (?:~ )*CUT TO{_F}{_SB}|^ CUT TO{_F}{_SB}.* PAST"),
        ("target", True, rf"(?:CUT|ADD|MOVE|WISH|CUT_DONE|MAYBE)\b.*\bTO{_F}{_ANY}|WAY TO{_F}{_ANY}"),
        ("lost", True, rf"{_REAL}CUT_DONE{_F}{_SB}"),
        ("seat_cut", True, rf"<[^>]*FEWER[^>]*(?:seat|bare)>|{_SB} FEWER|CUT{_F}{_SB}|MOVE{_F}{_ANY} AWAY|CUT{_F}{_P} FROM"),
        ("seat_cut", True, rf"(?:CUT|CUT_DONE)\b(?: (?!TO)[A-Z_~]+)*? BY{_F}{_ANY}|(?:WISH|MAYBE){_F}{_SB}{_IS}?CUT_DONE"),
        ("target", True, rf"WISH\b(?: (?!IF|SAY)[A-Z_~?]+)*? {_SB}"),
        ("none", True, rf"\bBY{_F}<"),
        # paid for
        ("seats", True, rf"<[^>]*(?:PAY|BUY)[^>]*>|{_ANY}{_IS}?(?:PAY|BUY)(?! FOR #)|(?:PAY|BUY)(?: FOR)?{_F}{_S}"),
        ("seats", True, rf"PAY (?:(?!FOR|SEAT|LICENCE)[A-Z_~?#]+ )*FOR{_F}{_P}|BUY{_F}{_PB}|PAY{_F}{_P}"),
        ("paid", True, rf"PAY (?:(?!FOR)[A-Z_~?]+ )?FOR{_F}{_B}"),
        ("paid", False, rf"PAY{_F}{_B}"),
        ("portal", True, rf"(?:PLAN|LICENCE|ORDER)(?: (?:FOR|OF|SAY|HAVE|TO|WAS|PLAN|WITH|LABEL|PERSON|SEAT|~|\?))*{_F}{_ANY}|{_ANY}(?: IN| ~| THE| OUR)* (?:LICENCE|PLAN|ORDER)"),
        ("billed", True, rf"BILL(?: (?:FOR|OF|SAY|HAVE|TO|WAS|~|\?))*{_F}{_ANY}|{_ANY}(?: IN| ~| THE| OUR)* BILL"),
        # in use
        ("full", True, rf"ALL(?: OF| OUR| ~)* {_S}{_IS}?(?:ACTIVE|USE)"),
        ("used", True, rf"ACTIVE(?: (?:~|:|SAY|PERSON))* {_B}$"),
        ("used", True, rf"COUNT(?: (?:SAY|OF|~|THE|:))*{_F}{_ANY}|<[^>]*ACTIVE[^>]*>|{_ANY}{_IS}?(?:ACTIVE|USE)|USE{_F}{_ANY}"),
        ("people", False, rf"GROUP(?: ~| \?| ONE)*(?: :)? {_B}"),
        ("none", True, rf"{_PB} OF_THEM"),
        ("have", True, rf"HAVE{_F}{_B}$"),
        ("people", True, rf"GROUP OF {_B}|WE_ARE{_F}{_B}"),
        ("seats", True, _S),
        ("people", True, _P),
    )
)
_INHERITS: Final = re.compile(r"(?:.*(?:HAVE|NOW|SAY|WAS|ONLY|IN|FOR|GROUP|ALL|PAST|TO|US|ABOUT|:|~|EACH)|(?:\? ?)*) ?<bare>.*")


def _role(number: _Number) -> None:
    """Give a number its part by the first rule that fits its line, "" when none does."""
    if number.kind in {"other", "group"}:
        number.role = "none"
        return
    number.role, certain = next(((role, certain) for role, certain, rule in _RULES if rule.search(f" {number.line}")), ("", True))
    if number.has("EXCEPT"):
        number.certain = False
    if number.has("PLUS_ME") and number.role == "people":
        number.token = number.token._replace(value=number.value + 1)
    if number.kind == "bare" and number.value in _HTTP_ERRORS and number.role == "used":
        number.role = "none"
    if {"BUY", "PAST"} <= {*_cues((*number.before, *number.after)), *number.adjectives}:
        number.certain = False  # "bought 5 seats yesterday": all there are, or 5 more?
    is_rough = "ABOUT" in _cues((*number.before[-2:], *number.after[:1])) or (
        _cues(number.before[-1:]) == ["THE"] and not number.link and number.role in {"seats", "people"}
    )
    number.certain = number.certain and certain and not is_rough


def _inherit(numbers: Sequence[_Number]) -> None:
    """Read numbers without a word of their own as those before: "we had 20 seats, now we have 15"."""
    for at, number in enumerate(numbers):
        if number.role not in {"", "have", "now?"} or number.kind != "bare" or not _INHERITS.fullmatch(number.line):
            continue
        run = [each for each in numbers[at:] if each.role in {"", "have", "now?"} and each.kind == "bare"]
        run = run[:2] if len(run) > 1 and run[1] is numbers[at + 1] else run[:1]
        named = [each for each in numbers[:at] if each.role in {"seats", "used", "people", "portal", "paid", "billed", "lost", "gained", "target", "now_seats", "free", "none"} and each.kind not in {"other", "group"}]
        for heir, source in zip(run, named[-len(run) :], strict=False):
            was, heir.kind = heir.role, source.kind
            _role(heir)
            heir.role = {"person": "people", "seat": "now_seats"}.get(heir.kind, "none") if was == "now?" else heir.role
            if source.role == "used" and heir.role in {"", "have", "people"}:
                heir.role = "used"


def _frame(frame: str, joint: str, cues: Sequence[str]) -> str:
    """Return whether a clause speaks of now, what was, what would be, or others, given the frame before it."""
    if "OTHERS" in cues:
        return "others"
    if frame == "others" and not {"US", "WE_ARE", "OUR"} & {*cues}:
        return frame
    if joint in {".", "BUT"} or frame == "others":
        frame = "now"
    if "IF" in cues:
        return "if"
    if "NOW" in cues:
        return "now"
    if not _EVENTS.isdisjoint(cues):  # what was bought last year is there still
        return "if" if frame == "if" else "now"
    if "PAST" in cues or "BEFORE" in (*cues[:1], *cues[-1:]) or {"YEAR", "IN"} <= {*cues}:
        return "past"
    if "WAS" in cues[: cues.index(NUMBER) if NUMBER in cues else None] and "PAY" not in cues:
        return "was"
    return "now" if {"US", "HAVE"} <= {*cues} or "WE_ARE" in cues else frame


def _read_numbers(tokens: Sequence[Token]) -> list[_Number]:
    found: list[_Number] = []
    frame = outside = "now"
    for joint, clause in _joined([*_clauses(tokens)]):
        cues = _cues(clause)
        if joint == ")":
            frame = outside
        elif joint == "(":
            outside = frame
        frame = _frame(frame, joint, cues)
        for number in _numbers(joint, clause):
            number.frame = "maybe" if re.match(r"(?:DO |~ )*MAYBE (?:US )?(?:USE |HAVE )?(?:ONE |~ )*#", " ".join(cues)) else frame
            _name(number)
            found.append(number)
    pairs = [(first, second) for first, second in pairwise(found) if second.link]
    for first, second in pairs:
        if second.link == "of":
            first.after, second.after = [*first.after, *second.after], []
            first.kind = second.kind if first.kind == "bare" else first.kind
    for number in found:
        _role(number)
    _inherit(found)
    for number in found:
        number.role = "now_seats" if number.role == "now?" else number.role
    for first, second in pairs:
        _settle_pair(first, second, is_short=len(tokens) <= SHORT)
    return found


def _settle_pair(first: _Number, second: _Number, *, is_short: bool) -> None:
    """Correct the parts of two numbers that speak of each other: 48 of 60, from 20 to 15, 8 instead of 12."""
    kinds, numbers = {first.kind, second.kind}, (first, second)
    lead = f" {' '.join(_cues((*first.before, *(token for token in second.after if token.cue in {'CUT', 'CUT_DONE', 'ADD', 'ADD_DONE'}))))} "
    if second.link == "of":
        _settle_share(first, second, is_short=is_short)
    elif second.link == "use":
        if kinds <= _STAFF:
            first.role = second.role = "none"  # 12 agents share 10 accounts
    elif (second.link, first.role) == ("to", "staff_add"):
        second.role = "people"  # 2 agents to our 13
    elif (second.link, first.role) in {("to", "gained"), ("to", "seat_add"), ("from", "lost"), ("from", "seat_cut")}:
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
        before, after = numbers if second.link == "to" else (second, first)
        between = _cues(second.before)
        is_real = not re.search(r" (?:WISH|MAYBE|IF|DO) ", lead)
        has_verb = re.search(r" (?:CUT|ADD|MOVE|WISH|CUT_DONE|ADD_DONE|MOVED|MAYBE) | WAY $", lead) or "WAY" in between
        is_done = is_real and (re.search(r" (?:CUT_DONE|ADD_DONE|MOVED) | US (?:~ )*CUT ", lead) or "CUT_DONE" in between)
        if "seat" not in kinds and not has_verb and " FROM " not in lead:
            before.role = after.role = "none"  # 10 to 15 people
        elif is_done:
            is_people = kinds & _STAFF and " SEAT " not in lead
            before.role, after.role = "none", "people" if is_people and " MOVED " in lead else "now_seats"
            after.certain = not is_people
        else:
            before.role, after.role = "seats", "target"
            before.frame = "now" if before.frame in {"if", "maybe"} else before.frame
            before.certain = bool(has_verb) and (not kinds & _STAFF or bool(re.search(r" (?:CUT|ADD|CUT_DONE) ", lead)))


def _settle_share(part: _Number, whole: _Number, *, is_short: bool) -> None:
    if whole.kind == "bare":
        whole.kind = part.kind
    is_ratio = not whole.before or _cues(whole.before) == ["/"]
    if is_ratio and (part.kind in _STAFF) != (whole.kind in _STAFF):
        return  # seats 40 / 33 staff
    if part.role == "none" or whole.kind in {"other", "group"}:
        if part.role == "none":
            whole.role = "none" if whole.kind == "bare" else whole.role
            return
    if part.kind == "bare" and not (is_short or part.role):
        return
    if part.role in {"paid", "billed", "portal"} or (part.role == "seats" and part.has("PAY", "BUY")):
        part.role = whole.role = "none"
    elif whole.kind in {"person", "people", "admin"} and not is_ratio:
        whole.role = "people"
        if part.role == "people":
            part.role = "none"
    elif part.role in {"seats", "people", "used", "full", ""}:
        whole.role = "seats"
        part.certain = part.certain and (part.role == "used" or part.kind == "seat")
        whole.certain = whole.certain and whole.kind != "person" and part.kind != "bare"
        part.role = "used"
        if part.kind == "bare" and part.value > whole.value:
            part.role = whole.role = "none"
    else:
        whole.role = "base" if part.role in {"lost", "gained"} else "seats"
        whole.frame = "now"


# --- adding up -----------------------------------------------------------------------------------------------------

_STAFF_CHANGES: Final = frozenset({"off", "staff_off", "staff_add"})
_SEAT_CHANGES: Final = frozenset({"gained", "lost", "seat_cut", "seat_add"})


def read_mentions(text: str) -> Mentions:
    """Return what a text says of seats and staff; raises nothing."""
    errors, rest = read_pasted_errors(plain(text))
    tokens = tokenize(rest)
    is_ours = "ELSEWHERE" not in _cues(tokens) and _cues(tokens).count(NUMBER) <= MAX_NUMBERS
    numbers = _read_numbers(tokens) if is_ours else []
    _multiply(numbers)
    for first, second in pairwise(numbers):  # "disabled 3 agents and 2 users"
        same = {"people": _STAFF_CHANGES, "seats": _SEAT_CHANGES}.get(second.role, frozenset())
        if first.role in same and first.has("OFF", "SWITCH_OFF", "HIRE", "ADD", "CUT", "CUT_DONE") and second.joint == "AND" and not second.before:
            second.role = first.role
    for first, second in pairwise(numbers):  # "20 or 25 licences"
        if second.joint == "OR":
            first.certain = second.certain = False
    if errors:  # "locked (16 > 15), then we bought 5 seats": 5 more
        for number in _of(numbers, "seats"):
            if number.has("BUY") and number.value < errors[-1].purchased:
                number.role = "gained"
    purchased, billed, bought_since = _purchased(numbers)
    active = _active(numbers)
    if purchased and not active:  # "billed for 60, we have 48"
        active = _of(numbers, "have")
    elif active and not purchased:
        purchased = _of(numbers, "have")
    if not (purchased and active):  # "if we had 20 seats" alone says nothing of today
        purchased, active = ([each for each in found if each.frame not in {"if", "maybe"}] for found in (purchased, active))
    amounts = [each for each in purchased + billed if each.kind == "bare" and each.role in {"paid", "billed"}]
    counts = [each.value for each in purchased + active if each not in amounts]
    for amount in amounts:
        if counts and not any(value <= amount.value * _MOST_TIMES and amount.value <= value * _MOST_TIMES for value in counts):
            purchased, billed = ([each for each in found if each is not amount] for found in (purchased, billed))
    has_company = bool(purchased and active) or len({each.value for each in purchased + billed}) > 1
    return Mentions(
        purchased=_readings(purchased, has_company=has_company),
        active=_readings(active, has_company=has_company),
        error_purchased=tuple(dict.fromkeys(Reading(e.purchased, e.start, e.end, e.certain) for e in errors)),
        error_active=tuple(dict.fromkeys(Reading(e.active, e.start, e.end, e.certain) for e in errors)),
        billed=_readings(billed, has_company=True),
        bought_since=bought_since,
        seat_change=_only(numbers, add="seat_add", cut="seat_cut"),
        seat_target=_only(numbers, add="target"),
        staff_change=_only(numbers, add="staff_add", cut="staff_off"),
    )


def _of(numbers: Sequence[_Number], *roles: str, frames: Sequence[str] = ("now", "if", "maybe")) -> list[_Number]:
    return [each for each in numbers if each.role in roles and each.frame in frames]


def _only(numbers: Sequence[_Number], *, add: str, cut: str = "") -> int | None:
    changes = {each.value if each.role == add else -each.value for each in _of(numbers, add, cut or add, frames=("now", "maybe", "if", "was"))}
    return changes.pop() if len(changes) == 1 else None


def _multiply(numbers: Sequence[_Number]) -> None:
    """Make "two teams with 6 agents each" 12 agents; "20 seats each" without a number of groups says nothing."""
    for first, second in pairwise([*numbers, *numbers[-1:]]):
        group, number = (first, second) if first.kind == "group" else (second, first)
        if "EACH" in _cues(first.before) and first.kind in _STAFF and second is not first:
            second.role = "none"  # each of our 12 agents has 2 accounts
        has_each = bool(re.search(r"> (?:.* )?EACH(?! TIME)", number.line))
        if number.kind in {"group", "other"} or not (has_each or group.kind == "group"):
            continue
        is_each = has_each or "EACH" in _cues(group.before)
        if group.kind == "group" and (is_each or _cues(group.after)[1:2] == ["OF"]):
            number.token = number.token._replace(value=number.value * group.value)
            number.certain = number.certain and is_each and number.kind != "bare"
            number.role = number.role or "people"
            number.after = [token for token in number.after if token.cue != "EACH"]
        elif has_each and number is first:
            number.role = "none"


def _added_up(numbers: Sequence[_Number], of: Sequence[_Number]) -> list[_Number]:
    """Add up numbers of groups that are named apart: agents and administrators, one office and another."""
    found: list[_Number] = []
    place = -2
    for number in of:
        last, before = found[-1] if found else None, place
        place = next(at for at, each in enumerate(numbers) if each is number)
        if last and place == before + 1 and number.joint in {",", "AND", "WITH", "", ")"} and _apart(last, number):
            total = replace(last, token=last.token._replace(value=last.value + number.value), end=number.end, kind="person" if number.kind == "admin" else number.kind, after=number.after)
            total.certain = last.certain and number.certain and (last.kind != number.kind or _is_place(last))
            found[-1] = total
        elif not number.has("EXTRA"):
            found.append(number)
    return found


def _apart(first: _Number, second: _Number) -> bool:
    has_roles = {first.kind, second.kind} <= _STAFF and (first.kind == "admin") != (second.kind == "admin")
    return has_roles or (second.kind == "admin" and first.kind == "admin") or _is_place(second) or second.has("EXTRA")


def _is_place(number: _Number) -> bool:
    """Return whether the words of a number name a place or a group: "9 agents in Paris", "office B 9"."""
    before, after = _cues(number.before), _cues(number.after)
    is_named = before[:1] == [UNKNOWN] and {*before} <= {UNKNOWN, "HAVE", ":", "~"} and number.kind == "person"
    return "GROUP" in before + after or is_named or (after[:1] == ["IN"] and not {UNKNOWN, "KIND"}.isdisjoint(after[1:3]))


def _purchased(numbers: Sequence[_Number]) -> tuple[list[_Number], list[_Number], int | None]:
    """Return the seats that are paid for, those that are only billed, and those bought on top of an unknown number."""
    stated = _added_up(numbers, _of(numbers, "seats", "full", "paid")) + _of(numbers, "portal")
    billed = _of(numbers, "billed")
    moves = [each.value if each.role == "gained" else -each.value for each in _of(numbers, "gained", "lost", frames=("now", "was", "past"))]
    if not stated and not billed:
        stated = [each for each in _of(numbers, "seat_add", frames=("if",)) if not each.has("EXTRA")]
    before = _of(numbers, "base") or _of(numbers, "seats", "paid", "portal", frames=("past", "was"))
    full = [each for each in stated if each.role == "full"]
    if 0 < len(full) < len(stated):
        stated = [each for each in stated if each.role != "full"]
    if after := _of(numbers, "now_seats"):
        return after, stated + billed, None
    if moves and (before or stated):
        number = replace((before or stated)[0])
        number.token = number.token._replace(value=number.value + sum(moves))
        number.certain = bool(before) and number.certain
        return [number], [*billed, *(each for each in stated if before and each.value != number.value)], None
    if moves:
        return [], [], sum(moves) if sum(moves) > 0 else None
    if _of(numbers, "portal") and billed:
        return stated, billed, None
    had = [each for each in before if each.frame == "was" and not stated + billed]
    for each in had:
        each.certain = False
    return stated + billed + had, [], None


def _active(numbers: Sequence[_Number]) -> list[_Number]:
    """Return the staff accounts that are enabled: said so, or all that there are without those switched off."""
    if used := _of(numbers, "used", "full"):
        return _added_up(numbers, used)
    people = _added_up(numbers, [each for each in _of(numbers, "people") if each.joint != "INCLUDING"])
    off = _of(numbers, "off")
    total_off = sum(each.value for each in off)
    if off and len(people) == 1 and total_off < people[0].value:
        is_part = all(each.joint != "AND" or each.has("OF_THEM") or each.link for each in off)
        enabled = replace(people[0], token=people[0].token._replace(value=people[0].value - total_off))
        enabled.certain = people[0].certain and is_part
        return [enabled]
    return people


def _readings(numbers: Sequence[_Number], *, has_company: bool) -> tuple[Reading, ...]:
    """Return the distinct readings; people and money are what they seem only beside a number of the other kind."""
    found: dict[int, Reading] = {}
    for each in numbers:
        certain = each.certain and each.frame == "now" and each.kind != "worker"
        is_weak = (each.role == "people" and (each.kind in {"people", "bare"} or each.value <= 2)) or (
            each.kind == "bare" and each.role in {"paid", "billed"}
        )
        certain = certain and (has_company or not is_weak)
        if not has_company and each.kind in {"people", "worker"} and not each.has("HAVE", "WE_ARE", "ONLY", "US", "USE", "ACTIVE"):
            continue
        if each.kind == "admin" or (not has_company and each.kind == "bare" and each.role in {"paid", "billed"} and "FOR" not in _cues(each.before)):
            continue
        if each.value not in found or certain:
            found[each.value] = Reading(each.value, *each.span, certain)
    is_any_certain = any(each.certain for each in found.values())
    return tuple(each for each in found.values() if each.certain or not is_any_certain)


def show(text: str) -> None:
    lowered = plain(text)
    errors, rest = read_pasted_errors(lowered)
    for e in errors:
        print("   ", e)
    for number in _read_numbers(tokenize(rest)):
        print("   ", number.value, number.role, number.certain, number.frame, "|", number.joint, number.link, "|", number.line)
