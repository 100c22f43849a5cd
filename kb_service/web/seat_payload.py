"""The seat position as the API sends it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from kb_service.seats.position import SeatNumber, SeatPosition, Source
from kb_service.seats.sentences import SeatState
from kb_service.seats.what_if import WhatIf


class SeatsResponse(msgspec.Struct, frozen=True):
    """Seats that are paid for against staff who are active, and what follows; null is unknown, nothing is guessed."""

    state: SeatState
    purchased: Annotated[int | None, Meta(description="Seats that are paid for; null when unknown or only guessed.")]
    purchased_source: Annotated[Source | None, Meta(description="Where `purchased` comes from.")]
    purchased_number: Annotated[
        SeatNumber | None,
        Meta(description="The seats paid for with their source and the span of the question, also when only guessed."),
    ]
    active: Annotated[int | None, Meta(description="Staff accounts that are enabled; null when unknown or guessed.")]
    active_source: Annotated[Source | None, Meta(description="Where `active` comes from.")]
    active_number: Annotated[
        SeatNumber | None,
        Meta(description="The active staff with their source and the span of the question, also when only guessed."),
    ]
    available: Annotated[int | None, Meta(description="How many more staff can be enabled.")]
    excess: Annotated[int | None, Meta(description="How many active staff are too many.")]
    questions: Annotated[
        tuple[str, ...], Meta(description="A question about each guessed number: “Do you pay for 60 seats?”")
    ]
    capacity: str
    billing: str
    conflicts: Annotated[tuple[str, ...], Meta(description="Numbers that contradict each other, in words.")]
    what_if: Annotated[WhatIf | None, Meta(description="What the change that the question speaks of would do.")]
    passage_ids: Annotated[tuple[str, ...], Meta(description="The passages that these sentences rest on.")]


def seats_response(position: SeatPosition, passage_ids: tuple[str, ...]) -> SeatsResponse:
    return SeatsResponse(
        state=position.state,
        purchased=position.purchased,
        purchased_source=_source(position.purchased_number),
        purchased_number=position.purchased_number,
        active=position.active,
        active_source=_source(position.active_number),
        active_number=position.active_number,
        available=position.available,
        excess=position.excess,
        questions=position.questions,
        capacity=position.capacity,
        billing=position.billing,
        conflicts=position.conflicts,
        what_if=position.what_if,
        passage_ids=passage_ids,
    )


def _source(number: SeatNumber | None) -> Source | None:
    return number.source if number and number.certain else None
