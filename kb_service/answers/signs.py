"""The signs by which passages are read: what speaks for each passage of a list, and for each sentence of it.

A sign is a number of the order of 1: words shared with the question, cosines, headings, place, kind of answer. Many are
told beside the best of the list too, because what is good in one folder is poor in another. Which signs there are, and
in which order, is part of the weights (see weights.py): fit them again when that changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.analysis import analyse, is_stop_word, term_code
from kb_service.content.article import Passage, UnitKind
from kb_service.questions.understanding import QUANTITY, QuestionWord, Understanding
from kb_service.ranking import Ranked
from kb_service.text import Span, split_sentences

Floats = NDArray[np.float64]

LONG: Final = 200  # characters of a sentence: its length is measured in these
SHORT: Final = 40
HEADINGS_KEPT: Final = 4096
HEADS: Final = frozenset({"heading", "question", "header"})  # units that never answer: what hangs from them does
_LISTED: Final = frozenset({"item", "step", "definition"})

# The kinds of answer that a question asks for.
_ASKS_FOR: Final = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        "number": r"\b(?:how (?:many|much|long|often|soon|late|old|early|far|big|large)|when|which (?:day|date|year)"
        r"|what (?:time|date|number|percentage|price|size)|cost|price|limit|maximum|minimum)\b",
        "steps": r"\b(?:how (?:do|can|to|should|would|does|are)|where (?:do|can|is|are)|steps?|step by step|procedure"
        r"|instructions|walk me through|what (?:do|should) (?:i|we)|what now|way to|get back)\b|\bhow\W*$",
        "reason": r"\b(?:why|reason|how come|what (?:causes|triggers|does .* mean))\b",
        "whom": r"\b(?:who|whom|which (?:address|mailbox|team|email|role)|write to|mailbox|contact)\b",
        "yes_or_no": r"(?:^|[,;:.] ?)(?:so |and |but )?(?:can|could|do|does|did|is|are|am|was|will|would|may|must|shall"
        r"|should|has|have) (?:(?:i|we|you|it|they|he|she|that|this|there|the|a|an|our|my|your|his|her|any|some|one)\b"
        r"|\w+s\b)",
        "what_is": r"\b(?:what(?:'s| is| are| does)|difference|meaning of|definition)\b",
        "where": r"\bwhere\b|\bwhich (?:page|menu|tab|screen|setting)\b",
    }.items()
}
# By the kind that is asked for: what a sentence holds that offers it.
_OFFERS: Final = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        "number": r"\d|\b(?:one|two|three|four|five|six|seven|eight|ten|twelve|once|twice|daily|weekly|monthly|yearly"
        r"|hours?|days?|weeks?|months?|years?|minutes?|unlimited|free)\b",
        "steps": r"\b(?:click|select|choose|go to|open|enter|navigate|press|tap|set|use|run|add|log in|sign in)\b",
        "reason": r"\b(?:because|since|means|so that|reason|due to|comes? from|therefore|caused?|if)\b",
        "whom": r"@|\b(?:ask|contact|write to|owner|admin\w*|support|team|roles?|only|users?|members?|customers?)\b",
        "yes_or_no": r"\b(?:yes|no|not|never|nobody|nothing|only|cannot|can|can't|don't|doesn't|isn't|aren't|won't|may"
        r"|must|unable|able|required?|optional|supports?|supported|available|allowed?|possible)\b",
        "what_is": r"\b(?:is|are|means?|refers?|represents?|called|known as|allows?|lets|used)\b",
        "where": r"\b(?:page|menu|tab|section|settings?|under|in the|on the|top|left|right|portal|button)\b|>|→",
    }.items()
}
# A sentence that sends the reader elsewhere; the title of a linked article keeps its capital.
_POINTS: Final = re.compile(
    r"\b(?:see(?: also)?|read|in|with|to|follow|following|visit|about) [A-Z][\w']*(?: [\w',]+){2,}[.:]?$"
    r"|^(?:see|for (?:more|further|additional|details)|learn (?:more|how)|read more|refer to|more information)\b",
    re.IGNORECASE,
)


class Sentences(NamedTuple):
    """The sentences of a passage: `held` [sentences, words] tells which words of the question each one has.

    `units` are the numbers of the units that they begin in, -1 for none.
    """

    passage: Passage
    spans: Sequence[Span]
    units: Sequence[int]
    held: NDArray[np.bool_]

    def kind(self, at: int) -> UnitKind:
        """Return the kind of the unit that a sentence stands in."""
        unit = self.units[at]
        if unit < 0:
            return "item" if self.spans[at].item else "text"
        return self.passage.units[unit].kind

    def heads(self, at: int) -> bool:
        """Tell whether a sentence is a heading, a question or the header of a table: what hangs from it answers."""
        return self.kind(at) in HEADS

    def above(self) -> list[int]:
        """Return for each sentence that of the heading, question, lead-in or header it hangs from, -1 without one."""
        sentence_of: dict[int, int] = {}
        for at, unit in enumerate(self.units):
            sentence_of.setdefault(unit, at)
        units = self.passage.units
        return [sentence_of.get(units[unit].under, -1) if unit >= 0 <= units[unit].under else -1 for unit in self.units]


class Signs(NamedTuple):
    """The signs of a list of passages, [passages, signs], and of their sentences, one behind the other.

    Sentences `starts[i]:starts[i + 1]` are those of passage i.
    """

    read: Sequence[Sentences]
    passages: Floats
    sentences: Floats
    starts: Sequence[int]


def tells(word: QuestionWord) -> bool:
    """Tell whether a word says what is asked about: "60" only says how many, "2FA" is a name."""
    return word.share > QUANTITY or not word.is_number


def kinds_asked_for(question: str) -> frozenset[str]:
    """Return which kinds of answer a question asks for: several, or none.

    >>> sorted(kinds_asked_for("How long does it take, and whom do we ask?"))
    ['number', 'whom']
    """
    return frozenset([kind for kind, pattern in _ASKS_FOR.items() if pattern.search(question)])


def signs_of(understood: Understanding, ranked: Sequence[Ranked]) -> Signs:
    """Return the signs of ranked passages (there must be one) and of their sentences."""
    said = _Said.of(understood)
    read = [_sentences(each, said.words) for each in ranked]
    sentences = [_of_sentences(one, each, said) for one, each in zip(read, ranked, strict=True)]
    passages = [_of_passage(*each, said) for each in zip(read, ranked, sentences, strict=True)]
    articles = np.asarray([each.entry.article_number for each in ranked])
    starts = [0, *accumulate(len(one.spans) for one in read)]
    return Signs(
        read, _beside(np.asarray(passages), articles), _beside_sentences(np.concatenate(sentences), starts), starts
    )


class _Said(NamedTuple):
    """What is asked: its words, the share of each, those that are quantities left out, and the kinds of answer."""

    words: Sequence[QuestionWord]
    share: Floats
    kinds: frozenset[str]
    codes: frozenset[int]

    @classmethod
    def of(cls, understood: Understanding) -> _Said:
        weights = np.asarray([word.weight if tells(word) else 0.0 for word in understood.words])
        share = weights / weights.sum() if weights.sum() else weights
        codes = frozenset[int]().union(*(word.codes for word in understood.words))
        return cls(understood.words, share, kinds_asked_for(understood.text), codes)


def _sentences(ranked: Ranked, words: Sequence[QuestionWord]) -> Sentences:
    entry, passage = ranked.entry, ranked.entry.passage
    spans = split_sentences(passage.text)
    starts = [span.start for span in spans]
    held = np.zeros((len(spans), len(words)), dtype=np.bool_)
    body = np.frombuffer(entry.codes, dtype=np.uint32)[entry.body_at :]
    offsets = np.frombuffer(entry.spans, dtype=np.uint32)[::2]
    for number, word in enumerate(words):
        for code in word.codes if len(spans) and tells(word) else ():
            found = (body == code).nonzero()[0]
            if len(found):
                held[np.searchsorted(starts, offsets[found], side="right") - 1, number] = True
    units, at = [], 0
    for span in spans:
        while at < len(passage.units) and passage.units[at].end <= span.start:
            at += 1
        units.append(at if at < len(passage.units) and passage.units[at].start <= span.start else -1)
    return Sentences(passage, spans, units, held)


_OF_KIND: Final = ("step", "item", "row", "definition", "lead_in", "code")
SENTENCE_SIGNS: Final = (
    *("likeness", "met", "met_least", "shared", "shared_before", "shared_after", "likeness_before", "likeness_after"),
    *("shared_above", "likeness_above", "covered", "pairs", "echo", "new", "first", "opening", "last", "place", "few"),
    *("long", "short", "points", "digits", "listed_first", "step_for_steps", "item_for_yes_or_no", "head"),
    *_OF_KIND,
    *(f"offers_{kind}" for kind in _OFFERS),
    *(f"lacks_{kind}" for kind in _OFFERS),
)
_SENTENCES_BESIDE: Final = ("likeness", "shared", "met", "met_least", "covered", "new", "long")
_OVER_MEAN: Final = 4  # of these, told beside the mean too
SENTENCE_COLUMNS: Final = (
    *SENTENCE_SIGNS,
    *(f"{name}_beside_best" for name in _SENTENCES_BESIDE),
    *(f"{name}_over_mean" for name in _SENTENCES_BESIDE[:_OVER_MEAN]),
)
_AT: Final = {name: at for at, name in enumerate(SENTENCE_SIGNS)}


def _of_sentences(read: Sentences, ranked: Ranked, said: _Said) -> Floats:
    """Return the signs of a passage's sentences, [sentences, SENTENCE_SIGNS]."""
    passage, count = read.passage, len(read.spans)
    if not count:
        return np.zeros((0, len(SENTENCE_SIGNS)))
    found_alike = ranked.entry.matches.sentences if ranked.entry.matches else np.zeros((count, 3))
    shared, (likeness, met, met_least) = read.held @ said.share, np.asarray(found_alike).reshape(count, 3).T
    above, kinds = read.above(), [read.kind(at) for at in range(count)]
    covered = read.held | np.where(np.asarray(above)[:, None] >= 0, read.held[above], False)
    texts = [passage.text[span.start : span.end] for span in read.spans]
    sizes, counts = np.asarray([len(text) for text in texts]), np.asarray([text.count(" ") + 1 for text in texts])
    held = read.held.sum(axis=1)
    head = np.asarray([kind in HEADS for kind in kinds])
    listed = [kind in _LISTED for kind in kinds]
    found = {
        "likeness": likeness,
        "met": met,
        "met_least": met_least,
        "shared": shared,
        "shared_before": _with_ends(shared)[:-2],
        "shared_after": _with_ends(shared)[2:],
        "likeness_before": _with_ends(likeness)[:-2],
        "likeness_after": _with_ends(likeness)[2:],
        "shared_above": np.where(np.asarray(above) >= 0, shared[above], 0.0),
        "likeness_above": np.where(np.asarray(above) >= 0, likeness[above], 0.0),
        "covered": covered @ said.share,
        "pairs": (covered[:, 1:] & covered[:, :-1]).sum(axis=1) / max(len(said.words) - 1, 1),
        "echo": held / counts,
        "new": np.minimum((counts - held) / 20, 2.0),
        "first": np.arange(count) == 0,
        "opening": (np.arange(count) == 0) & (passage.position == 0),
        "last": np.arange(count) == count - 1,
        "place": np.arange(count) / 10,
        "few": np.full(count, 1 / count),
        "long": np.minimum(sizes / LONG, 2.0),
        "short": sizes < SHORT,
        "points": [bool(_POINTS.search(text)) for text in texts],
        "digits": [any(map(str.isdigit, text)) for text in texts],
        "listed_first": [one and (at == 0 or not listed[at - 1]) for at, one in enumerate(listed)],
        "step_for_steps": [kind == "step" and "steps" in said.kinds for kind in kinds],
        "item_for_yes_or_no": np.asarray(listed) & ("yes_or_no" in said.kinds),
        "head": head,
        **{name: [kind == name for kind in kinds] for name in _OF_KIND},
    }
    for kind in said.kinds:
        offers = np.asarray([bool(_OFFERS[kind].search(text)) for text in texts])
        found |= {f"offers_{kind}": offers, f"lacks_{kind}": ~offers}
    signs = np.zeros((count, len(SENTENCE_SIGNS)))
    for name, values in found.items():
        signs[:, _AT[name]] = values
    return signs


