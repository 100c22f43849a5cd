"""What of an answer is recorded."""

from __future__ import annotations

from kb_service.answers.results import Answer, SearchResult
from kb_service.content.article import Audience
from kb_service.record.events import LEFT_OPEN, Asked, Surface


def event_of_answer(
    answer: Answer, *, at: int, surface: Surface, audience: Audience = "public", asker: str = ""
) -> Asked | None:
    """Return the event of a question by its answer; None where nothing was asked."""
    if answer.outcome == "empty_question":
        return None
    shown = [passage.article_id for passage in answer.passages] or [each.article_id for each in answer.related]
    quoted = answer.answer.passage_id if answer.answer else ""
    first = next((passage.article_id for passage in answer.passages if passage.id == quoted), "") or "".join(shown[:1])
    return Asked(
        query_id=answer.query_id,
        at=at,
        text=answer.question,
        surface=surface,
        audience=audience,
        outcome=answer.outcome,
        confidence=answer.confidence,
        article_id="" if answer.outcome in LEFT_OPEN else first,
        shown=tuple(dict.fromkeys(shown)),
        asker=asker,
    )


def event_of_search(
    found: SearchResult, *, at: int, surface: Surface, audience: Audience = "public", asker: str = ""
) -> Asked | None:
    """Return the event of a search; None where nothing was searched, and for its further pages."""
    if found.offset or not found.query.strip():
        return None
    shown = tuple(dict.fromkeys(passage.article_id for passage in found.passages))
    return Asked(
        query_id=found.query_id,
        at=at,
        text=found.query,
        surface=surface,
        audience=audience,
        outcome="found" if shown else "nothing",
        confidence=0.0,
        article_id="",
        shown=shown,
        asker=asker,
    )
