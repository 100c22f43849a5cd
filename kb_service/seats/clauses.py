"""A text cut into clauses that hold one number each, and the rule that says which part the number plays.

It tells what the number counts and whether the clause speaks of now. The rules are those of the one table, `rules.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, Literal

from kb_service.seats.tokens import AMOUNT, NOUNS, NUMBER, UNKNOWN, Token

Frame = Literal["now", "was", "past", "if", "others"]  # "was" may still be so, "past" is not

_VERBS: Final = frozenset({UNKNOWN, "~"})  # after "and I": nobody knows who does what
_STAFF_NOUNS: Final = NOUNS - {"SEAT", "LICENCE"}
STAFF: Final = frozenset({"person", "people", "worker", "admin"})
_LONG: Final = 1000  # a number after "invoice" or "contract" is its own from here on
_NEAR: Final = 12  # tokens on each side that can say what a number is
_BREAKS: Final = frozenset({".", ",", "(", ")", "AND", "BUT", "WITH", "VS", "OF_THEM", "INCLUDING", "OR"})
_OPENERS: Final = frozenset({"US", "NOW", "PAST", "NEXT", "WE_ARE", "COUNT"})  # begin a clause when more numbers come
_IN_BRACKETS: Final = frozenset({"~", "ALL", "UNLIMITED", "OF_THEM", "PAST", "BEFORE", "NOW", "OLD", "NEW"})
_INVERTED: Final = frozenset({"WISH", "HAVE", "PAY", "BUY", "USE"})  # "statt 15 brauchen wir 12"
_PERFECT: Final = {"CUT": "CUT_DONE", "MOVE": "MOVED", "ADD": "ADD_DONE"}
_STATES: Final = frozenset({"PAY", "BUY", "ACTIVE", "OFF", "FREE"})
_ADJECTIVES: Final = _STATES | frozenset({"KIND", "EXTRA", "FEWER", "NEW", "OUR"})
_GLUE: Final = _STATES | frozenset(
    {":", "~", "LY", "THE", "SAY", "ONLY", "NOW", "ABOUT", "IN", "OUR", "SUM", "KIND", "WAS"}
)
_LABELS: Final = NOUNS | _STATES | frozenset({"COUNT", "PLAN", ":", "SAY", "NOW"})
_GO_LEFT: Final = (
    NOUNS
    | _ADJECTIVES
    | frozenset(
        {"~", "LY", "GROUP", "TIME", "THING", "USE", "BEFORE", "EACH", "ENOUGH", UNKNOWN, AMOUNT, "OVER", "UNDER"}
    )
)
_OTHER_THINGS: Final = frozenset({UNKNOWN, AMOUNT, "TIMES", "PLAN", "TIME", "THING", "BILL", "ORDER", "LABEL", "COST"})
_SOMEBODY: Final = frozenset(
    {UNKNOWN, "ONE", "OUR", "THE", "~", "WORKER", "PERSON", "PEOPLE", "ADMIN", "ALL", "FEW", "OF", "ACTIVE", "USE"}
)
_OURS: Final = frozenset(
    {"US", "WE_ARE", "OUR", "COUNT", "LISTING"}
)  # after what others have, a guess until one of these comes
_EVENTS: Final = frozenset({"BUY", "ORDER", "CUT_DONE", "ADD_DONE", "MOVED", "CUT"})
_QUOTED: Final = NOUNS | _STATES | frozenset({"USE", "PLAN", "EACH", "BILL"})
_UNQUOTED: Final = frozenset({"~", "LY", "THE", "IN", "OUR", "OF"})
_APART: Final = frozenset({UNKNOWN, AMOUNT, "DO", "MAYBE", "HOW_MANY", "BY"})
_ASIDE: Final = re.compile(
    r"(?<!\S)\((?: (?:IN|FOR|LABEL|ORDER|ID|[?.]))*(?: ID| # TIME| LABEL #| SINCE YEAR)(?: ID)* \)(?!\S)"
)
_NP: Final = r"(?:(?:KIND|EXTRA|NEW|PAY|BUY|ACTIVE|SEAT|LICENCE|PERSON|PEOPLE|ADMIN|~) )*"
_LINKS: Final = tuple(
    (link, re.compile(pattern))
    for link, pattern in (
        ("of", rf"{_NP}(?:(?:LEFT|STAY|FREE) )?OF(?: (?:OUR|THE|~|ALL|ONLY))*|/"),
        ("to", rf"{_NP}(?:(?:CUT_DONE|MOVE|MOVED) )?(?:WAY )?TO(?: (?:OUR|THE|~|ONLY|KIND|NOW))*"),
        ("to", rf"{_NP}ONE"),  # Spanish and French "a"
        ("from", rf"{_NP}(?:WAY )?FROM(?: (?:OUR|THE|~|NOW|KIND))*"),
        ("use", rf"{_NP}USE"),
        ("instead", rf"{_NP}INSTEAD(?: (?:OF|FOR|OUR|THE|KIND|~))*"),
    )
)


@dataclass(slots=True)
class Number:
    """A number in its clause, and what is found out about it.

    `joint` is the cue that opened the clause ("." for a sentence), "" for a second number in it, "?" where a strange
    word stands between the two. `link` what ties the number to the one before it in
    the same clause: "of", "to", "from", "use", "instead" or "". `kind` is what it counts: seat, person, people, worker,
    admin, group, other, or bare. `role` is given by `reader`.
    """

    value: int
    start: int
    end: int
    joint: str
    link: str
    lead: str
    before: list[Token]
    after: list[Token]
    rest: list[Token]  # those between the number and the next that belong to the next
    kind: str = "bare"
    adjectives: list[str] = field(default_factory=list)
    frame: Frame = "now"
    is_aside: bool = False  # in brackets
    is_item: bool = False  # of a list of groups: "sales 5, support 9"
    is_article: bool = False  # the 1 of "a seat"
    is_heir: bool = False  # without a noun, it counts what the number before counts
    is_part: bool = False  # the 48 of "48 of 60"
    role: str = ""
    certain: bool = True

    @property
    def line(self) -> str:
        """Return the clause as cues, the number in brackets: "US PAY FOR <seat>", "<ACTIVE person> IN KIND"."""
        noun = " ".join([*self.adjectives, self.kind])
        return " ".join(
            [self.lead or "#" * bool(self.link), *cues(self.before[-_NEAR:]), f"<{noun}>", *cues(self.after[:_NEAR])]
        )

    @property
    def noun(self) -> str:
        """Return what it counts, "?" for an unknown word: "6 teachers"."""
        is_word = self.kind == "other" and cues(self.after[:1]) == [UNKNOWN] and cues(self.after[1:2]) != ["THING"]
        return UNKNOWN if is_word else self.kind

    @property
    def shape(self) -> tuple[list[str], list[str]]:
        """Return the words around the number and its noun: twice the same in "20 seats for us and 10 units for us"."""
        return cues(self.before), cues(self.after[self.noun == UNKNOWN :])[:2]

    @property
    def has_place(self) -> bool:
        """Return whether its words name a place or a group: "9 agents in Paris", "office B 9"."""
        before, after = cues(self.before), cues(self.after)
        if self.is_item:
            return True
        is_named = before[:1] in ([UNKNOWN], ["KIND"], ["PAY"]) and {*before[1:]} <= {UNKNOWN, "HAVE", ":", "~"}
        is_named = is_named and self.kind in STAFF and (before[:1] == [UNKNOWN] or before[1:] == ["HAVE"])
        is_in = after[:1] in (["IN"], ["ONE"]) or after[:2] == ["ACTIVE", "BY"]
        is_in = is_in and not {UNKNOWN, "KIND"}.isdisjoint(after[1:4])
        return "GROUP" in before + after or is_named or is_in

    @property
    def span(self) -> tuple[int, int]:
        """Return where the number stands with the words that say what it is."""
        before = cues(self.before)
        first = max((at + 1 for at, cue in enumerate(before) if cue in _APART), default=0)
        leading = [token.start for token in self.before[max(first, len(before) - 5) :] if token.cue not in _UNQUOTED]
        trailing = [token.end for token in self.after if token.cue in _QUOTED]
        return min([*leading, self.start]), max([*trailing, self.end])

    def has(self, *classes: str) -> bool:
        """Return whether one of these classes of words stands in the clause."""
        return not {*classes}.isdisjoint((*cues(self.before), *self.adjectives, *cues(self.after)))


def cues(tokens: Iterable[Token]) -> list[str]:
    """Return the cue of each token."""
    return [token.cue for token in tokens]


def _without_asides(tokens: Sequence[Token]) -> list[Token]:
    """Leave out brackets that hold only an identifier, a date or a time: "48 (12/05/2026) people use it"."""
    line = " ".join("ID" if token.cue == AMOUNT else token.cue for token in tokens)
    kept: list[Token] = []
    done = 0
    for aside in _ASIDE.finditer(line):
        first = line.count(" ", 0, aside.start())
        kept += tokens[done:first]
        done = first + aside.group().count(" ") + 1
    return [*kept, *tokens[done:]]


def _without_labels(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield "invoice no. 2291" as an amount, and "tier 1:" or "second line:" in a list as the name of a group."""
    every = [*cues(tokens), "", "", ""]
    at, is_open = 0, False
    while at < len(tokens):
        token = tokens[at]
        is_open = token.cue == "(" or (is_open and token.cue != ")")
        if token.cue == NUMBER and every[at + 1] == ")" and not is_open:
            at += 2  # "1) seats: 60"
            continue
        named = at + (every[at + 1] == NUMBER)
        if token.cue == "RANK" and every[named + 1] in {":", NUMBER, "HAVE"} and NUMBER in every[named + 1 : named + 3]:
            token, at = token._replace(cue="GROUP", end=tokens[named].end), named
        elif token.cue == "RANK":
            token = token._replace(cue="LABEL")
        elif token.cue == NUMBER and token.value >= _LONG and every[at + 1] not in NOUNS | _STATES | {"KIND"}:
            before = [cue for cue in every[max(0, at - 3) : at] if cue not in {"LABEL", ":"}]
            is_named = every[at - 1] == "LABEL" or before[-1:] in (["BILL"], ["ORDER"])
            is_named = is_named or (every[at - 1] in {"PLAN", "LICENCE"})
            token = token._replace(cue=AMOUNT) if at and is_named else token
        yield token
        at += 1