def _with_ends(values: Floats) -> Floats:
    """Return values with a 0 before and behind them."""
    found = np.zeros(len(values) + 2)
    found[1:-1] = values
    return found


PASSAGE_SIGNS: Final = (
    *("score", "lexical", "coverage", "proximity", "likeness", "question_likeness", "known_question"),
    *("met", "met_least", "best_met"),
    *("title", "title_filled", "heading", "heading_filled", "headings", "with_heads"),
    *("best_likeness", "second_likeness", "best_shared", "best_covered", "window", "best_pairs", "words", "sentences"),
    *("opening", "place", "steps", "table", "list", "steps_for_steps", "offers"),
)
# The signs of an article: of those of its passages that are in the list.
ARTICLE_SIGNS: Final = ("articles_share", "articles_score", "articles_likeness", "articles_lexical", "articles_mean")
_BESIDE: Final = (
    *("score", "lexical", "coverage", "proximity", "likeness", "question_likeness", "title", "heading", "headings"),
    *("with_heads", "best_likeness", "second_likeness", "best_shared", "best_covered", "window", "met", "met_least"),
    "best_met",
)
PASSAGE_COLUMNS: Final = (
    *PASSAGE_SIGNS,
    *(f"{name}_beside_best" for name in _BESIDE),
    *ARTICLE_SIGNS,
    *(f"{name}_beside_own" for name in _BESIDE),
    "rank",
)
_PAT: Final = {name: at for at, name in enumerate(PASSAGE_SIGNS)}


