"""The sentences that may be quoted, each with what speaks for it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from kb_service.answers.asking import Asking, saying
from kb_service.index.port import Entry
from kb_service.questions.understanding import QuestionWord
from kb_service.ranking.highlighting import places
from kb_service.text import Span, split_sentences

LONG: Final = 200  # characters


class Source(NamedTuple):
    """A passage that may be quoted: its rank's score and, where meanings are compared, each sentence's cosine."""

    entry: Entry
    score: float
    likeness: Sequence[float] | None


class Read(NamedTuple):
    """A source's sentences; `held` are the numbers of the question's words that each holds, `shares` their weight."""

    source: Source
    spans: Sequence[Span]
    held: Sequence[frozenset[int]]
    shares: Sequence[float]

    def text_of(self, at: int) -> str:
        """Return the sentence or list item with this number."""
        return self.source.entry.passage.text[self.spans[at].start : self.spans[at].end]


def read(source: Source, words: Sequence[QuestionWord]) -> Read:
    """Return the sentences of a source; a quantity is how many, not what about, and speaks for none."""
    spans = split_sentences(source.entry.passage.text)
    held: list[set[int]] = [set() for _ in spans]
    starts = [span.start for span in spans]
    for place in places(source.entry, words):
        if not words[place.word].is_number:
            held[bisect_right(starts, place.start) - 1].add(place.word)
    return Read(source, spans, [frozenset(numbers) for numbers in held], [share(each, words) for each in held])


def share(held: frozenset[int] | set[int], words: Sequence[QuestionWord]) -> float:
    """Return the share of the question's weight that these of its words carry, 0 to 1."""
    total = sum(word.weight for word in words)
    return sum(words[i].weight for i in held) / total if total else 0.0


def features(sources: Sequence[Read], asked: Asking) -> list[list[dict[str, float]]]:
    """Return what speaks for each sentence of each source, each of the order of 1; what is left out is 0."""
    best = max((each.source.score for each in sources), default=0.0)
    return [[_features(each, at, asked, best) for at in range(len(each.spans))] for each in sources]


def _features(source: Read, at: int, asked: Asking, best: float) -> dict[str, float]:
    passage, span = source.source.entry.passage, source.spans[at]
    said = saying(source.text_of(at), asked)
    found = {
        "shared": source.shares[at],
        "shared_before": source.shares[at - 1] if at else 0.0,
        "behind": source.source.score - best,
        "first": float(at == 0),
        "opening": float(at == 0 and passage.position == 0),
        "step": float(span.item and asked.steps and passage.kind == "steps"),
        "item_for_yes_or_no": float(span.item and asked.yes_or_no),
        "number": float(said.number),
        "reason": float(said.reason),
        "contact": float(said.contact),
        "decides": float(said.decides),
        "points": float(said.points),
        "long": min((span.end - span.start) / LONG, 2.0),
    }
    if source.source.likeness is not None:
        found["likeness"] = source.source.likeness[at]
    return found
