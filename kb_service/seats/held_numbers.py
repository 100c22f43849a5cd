"""How many seats are paid for, and how many people use them."""

from __future__ import annotations

from typing import Final

from kb_service.seats.rules import (
    ANY,
    FILL,
    IS,
    NO_NUMBER_NEXT,
    NOUNS,
    OUR,
    PEOPLE,
    SEATS,
    SEATS_OR_BARE,
    SOME,
    THE,
    WHO,
    Rule,
    rules,
)

_PLAN: Final = r"(?<!SEAT )(?<!PERSON )(?<!# )(?:PLAN|LICENCE|BILL)"
_COUNT: Final = (
    r"(?:getcount|activestaffcount|headcount|(?:PERSON|ACTIVE) count|count of (?:ACTIVE )?PERSON) "
    r"(?:(?:is|are|SAY|:|us|me) )*"
)
_OUR_SEATS: Final = r"<(?:ABOUT |KIND )*seat>"
_SEATS_LEAD: Final = (
    r"HAVE|there are|with|all|our|my|of|to our|from our|if|versus|vs|against|plus|hi|hello|hey|^|[,:]|but|on|i see"
)
_PEOPLE_LEAD: Final = r"^|[,:]|but|and|for|so|while|whereas|versus|vs|against|to|hi|hello|# SEAT"
_PEOPLE_TAIL: Final = (
    r"[,:]|but|and|while|so|why|how|in|on|ABOUT|ONLY|are (?:on|in|here)|here|including|incl|plus|versus|vs|though|yet"
    r"|as|when|if|what|can|could|will|should|LIMIT|are we|do we|am i|do i"
)
_BUT: Final = r"(?:but|though|tho|yet|while|whereas|although)"

PAID: Final = rules(
    "purchased",
    # billed for 60, paid 1,200 dollars for 60 seats; they bill us 60 seats; bought 60
    rf"(?:PAY|BUY|BILL) (?:# (?:_ )?)?{SOME}for {FILL}{ANY}",
    rf"(?:PAY|BUY|(?:you|u|they|we) BILL|you count) (?:us |me )?(?:up )?{FILL}{SEATS}",
    rf"BUY {FILL}{ANY}",
    r"ABOUT PAY <bare>$|BILL ABOUT <bare>$",  # reduced to 45, still billed 60; why is the invoice still 60
    rf"(?:if|when|after|^|,) ?(?:i|we) ORDER {FILL}{ANY}",
    # the plan has 60 seats, the invoice says 60, invoice 10234 shows 60 seats
    rf"{_PLAN} {SOME}(?:for|HAVE|SAY|of|with|to|at|is|:|LIMIT) {FILL}<[^>]*(?:seat|person|worker)>",
    rf"(?:our|the|my|KIND|TIME|ABOUT|_) (?:PLAN|LICENCE) {FILL}{SEATS}",
    rf"(?:PLAN|LICENCE) {SOME}(?:for|HAVE|SAY|of|with|LIMIT) {FILL}<bare>",
    rf"BILL {SOME}(?:SAY|for) {FILL}<bare>",
    rf"(?:BILL|PLAN) (?:\w+ )?# (?:SAY|for) {FILL}{ANY}",
    # allowed by your license (5); 48 seats are used but we pay 60; a maximum of 60 users, 60 seats max
    r"LIMIT [^#]*LICENCE , <bare>",
    r"# [^#]*(?:but|and|while|yet|though) (?:we |i )?(?:are )?(?:ABOUT )?PAY <bare>$",
    rf"LIMIT {SOME}{FILL}{ANY}|<[^>]*(?:seat|person)> (?:PLAN|LIMIT)",
)

# "Active staff: 48", "seats 60, active 48", "getcount shows 48"
LABELLED: Final[tuple[Rule, ...]] = (
    *rules(
        "active",
        rf"(?:(?<!# )|(?<=: # ))(?:ACTIVE|USE) {NOUNS}{IS}{FILL}<bare>",
        r"(?:USE|ACTIVE) (?:SEAT|PERSON) <bare>|# , PERSON <bare>$",
        r"SEAT # (?:, )?(?:ACTIVE|USE|PERSON) (?:PERSON )?<bare>",
    ),
    *rules(
        "purchased",
        r"(?:ABOUT|PAY|BUY|of) SEAT <bare>|SEAT <bare> (?:, )?(?:ACTIVE|USE|PERSON) (?:PERSON )?#",
        r"(?<!EACH )(?<!a )(?:SEAT|LICENCE) (?:(?:count|BUY|PAY|in|on|our|my|the|PLAN) )*"
        rf"(?:is|are|was|SAY|:|count) {FILL}<bare>",
    ),
    *rules(
        "active",
        rf"getcount {SOME}(?:GET|SAY|see|is|of) {FILL}{ANY}|{_COUNT}{FILL}{ANY}",
        rf"PERSON (?:is|are|:) {FILL}<bare>",
    ),
)

