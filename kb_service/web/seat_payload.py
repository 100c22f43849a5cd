"""The seat position as the API sends it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from kb_service.seats.reconciliation import ActiveSource, PurchasedSource, SeatPosition, SeatState
from kb_service.seats.what_if import WhatIf


class SeatsResponse(msgspec.Struct, frozen=True):
    """Seats that are paid for against staff who are active, and what follows; null is unknown, nothing is guessed."""

    state: SeatState
    purchased: int | None
    purchased_source: PurchasedSource | None
    active: int | None
    active_source: ActiveSource | None
    available: Annotated[int | None, Meta(description="How many more staff can be enabled.")]
    excess: Annotated[int | None, Meta(description="How many active staff are too many.")]
    capacity: str
    billing: str
    conflicts: Annotated[tuple[str, ...], Meta(description="Numbers that contradict each other, in words.")]
    what_if: Annotated[WhatIf | None, Meta(description="What the change that the question speaks of would do.")]
    passage_ids: Annotated[tuple[str, ...], Meta(description="The passages that these sentences rest on.")]


def seats_response(position: SeatPosition, passage_ids: tuple[str, ...]) -> SeatsResponse:
    return SeatsResponse(
        state=position.state,
        purchased=position.purchased,
        purchased_source=position.purchased_source,
        active=position.active,
        active_source=position.active_source,
        available=position.available,
        excess=position.excess,
        capacity=position.capacity,
        billing=position.billing,
        conflicts=position.conflicts,
        what_if=position.what_if,
        passage_ids=passage_ids,
    )
