"""The language of the rules: a rule gives a role to a number whose line of classes fits its pattern.

Patterns read a `NumberPhrase.line`, so capitals are classes of words, "<seat>" is the number in question with what it
counts, "#" another number. The parts below stand for stretches of words that many rules share.
"""

from __future__ import annotations

import re
from typing import Final, Literal

# "have" and "people" are read by what the other numbers are; "full" is bought and in use; "none" is of no use here.
Role = Literal["purchased", "active", "have", "people", "full", "add", "remove", "target", "none"]
Rule = tuple[Role, re.Pattern[str]]

# Words that may stand between a cue and its number. A plain "the" may not: "charged for the 5 seats" points back.
FILL: Final = r"(?:(?:ABOUT|ONLY|KIND|our|my|your|all|both|of|an?|up to|:|the (?:full|same|ABOUT)|(?:all|of) the) )*"
THE: Final = r"(?:(?:the|this|that|these|those) )?"
OUR: Final = r"(?:our|my|the)"
SOME: Final = r"(?:(?!(?:for|but|and|with|when|so|if|because|while) )[^#,/\s]+ ){0,3}"
MANY: Final = r"(?:(?!(?:but|and|so|if|because) )[^#,/_\s]+ ){0,6}"
IS: Final = r"(?:(?:is|are|was|:|SAY) )+"
WHO: Final = (
    r"(?:(?:that|which|who|is|are|was|were|be|of|them|those|us|our|the|we|they|i|you|can|do|will|HAVE|PERSON|ABOUT|ONLY"
    r"|in|on|it|both) )*"
)
NOUNS: Final = r"(?:(?:SEAT|LICENCE|PERSON|ADMIN|count) )*"

SEATS: Final = r"<[^>]*seat>"
PEOPLE: Final = r"<[^>]*person>"
SEATS_OR_BARE: Final = r"<[^>]*(?:seat|bare)>"
ANY: Final = r"<[^>]*(?:seat|person|worker|bare)>"
NO_NUMBER_NEXT: Final = r"(?! (?:(?:for|by|is|are|:|ABOUT|ONLY|us|me) )*#)"


def rules(role: Role, *patterns: str) -> tuple[Rule, ...]:
    """Return one rule a pattern, all for the same role."""
    return tuple((role, re.compile(pattern)) for pattern in patterns)