def _of_passage(read: Sentences, ranked: Ranked, sentences: Floats, said: _Said) -> list[float]:
    evidence, passage, held = ranked.evidence, read.passage, read.held
    title, headings = codes_of(passage.title), [codes_of(each) for each in passage.heading_path]
    last = headings[-1] if headings else title
    in_title, in_last = _has(title, said), _has(last, said)
    in_heads = in_title.copy()
    for each in headings:
        in_heads |= _has(each, said)
    alike = np.sort(_with_ends(sentences[:, _AT["likeness"]]))[::-1]
    window = held.copy()
    window[1:] |= held[:-1]
    window[:-1] |= held[1:]
    any_held = held.any(axis=0) if len(held) else np.zeros(len(said.words), dtype=np.bool_)
    offers = [sentences[:, _AT[f"offers_{kind}"]].max(initial=0.0) for kind in said.kinds]
    passage_likeness = evidence.passage_likeness or 0.0
    found = {
        "score": ranked.score,
        "lexical": evidence.lexical,
        "coverage": evidence.coverage,
        "proximity": evidence.proximity,
        "likeness": passage_likeness,
        "question_likeness": max(evidence.question_likeness or 0.0, -1.0),
        "known_question": evidence.known_question,
        "met": ranked.entry.matches.passage[0] if ranked.entry.matches else 0.0,
        "met_least": ranked.entry.matches.passage[1] if ranked.entry.matches else 0.0,
        "best_met": sentences[:, _AT["met"]].max(initial=0.0),
        "title": in_title @ said.share,
        "title_filled": _filled(title, said),
        "heading": in_last @ said.share,
        "heading_filled": _filled(last, said),
        "headings": in_heads @ said.share,
        "with_heads": (any_held | in_heads) @ said.share,
        "best_likeness": alike[0],
        "second_likeness": alike[1],
        "best_shared": (held @ said.share).max(initial=0.0),
        "best_covered": ((held | in_heads) @ said.share).max(initial=0.0),
        "window": (window @ said.share).max(initial=0.0),
        "best_pairs": sentences[:, _AT["pairs"]].max(initial=0.0),
        "words": np.log1p(len(passage.text) / LONG),
        "sentences": np.log1p(len(read.spans)),
        "opening": passage.position == 0,
        "place": min(passage.position / 10, 2.0),
        "steps": passage.kind == "steps",
        "table": passage.kind == "table",
        "list": passage.kind == "list",
        "steps_for_steps": passage.kind == "steps" and "steps" in said.kinds,
        "offers": np.mean(offers) if offers else 0.5,
    }
    return [float(found[name]) for name in PASSAGE_SIGNS]


