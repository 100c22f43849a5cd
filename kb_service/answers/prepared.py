"""What a generation answers on a day, whoever asks: looked for once, and kept for who asks the same soon after."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from kb_service.answers.answer import Answer
from kb_service.answers.answering import decide
from kb_service.answers.question import Question
from kb_service.answers.seat_position import seat_passages, seat_position
from kb_service.index.port import Snapshot
from kb_service.ranking.presenting import article_url, found_passages, index_info, related_articles
from kb_service.ranking.ranking import Ranked, Ranker
from kb_service.ranking.results import RelatedArticle

RELATED: Final = 3
REMEMBERED: Final = 500  # answers of 5 kB each, 2.5 MB a worker: what many ask, and what a search box sends again


class Prepared(NamedTuple):
    """An answer, and whether somebody had asked for it before."""

    answer: Answer
    remembered: bool


class PreparedAnswers:
    """Answers without what belongs to one request alone: its id, its time, live counts. Safe to share by threads.

    White space makes no other question: the answer is to the plain text of what was typed.
    """

    def __init__(self, snapshot: Snapshot, ranker: Ranker, *, no_answer_below: float) -> None:
        self._snapshot = snapshot
        self._ranker = ranker
        self._no_answer_below = no_answer_below
        self._kept: OrderedDict[tuple[str, int, bool, date], Answer] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, question: Question, *, today: date) -> Prepared:
        """Return the answer to a question's text; `today` decides what is stale."""
        asked = (_plain(question.text), question.limit, question.explain, today)
        with self._lock:
            if kept := self._kept.get(asked):
                self._kept.move_to_end(asked)
                return Prepared(kept, remembered=True)
        answer = self._find(*asked)
        with self._lock:
            self._kept[asked] = answer
            if len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return Prepared(answer, remembered=False)

    def _find(self, text: str, limit: int, explain: bool, today: date) -> Answer:
        understood = self._ranker.understander.understand(text)
        ranked = self._ranker.rank(understood, limit=max(limit, RELATED), distinct=True)
        decision = decide(understood, ranked, no_answer_below=self._no_answer_below)
        seats = seat_position(Question(text), None)
        return Answer(
            question=text,
            query_id="",
            outcome=decision.outcome,
            confidence=decision.confidence,
            answer=decision.quote,
            passages=found_passages(decision.passages[:limit], understood, today=today, explain=explain),
            corrections=understood.corrections,
            staff_count=None,
            seats=seats,
            seat_passage_ids=seat_passages(self._snapshot, seats),
            related=(
                related_articles(self._snapshot.catalogue, ranked.passages[0].entry.related)[:RELATED]
                if decision.passages
                else _nearest(ranked.passages)
            ),
            index=index_info(self._snapshot.catalogue),
            took_ms=0,
        )


def _plain(text: str) -> str:
    """Return a text without white space that says nothing; where its lines end may say something."""
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _nearest(ranked: Sequence[Ranked]) -> tuple[RelatedArticle, ...]:
    """Return the nearest titles, where nothing answers."""
    titles = {passage.article_id: passage.title for passage in (each.entry.passage for each in ranked)}
    return tuple(RelatedArticle(id, title, article_url(id)) for id, title in titles.items())[:RELATED]
