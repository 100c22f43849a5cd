"""The kind of answer that a question asks for (an amount, a time, a person, a place, steps), and what offers one.

A passage that has nothing of a quantity that is surely asked for cannot answer, however near the subject it is. A quote
that has nothing of the kind asked for seldom does: that is a sign of confidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_Kinds = Sequence[tuple[re.Pattern[str], re.Pattern[str]]]  # what asks for a kind, and what of a text offers it


def lacks_quantity(question: str, passage: str) -> bool:
    """Tell whether a question surely asks for a quantity of which a passage has nothing.

    >>> lacks_quantity("What does the big room cost?", "The big room has a view of the sea.")
    True
    """
    return _lacks(_QUANTITIES, question, passage)


def lacks_asked_kind(question: str, quote: str) -> bool:
    """Tell whether a question asks for a kind of answer of which a quote has nothing.

    >>> lacks_asked_kind("How many wrong passwords lock it?", "It is locked after several wrong passwords.")
    True
    """
    return _lacks(_KINDS, question, quote)


def _lacks(kinds: _Kinds, question: str, text: str) -> bool:
    return any(asks.search(question) and not offers.search(text) for asks, offers in kinds)


def _compiled(*kinds: tuple[str, str]) -> _Kinds:
    return [(re.compile(asks, re.IGNORECASE), re.compile(offers, re.IGNORECASE)) for asks, offers in kinds]


# What surely asks for a quantity, and anything of a passage that could be one.
_ANY_NUMBER: Final = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|hundreds?|thousands?"
    r"|dozens?|million|once|twice|single|half|both|several|many|few|more|most|max\w*|min\w*|least|all|every|each|any"
    r"|no|none|unlimited|limit\w*|as many)\b"
)
_ANY_TIME: Final = (
    r"\d|\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decade|quarter|today|tomorrow|immediate\w*|instant\w*"
    r"|once|soon|daily|weekly|monthly|yearly|annual\w*|always|never|forever|indefinite\w*|permanent\w*|date|time|until"
    r"|end|when|as long as|cycle|period|term)\b"
)
_ANY_PRICE: Final = (
    r"[$€£¥₹%]|\b(?:usd|eur|gbp|dollars?|euros?|pounds?|cents?|free|no cost|prices?|priced|pricing|costs?|fees?"
    r"|charge[sd]?|charging|pay|pays|paid|paying|payment|billed|bill|bills|billing|rates?|cheaper|expensive|discount\w*|refund\w*"
    r"|included|invoice\w*|money|amount|prorat\w*)\b"
)
_ANY_PHONE: Final = r"\b(?:tele)?phones?\b|\bcall(?:s|ing)?\b|\btoll|\bhotline\b|\+\d"
_SURELY_PRICE: Final = (
    r"\b(?:what|how much) (?:does|do|did|will|would|is)\b[^.?!]{0,60}\bcosts?\b"
    r"|\bhow (?:much|expensive) (?:is|are|does|do|will|would) [^.?!]{1,60}\b(?:costs?|charged?|price|fee)\b"
    r"|\bprice of\b|\bwhat(?:'s| is) the (?:price|cost|fee)\b|\bwhat (?:fee|price)\b|\bhow much (?:money|extra)\b"
)
_SURELY_TIME: Final = (
    r"\bhow many (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b"
    r"|\bhow long (?:does|do|is|are|will|can|until|before|after)\b"
    r"|\b(?:by|until|till) (?:when|what (?:day|date|time))\b"
)
_SURELY_HOUR: Final = r"\b(?:at )?(?:what|which) (?:time(?! zone|line|frame|span)|hour)\b"
_ANY_HOUR: Final = (
    r"\d{1,2} ?[:.h] ?\d\d|\d ?[ap]\.?m\b|\b(?:noon|midnight|o'clock|hours?|utc|gmt|time|morning|evening|night)\b"
)
_SURELY_PHONE: Final = (
    r"\b(?:tele|mobile )?(?:phone|mobile) (?:number|line)\b|\bnumber (?:to call|i can (?:call|ring))\b|\bhotline\b"
)
_QUANTITIES: Final = _compiled(
    (_SURELY_PRICE, _ANY_PRICE),
    (_SURELY_TIME, _ANY_TIME),
    (r"\bhow many\b", _ANY_NUMBER),
    (_SURELY_HOUR, _ANY_HOUR),
    (_SURELY_PHONE, _ANY_PHONE),
)
# What asks for each kind, and what a quote holds that offers it.
_UNIT: Final = r"(?:second|minute|hour|day|week|month|year|quarter|cycle)s?"
_NUMBER: Final = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|fifty|hundred|thousand"
    r"|dozen|once|twice|half|none)"
)
_PRICE_ASKED: Final = (
    r"\b(?:what|how much) (?:does|do|did|will|would|is|are)\b[^.?!]{0,60}\bcosts?\b|\bhow (?:much|expensive)\b"
    r"|\bprices? (?:of|for|per)\b|\bwhat(?:'s| is) the (?:\w+ )?(?:price|cost|fee)\b|\bwhat (?:\w+ )?(?:fee|price)s?\b"
    r"|\b(?:is|are) there (?:an?|any|some) (?:\w+ )?(?:charge|fee|discount)s?\b|\bpercent"
)
_PRICE: Final = (
    r"[$€£¥%]|\b(?:per ?cent|free|no (?:\w+ )?(?:charge|cost)|costs?|fees?|pro ?rata|prorated|discount|same|in full"
    r"|dollars|euros|pounds|credit\w*|saves?|subtract)\b"
)
_COUNT_ASKED: Final = (
    rf"\bhow many\b(?! {_UNIT}\b)|\b(?:smallest|largest|minimum|maximum|least|most) (?:number|amount)\b"
)
_COUNT: Final = (
    rf"\d|\b(?:{_NUMBER}|no limit|unlimited|at most|up to|how many|as many|numbers?|equal to|no more than|every"
    r"|subtract|count)\b"
)
_DURATION_ASKED: Final = rf"\bhow (?:long|soon|quick\w*|fast)\b|\bhow many (?:\w+ )?{_UNIT}\b|\bwithin (?:how|what)\b"
_DURATION: Final = (
    rf"\b(?:\d+|{_NUMBER}|an?|few|several|each|every|per|next|same)\W+{_UNIT}\b|\b(?:daily|weekly|monthly|yearly"
    r"|immediate\w*|at once|straight away|soon\w*|as long as|until|forever|however long|never|quickly|automatically"
    r"|fixed)\b"
)
_DATE_ASKED: Final = (
    r"\b(?:by|until|till|since|from) (?:when|what|which)\b|^when\b|\b(?:what|which) (?:day|date|month)\b"
    r"|\bwhen (?:do|does|is|are|will|can|must|should|did)\b|\bhow (?:early|late|far ahead)\b"
)
_DATE: Final = (
    rf"\d|\b(?:{_UNIT}|date|renewal|today|immediate\w*|soon\w*|once|until|before|after|when|start|end|never|always)\b"
)
_FREQUENCY: Final = (
    r"\b(?:\d+ times|once|twice|each|every|daily|weekly|monthly|yearly|often|per|times|frequency|attempts?|always"
    r"|never)\b"
)
_HOUR_ASKED: Final = (
    r"\b(?:what|which) (?:time(?! zone|line|frame|span)|hour)\b|\b(?:office|opening|business|working) hours\b"
    r"|\btime of day\b"
)
_HOUR: Final = r"\d{1,2} ?[:.h] ?\d\d|\d ?[ap]\.?m\b|\b(?:noon|midnight|o'clock|utc|gmt|time of day|morning|evening)\b"
_PERSON_ASKED: Final = (
    r"\bwho\b|\bwhom\b|\bwhich (?:person|colleague|agent|team|department|mailbox|email)\b|\bnames? of\b"
)
_PERSON: Final = (
    r"@|\b(?:administrators?|admins?|team|whoever|support|sales|billing|person|somebody|colleague|owner|nobody"
    r"|everybody|anyone|everyone|customers?|agents?|users?|members?|you|contact)\b"
)
_PLACE_ASKED: Final = r"\bwhere\b|\b(?:what|which) (?:page|menu|tab|screen|setting|country|mailbox|place)\b"
_PLACE: Final = (
    r"\b(?:page|menu|tab|section|settings?|under|screen|folder|file|foot|address|inside|portal|button|in the|at the"
    r"|on the)\b|>|@|://|→"
)
_STEPS_ASKED: Final = r"\bhow (?:do|can|to|should|would|could)\b|\bsteps?\b|\bway to\b|\bhow\W*$"
_STEPS: Final = (
    r"(?:^|[.:;,\n] ?|- |\b(?:and|then|or|to|can) )(?:please )?(?:open|sign in|log in|choose|select|enter|write|ask"
    r"|change|disable|enable|delete|put|use|take|send|look|raise|contact|check|pay|type|tick|start|give|find|go|click"
    r"|lower|add|compare|correct|follow|quote|attach|set|say|wait|note|count|copy|read|tell|press|upgrade|renew|create"
    r"|run|install|navigate|tap|subtract)\b"
)
_KINDS: Final = _compiled(
    (_PRICE_ASKED, _PRICE),
    (_COUNT_ASKED, _COUNT),
    (_DURATION_ASKED, _DURATION),
    (_DATE_ASKED, _DATE),
    (r"\bhow (?:often|frequently|many times)\b", _FREQUENCY),
    (_HOUR_ASKED, _HOUR),
    (_PERSON_ASKED, _PERSON),
    (_PLACE_ASKED, _PLACE),
    (_STEPS_ASKED, _STEPS),
)
