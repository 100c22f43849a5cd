"""What a question itself says about seats: numbers in people's own words, and the two of a pasted error.

Pure and total: any text gives a value, a number that nobody gave is never made up, and numbers that contradict each
other are all kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from kb_service.seats.number_phrases import ONE_WORDS, classes_of, number_phrases
from kb_service.seats.pairs import join_pairs
from kb_service.seats.pasted_errors import read_pasted_errors
from kb_service.seats.roles import role_of
from kb_service.seats.rules import Role
from kb_service.seats.staff_totals import add_up_staff
from kb_service.seats.tokens import tokenize

MAX_NUMBERS: Final = 24  # a text with more is a pasted table or log, where no word says what a number is
SHORT_QUESTION_TOKENS: Final = 6  # "48 of 60" alone is about seats here; in a longer question some word must say so
_TOPIC: Final = frozenset(
    (
        "SEAT LICENCE PERSON ADMIN PAY BUY BILL PLAN LIMIT USE ACTIVE ADD LESS FEWER "
        "getcount activestaffcount headcount"
    ).split()
)


@dataclass(frozen=True, slots=True)
class SeatMentions:
    """The distinct numbers a question gives, in the order of the text; several of a kind contradict each other.

    `change` is how many seats somebody thinks of adding or (negative) removing, `target` the number they want to end
    with. With `from_error`, `purchased` and `active` are those of a pasted error, and `also_purchased` and
    `also_active` what the words around it say.
    """

    purchased: tuple[int, ...] = ()
    active: tuple[int, ...] = ()
    change: int | None = None
    from_error: bool = False
    target: int | None = None
    also_purchased: tuple[int, ...] = ()
    also_active: tuple[int, ...] = ()


@dataclass(slots=True)
class _Said:
    """The numbers of one text by the part they play, filled while reading it."""

    numbers: dict[Role, list[int]] = field(default_factory=dict)
    steps: list[tuple[int, int]] = field(default_factory=list)

    def of(self, *roles: Role) -> tuple[int, ...]:
        return tuple(dict.fromkeys(number for role in roles for number in self.numbers.get(role, ())))


def read_mentions(question: str) -> SeatMentions:
    """Return the seat numbers in a question; raises nothing."""
    errors, words = read_pasted_errors(question)
    said = _read_words(words)
    if not (errors or said.numbers):
        return SeatMentions()
    purchased, active = _settled(said)
    change, target = _change(said, purchased)
    if not errors:
        return SeatMentions(purchased, active, change, target=target)
    return SeatMentions(
        purchased=tuple(dict.fromkeys(error.purchased for error in errors)),
        active=tuple(dict.fromkeys(error.active for error in errors)),
        change=change,
        from_error=True,
        target=target,
        also_purchased=purchased,
        also_active=active,
    )


def _read_words(text: str) -> _Said:
    tokens = tokenize(text)
    numbers = sum(isinstance(token, int) for token in tokens)
    if numbers > MAX_NUMBERS or not (numbers or ONE_WORDS.intersection(tokens)):
        return _Said()
    classes = classes_of(tokens)
    phrases = add_up_staff(number_phrases(tokens, classes), classes)
    if not phrases:
        return _Said()
    is_short = len(tokens) <= SHORT_QUESTION_TOKENS
    roles, steps = join_pairs(phrases, [role_of(phrase) for phrase in phrases], classes, is_short=is_short)
    on_topic = is_short or bool(steps) or not _TOPIC.isdisjoint(classes)
    said = _Said(steps=steps)
    for phrase, role in zip(phrases, roles, strict=True):
        if role and (on_topic or phrase.noun != "bare"):
            said.numbers.setdefault(role, []).append(phrase.value)
    return said


def _settled(said: _Said) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the purchased and the active numbers; "we have 48" and "48 users" are read by what the others are."""
    full = said.of("full")
    purchased, active = said.of("purchased") or full, said.of("active") or full
    have, people = said.of("have"), said.of("people")
    if not active and (purchased or have):
        active = people
    if have and active and not purchased:
        return have, active
    if have and purchased and not active:
        return purchased, have
    return purchased, active


def _change(said: _Said, purchased: tuple[int, ...]) -> tuple[int | None, int | None]:
    """Return the change and the target when exactly one is meant."""
    if said.steps:
        before, after = said.steps[0]
        return (after - before, after) if len(set(said.steps)) == 1 else (None, None)
    changes = {*said.of("add"), *(-number for number in said.of("remove"))}
    change = changes.pop() if len(changes) == 1 else None
    targets = said.of("target")
    target = targets[0] if len(targets) == 1 else None
    if change is None and target is not None and len(purchased) == 1:
        change = target - purchased[0] or None
    return change, target
