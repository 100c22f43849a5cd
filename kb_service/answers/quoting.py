"""Which sentences answer: verbatim spans of a passage, whole lists where the answer is a procedure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from kb_service.search.engine import Entry
from kb_service.search.highlighting import places
from kb_service.search.sentences import Span, split_sentences
from kb_service.search.understanding import QuestionWord
from kb_service.text import tokens

_ASKS_FOR_NUMBER: Final = re.compile(
    r"\b(?:how (?:many|much|long|often|soon|late|old)|when|what (?:time|date|number)|price|cost|days?|hours?|limit)\b",
    re.IGNORECASE,
)
_ASKS_HOW: Final = re.compile(
    r"\b(?:how (?:do|can|to|should|would|does|are)|where (?:do|can|is|are)|steps?|what (?:do|should) (?:i|we)"
    r"|way to|get back)\b",
    re.IGNORECASE,
)

# Given the right article, 107 labelled answers (tests/quality/data/answer-spans.jsonl): by words alone .514, with the
# opening sentence preferred .561; with the sentence's cosine .551, and shared words .589, and the opening .626.
# Given the right passage, 27 questions whose answer is a number: coverage alone .69, with the number rule .85.
SHARED_WORDS: Final = 0.3
PASSAGE: Final = 0.6
FIRST_BONUS: Final = 0.05  # a passage answers first and explains after,
OPENING_BONUS: Final = 0.1  # and so does an article
OPENING_BONUS_BY_WORDS: Final = 0.2
ECHO: Final = 2.0
NUMBER_BONUS: Final = 0.3
ADDS_ENOUGH: Final = 0.2  # share of the question's weight that a second sentence must add to be quoted too
MAX_CHARACTERS: Final = 420  # of a quote that is no list
MAX_LIST_CHARACTERS: Final = 1200


class Source(NamedTuple):
    """A passage that may be quoted: its rank's score and, where meanings are compared, each sentence's cosine."""

    entry: Entry
    score: float
    likeness: Sequence[float] | None


class Found(NamedTuple):
    """[start, end) of what answers best, in the passage of the source with this number."""

    source: int
    start: int
    end: int


def find_quote(
    sources: Sequence[Source], question: str, words: Sequence[QuestionWord], *, pasted: bool = False
) -> Found:
    """Return the one to three sentences, or the list, that answer best; `sources` holds at least one passage.

    With `pasted` the question shows an error text: what only says it again is no answer.
    """
    best: tuple[float, int, int] | None = None
    read = [(source, spans, _held(spans, source.entry, words)) for source in sources for spans in [_spans(source)]]
    for number, (source, spans, held) in enumerate(read):
        for at in range(len(spans)):
            score = _score(source, spans, at, _share(held[at], words), question)
            if pasted and _echoes(source.entry.passage.text[slice(*spans[at][:2])], question):
                score -= ECHO
            if best is None or score > best[0]:
                best = (score, number, at)
    if best is None:
        return Found(0, 0, len(sources[0].entry.passage.text))
    _, number, at = best
    source, spans, held = read[number]
    text = source.entry.passage.text
    leads_in = text[spans[at].end - 1] in ":："
    if spans[at].item or (_list_after(spans, at) and (leads_in or _ASKS_HOW.search(question))):
        return Found(number, *_whole_list(text, spans, at))
    return Found(number, *_extended(spans, held, words, at))


def _spans(source: Source) -> list[Span]:
    return split_sentences(source.entry.passage.text)


def _held(spans: Sequence[Span], entry: Entry, words: Sequence[QuestionWord]) -> list[frozenset[int]]:
    """Return for each sentence the numbers of the question's words in it; a quantity is how many, not what about."""
    held: list[set[int]] = [set() for _ in spans]
    starts = [span.start for span in spans]
    for place in places(entry, words):
        if not words[place.word].is_number:
            held[bisect_right(starts, place.start) - 1].add(place.word)
    return [frozenset(numbers) for numbers in held]


def _share(held: frozenset[int], words: Sequence[QuestionWord]) -> float:
    total = sum(word.weight for word in words)
    return sum(words[i].weight for i in held) / total if total else 0.0


def _score(source: Source, spans: Sequence[Span], at: int, share: float, question: str) -> float:
    passage = source.entry.passage
    score = PASSAGE * source.score
    score += share if source.likeness is None else source.likeness[at] + SHARED_WORDS * share
    if at == 0:
        score += FIRST_BONUS
        if passage.position == 0:
            score += OPENING_BONUS_BY_WORDS if source.likeness is None else OPENING_BONUS
    sentence = passage.text[spans[at].start : spans[at].end]
    if _ASKS_FOR_NUMBER.search(question) and any(c.isdigit() for c in sentence):
        score += NUMBER_BONUS
    return score


def _echoes(sentence: str, question: str) -> bool:
    """Tell whether the question holds all of a sentence, word for word."""
    said = " ".join(token.word for token in tokens(sentence))
    return f" {said} " in f" {' '.join(token.word for token in tokens(question))} "


def _list_after(spans: Sequence[Span], at: int) -> bool:
    return at + 1 < len(spans) and spans[at + 1].item


def _whole_list(text: str, spans: Sequence[Span], at: int) -> tuple[int, int]:
    """Return the list around or after `at` with the sentence that leads into it; item by item where it is too long."""
    inside = at if spans[at].item else at + 1
    first = last = inside
    while first > 0 and spans[first - 1].item:
        first -= 1
    while last + 1 < len(spans) and spans[last + 1].item:
        last += 1
    if spans[last].end - spans[first].start > MAX_LIST_CHARACTERS:
        return spans[inside].start, spans[inside].end
    lead = first > 0 and (first - 1 == at or text[spans[first - 1].end - 1] == ":")
    return spans[first - 1 if lead else first].start, spans[last].end


def _extended(
    spans: Sequence[Span], held: Sequence[frozenset[int]], words: Sequence[QuestionWord], best: int
) -> tuple[int, int]:
    """Return the best sentence, and a neighbour with it that holds more of the question."""
    first = last = best
    found = held[best]
    for at in (best + 1, best - 1):
        if 0 <= at < len(spans) and not spans[at].item and _share(held[at] - found, words) >= ADDS_ENOUGH:
            start, end = spans[min(first, at)].start, spans[max(last, at)].end
            if end - start <= MAX_CHARACTERS:
                first, last, found = min(first, at), max(last, at), found | held[at]
    return spans[first].start, spans[last].end
