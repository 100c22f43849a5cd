"""Where a question's seats stand: what it says, what came with it and what the helpdesk says, put together."""

from __future__ import annotations

from kb_service.answers.question import Question
from kb_service.index.port import Snapshot
from kb_service.seats.position import SeatPosition, reconcile
from kb_service.seats.reader import read_mentions
from kb_service.staff.counter import StaffCount


def seat_position(question: Question, staff_count: StaffCount | None) -> SeatPosition | None:
    """Return the seat position of a question, None when neither number is known."""
    locked = (
        (staff_count.count, staff_count.purchased)
        if staff_count
        and staff_count.status == "locked"
        and staff_count.count is not None
        and staff_count.purchased is not None
        else None
    )
    live = staff_count.count if staff_count and staff_count.status in {"ok", "stale"} else None
    return reconcile(
        mentions=read_mentions(question.text),
        purchased_parameter=question.seats,
        live_count=live,
        live_is_stale=bool(staff_count and staff_count.status == "stale"),
        locked=locked,
    )


def seat_passages(snapshot: Snapshot, seats: SeatPosition | None) -> tuple[str, ...]:
    """Return the first passages of the articles that the sentences of `seats` rest on, of those there are."""
    catalogue = snapshot.catalogue
    numbers = [catalogue.article_number(article_id) for article_id in (seats.article_ids if seats else ())]
    bounds = [catalogue.first_passage[number : number + 2].tolist() for number in numbers if number is not None]
    firsts = [first for first, end in bounds if first < end]
    return tuple(entry.passage.id for entry in snapshot.store.entries(firsts)) if firsts else ()
