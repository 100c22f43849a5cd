"""Makes answers for tests."""

from __future__ import annotations

from kb_service.answers.results import Answer, FoundPassage, IndexInfo, Quote
from kb_service.seats.position import SeatPosition, reconcile
from kb_service.seats.reader import read_mentions


def seats_of(text: str) -> SeatPosition | None:
    return reconcile(mentions=read_mentions(text), purchased_parameter=None, live_count=None)


def an_answer(*passages: tuple[str, str], quote: str = "", seats: SeatPosition | None = None) -> Answer:
    """An answer whose passages are (article id, text); without any it is "no_answer"."""
    found = [_found(article_id, text) for article_id, text in passages]
    return Answer(
        question="how?",
        query_id="q_1",
        outcome="answered" if found else "no_answer",
        confidence=0.75 if found else 0.25,
        answer=Quote(text=quote, passage_id=found[0].id, start=0, end=len(quote)) if found else None,
        passages=tuple(found),
        corrections=(),
        staff_count=None,
        seats=seats,
        seat_passage_ids=(),
        related=(),
        index=IndexInfo(generation="000001-00000000", articles=2, passages=2),
        took_ms=1.0,
    )


def _found(article_id: str, text: str) -> FoundPassage:
    return FoundPassage(
        id=f"{article_id}#intro",
        article_id=article_id,
        title=article_id,
        heading_path=(),
        url=f"/articles/{article_id}",
        text=text,
        marks=(),
        score=1.0,
        audience="public",
        verified_at=None,
        stale=False,
        content_sha256="",
    )