USED: Final[tuple[Rule, ...]] = (
    *rules("purchased", r"<[^>]*(?:PAY|BUY)[^>]*seat>"),
    *rules("full", rf"\ball (?:of )?(?:{OUR} )?{_OUR_SEATS} {WHO}(?:USE|ACTIVE)"),
    *rules(
        "active",
        r"<[^>]*(?:ACTIVE|USE)[^>]*>",
        # 48 people use it, 48 of them are active; but not the label after "seats: 60 active: 48"
        rf"(?<!: )<[^>]*> {WHO}(?:USE|ACTIVE)(?! all\b){NO_NUMBER_NEXT}",
        rf"> {WHO}(?:USE|ACTIVE)(?! (?:is|are|all)\b| :){NO_NUMBER_NEXT}",
        r"<bare> (?:are )?ACTIVE(?: ABOUT| in)?(?: and| ,)? #",
    ),
    *rules(
        "purchased",
        # 60 seats that we pay for, 60 on the invoice, 60 users billed
        rf"(?<!_ ){SEATS_OR_BARE} (?:(?:that|which|we|i|they|were|are|is|was|HAVE|ABOUT|on|in|our|my|the) )*"
        rf"(?:PAY|BUY|BILL|PLAN){NO_NUMBER_NEXT}",
        rf"{PEOPLE} (?:(?:that|we|i|are|were|ABOUT) )*(?:PAY|BUY){NO_NUMBER_NEXT}|{PEOPLE} on {OUR} BILL",
    ),
    # two agents use one licence: who shares, not how many there are
    *rules("none", rf"# (?:PERSON|ADMIN) USE {FILL}(?:{SEATS}|{PEOPLE})"),
    *rules("active", rf"USE {FILL}{THE}{ANY}"),
)

HAD: Final[tuple[Rule, ...]] = (
    *rules(
        "none",
        # can we have 60 seats; I disabled 3 agents and 2 users
        rf"(?:can|could|may|to|like|WISH|NEED) (?:i |we )?HAVE {FILL}<",
        rf"(?:LESS|LESSENED|IDLE|ADD|ADDED|SWITCH_OFF|ORDER) [^.#]*(?:# )?(?:\w+ )?and {PEOPLE}",
    ),
    *rules(
        "active",
        r"(?:HAVE|there (?:are|is)|theres|with|we are|were|team of|PERSON of|group of|ONLY|ADMIN _ SAY) "
        rf"{FILL}{PEOPLE}(?! _)",
        rf"(?:team|PERSON|company|department) of {FILL}<bare>",
        r"ONLY (?:(?:HAVE|with|there|are|is|see|ABOUT) )*<bare>",
        rf"{_BUT} (?:\w+ )?HAVE {FILL}<bare>",
        rf"^{PEOPLE}(?: ABOUT)*$",
    ),
    *rules(
        "purchased",
        rf"(?:{_SEATS_LEAD}) ?{FILL}{_OUR_SEATS}(?! _)",
        rf"# (?:SEAT|LICENCE|PERSON|ACTIVE PERSON) (?:and|to|from|of|off|on) {FILL}{THE}{_OUR_SEATS}",
        rf"(?:HAVE|with) (?:[^#]+ )?# [^#]*and {FILL}{_OUR_SEATS}(?! _)",
        r"# (?:EXTRA )?SEAT (?:to|from|of|off) (?:our|my) <bare>",
    ),
    *rules("have", rf"HAVE {FILL}<bare>"),
    *rules(
        "people",
        rf"(?:{_PEOPLE_LEAD}) ?{FILL}{PEOPLE}(?:$| (?:{_PEOPLE_TAIL})(?: |$))",
    ),
)
