"""Which quantity a question asks for (a price, a time, an hour, a number, a telephone number), and what has one.

A text that has nothing of the kind cannot answer, however near the subject it is.
"""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|hundreds?|thousands?"
    r"|dozens?|million|once|twice|single|half|both|several|many|few|more|most|max\w*|min\w*|least|all|every|each|any"
    r"|no|none|unlimited|limit\w*|as many)\b"
)
_TIME: Final = (
    r"\d|\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decade|quarter|today|tomorrow|immediate\w*|instant\w*"
    r"|once|soon|daily|weekly|monthly|yearly|annual\w*|always|never|forever|indefinite\w*|permanent\w*|date|time|until"
    r"|end|when|as long as|cycle|period|term)\b"
)
_PRICE: Final = (
    r"[$€£¥₹%]|\b(?:usd|eur|gbp|dollars?|euros?|pounds?|cents?|free|no cost|prices?|priced|pricing|costs?|fees?"
    r"|charge[sd]?|charging|pay|pays|paid|paying|payment|billed|bill|bills|billing|rates?|cheaper|expensive|discount\w*|refund\w*"
    r"|included|invoice\w*|money|amount|prorat\w*)\b"
)
_PHONE: Final = r"\b(?:tele)?phones?\b|\bcall(?:s|ing)?\b|\btoll|\bhotline\b|\+\d"
_ASKS_PRICE: Final = (
    r"\b(?:what|how much) (?:does|do|did|will|would|is)\b[^.?!]{0,60}\bcosts?\b"
    r"|\bhow (?:much|expensive) (?:is|are|does|do|will|would) [^.?!]{1,60}\b(?:costs?|charged?|price|fee)\b"
    r"|\bprice of\b|\bwhat(?:'s| is) the (?:price|cost|fee)\b|\bwhat (?:fee|price)\b|\bhow much (?:money|extra)\b"
)
_ASKS_TIME: Final = (
    r"\bhow many (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b"
    r"|\bhow long (?:does|do|is|are|will|can|until|before|after)\b"
    r"|\b(?:by|until|till) (?:when|what (?:day|date|time))\b"
)
_ASKS_HOUR: Final = r"\b(?:at )?(?:what|which) (?:time(?! zone|line|frame|span)|hour)\b"
_HOUR: Final = (
    r"\d{1,2} ?[:.h] ?\d\d|\d ?[ap]\.?m\b|\b(?:noon|midnight|o'clock|hours?|utc|gmt|time|morning|evening|night)\b"
)
_ASKS_PHONE: Final = (
    r"\b(?:tele|mobile )?(?:phone|mobile) (?:number|line)\b|\bnumber (?:to call|i can (?:call|ring))\b|\bhotline\b"
)
# What asks for a quantity, and what of a text offers it.
_KINDS: Final = [
    (re.compile(asks, re.IGNORECASE), re.compile(offers, re.IGNORECASE))
    for asks, offers in (
        (_ASKS_PRICE, _PRICE),
        (_ASKS_TIME, _TIME),
        (r"\bhow many\b", _NUMBER),
        (_ASKS_HOUR, _HOUR),
        (_ASKS_PHONE, _PHONE),
    )
]


def lacks_quantity(question: str, text: str) -> bool:
    """Tell whether a question asks for a quantity of which a text has nothing.

    >>> lacks_quantity("What does the big room cost?", "The big room has a view of the sea.")
    True
    """
    return any(asks.search(question) and not offers.search(text) for asks, offers in _KINDS)
