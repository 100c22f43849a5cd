"""Which of several sources is believed about one number, and what the others say against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kb_service.seats.wording import Unit, capital, listed

Source = TypeVar("Source", bound=str)


@dataclass(frozen=True, slots=True)
class Claim(Generic[Source]):
    """The distinct numbers that one source gives; `speaker` names it in a sentence ("the question")."""

    source: Source
    speaker: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Settled(Generic[Source]):
    """The number in force with its source, both None when there is none, and the contradictions in plain words."""

    number: int | None = None
    source: Source | None = None
    conflicts: tuple[str, ...] = ()


def settle(claims: Sequence[Claim[Source]], unit: Unit) -> Settled[Source]:
    """Believe the first claim that has a number; when it has several of its own, the number is unknown."""
    told = [claim for claim in claims if claim.numbers]
    if not told:
        return Settled()
    first, *others = told
    if len(first.numbers) > 1:
        numbers = listed(first.numbers, unit)
        return Settled(conflicts=(f"{capital(first.speaker)} says {numbers}: it is not clear which one holds.",))
    number = first.numbers[0]
    conflicts = tuple(
        f"{capital(other.speaker)} says {listed(other.numbers, unit)}, but {first.speaker} says {number}: "
        f"{number} is used here."
        for other in others
        if other.numbers != first.numbers
    )
    return Settled(number, first.source, conflicts)
