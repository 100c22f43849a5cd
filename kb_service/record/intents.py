"""Which questions are one: typing one letter by letter, or asking the same again within minutes, is one intent."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from kb_service.record.events import Asked

SAME_MS: Final = 5 * 60_000  # who asks the same again so soon has not left
TYPING_MS: Final = 20_000  # between two states of a box that searches as one types
FOLLOWED_MS: Final = 10 * 60_000  # another search so soon: the answer was not enough
DEED_MS: Final = 30 * 60_000  # an article that was shown may be opened so much later
ALIKE: Final = 90.0  # of 100: a typing slip mended
LONGEST_PHRASE: Final = 200

_WORD: Final = re.compile(r"\w+")


@dataclass(slots=True)
class Intent:
    """A row of the table, as it grows; `is_new` and `is_changed` say what is to be written."""

    intent_id: str
    started_at: int
    last_at: int
    questions: int
    surface: str
    audience: str
    text: str
    phrase: str
    outcome: str
    confidence: float
    article_id: str
    shown: tuple[str, ...]
    followed_by: str
    asker: str
    is_new: bool = False
    is_changed: bool = False


def phrase_of(text: str) -> str:
    """Return what counts of a text when two are compared.

    >>> phrase_of("  Where's my INVOICE?! ")
    'where s my invoice'
    """
    return " ".join(_WORD.findall(text.casefold()))[:LONGEST_PHRASE].rstrip()


class RecentIntents:
    """The intents of the askers of a batch, the oldest first; questions are added in the order of their times."""

    def __init__(self, known: Iterable[Intent]) -> None:
        self._of: defaultdict[str, list[Intent]] = defaultdict(list)
        for each in sorted(known, key=lambda intent: intent.last_at):
            self._of[each.asker].append(each)
        self.added: list[Intent] = []

    def add(self, asked: Asked, *, text: str, asker: str) -> Intent:
        """Return the intent that a question belongs to. `text` is masked; without `asker` it is one of its own."""
        phrase, earlier = phrase_of(text), self._of[asker] if asker else []
        for intent in reversed(earlier):
            if asked.at - intent.last_at > SAME_MS:
                break
            if intent.surface == asked.surface and _is_same(intent, phrase, gap=asked.at - intent.last_at):
                _grow(intent, asked, text, phrase)
                earlier.sort(key=lambda each: each.last_at)
                return intent
        intent = Intent(
            intent_id=asked.query_id,
            started_at=asked.at,
            last_at=asked.at,
            questions=1,
            surface=asked.surface,
            audience=asked.audience,
            text=text,
            phrase=phrase,
            outcome=asked.outcome,
            confidence=asked.confidence,
            article_id=asked.article_id,
            shown=asked.shown,
            followed_by="",
            asker=asker,
            is_new=True,
        )
        if earlier and asked.at - earlier[-1].last_at <= FOLLOWED_MS and not earlier[-1].followed_by:
            earlier[-1].followed_by = intent.intent_id
            earlier[-1].is_changed = True
        earlier.append(intent)
        self.added.append(intent)
        return intent

    def that_showed(self, article_id: str, *, asker: str, at: int) -> Intent | None:
        """Return the last intent of an asker that showed an article, if that was not long ago."""
        for intent in reversed(self._of[asker] if asker else []):
            if article_id in intent.shown and at - intent.last_at <= DEED_MS:
                return intent
        return None

    def changed(self) -> list[Intent]:
        """Return those that were known and are another now."""
        return [each for some in self._of.values() for each in some if each.is_changed and not each.is_new]


def _is_same(intent: Intent, phrase: str, *, gap: int) -> bool:
    if gap <= TYPING_MS and (phrase.startswith(intent.phrase) or intent.phrase.startswith(phrase)):
        return True
    return fuzz.ratio(intent.phrase, phrase, score_cutoff=ALIKE) > 0


def _grow(intent: Intent, asked: Asked, text: str, phrase: str) -> None:
    """What was asked last counts, unless it is the beginning of what was asked before: letters are being deleted."""
    intent.last_at = max(intent.last_at, asked.at)
    intent.questions += 1
    intent.is_changed = True
    if phrase != intent.phrase and intent.phrase.startswith(phrase):
        return
    intent.text, intent.phrase = text, phrase
    intent.outcome, intent.confidence = asked.outcome, asked.confidence
    intent.article_id = asked.article_id
    intent.shown = asked.shown
