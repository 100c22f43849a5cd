"""Choose the sentences that answer: verbatim spans of a passage, whole lists where the answer is a procedure.

Each sentence is scored by a linear model over what speaks for it: the words it shares with the question, its cosine,
its place, and whether it offers the kind of answer that the question asks for (a number, steps, a reason, an address).
Its neighbours are quoted with it when they answer nearly as well. What chose the weights: docs/ranking-numbers.md.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from kb_service.content.article import Passage
from kb_service.index.port import Entry
from kb_service.questions.understanding import QuestionWord
from kb_service.ranking import word_places
from kb_service.text import Span, split_sentences, tokens

# Fitted by quality/quote_fitting.py, given the right article: docs/ranking-numbers.md.
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

NEARLY: Final = 1.0  # a neighbour whose score is at most this far below is quoted too
MOST_SENTENCES: Final = 3
MAX_CHARACTERS: Final = 420  # of a quote, lists aside
MAX_LIST_CHARACTERS: Final = 1200
LONG: Final = 200  # characters of a sentence: its length is measured in these
ECHO: Final = 10.0  # taken from a sentence that the question holds word for word: more than all else together

_HEADS: Final = frozenset({"heading", "question"})  # units that are never quoted: what stands below them answers
# The kinds of answer that a question asks for.
_ASKS_FOR: Final = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        "number": r"\b(?:how (?:many|much|long|often|soon|late|old|early)|when|which (?:day|date)"
        r"|what (?:time|date|number))\b",
        "steps": r"\b(?:how (?:do|can|to|should|would|does|are)|where (?:do|can|is|are)|steps?|step by step|procedure"
        r"|instructions|walk me through|what (?:do|should) (?:i|we)|what now|way to|get back)\b|\bhow\W*$",
        "reason": r"\b(?:why|reason|how come|what (?:causes|triggers|does .* mean))\b",
        "whom": r"\b(?:who|whom|which (?:address|mailbox|team|email)|write to|mailbox|contact)\b",
        "yes_or_no": r"(?:^|[,;:.] ?)(?:so |and |but )?(?:can|could|do|does|did|is|are|am|was|will|would|may|must|shall"
        r"|should|has|have) (?:(?:i|we|you|it|they|he|she|that|this|there|the|a|an|our|my|your|his|her|any|some|one)\b"
        r"|\w+s\b)",
    }.items()
}
# By the kind that is asked for: the feature of a sentence that offers it, and what such a sentence holds.
_OFFERED: Final = {
    kind: (feature, re.compile(pattern, re.IGNORECASE))
    for kind, (feature, pattern) in {
        "number": ("number", r"\d|\b(?:two|three|four|five|six|seven|ten|twelve|once|twice)\b"),
        "reason": ("reason", r"\b(?:because|since|means|so that|reason|due to|comes? from|therefore)\b"),
        "whom": ("contact", r"@|\b(?:ask|contact|write to)\b"),
        "yes_or_no": ("decides", r"\b(?:yes|no|not|never|nobody|nothing|only|cannot|can|may|must)\b"),
    }.items()
}
# A sentence that sends the reader elsewhere; the title of a linked article keeps its capital.
_POINTS: Final = re.compile(r"\b(?:see(?: also)?|read|in|with|to|follow|following) [A-Z][\w']*(?: [\w',]+){2,}[.:]?$")


class Candidate(NamedTuple):
    """A passage that may be quoted: its score by rank and, where meanings are compared, each sentence's cosine."""

    entry: Entry
    score: float
    likeness: Sequence[float] | None


class Sentences(NamedTuple):
    """A candidate's sentences; `held` are the numbers of the question's words in each, `features` what speaks for it.

    Features are of the order of 1; what is left out is 0.
    """

    candidate: Candidate
    spans: Sequence[Span]
    held: Sequence[frozenset[int]]
    features: Sequence[dict[str, float]]

    def text_of(self, at: int) -> str:
        """Return the sentence or list item with this number."""
        return self.candidate.entry.passage.text[self.spans[at].start : self.spans[at].end]


class QuotedSpan(NamedTuple):
    """[start, end) of what answers best, in the passage of the candidate with this number."""

    candidate: int
    start: int
    end: int


def find_quote(
    candidates: Sequence[Candidate], question: str, words: Sequence[QuestionWord], *, pasted: bool = False
) -> QuotedSpan:
    """Return the one to three sentences, or the list, that answer best; there must be a candidate.

    With `pasted` the question shows an error text: what only says it again is no answer.
    """
    read = read_candidates(candidates, question, words)
    scores = [[sentence_score(each) for each in one.features] for one in read]
    if pasted:
        scores = [_without_echoes(one, mine, question) for one, mine in zip(read, scores, strict=True)]
    sentences = [(number, at) for number, mine in enumerate(scores) for at in range(len(mine))]
    if not sentences:
        return QuotedSpan(0, 0, len(candidates[0].entry.passage.text))
    number, at = max(sentences, key=lambda sentence: scores[sentence[0]][sentence[1]])
    passage, spans = candidates[number].entry.passage, read[number].spans
    at, text = _behind_heads(passage, spans, at), passage.text
    leads_in = text[spans[at].end - 1] in ":："
    if spans[at].item or (_list_after(spans, at) and (leads_in or "steps" in kinds_asked_for(question))):
        return QuotedSpan(number, *_whole_list(text, spans, at))
    return QuotedSpan(number, *_with_neighbours(read[number], scores[number], at))


