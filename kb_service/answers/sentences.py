"""Sentences of a passage, and which of them answer: verbatim spans, whole lists where the answer is a procedure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from kb_service.search.engine import Entry
from kb_service.search.highlighting import places
from kb_service.search.understanding import QuestionWord

_LINE: Final = re.compile(r"[^\n]+")
_ITEM: Final = re.compile(r"\s*(?:\d{1,3}[.)]|[-*•])\s+")
_END: Final = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[\"'“‘]?[A-Z0-9<])|[。！？]")
_NO_END: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|no|approx|mr|mrs|ms|dr|inc|ltd|st)|\b[A-Z]|^\s*\d{1,3})\.$", re.IGNORECASE
)
_LONGEST_NO_END: Final = 12  # characters: looking further back took 1 s for 7,000 characters of "e.g. X"
_ASKS_FOR_NUMBER: Final = re.compile(
    r"\b(?:how (?:many|much|long|often|soon|late|old)|when|what (?:time|date|number)|price|cost|days?|hours?|limit)\b",
    re.IGNORECASE,
)
_ASKS_HOW: Final = re.compile(
    r"\b(?:how (?:do|can|to|should|would|does|are)|where (?:do|can|is|are)|steps?|what (?:do|should) (?:i|we)"
    r"|way to|get back)\b",
    re.IGNORECASE,
)

# Given the right passage, 27 questions whose answer is a number: coverage alone .69, with the number rule .85.
NUMBER_BONUS: Final = 0.15
FIRST_BONUS: Final = 0.05  # articles answer first and explain after
ADDS_ENOUGH: Final = 0.2  # share of the question's weight that a second sentence must add to be quoted too
MAX_CHARACTERS: Final = 420  # of a quote that is no list
MAX_LIST_CHARACTERS: Final = 1200


class Span(NamedTuple):
    """[start, end) of one sentence or list item in a passage's text."""

    start: int
    end: int
    item: bool


def split_sentences(text: str) -> list[Span]:
    """Return the sentences and list items of a passage's text, in order, without the blanks around them."""
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        item = bool(_ITEM.match(line.group()))
        start = line.start()
        if not item:
            for end in _END.finditer(line.group()):
                stop = line.start() + end.end()
                if not _NO_END.search(text[max(start, stop - _LONGEST_NO_END) : stop]):
                    spans.append(_trimmed(text, start, stop, item))
                    start = stop
        spans.append(_trimmed(text, start, line.end(), item))
    return [span for span in spans if span.start < span.end]


def answering_span(entry: Entry, question: str, words: Sequence[QuestionWord]) -> tuple[int, int]:
    """Return [start, end) of the one to three sentences, or the list, of a passage that answer best."""
    text = entry.passage.text
    spans = split_sentences(text)
    if not spans:
        return 0, len(text)
    held = _held(spans, entry, words)
    scores = [_score(text, span, held[i], words, question, first=i == 0) for i, span in enumerate(spans)]
    best = max(range(len(spans)), key=lambda i: (scores[i], -i))
    if spans[best].item or (_ASKS_HOW.search(question) and _list_after(spans, best)):
        return _whole_list(text, spans, best)
    return _extended(spans, held, words, best)


def _trimmed(text: str, start: int, end: int, item: bool) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end, item)


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


def _score(
    text: str, span: Span, held: frozenset[int], words: Sequence[QuestionWord], question: str, *, first: bool
) -> float:
    score = _share(held, words) + FIRST_BONUS * first
    if _ASKS_FOR_NUMBER.search(question) and any(c.isdigit() for c in text[span.start : span.end]):
        score += NUMBER_BONUS
    return score


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