def numbers_of(tokens: Sequence[Token]) -> list[Number]:
    """Return the numbers of a text in order, each with its noun and the frame of its clause."""
    found: list[Number] = []
    frame: Frame = "now"
    outside: Frame = "now"
    is_aside = is_foreign = is_wished = has_wish = False
    heading = ""
    for joint, clause in _with_labels([*_clauses([*_without_labels(_without_asides(tokens))])]):
        if joint == ")":
            frame = outside
        elif joint == "(":
            outside = frame
        is_aside = joint == "(" or (is_aside and joint not in {")", "."})
        frame = _frame(frame, joint, cues(clause))
        if joint == "WITH" and is_wished:
            frame = "if"  # "we plan to start with 5 agents"
        if has_wish and joint != ".":  # "we plan to cut 3 agents, then drop to 11 seats"
            clause = [token._replace(cue="~") if token.cue == "THEN" else token for token in clause]
        has_wish = "WISH" in cues(clause) or (has_wish and joint != ".")
        is_wished = "WISH" in cues(clause) and NUMBER not in cues(clause)
        is_foreign = frame == "others" or (is_foreign and _OURS.isdisjoint(cues(clause)))
        if joint == ".":
            words = cues(clause)
            is_heading = ":" in words and NUMBER not in words
            heading = "PLAN :" if is_heading and not {"PLAN", "LICENCE"}.isdisjoint(words[:2]) else ""
        is_next = joint == "AND" or (joint == "," and cues(clause[:2]) == ["THEN", "HAVE"])
        if found and is_next and clause and {*cues(clause)} <= _SOMEBODY | {"THEN", "HAVE"}:
            found[-1].certain = found[-1].certain and found[-1].kind not in {
                "bare",
                *STAFF,
            }  # "20 agents and a trainee"
        is_asked = re.match(
            r"(?:DO |~ )*MAYBE (?:(?:US )?(?:USE |HAVE )?(?:ONE |~ )*|US (?:(?!US|PAY|HAVE)\S+ ){0,4})#",
            " ".join(cues(clause)),
        )
        for number in _numbers(joint, clause):
            number.frame = "if" if (is_asked or is_foreign) and frame == "now" else frame
            number.lead = number.lead or heading * (not number.link and joint != ".")
            number.is_aside, number.is_article = is_aside, number.start == number.end
            _name(number)
            found.append(number)
        if frame == "past" and _is_event(cues(clause)):
            frame = "now"  # "we disabled 3 people yesterday, seats are 10"
    for first, second in pairwise(found):
        if second.link == "of":
            first.is_part = True
            first.after, second.after = [*first.after, *second.after], []
            first.kind = second.kind if first.kind == "bare" else first.kind
    return found