def _behind_heads(passage: Passage, spans: Sequence[Span], at: int) -> int:
    """Return the sentence that answers where `at` is a heading or a question: the next one that is neither, if any."""
    following = (number for number in range(at, len(spans)) if not _is_head(passage, spans[number]))
    return next(following, at)


def _is_head(passage: Passage, span: Span) -> bool:
    return any(unit.kind in _HEADS and unit.start <= span.start < unit.end for unit in passage.units)


def sentence_score(features: Mapping[str, float]) -> float:
    """Return how well a sentence with these features answers."""
    weights = WITH_MEANING if "likeness" in features else BY_WORDS
    return sum(weights[name] * value for name, value in features.items())


def kinds_asked_for(question: str) -> frozenset[str]:
    """Return which kinds of answer a question asks for: several, or none.

    >>> sorted(kinds_asked_for("How long does it take, and whom do we ask?"))
    ['number', 'whom']
    """
    return frozenset([kind for kind, pattern in _ASKS_FOR.items() if pattern.search(question)])


def read_candidates(candidates: Sequence[Candidate], question: str, words: Sequence[QuestionWord]) -> list[Sentences]:
    """Return the sentences of each candidate with their features."""
    kinds, total = kinds_asked_for(question), sum(word.weight for word in words)
    best = max((candidate.score for candidate in candidates), default=0.0)
    found = []
    for candidate in candidates:
        spans = split_sentences(candidate.entry.passage.text)
        held = _held(candidate.entry, spans, words)
        shares = [sum(words[i].weight for i in each) / total if total else 0.0 for each in held]
        features = [
            {
                "shared": shares[at],
                "shared_before": shares[at - 1] if at else 0.0,
                "behind": candidate.score - best,
                **_features_of_text(candidate, spans, at, kinds),
            }
            for at in range(len(spans))
        ]
        found.append(Sentences(candidate, spans, held, features))
    return found


def _held(entry: Entry, spans: Sequence[Span], words: Sequence[QuestionWord]) -> list[frozenset[int]]:
    """Return the numbers of the question's words in each sentence, without quantities: "60" says how many, not what."""
    held: list[set[int]] = [set() for _ in spans]
    starts = [span.start for span in spans]
    for place in word_places(entry, words):
        if not words[place.word].is_number:
            held[bisect_right(starts, place.start) - 1].add(place.word)
    return [frozenset(numbers) for numbers in held]


def _features_of_text(candidate: Candidate, spans: Sequence[Span], at: int, kinds: frozenset[str]) -> dict[str, float]:
    """Return what speaks for a sentence whatever words it shares: its place, its kind, its cosine."""
    passage, span = candidate.entry.passage, spans[at]
    sentence = passage.text[span.start : span.end]
    found = {
        "first": float(at == 0),
        "opening": float(at == 0 and passage.position == 0),
        "step": float(span.item and "steps" in kinds and passage.kind == "steps"),
        "item_for_yes_or_no": float(span.item and "yes_or_no" in kinds),
        "points": float(bool(_POINTS.search(sentence))),
        "long": min((span.end - span.start) / LONG, 2.0),
    }
    for kind, (feature, pattern) in _OFFERED.items():
        found[feature] = float(kind in kinds and bool(pattern.search(sentence)))
    if candidate.likeness is not None:
        found["likeness"] = candidate.likeness[at]
    return found


def _without_echoes(read: Sentences, scores: Sequence[float], question: str) -> list[float]:
    """Return the scores, far lower for each sentence that the question holds word for word."""
    asked = f" {_plain(question)} "
    return [score - ECHO * (f" {_plain(read.text_of(at))} " in asked) for at, score in enumerate(scores)]


def _plain(text: str) -> str:
    return " ".join(token.word for token in tokens(text))


def _list_after(spans: Sequence[Span], at: int) -> bool:
    return at + 1 < len(spans) and spans[at + 1].item


def _whole_list(text: str, spans: Sequence[Span], at: int) -> tuple[int, int]:
    """Return the list around or after `at` with the sentence that leads into it; one item where that is too long."""
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


def _with_neighbours(read: Sentences, scores: Sequence[float], best: int) -> tuple[int, int]:
    """Return the best sentence with the neighbours that share words with the question and answer nearly as well."""
    spans = read.spans
    first = last = best
    while last - first + 1 < MOST_SENTENCES:
        beside = [at for at in (first - 1, last + 1) if 0 <= at < len(spans) and read.held[at]]
        beside = [at for at in beside if not _is_head(read.candidate.entry.passage, spans[at])]
        near = [at for at in beside if scores[at] >= scores[best] - NEARLY and _may_join(spans, first, last, at)]
        if not near:
            break
        at = max(near, key=scores.__getitem__)
        first, last = min(first, at), max(last, at)
    return spans[first].start, spans[last].end


def _may_join(spans: Sequence[Span], first: int, last: int, at: int) -> bool:
    start, end = spans[min(first, at)].start, spans[max(last, at)].end
    return not spans[at].item and end - start <= MAX_CHARACTERS
