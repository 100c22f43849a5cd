"""One seat position out of everything that is known: who says what, who is believed, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kb_service.seats.claims import Claim, Settled, settle
from kb_service.seats.mentions import SeatMentions
from kb_service.seats.sentences import SeatState, sentences, state_of
from kb_service.seats.what_if import WhatIf, what_if

__all__ = ["ActiveSource", "PurchasedSource", "SeatPosition", "SeatState", "reconcile"]

PurchasedSource = Literal["parameter", "question", "error_text", "locked_response"]
ActiveSource = Literal["live", "stale", "question", "error_text", "locked_response"]

_QUESTION: Final = "the question"
_ERROR: Final = "the pasted error"
_LOCKED: Final = "the locked helpdesk"
_ADDING_ARTICLES: Final = ("add-seats", "when-seat-changes-take-effect")
_REMOVING_ARTICLES: Final = (
    "order-of-steps-when-reducing-seats",
    "remove-seats",
    "refunds-and-credit",
    "when-seat-changes-take-effect",
)


@dataclass(frozen=True, slots=True)
class SeatPosition:
    """Seats paid for against staff accounts in use; None is unknown.

    `available` is how many more staff can be enabled, `excess` how many are too many, neither ever negative.
    `conflicts` says in plain words where numbers contradict each other. `article_ids` are those of the articles that
    `capacity`, `billing` and `what_if` rest on.
    """

    state: SeatState
    purchased: int | None
    purchased_source: PurchasedSource | None
    active: int | None
    active_source: ActiveSource | None
    available: int | None
    excess: int | None
    capacity: str
    billing: str
    conflicts: tuple[str, ...]
    article_ids: tuple[str, ...]
    what_if: WhatIf | None


def reconcile(
    *,
    mentions: SeatMentions,
    purchased_parameter: int | None,
    live_count: int | None,
    live_is_stale: bool = False,
    locked: tuple[int, int] | None = None,
) -> SeatPosition | None:
    """Return the position, None when nobody gave a number of either kind.

    `locked` is what a locked helpdesk says of itself, in the order of its message: active staff, then seats.
    A number that the most trusted source gives in two versions is unknown; `conflicts` then names both.
    """
    purchased = _purchased(mentions, purchased_parameter, locked)
    active = _active(mentions, live_count, locked, is_stale=live_is_stale)
    if not (purchased.conflicts or active.conflicts) and purchased.number is None and active.number is None:
        return None
    is_locked = locked is not None or mentions.from_error
    return _position(purchased, active, mentions, is_locked=is_locked)


def _purchased(mentions: SeatMentions, entered: int | None, locked: tuple[int, int] | None) -> Settled[PurchasedSource]:
    claims: list[Claim[PurchasedSource]] = [
        Claim("parameter", "your entry", _given(entered)),
        Claim("locked_response", _LOCKED, _given(locked[1] if locked else None)),
        Claim("error_text", _ERROR, mentions.purchased if mentions.from_error else ()),
        Claim("question", _QUESTION, mentions.also_purchased if mentions.from_error else mentions.purchased),
    ]
    return settle(claims, "seats")


def _active(
    mentions: SeatMentions, count: int | None, locked: tuple[int, int] | None, *, is_stale: bool
) -> Settled[ActiveSource]:
    claims: list[Claim[ActiveSource]] = [
        Claim("live", "the helpdesk itself", _given(None if is_stale else count)),
        Claim("locked_response", _LOCKED, _given(locked[0] if locked else None)),
        Claim("error_text", _ERROR, mentions.active if mentions.from_error else ()),
        Claim("stale", "the helpdesk's last known count", _given(count if is_stale else None)),
        Claim("question", _QUESTION, mentions.also_active if mentions.from_error else mentions.active),
    ]
    return settle(claims, "active staff")


def _given(number: int | None) -> tuple[int, ...]:
    return () if number is None else (number,)


def _position(
    purchased: Settled[PurchasedSource], active: Settled[ActiveSource], mentions: SeatMentions, *, is_locked: bool
) -> SeatPosition:
    bought, used = purchased.number, active.number
    said = sentences(bought, used, is_locked=is_locked, still_answers=active.source == "live")
    outlook = what_if(change=mentions.change, target=mentions.target, purchased=bought, active=used)
    return SeatPosition(
        state=state_of(bought, used),
        purchased=bought,
        purchased_source=purchased.source,
        active=used,
        active_source=active.source,
        available=None if bought is None or used is None else max(0, bought - used),
        excess=None if bought is None or used is None else max(0, used - bought),
        capacity=said.capacity,
        billing=said.billing,
        conflicts=(*purchased.conflicts, *active.conflicts, *_impossible(mentions, bought)),
        article_ids=tuple(dict.fromkeys((*said.article_ids, *_what_if_articles(outlook)))),
        what_if=outlook,
    )


def _what_if_articles(outlook: WhatIf | None) -> tuple[str, ...]:
    if outlook is None:
        return ()
    return _ADDING_ARTICLES if outlook.change is not None and outlook.change > 0 else _REMOVING_ARTICLES


def _impossible(mentions: SeatMentions, purchased: int | None) -> tuple[str, ...]:
    if mentions.change is None or mentions.target is not None or purchased is None or purchased + mentions.change >= 0:
        return ()
    return (f"{-mentions.change} seats cannot be removed: there are only {purchased}.",)