def _clauses(tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    """Yield the clauses of a text with the cue that opens each, "." at the beginning of a sentence."""
    joint, clause, every = ".", list[Token](), cues(tokens)
    for at, token in enumerate(tokens):
        following = every[at + 1 : at + 1 + _NEAR]
        if token.cue == "DONT":
            token = token._replace(cue="OF_THEM" if following[:1] == [NUMBER] else "NOT")
        if token.cue in _PERFECT and re.search(r"(?:HAVE|WAS)(?: ~)?$", " ".join(cues(clause[-2:]))):  # "have cut 5"
            token = token._replace(cue=_PERFECT[token.cue])
        if token.cue == "SINCE":
            token = token._replace(cue="NOW" if following[:1] == ["YEAR"] else "BUT")
        if _is_one(token.cue, every[max(0, at - 4) : at], following):
            clause += [token._replace(cue="EXTRA")] * (token.cue == "ANOTHER")
            token = token._replace(cue=NUMBER, end=token.start, value=1)
        elif token.cue == "ANOTHER":
            token = token._replace(cue="EXTRA")
        elif token.cue in {"OVER", "UNDER"} and not _is_excess(token.cue, cues(clause)):
            token = token._replace(cue="BOUND")
        elif token.cue == "ME":
            if cues(clause[-1:]) in (["PLUS_ME"], ["MAYBE_ME"]):
                continue
            token = token._replace(cue="US")
        elif token.cue == "AND" and not _STAFF_NOUNS.isdisjoint(cues(clause[-1:])) and _is_me(following):
            token = token._replace(cue="MAYBE_ME" if not _VERBS.isdisjoint(following[1:2]) else "PLUS_ME")
        elif token.cue == "CUT" and following[:1] == ["FROM"] and _is_participle(clause, every):
            token = token._replace(cue="CUT_DONE")  # "cut from 40 to 25 seats, staff still 31"
        elif token.cue == "EXTRA" and _is_plus(
            [cue for cue in every[max(0, at - 2) : at] if cue != ","][-1:], following
        ):
            token = token._replace(cue="AND")
        cue, is_break = token.cue, token.cue in _BREAKS
        if cue == "WITH" and cues(clause) == ["EACH"]:
            continue  # "2 offices, each with 5 agents"
        if cue == "OF_THEM" and cues(clause[-1:]) == [NUMBER]:
            is_break = False
        if cue == "BUT" and NUMBER not in cues(clause) and cues(clause[-1:]) in (["USE"], ["PAY"], ["HAVE"]):
            continue  # "es nutzen aber nur 9"
        if cue == ":" and "WISH" in cues(clause) and NUMBER not in cues(clause):
            is_break, cue = True, "."  # "please confirm: seats 60"
        if cue == "/":
            is_break = joint == "/" or not (cues(clause[-1:]) == [NUMBER] == following[:1])
        opens = cue in _OPENERS and clause and clause[-1].cue not in _INVERTED and _number_comes(following)
        begins = (cue == ":" or opens) and NUMBER in cues(clause)
        if not (is_break or begins):
            clause.append(token)
            continue
        label = _label_at_end(clause) if cue == ":" else []
        if clause or cue == ".":
            yield joint, clause[: len(clause) - len(label)]
        joint = joint if joint in {".", ")"} and not clause and cue != "." else cue
        clause = [*label, *([] if is_break else [token])]
    yield joint, clause


def _is_one(cue: str, before: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether an article counts: "remove a seat", "another licence", "5 agents and an admin"."""
    noun = next((each for each in after if each not in {"EXTRA", "NEW", "KIND"}), "")
    if cue == "ONE" and noun == "ADMIN":
        return before[-1:] in (["AND"], ["EXTRA"])
    if (
        cue == "ONE" and before[-1:] in (["AND"], ["EXTRA"]) and after[:1] in (["PERSON"], [UNKNOWN])
    ):  # "plus one API account"
        is_staff = "PERSON" in after[:2] and not _STAFF_NOUNS.isdisjoint(before[-3:-1])
        return is_staff and "ADMIN" not in after[1:3]
    changes = cue == "ONE" and not {"CUT", "ADD", "WISH", "MAYBE"}.isdisjoint(before)
    return noun in {"SEAT", "LICENCE"} and (changes or (cue == "ANOTHER" and after[:1] == [noun]))


def _is_me(after: Sequence[str]) -> bool:
    """Return whether "and" adds the writer: "six agents and me", "three agents and I use it"."""
    ends = len(after) == 1 or after[1] in {",", ".", "(", "BUT"}
    if after[:1] == ["ME"]:
        return ends or after[1] in {"USE", "ALL", "ACTIVE"} or (after[1] in _VERBS and not _number_comes(after))
    return after[:1] == ["OUR"] and ends


def _is_excess(cue: str, clause: Sequence[str]) -> bool:
    """Return whether a number is told as a distance: "we are 3 over our limit of 20", "2 agents over"."""
    if cue == "UNDER":
        return "WE_ARE" in clause and clause[-1] == NUMBER
    return NUMBER in {*clause[-1:]} or (NUMBER in clause[-2:-1] and clause[-1] in NOUNS)


def _is_participle(clause: Sequence[Token], every: Sequence[str]) -> bool:
    is_open = not clause or clause[-1].cue in {"SEAT", "LICENCE"}
    return is_open and {"WISH", "MAYBE", "DO", "IF"}.isdisjoint(every) and not _STAFF_NOUNS.isdisjoint(every)


def _is_plus(before: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether "mas" adds: "cinco agentes mas dos administradores"."""
    return not NOUNS.isdisjoint(before) and (
        after[:1] == [NUMBER] or after[:2] in (["ONE", "ADMIN"], ["ONE", "PERSON"])
    )


def _number_comes(following: Sequence[str]) -> bool:
    return NUMBER in following[: next((at for at, cue in enumerate(following) if cue in _BREAKS), len(following))]


def _label_at_end(clause: Sequence[Token]) -> list[Token]:
    """Return the label before the colon of "purchased: 60 active: 48", where the number before has its noun as well."""
    number = cues(clause).index(NUMBER)
    label = [*clause[number + 1 :]]
    if not (number and clause[number - 1].cue == ":"):  # "we pay for 60 seats active staff: 48"
        noun, label = cues(label[:1]), label[1:]
        is_left = cues(label[:1]) == ["ACTIVE"] if noun != ["SEAT"] else cues(label[:1]) in (["PAY"], ["BUY"])
        label = label[is_left:] if not NOUNS.isdisjoint(noun) else []
    return label if {*cues(label)} <= _LABELS | _GLUE else []


def _with_labels(clauses: Sequence[tuple[str, list[Token]]]) -> list[tuple[str, list[Token]]]:
    """Give numbers that stand alone, as in a table, the labels before them; numbers the states in brackets after."""
    found: list[tuple[str, list[Token]]] = []
    labels: list[list[Token]] = []
    for at, (joint, clause) in enumerate(clauses):
        if NUMBER not in cues(clause):
            fits = _STATES | _IN_BRACKETS | (NOUNS if joint == "(" else frozenset())  # "20 (seats) 18 (active)"
            if found and joint == "AND" and cues(clause) in (["OFF"], ["~", "OFF"], [UNKNOWN, "OFF"]):
                after = found[-1][1]
                if cues(after[:3]) == [NUMBER, "IN", UNKNOWN] or cues(after[:2]) == [NUMBER, "HAVE"]:
                    after.insert(1, clause[-1])  # "2 on maternity leave and deactivated"
                continue
            if found and not labels and joint in {",", "(", "OF_THEM"} and {*cues(clause)} <= fits:
                found[-1][1].extend(clause)
            elif clause:
                labels.append(clause)
                found.append((joint, clause))
            continue
        alone = next((n for n, (_, each) in enumerate(clauses[at:]) if not _is_alone(each)), len(clauses) - at)
        if labels and (alone == 1 or (alone and len(labels) == alone)):
            clause = [*labels.pop(-alone), *clause]
        elif not alone:
            labels = []
        found.append((joint, clause))
    return found


def _is_alone(clause: Sequence[Token]) -> bool:
    return cues(clause).count(NUMBER) == 1 and {*cues(clause)} <= {NUMBER, ":", "~"}


def _frame(frame: Frame, joint: str, clause: Sequence[str]) -> Frame:
    """Return whether a clause speaks of now, what was, what would be, or others, given the frame before it."""
    number = clause.index(NUMBER) if NUMBER in clause else len(clause)
    words, lead = {*clause}, {*clause[:number]}
    if "OTHERS" in words and "WE_ARE" not in words:
        return "others"
    if clause[:1] == ["THEN"] and frame in {"was", "past"} and number < len(clause):
        return "now"  # "in 2021 we had 8 licences, then 16"
    if clause[:1] == ["MAYBE"] and words.isdisjoint({"US", "OUR", "WE_ARE"}):
        return "if"  # "can 3 agents use 2 seats"
    if frame == "others" and joint != "." and lead.isdisjoint(_OURS):
        return frame
    if joint in {".", "BUT"} or frame == "others" or "AFTER" in clause[:1]:
        frame = "now"
    if "IF" in words or "NEXT" in lead:
        return "if"
    if "NOW" in words or (words & _EVENTS and frame != "if"):  # what was bought last year is there still
        return "now"
    if "PAST" in words and "WISH" in lead:
        return "if"  # "we plan to hire 6 in spring"
    edges = {*clause[:1], *clause[number + 1 : number + 2], *clause[-1:]}
    is_dated = {"YEAR", "IN"} <= words or clause[:2] == ["YEAR", ":"]
    if "PAST" in words or "OLD" in lead or edges & {"BEFORE", "OLD"} or is_dated:
        return frame if words & _EVENTS else "past"
    if "WAS" in lead and not words & {"PAY", *_EVENTS}:
        return "was"
    is_now = {"US", "HAVE"} <= words or "WE_ARE" in words or (frame in {"was", "past"} and "HAVE" in words)
    return "now" if is_now else frame


def _is_event(clause: Sequence[str]) -> bool:
    lead = clause[: clause.index(NUMBER)] if NUMBER in clause else []
    return "OFF" in lead or ("OFF" in clause and "HAVE" in lead)


def _numbers(joint: str, clause: Sequence[Token]) -> Iterator[Number]:
    """Yield the numbers of a clause, each with the words that are its own."""
    places = [at for at, token in enumerate(clause) if token.cue == NUMBER]
    has_labels = (
        bool(places) and places[-1] == len(clause) - 1 and places[0] > 0 and clause[places[0] - 1].cue in _LABELS
    )
    if len(places) > 1 and places[0] == 1 and all(clause[place - 1].cue in NOUNS for place in places):
        has_labels, clause = True, clause[: places[-1] + 1]  # "seats 12 staff 14 locked"
    start, link = 0, ""
    for left, right in pairwise([*places, len(clause)]):
        cut, next_link = right, ""
        if right < len(clause):
            between = " ".join(cues(clause[left + 1 : right]))
            next_link = next((name for name, pattern in _LINKS if pattern.fullmatch(between)), "")
            cut = left + 1
            while cut < right and not has_labels and _goes_left(clause, cut, is_linked=bool(next_link)):
                cut += 1
        token, earlier = clause[left], cues(clause[max(0, start - _NEAR) : start])
        leads_on = cues(clause[start : start + 1]) == ["FOR"] or (start == left and "WISH" in earlier)
        lead = " ".join(earlier) if leads_on else ""
        before, after = list(clause[start:left]), list(clause[left + 1 : cut])
        rest = list(clause[cut:right])
        yield Number(token.value, token.start, token.end, joint, link, lead, before, after, rest)
        is_strange = UNKNOWN in cues(clause[left + 1 : right])
        start, link, joint = cut, next_link, UNKNOWN if is_strange and not next_link else ""


def _goes_left(clause: Sequence[Token], at: int, *, is_linked: bool) -> bool:
    """Return whether a word between two numbers belongs to the first: all but "for" in "12 seats for 9 agents"."""
    cue, following = clause[at].cue, clause[at + 1].cue
    if is_linked:
        return cue in _ADJECTIVES | NOUNS
    if cue == "TOO_MANY":
        return clause[at - 1].cue == NUMBER  # "3 too many agents for our 11 seats"
    if cue == "PLAN":  # "12 month contract 18 agents"
        return clause[at - 1].cue in NOUNS | {"TIME"}
    if following == "US" and cue in _INVERTED:
        return False
    leads_on = (cue in {"PAY", "BUY"} and following == "FOR") or (cue in _STATES | NOUNS and following == ":")
    return (cue in _GO_LEFT and not leads_on) or (cue in {"ONE", "EACH"} and following in NOUNS | {"TIME"})


def _name(number: Number) -> None:
    """Find the noun of a number, after it or as a label before it, and take it out of the words around."""
    after = cues(number.after)
    at = 0
    while at < len(after) and (
        after[at] in _ADJECTIVES
        or (after[at] == "OF" and after[at + 1 : at + 2] in (["OUR"], ["~"], ["THE"]))
        or (after[at] in {"~", "THE"} and at and after[at - 1] == "OF")
        or (after[at] in {UNKNOWN, "TIMES", "SUM"} and at == 0 and after[1:2] and after[1] in NOUNS)
    ):
        at += 1
    end = at
    while end < len(after) and after[end] in NOUNS:
        end += 1
    following = after[end : end + 1]
    is_other = after[:1] in ([each] for each in _OTHER_THINGS) or following == ["TIME"]
    is_other = is_other or (following == [UNKNOWN] and after[0] in {"KIND", "NEW"})
    if end > at:
        number.kind = "other" if following == ["THING"] else _kind(after[at:end])
        number.adjectives = [cue for cue in after[:at] if cue not in {"OUR", "~", "THE", "KIND"}]
        number.certain = UNKNOWN not in number.adjectives
        number.end, number.after = number.after[end - 1].end, number.after[end:]
    elif after[:1] == ["GROUP"] or is_other:
        number.kind = "group" if after[0] == "GROUP" else "other"
    else:
        _name_by_label(number)


def _name_by_label(number: Number) -> None:
    """Take the noun from a label before the number: "agents: 48", "the seat count is 60", "seats 60"."""
    before = cues(number.before)
    end = len(before)
    while end and before[end - 1] in _GLUE and len(before) - end < 4:
        end -= 1
    at = end
    while at and before[at - 1] in NOUNS:
        at -= 1
    said = max((place + 1 for place in range(at) if before[place] in {"SAY", ":"}), default=0)
    lead, glue = {*before[said:at]}, before[end:]
    begins = ":" in glue or lead <= _GLUE | {"OF", "LABEL"}
    if at < end and begins and lead.isdisjoint({"BILL", "COST", "FOR", "CUT", "ADD", "TO", "BY", "COUNT"}):
        first = at
        while first and before[first - 1] in _STATES:
            first -= 1
        number.kind = _kind(before[at:end])
        number.adjectives = [cue for cue in (*before[first:at], *glue) if cue in _STATES]


def _kind(nouns: Sequence[str]) -> str:
    if "SEAT" in nouns or "LICENCE" in nouns:
        return "seat"
    kinds = {"ADMIN", "PEOPLE", "WORKER"} & {*nouns}
    return kinds.pop().lower() if len({*nouns}) == len(kinds) == 1 else "person"


_KINDS: Final = {"staff": "person|people|worker|admin", "any": "seat|person|people|worker|admin|bare"}
_FORMS: Final = {
    "..": r"(?: (?:FOR|US|~|LY|THE|OUR|ONLY|ABOUT|ALL|IN|NOW|KIND|UP_TO|:|OF|ONE|SUM|WAY))* ",
    "is": r"(?: (?:US (?:PAY FOR|PAY|HAVE)|~|LY|THE|OF_THEM(?: PERSON| PEOPLE| SEAT)?|OF|OUR|US|HAVE|WAS|NOW|IN|ONLY"
    r"|ALL|KIND))* ",
    "real": "^(?:(?!WISH|MAYBE|IF|DO |BEFORE).)*",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of `rules.txt`; `doubt` is "?" for a guess, "*" for what holds only where nothing strange governs it."""

    role: str
    doubt: str
    pattern: re.Pattern[str]
    example: str


def _read_rules() -> tuple[Rule, ...]:
    lines = files("kb_service.seats").joinpath("rules.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            role, pattern, example = line.split(" | ")
            found.append(Rule(role.rstrip("?*"), role[-1:] if role[-1] in "?*" else "", _compiled(pattern), example))
    return tuple(found)


def _compiled(pattern: str) -> re.Pattern[str]:
    def form(match: re.Match[str]) -> str:
        adjective, kinds = match["adjective"], match["kinds"].split()
        inner = "|".join(_KINDS.get(kind, kind) for kind in kinds)
        return f"<[^>]*{adjective}[^>]*(?:{inner})>" if adjective else f"<[^>]*(?:{inner})>"

    for name, expression in _FORMS.items():
        pattern = pattern.replace(f"{{{name}}}", expression)
    pattern = pattern.replace(r"\?", rf"(?:\?|{AMOUNT})")
    return re.compile(re.sub(r"\{(?:(?P<adjective>[A-Z]+) )?(?P<kinds>[a-z ]+)\}", form, pattern))


RULES: Final = _read_rules()


@lru_cache(maxsize=4096)  # most clauses are the same few lines of cues
def rule_of(line: str) -> Rule | None:
    """Return the rule that decides which part the number of a `line` of cues plays."""
    return next((rule for rule in RULES if rule.pattern.search(line)), None)
