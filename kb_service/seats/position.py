"""One seat position out of everything that is known: who says what, who is believed, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from kb_service.seats.reader import Mentions, Reading
from kb_service.seats.sentences import GETCOUNT, SeatState, WhatIf, outcome, sentences, state_of, what_if
from kb_service.wording.catalogue import MY_ORDERS, Words, capital, words_in

Source = Literal["parameter", "question", "error_text", "locked_response", "live", "stale"]
Kind = Literal["seats", "staff"]

_MOST_QUOTED: Final = 80  # characters of the question, beside a number that was read there
_ADDING: Final = ("add-seats", "when-seat-changes-take-effect")
_REMOVING: Final = (
    "order-of-steps-when-reducing-seats",
    "remove-seats",
    "refunds-and-credit",
    "when-seat-changes-take-effect",
)


@dataclass(frozen=True, slots=True)
class SeatNumber:
    """A number with where it comes from; `span` is [start, end) in the question, for what was read there.

    A number that is not `certain` is a guess: it is asked about (`SeatPosition.questions`), never told. `origin` says
    in words where it comes from: "you wrote: “48 people use it”".
    """

    value: int
    source: Source
    certain: bool = True
    span: tuple[int, int] | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class SeatPosition:
    """Seats paid for against staff accounts in use; None is unknown.

    `purchased` and `active` are certain; `purchased_number` and `active_number` say where they come from, or hold a
    guess. `available` is how many more staff can be enabled, `excess` how many are too many, neither ever negative.
    `conflicts` sets numbers that contradict each other side by side, in plain words. `article_ids` are those of the
    articles that `capacity`, `billing` and `what_if` rest on.
    """

    state: SeatState
    purchased: int | None
    purchased_number: SeatNumber | None
    active: int | None
    active_number: SeatNumber | None
    available: int | None
    excess: int | None
    questions: tuple[str, ...]
    capacity: str
    billing: str
    conflicts: tuple[str, ...]
    article_ids: tuple[str, ...]
    what_if: WhatIf | None


def reconcile(
    *,
    mentions: Mentions,
    question: str = "",
    purchased_parameter: int | None = None,
    active_parameter: int | None = None,
    live_count: int | None = None,
    live_is_stale: bool = False,
    locked: tuple[int, int] | None = None,
    counted: str = "",
    count_url: str = "",
    words: Words | None = None,
) -> SeatPosition | None:
    """Return the position, None when nobody gave a number of either kind.

    `mentions` were read in `question`. `locked` is what a locked helpdesk says of itself, in the order of its message:
    active staff, then seats. `counted` says when the helpdesk was asked ("counted live at 14:02 UTC"), `count_url`
    where a person sees its count. The first source that gives a number is believed; one that gives two of a kind leaves
    it unknown. All is said in `words`, English without.
    """
    words = words or words_in("en")
    bought = _bought(mentions, purchased_parameter, locked)
    used = _used(mentions, active_parameter, live_count, locked, is_stale=live_is_stale)
    if not (bought or used):
        return None
    answers = live_count is not None and not live_is_stale  # a helpdesk that counts its staff is not locked
    count_url = count_url or GETCOUNT
    purchased_number, active_number = (
        number and replace(number, origin=_origin(words, number, question, counted))
        for number in (_in_force(bought), _in_force(used))
    )
    purchased, active = _fact(purchased_number), _fact(active_number)
    ordered = _ordered(mentions, bought, purchased_number)
    said = sentences(
        words,
        purchased,
        active,
        locked=not answers and (locked is not None or any(error.certain for error in mentions.error_active)),
        answers=answers,
        ordered=ordered,
        count_url=count_url,
    )
    capacity = said.capacity
    if purchased_number and active_number and (purchased is None or active is None):
        numbers = purchased_number.value, active_number.value
        meaning = outcome(words, *numbers)
        capacity = words.say("capacity.guessed", purchased=numbers[0], active=numbers[1], outcome=meaning)
    outlook = what_if(
        words,
        change=mentions.seat_change,
        target=mentions.seat_target,
        staff_change=mentions.staff_change,
        purchased=purchased_number.value if purchased_number else None,
        active=active,
    )
    grows = outlook is not None and ((outlook.staff_change if outlook.change is None else outlook.change) or 0) > 0
    return SeatPosition(
        state=state_of(purchased, active),
        purchased=purchased,
        purchased_number=purchased_number,
        active=active,
        active_number=active_number,
        available=None if purchased is None or active is None else max(0, purchased - active),
        excess=None if purchased is None or active is None else max(0, active - purchased),
        questions=(*_question(words, purchased_number, "seats"), *_question(words, active_number, "staff")),
        capacity=capacity,
        billing=said.billing,
        conflicts=(
            *_conflicts(words, bought, "seats", active, counted=counted, where=MY_ORDERS, ordered=ordered),
            *_conflicts(words, used, "staff", purchased, counted=counted, where=count_url),
            *_other_numbers(words, mentions, purchased),
        ),
        article_ids=tuple(dict.fromkeys((*said.article_ids, *((_ADDING if grows else _REMOVING) if outlook else ())))),
        what_if=outlook,
    )


def _bought(mentions: Mentions, entered: int | None, locked: tuple[int, int] | None) -> list[SeatNumber]:
    return [
        *_given(entered, "parameter"),
        *_given(locked[1] if locked else None, "locked_response"),
        *_read(mentions.error_purchased, "error_text"),
        *_read(mentions.purchased, "question"),
    ]


def _used(
    mentions: Mentions, entered: int | None, count: int | None, locked: tuple[int, int] | None, *, is_stale: bool
) -> list[SeatNumber]:
    return [
        *_given(entered, "parameter"),
        *_given(None if is_stale else count, "live"),
        *_given(locked[0] if locked else None, "locked_response"),
        *_read(mentions.error_active, "error_text"),
        *_given(count if is_stale else None, "stale"),
        *_read(mentions.active, "question"),
    ]


def _given(number: int | None, source: Source) -> list[SeatNumber]:
    return [] if number is None else [SeatNumber(number, source)]


def _read(readings: Sequence[Reading], source: Source) -> list[SeatNumber]:
    return [SeatNumber(each.value, source, each.certain, (each.start, each.end)) for each in readings]


def _fact(number: SeatNumber | None) -> int | None:
    return number.value if number and number.certain else None


def _in_force(numbers: Sequence[SeatNumber]) -> SeatNumber | None:
    """Return the number that is believed; an entry that only repeats what another source says is that source's."""
    entered = next((number for number in numbers if number.source == "parameter"), None)
    found = _first_of([number for number in numbers if number.source != "parameter"])
    return found if entered is None or (found and found.certain and found.value == entered.value) else entered


