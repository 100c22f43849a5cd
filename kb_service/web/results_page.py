"""From an answer to the page that shows it."""

from __future__ import annotations

import math
from typing import Final
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

from kb_service.answers.results import Answer, FoundPassage
from kb_service.seats.reconciliation import SeatPosition
from kb_service.staff.messages import message
from kb_service.web.marked_text import pieces
from kb_service.web.page_contexts import Asked, Quotation, ResultsPage, SeatCard
from kb_service.web.parameters import MAX_PAGES
from kb_service.web.words import SEAT_HEADLINES

PASSAGES_ON_A_PAGE: Final = 8  # three screens of a laptop


def results_page(answer: Answer, asked: Asked, *, page: int = 1) -> ResultsPage:
    """The passage of the answer comes first, with the sentence that answers marked; the others with the words asked.

    A page behind the last one is the last one: what was shared before a new index keeps leading somewhere.
    """
    passages = answer.passages
    page = min(page, max(1, math.ceil(len(passages) / PASSAGES_ON_A_PAGE)))
    is_first, end = page == 1, page * PASSAGES_ON_A_PAGE
    quote = answer.answer
    shown = [each for each in passages[:end] if quote is None or each.id != quote.passage_id]
    others = shown if is_first else passages[end - PASSAGES_ON_A_PAGE : end]
    return ResultsPage(
        asked=asked,
        query_id=answer.query_id,
        outcome=answer.outcome,
        answer=_answer(answer) if is_first else None,
        others=tuple(_quotation(passage, passage.marks) for passage in others),
        corrections=answer.corrections,
        staff_count=message(answer.staff_count) if answer.staff_count and is_first else "",
        seats=_seat_card(answer.seats, answer.seat_passage_ids) if answer.seats and is_first else None,
        related=answer.related,
        page=page,
        before="" if is_first else _address(asked, page - 1),
        after=_address(asked, page + 1) if len(passages) > end and page < MAX_PAGES else "",
    )


def _address(asked: Asked, page: int) -> str:
    given = {"q": asked.query, "domain": asked.domain, "seats": asked.seats, "page": page if page > 1 else None}
    return "/search?" + urlencode({name: value for name, value in given.items() if value not in ("", None)})


def _answer(answer: Answer) -> Quotation | None:
    quote = answer.answer
    if quote is None:
        return None
    passage = next(each for each in answer.passages if each.id == quote.passage_id)
    return _quotation(passage, ((quote.start, quote.end),))


def _quotation(passage: FoundPassage, marks: tuple[tuple[int, int], ...]) -> Quotation:
    return Quotation(
        id=passage.id,
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
        headline=SEAT_HEADLINES[position.state],
        purchased=position.purchased,
        active=position.active,
        sentences=tuple(filter(None, (position.capacity, position.billing, what_if))),
        conflicts=position.conflicts,
        url=f"/articles/{percent_encoded(passage_ids[0], safe='/#')}" if passage_ids else "",
    )
