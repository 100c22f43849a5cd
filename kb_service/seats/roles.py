"""Which part does a number play? The rules in their order: the first that fits decides, and none means nobody said."""

from __future__ import annotations

import re
from typing import Final

from kb_service.seats.changed_numbers import CHANGED
from kb_service.seats.held_numbers import HAD, LABELLED, PAID, USED
from kb_service.seats.number_phrases import NumberPhrase
from kb_service.seats.other_numbers import DENIED, OUT_OF_PLACE, REPLACED, UNUSED
from kb_service.seats.rules import Role

_IN_ORDER: Final = (*OUT_OF_PLACE, *UNUSED, *CHANGED, *DENIED, *PAID, *LABELLED, *USED, *REPLACED, *HAD)
_ANYONE: Final = re.compile(  # "can one agent use two desks", "may we use one login"
    r"(?:can|could|does|do|if|when|should|would|for) <person>|(?:can|could|may|should|must) (?:[^# ]+ ){0,2}USE <"
)


def role_of(phrase: NumberPhrase) -> Role | None:
    """Return the part that the words around a number give it, None when they give none."""
    if phrase.noun in {"foreign", "admin"} or (phrase.value == 1 and _ANYONE.search(phrase.line)):
        return None
    return next((role for role, pattern in _IN_ORDER if pattern.search(phrase.line)), None)