def _first_of(numbers: Sequence[SeatNumber]) -> SeatNumber | None:
    """Return the number of the first source that is certain of one, else the only guess; None when it gives several."""
    certain = [number for number in numbers if number.certain]
    first = [number for number in certain if number.source == certain[0].source] or numbers
    return first[0] if len({number.value for number in first}) == 1 else None


def _origin(words: Words, number: SeatNumber, question: str, counted: str) -> str:
    """Return in words where a number comes from."""
    if number.span and number.source == "question":
        quoted = " ".join(question[slice(*number.span)].split())
        cut = quoted if len(quoted) <= _MOST_QUOTED else f"{quoted[:_MOST_QUOTED].rstrip()}…"
        return words.say("origin.question", words=cut)
    if number.source == "error_text":
        return words.say("origin.error")
    return words.say("origin.parameter") if number.source == "parameter" else counted


def _ordered(mentions: Mentions, bought: Sequence[SeatNumber], purchased: SeatNumber | None) -> int | None:
    """Return the seats that somebody has paid for but the licence of a locked helpdesk does not have yet."""
    if purchased is None or purchased.source not in {"error_text", "locked_response"}:
        return None
    told = [number.value for number in bought if number.source == "question" and number.certain]
    told += [] if mentions.bought_since is None else [purchased.value + mentions.bought_since]
    return max((value for value in told if value > purchased.value), default=None)


def _question(words: Words, number: SeatNumber | None, kind: Kind) -> list[str]:
    return [] if number is None or number.certain else [words.say(f"question.{kind}", n=number.value)]


def _conflicts(
    words: Words,
    numbers: Sequence[SeatNumber],
    kind: Kind,
    other: int | None,
    *,
    counted: str,
    where: str,
    ordered: int | None = None,
) -> list[str]:
    """Return what sources say against each other, side by side, and what each number would mean beside the `other`.

    `where` shows which number holds; `ordered` are seats on their way to a locked helpdesk. A count that is not the one
    in force says here when it was `counted`.
    """
    told: dict[Source, list[int]] = {}
    for number in numbers:
        if number.certain:
            told[number.source] = [*dict.fromkeys((*told.get(number.source, ()), number.value))]
    if not told:
        return []
    (first, believed), *others = told.items()
    speaker = words.say(f"speaker.{first}")
    if len(believed) > 1:
        meanings = _meanings(words, believed, kind, other)
        listed = _listed(words, believed, kind)
        return [words.say("conflict.several", Speaker=capital(speaker), listed=listed, meanings=meanings, where=where)]
    found = []
    for source, given in others:
        if given == believed:
            continue
        name = words.say(f"speaker.{source}")
        is_ordered = ordered is not None and source == "question"
        said = words.say(
            "conflict.ordered" if is_ordered else "conflict.differs",
            Speaker=capital(f"{name} ({counted})" if counted and source in {"live", "stale"} else name),
            listed=_listed(words, given, kind),
            other=speaker,
            believed=believed[0],
            meanings=_meanings(words, [*given, *believed], kind, other),
        )
        found.append(said)
    return found


def _listed(words: Words, numbers: Sequence[int], kind: Kind) -> str:
    """Return "60 seats", "60 and 50 seats"."""
    if len(numbers) == 1:
        return words.number(numbers[0], kind)
    return words.say(f"conflict.{kind}", numbers=", ".join(map(str, numbers[:-1])), last=numbers[-1])


def _meanings(words: Words, numbers: Sequence[int], kind: Kind, other: int | None) -> str:
    """Return what each number would mean: "With 60 seats, 12 more staff can be enabled; with 50 seats, 2 more …"."""
    parts = []
    for number in dict.fromkeys(numbers):
        if other is None:
            meaning = words.say("conflict.at_most" if kind == "seats" else "conflict.at_least", n=number)
        else:
            meaning = outcome(words, *((number, other) if kind == "seats" else (other, number)))
        parts.append(words.say(f"conflict.with_{kind}", n=number, meaning=meaning))
    return capital("; ".join(parts)) + "."


def _other_numbers(words: Words, mentions: Mentions, purchased: int | None) -> list[str]:
    """Return what a bill shows beside the seats in force, and a change that there are too few seats for."""
    if purchased is None:
        return []
    found = [
        words.say("conflict.bill", billed=each.value, purchased=purchased)
        for each in mentions.billed
        if each.value != purchased
    ]
    change = mentions.seat_change or 0
    if mentions.seat_target is None and purchased + change < 0:
        found.append(words.say("conflict.cannot", gone=-change, purchased=purchased))
    return found
