"""Numbers that are not how many seats are bought or used, however near the words stand."""

from __future__ import annotations

from typing import Final

from kb_service.seats.rules import ANY, FILL, IS, NOUNS, OUR, PEOPLE, SEATS, SEATS_OR_BARE, SOME, THE, WHO, Rule, rules

OUT_OF_PLACE: Final[tuple[Rule, ...]] = (
    *rules(
        "none",
        r"LABEL <|(?:TIME|MONTH) <bare>|\bROOM\b",  # row 12, May 5, the meeting room
        r"INEXACT (?:of )?<|> (?:(?:EXTRA|FEWER) )?(?:SEAT )?INEXACT|> too many",  # more than 60, 12 more than we use
        r"> EACH(?! TIME)|EACH (?:SEAT|LICENCE|PERSON) (?:(?!(?:for|and|but|so|while) )[^#, ]+ )*<",  # 20 seats each
        rf"EACH (?:of (?:{OUR} )?)?(?:# )?(?:PERSON|ADMIN) HAVE {FILL}<",  # each of our 12 agents has 2 accounts
        rf"{SEATS} , one (?:for|with|of)|one (?:for|with|of) <",  # 2 licences, one for 10 users
        rf"COST {SOME}(?:for |of )?{FILL}<|> (?:(?:would|do|does|will|be) )*COST",  # the price of 60 seats
        rf"(?:until|till) [^#,]*HAVE {FILL}<|FORMERLY [^#,]*<|USE to HAVE {FILL}<",  # until March we had 10 seats
        r"(?:can|could|do|does|would) # SEAT [^#]*<",  # can 35 seats hold 36 staff
        rf"how many (?:\w+ )?of {OUR} <[^>]*(?:person|bare)>",
    ),
    *rules(
        "purchased",
        rf"how many (?:\w+ )?of {OUR} {SEATS}",  # ... of our 60 seats are free
        rf"(?<!# )_ of {OUR} <(?:KIND )*seat>",  # half of our 60 seats
    ),
    # removed 5 of our 60, added 5 seats to our 60: from before or from after
    *rules("none", rf"(?:LESSENED|ADDED) (?:ABOUT |ONLY )*# (?:\w+ )?(?:out )?(?:of|from|off|to) {FILL}{THE}<"),
)

UNUSED: Final = rules(
    "none",
    rf"<[^>]*IDLE|IDLE of <|(?:IDLE|NOT USE) {NOUNS}{IS}<bare>",
    rf"> {WHO}(?:IDLE|NOT|UNABLE|no longer|no one)(?! (?:#|all|every|both|ONLY|USE all))",
    r"> (?:(?:that|which) )?(?:we|i) (?:PAY|BUY|HAVE)(?: for)? (?:are|is) (?:IDLE|NOT)",
    rf"{PEOPLE} ,? ?(?:(?:of which|and|with|but|though) )?# (?:PERSON )?(?:of (?:them|whom|those) )?(?:are )?IDLE",
    rf"<[^>]*(?:NEW|EXTRA|FEWER)[^>]*(?:person|admin)>|{PEOPLE} (?:who _|whose|on _|with _)",
)

_DENIED: Final = r"(?:NOT|SHOULDNT|no longer) (?:(?:HAVE|PAY|USE|WISH|NEED|BUY|SAY|be|to|for|at) )*"

DENIED: Final[tuple[Rule, ...]] = (
    *rules(
        "purchased",
        rf"NOT (?:USE )?all (?:of )?(?:{OUR} )?{SEATS_OR_BARE}",
        rf"(?:should NOT|SHOULDNT) (?:be )?PAY for {FILL}{SEATS_OR_BARE}",
    ),
    *rules("none", rf"{_DENIED}{FILL}{THE}<", rf"(?:rather|instead) (?:of|INEXACT) (?:for )?{FILL}<bare>"),
)

REPLACED: Final = rules(
    "none", rf"(?:rather|instead) (?:of|INEXACT) {FILL}{THE}{ANY}", rf"(?<!HAVE ){SEATS} instead of"
)
