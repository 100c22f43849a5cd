"""From ranked passages to an answer: a verbatim quote with its confidence, or nothing when none is sure enough."""

from __future__ import annotations

from typing import NamedTuple

from kb_service.answers.answer import Outcome, Quote
from kb_service.answers.confidence import confidence
from kb_service.answers.quoting import Source, find_quote
from kb_service.questions.understanding import Understanding
from kb_service.ranking.ranking import Ranked, RankedList


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
    first = ranked.passages[0]
    sources = [first, ranked.opening] if ranked.opening and not first.evidence.pattern else [first]
    found = find_quote(
        [Source(each.entry, each.score, ranked.sentence_likeness(each)) for each in sources],
        understood.text,
        understood.words,
        pasted=first.evidence.pattern,
    )
    quoted = sources[found.source]
    passage = quoted.entry.passage
    quote = Quote(passage.text[found.start : found.end], passage.id, found.start, found.end)
    others = tuple(each for each in ranked.passages if each.number != quoted.number)
    return Decision("answered", sure, quote, (quoted, *others))
