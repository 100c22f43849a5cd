"""How many seats somebody thinks of adding or removing, and the number they want to end with.

What is done already ("we removed 5 seats") is no change to come: the paid number may be from before it or after it.
"""

from __future__ import annotations

from typing import Final

from kb_service.seats.rules import ANY, FILL, MANY, OUR, SEATS, SEATS_OR_BARE, SOME, THE, WHO, Rule, rules

_HAD: Final = rf"(?:ADDED|BUY|PAY|LESSENED|there are|with|(?<!can i )(?<!can we )(?<!to )HAVE) {SOME}(?:for )?{THE}"
_CUT: Final = rf"(?:LESS|STOP PAY for|(?:GET|MOVE) rid of|SAY up|MOVE off|SWITCH_OFF) (?:out |off |of )*{FILL}{THE}"
_WISH: Final = r"(?:WISH|NEED|GET)"
_NEW_SEATS: Final = r"<[^>]*(?:seat|article)>"

CHANGED: Final[tuple[Rule, ...]] = (
    *rules(
        "none",
        rf"{_HAD}(?:<[^>]*(?:EXTRA|FEWER)|EXTRA <|{SEATS_OR_BARE} (?:EXTRA|FEWER))",
        rf"NOT (?:i |we )?(?:LESS|ADD|ORDER) {FILL}{THE}<",
    ),
    *rules(
        "add",
        r"<[^>]*EXTRA[^>]*(?:seat|article)>|<(?:bare|seat)> EXTRA",
        rf"EXTRA {SEATS_OR_BARE}",
        rf"(?:ADD|RAISE) {MANY}by {FILL}{ANY}",
        rf"ADD (?:in |on )?{FILL}<[^>]*(?:seat|bare|article)>",
        rf"(?:to|can|could|do|should|may|must|WISH|NEED|will|would|lets) (?:i |we )?(?:ORDER|PLAN) {FILL}{_NEW_SEATS}",
        rf"{_WISH} {SOME}{SEATS} (?:to be |be |to )?(?:ADDED|ADD)",
    ),
    *rules(
        "none", rf"BUY {FILL}{SEATS} yesterday", rf"{_CUT}<[^>]*(?:admin|person)>(?! from {OUR} (?:PLAN|LICENCE|BILL))"
    ),
    *rules(
        "remove",
        r"<[^>]*FEWER[^>]*seat>|<(?:bare|seat)> FEWER",
        rf"(?:LESS|MOVE) {MANY}by {FILL}{ANY}",
        rf"{_CUT}<[^>]*(?:seat|bare|article|person)>",
        rf"(?:WISH|NEED|GET|HAVE|to) {SOME}{SEATS} (?:to be |be |to )?(?:LESSENED|LESS)",
        rf"MOVE {FILL}{THE}{SEATS} (?:off|out|away)",
        rf"^{FILL}{SEATS} to (?:be )?(?:LESSENED|LESS)",
    ),
    *rules("none", rf"(?:LESSENED|ADDED) (?:by )?{FILL}{THE}<", rf"{SEATS} {WHO}(?:been )?(?:LESSENED|ADDED)"),
    *rules("purchased", rf"(?:MOVED|are|is|already|back) (?:\w+ )?down to {FILL}{THE}{SEATS_OR_BARE}"),
    *rules(
        "target",
        rf"(?:LESS|RAISE) {MANY}(?:down |back |up )?to {FILL}{THE}{ANY}",
        rf"(?:MOVE|GET) {MANY}to {FILL}{THE}{SEATS}",
        rf"(?:MOVE|GET) (?:\w+ )?(?:down|back|up) to {FILL}{THE}{ANY}",
        rf"down to {FILL}{THE}{ANY}",
        rf"MOVE {MANY}(?:PLAN|LICENCE|SEAT|count) (?:to|at) {FILL}{THE}{ANY}",
        rf"(?:ONLY (?:WISH|NEED)|(?:WISH|NEED) ONLY) {FILL}{ANY}",
        rf"(?:(?:WISH|ONLY NEED) to|UNABLE (?:i|we)|should be) (?:ONLY )?PAY (?:ONLY )?for {FILL}{THE}{ANY}",
        rf"RENEW (?:{OUR} )?(?:(?:PLAN|LICENCE) )?(?:with|for|at) {FILL}{ANY}",
        rf"^{SEATS} from (?:next|now|TIME)|{SEATS_OR_BARE} (?:are|is) NEED",
        rf"^(?:WISH )?BILL (?:us|me) (?:ONLY )?for {FILL}{THE}{ANY}",
    ),
    *rules("purchased", rf"(?:LESSENED|ADDED|MOVED) {MANY}to {FILL}{THE}{SEATS_OR_BARE}"),
)
