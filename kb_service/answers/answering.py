"""From ranked passages to an answer: a verbatim quote with its confidence, or nothing when none is sure enough."""

from __future__ import annotations

from typing import NamedTuple

from kb_service.answers.answer import Outcome, Quote
from kb_service.answers.confidence import confidence
from kb_service.answers.sentences import answering_span
from kb_service.search.ranking import Ranked, RankedList
from kb_service.search.understanding import Understanding


class Decision(NamedTuple):
    """What to say: `passages` is empty unless the outcome is "answered"."""

    outcome: Outcome
    confidence: float
    quote: Quote | None
    passages: tuple[Ranked, ...]


def decide(understood: Understanding, ranked: RankedList, *, no_answer_below: float) -> Decision:
    """Return the answer that `ranked` gives, or "no_answer" when its confidence is under the threshold."""
    if not understood.text.strip():
        return Decision("empty_question", 0.0, None, ())
    sure = round(confidence(understood, ranked), 3)
    if not ranked.passages or sure < no_answer_below:
        return Decision("no_answer", sure, None, ())
    entry = ranked.passages[0].entry
    passage = entry.passage
    start, end = answering_span(entry, understood.text, understood.words)
    return Decision("answered", sure, Quote(passage.text[start:end], passage.id, start, end), ranked.passages)
