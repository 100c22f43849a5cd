"""What a generation answers on a day, whoever asks: looked for once, and kept for who asks the same soon after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Final, NamedTuple

from kb_service.answers.answer import Answer
from kb_service.answers.answering import decide
from kb_service.answers.question import Question
from kb_service.search.engine import Snapshot
from kb_service.search.presenting import article_url, found_passages, index_info, related_article
from kb_service.search.ranking import Ranked, Ranker
from kb_service.search.results import RelatedArticle

RELATED: Final = 3
REMEMBERED: Final = 500  # answers, some 10 kB each: what many ask, and what a search box sends again


class Remembered(NamedTuple):
    """How many questions were asked of one generation in this process, and for how many the answer was at hand."""

    asked: int
    found: int


class PreparedAnswers:
    """Answers without what belongs to one request alone: its id, its time, live counts. Safe to share by threads."""

    def __init__(self, snapshot: Snapshot, ranker: Ranker, *, no_answer_below: float) -> None:
        self._answer = lru_cache(REMEMBERED)(partial(_prepare, snapshot, ranker, no_answer_below))

    def answer(self, question: Question, *, today: date) -> Answer:
        """Return the answer to a question's text; `today` decides what is stale."""
        return self._answer(question.text, question.limit, question.explain, today)

    def remembered(self) -> Remembered:
        """Say how often an answer did not have to be looked for."""
        found = self._answer.cache_info()
        return Remembered(found.hits + found.misses, found.hits)


def _prepare(
    snapshot: Snapshot, ranker: Ranker, no_answer_below: float, text: str, limit: int, explain: bool, today: date
) -> Answer:
    understood = ranker.understander.understand(text)
    ranked = ranker.rank(understood, limit=max(limit, RELATED), distinct=True)
    decision = decide(understood, ranked, no_answer_below=no_answer_below)
    return Answer(
        question=text,
        query_id="",
        outcome=decision.outcome,
        confidence=decision.confidence,
        answer=decision.quote,
        passages=found_passages(decision.passages[:limit], understood, today=today, explain=explain),
        corrections=understood.corrections,
        staff_count=None,
        seats=None,
        seat_passage_ids=(),
        related=_related(snapshot, ranked.passages, answered=bool(decision.passages)),
        index=index_info(snapshot),
        took_ms=0,
    )


def _related(snapshot: Snapshot, ranked: Sequence[Ranked], *, answered: bool) -> tuple[RelatedArticle, ...]:
    """Return what the first article calls related, or without an answer the nearest titles."""
    if not answered:
        titles = {passage.article_id: passage.title for passage in (each.entry.passage for each in ranked)}
        return tuple(RelatedArticle(id, title, article_url(id)) for id, title in titles.items())[:RELATED]
    ids = snapshot.articles[ranked[0].entry.article_number].related
    numbers = [number for article_id in ids if (number := snapshot.article_number(article_id)) is not None]
    return tuple(related_article(snapshot.articles[number]) for number in numbers[:RELATED])