@lru_cache(maxsize=HEADINGS_KEPT)
def codes_of(heading: str) -> frozenset[int]:
    """Return the codes of the words of a title or heading, see Entry.codes; stop words are none."""
    return frozenset([term_code(term.term) for term in analyse(heading) if not is_stop_word(term.word)])


def _has(codes: frozenset[int], said: _Said) -> NDArray[np.bool_]:
    return np.asarray([not word.codes.isdisjoint(codes) for word in said.words], dtype=np.bool_)


def _filled(codes: frozenset[int], said: _Said) -> float:
    """Return the share of a heading's words that are asked for."""
    return len(codes & said.codes) / len(codes) if codes else 0.0


def _beside(passages: Floats, articles: NDArray[np.int_]) -> Floats:
    """Return the signs of passages with what they are beside the best, those of their article, and beside its best."""
    some = passages[:, [_PAT[name] for name in _BESIDE]]
    score, likeness, lexical = (passages[:, _PAT[name]] for name in ("score", "likeness", "lexical"))
    same = articles[:, None] == articles[None]
    of_article = np.column_stack(
        [
            same.mean(axis=1),
            np.where(same, score, -9).max(axis=1) - score.max(),
            np.where(same, likeness, -9).max(axis=1) - likeness.max(),
            np.where(same, lexical, -9).max(axis=1) - lexical.max(),
            (same * score).sum(axis=1) / same.sum(axis=1) - score.mean(),
        ]
    )
    best_of_mine = np.stack([np.where(same, column, -9).max(axis=1) for column in some.T], axis=1)
    order = (-score).argsort(kind="stable").argsort(kind="stable")
    return np.column_stack([passages, some - some.max(axis=0), of_article, some - best_of_mine, 1 / (1 + order)])


def _beside_sentences(sentences: Floats, starts: Sequence[int]) -> Floats:
    """Return the signs of sentences with what they are beside the best of their passage."""
    some = sentences[:, [_AT[name] for name in _SENTENCES_BESIDE]]
    beside = np.empty_like(some)
    place = np.empty((len(some), _OVER_MEAN))
    for start, end in pairwise(starts):
        mine = some[start:end]
        beside[start:end] = mine - mine.max(axis=0, initial=-9)
        place[start:end] = mine[:, :_OVER_MEAN] - mine[:, :_OVER_MEAN].mean(axis=0) if end > start else 0
    return np.column_stack([sentences, beside, place])
