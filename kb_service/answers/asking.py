"""What kind of answer a question asks for, and what kind a sentence gives: a number, steps, a reason, an address."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_NUMBER: Final = re.compile(
    r"\b(?:how (?:many|much|long|often|soon|late|old|early)|when|which (?:day|date)|what (?:time|date|number))\b",
    re.IGNORECASE,
)
_STEPS: Final = re.compile(
    r"\b(?:how (?:do|can|to|should|would|does|are)|where (?:do|can|is|are)|steps?|step by step|procedure|instructions"
    r"|walk me through|what (?:do|should) (?:i|we)|what now|way to|get back)\b|\bhow\W*$",
    re.IGNORECASE,
)
_REASON: Final = re.compile(r"\b(?:why|reason|how come|what (?:causes|triggers|does .* mean))\b", re.IGNORECASE)
_WHOM: Final = re.compile(
    r"\b(?:who|whom|which (?:address|mailbox|team|email)|write to|mailbox|contact)\b", re.IGNORECASE
)
_YES_OR_NO: Final = re.compile(
    r"(?:^|[,;:.] ?)(?:so |and |but )?(?:can|could|do|does|did|is|are|am|was|will|would|may|must|shall|should|has|have)"
    r" (?:(?:i|we|you|it|they|he|she|that|this|there|the|a|an|our|my|your|his|her|any|some|one)\b|\w+s\b)",
    re.IGNORECASE,
)

_HAS_NUMBER: Final = re.compile(r"\d|\b(?:two|three|four|five|six|seven|ten|twelve|once|twice)\b", re.IGNORECASE)
_HAS_REASON: Final = re.compile(
    r"\b(?:because|since|means|so that|reason|due to|comes? from|therefore)\b", re.IGNORECASE
)
_HAS_CONTACT: Final = re.compile(r"@|\b(?:ask|contact|write to)\b", re.IGNORECASE)
_DECIDES: Final = re.compile(r"\b(?:yes|no|not|never|nobody|nothing|only|cannot|can|may|must)\b", re.IGNORECASE)
# A sentence that sends the reader elsewhere; the title of a linked article keeps its capital.
_POINTS: Final = re.compile(r"\b(?:see(?: also)?|read|in|with|to|follow|following) [A-Z][\w']*(?: [\w',]+){2,}[.:]?$")


class Asking(NamedTuple):
    """Which kinds of answer a question asks for: several, or none that shows."""

    number: bool
    steps: bool
    reason: bool
    whom: bool
    yes_or_no: bool


class Saying(NamedTuple):
    """What a sentence offers of what was asked for: one that `points` elsewhere says little itself."""

    number: bool
    reason: bool
    contact: bool
    decides: bool
    points: bool


def asking(question: str) -> Asking:
    """Return what `question` asks for."""
    return Asking(*(bool(kind.search(question)) for kind in (_NUMBER, _STEPS, _REASON, _WHOM, _YES_OR_NO)))


def saying(sentence: str, asked: Asking) -> Saying:
    """Return what `sentence` offers of what is asked for."""
    return Saying(
        number=asked.number and bool(_HAS_NUMBER.search(sentence)),
        reason=asked.reason and bool(_HAS_REASON.search(sentence)),
        contact=asked.whom and bool(_HAS_CONTACT.search(sentence)),
        decides=asked.yes_or_no and bool(_DECIDES.search(sentence)),
        points=bool(_POINTS.search(sentence)),
    )
