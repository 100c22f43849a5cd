"""From an answer to the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote as percent_encoded

from kb_service.answers.answer import Answer
from kb_service.search.results import FoundPassage
from kb_service.seats.reconciliation import SeatPosition, SeatState
from kb_service.staff.messages import message
from kb_service.web.marked_text import pieces
from kb_service.web.page_contexts import Asked, Quotation, ResultsPage, SeatCard

_HEADLINES: Final[Mapping[SeatState, str]] = {
    "under": "You have seats to spare",
    "exact": "All your seats are in use",
    "over": "More staff than seats",
    "unknown": "Your seats",
}


def results_page(answer: Answer, asked: Asked) -> ResultsPage:
    """The passage of the answer comes first, with the sentence that answers marked; the others with the words asked."""
    quote = answer.answer
    others = tuple(
        _quotation(passage, passage.marks)
        for passage in answer.passages
        if quote is None or passage.id != quote.passage_id
    )
    return ResultsPage(
        asked=asked,
        outcome=answer.outcome,
        answer=_answer(answer),
        others=others,
        corrections=answer.corrections,
        staff_count=message(answer.staff_count) if answer.staff_count else "",
        seats=_seat_card(answer.seats, answer.seat_passage_ids) if answer.seats else None,
        related=answer.related,
    )


def _answer(answer: Answer) -> Quotation | None:
    quote = answer.answer
    if quote is None:
        return None
    passage = next(each for each in answer.passages if each.id == quote.passage_id)
    return _quotation(passage, ((quote.start, quote.end),))


def _quotation(passage: FoundPassage, marks: tuple[tuple[int, int], ...]) -> Quotation:
    return Quotation(
        title=passage.title,
        heading_path=passage.heading_path,
        url=passage.url,
        pieces=pieces(passage.text, marks),
        verified_at=passage.verified_at,
        stale=passage.stale,
    )


def _seat_card(position: SeatPosition, passage_ids: tuple[str, ...]) -> SeatCard:
    what_if = position.what_if.sentence if position.what_if else ""
    return SeatCard(
        headline=_HEADLINES[position.state],
        purchased=position.purchased,
        active=position.active,
        sentences=tuple(filter(None, (position.capacity, position.billing, what_if))),
        conflicts=position.conflicts,
        url=f"/articles/{percent_encoded(passage_ids[0], safe='/#')}" if passage_ids else "",
    )
