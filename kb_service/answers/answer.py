"""What the service says to a question: a quote, the passages around it, the seat position; or that it does not know."""

from __future__ import annotations

from typing import Literal

import msgspec

from kb_service.questions.understanding import Correction
from kb_service.ranking.results import FoundPassage, IndexInfo, RelatedArticle
from kb_service.seats.position import SeatPosition
from kb_service.staff.counter import StaffCount

Outcome = Literal["answered", "no_answer", "empty_question"]


class Quote(msgspec.Struct, frozen=True):
    """Verbatim text of a passage: `text == passage.text[start:end]`."""

    text: str
    passage_id: str
    start: int
    end: int


class Answer(msgspec.Struct, frozen=True):
    """The result of the main job. `confidence` is the calibrated chance, 0 to 1, that `answer` answers the question.

    Without an answer `passages` is empty and `related` may name the nearest titles. `seat_passage_ids` are the
    passages that the sentences of `seats` rest on. `remembered`: it was at hand, since somebody had asked the same.
    """

    question: str
    query_id: str
    outcome: Outcome
    confidence: float
    answer: Quote | None
    passages: tuple[FoundPassage, ...]
    corrections: tuple[Correction, ...]
    staff_count: StaffCount | None
    seats: SeatPosition | None
    seat_passage_ids: tuple[str, ...]
    related: tuple[RelatedArticle, ...]
    index: IndexInfo
    took_ms: float
    remembered: bool = False
