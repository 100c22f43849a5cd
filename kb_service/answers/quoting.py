"""Which sentences answer: verbatim spans of a passage, whole lists where the answer is a procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from kb_service.answers.asking import asking
from kb_service.answers.quotable import Read, Source, features, read
from kb_service.questions.understanding import QuestionWord
from kb_service.text import Span, tokens

__all__ = ["Found", "Source", "find_quote", "worth"]

# Fitted by kb_service/evaluation/quote_fitting.py on 171 marked answers, given the right article: of articles left out
# the best sentence alone is right for .579 (by words .494). As quoted, .684 of those fitted on are right (.606), and of
# the 31 held out .645 (.548). "number" is set by hand: 1.3 loses .01, and the fit would give it next to nothing, as few
# marked answers are numbers.
WITH_MEANING: Final = {
    "likeness": 3.32,
    "shared": 2.98,
    "shared_before": 1.14,
    "behind": 2.09,
    "first": 0.41,
    "opening": 0.15,
    "step": 1.29,
    "item_for_yes_or_no": -1.14,
    "number": 0.80,
    "reason": 0.80,
    "contact": 1.15,
    "decides": 0.39,
    "points": -0.90,
    "long": -1.31,
}
BY_WORDS: Final = {
    "shared": 3.97,
    "shared_before": 0.82,
    "behind": 2.02,
    "first": 0.43,
    "opening": 0.11,
    "step": 0.97,
    "item_for_yes_or_no": -1.43,
    "number": 0.80,
    "reason": 0.47,
    "contact": 1.73,
    "decides": 0.64,
    "points": 0.18,
    "long": -1.26,
}

NEARLY: Final = 1.0  # a neighbour at most this far behind is quoted too; chosen on the answers that were fitted on
MOST_SENTENCES: Final = 3
MAX_CHARACTERS: Final = 420  # of a quote that is no list
MAX_LIST_CHARACTERS: Final = 1200
ECHO: Final = 10.0  # more than all else together


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
    asked = asking(question)
    all_read = [read(source, words) for source in sources]
    scores = [[worth(each) for each in found] for found in features(all_read, asked)]
    if pasted:
        scores = [_without_echoes(each, mine, question) for each, mine in zip(all_read, scores, strict=True)]
    places = [(number, at) for number, mine in enumerate(scores) for at in range(len(mine))]
    if not places:
        return Found(0, 0, len(sources[0].entry.passage.text))
    number, at = max(places, key=lambda place: scores[place[0]][place[1]])
    text, spans = sources[number].entry.passage.text, all_read[number].spans
    leads_in = text[spans[at].end - 1] in ":："
    if spans[at].item or (_list_after(spans, at) and (leads_in or asked.steps)):
        return Found(number, *_whole_list(text, spans, at))
    return Found(number, *_extended(all_read[number], scores[number], at))


def worth(found: Mapping[str, float]) -> float:
    """Return how well a sentence with these features answers, by the weights for what is compared."""
    weights = WITH_MEANING if "likeness" in found else BY_WORDS
    return sum(weights[name] * value for name, value in found.items())


def _without_echoes(source: Read, scores: Sequence[float], question: str) -> list[float]:
    return [score - ECHO * _echoes(source.text_of(at), question) for at, score in enumerate(scores)]


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


def _extended(source: Read, scores: Sequence[float], best: int) -> tuple[int, int]:
    """Return the best sentence, with neighbours that are of the question too and answer nearly as well."""
    spans = source.spans
    first = last = best
    while last - first + 1 < MOST_SENTENCES:
        beside = [at for at in (first - 1, last + 1) if 0 <= at < len(spans) and source.held[at]]
        near = [at for at in beside if scores[at] >= scores[best] - NEARLY and _may_join(spans, first, last, at)]
        if not near:
            break
        at = max(near, key=scores.__getitem__)
        first, last = min(first, at), max(last, at)
    return spans[first].start, spans[last].end


def _may_join(spans: Sequence[Span], first: int, last: int, at: int) -> bool:
    start, end = spans[min(first, at)].start, spans[max(last, at)].end
    return not spans[at].item and end - start <= MAX_CHARACTERS
