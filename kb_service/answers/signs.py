"""The signs by which passages are read: what speaks for each passage of a list, and for each sentence of it.

A sign is a number of the order of 1: words shared with the question, cosines, headings, place, kind of answer. Many are
told beside the best of the list too, because what is good in one folder is poor in another. Which signs there are, and
in which order, is part of the weights (see weights.py): fit them again when that changes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Passage, UnitKind
from kb_service.index.port import Entry
from kb_service.index.sentences import HEADS, KINDS, LAST_HEADING, OFFERS, SENTENCE, TITLE, TITLE_WORD, TRAITS
from kb_service.meaning.closely import NO_MATCH
from kb_service.questions.understanding import QUANTITY, QuestionWord, Understanding
from kb_service.ranking import Ranked, standing

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.intp]

LONG: Final = 200  # characters of a sentence: its length is measured in these
CODE_BYTES: Final = 4

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


class Sentences(NamedTuple):
    """The sentences of a passage: [start, end) of each, and the kind of the unit that it stands in."""

    passage: Passage
    spans: Sequence[tuple[int, int]]
    kinds: Sequence[UnitKind]

    def heads(self, at: int) -> bool:
        """Tell whether a sentence is a heading, a question or the header of a table: what hangs from it answers."""
        return self.kinds[at] in HEADS


class Runs(NamedTuple):
    """Runs that stand one behind the other, `length` of them with these `sizes`; `of` is the run of each thing.

    `filled` are the runs that are not empty, `first` where each begins, and `nth` which of them a thing is in.
    """

    length: int
    sizes: Numbers
    of: Numbers
    filled: Numbers
    first: Numbers
    nth: Numbers

    @classmethod
    def at(cls, starts: Sequence[int]) -> Runs:
        """Return the runs that begin at these places; the last is the end of all."""
        begins = np.asarray(starts)
        sizes = begins[1:] - begins[:-1]
        filled = sizes.nonzero()[0]
        of = np.repeat(np.arange(len(sizes)), sizes)
        return cls(
            len(sizes), sizes, of, filled, begins[filled], of if len(filled) == len(sizes) else filled.searchsorted(of)
        )

    def most(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the largest of each run along the last axis, 0 where all are less."""
        found = np.zeros((*values.shape[:-1], self.length), dtype=values.dtype)
        if len(self.filled):
            found[..., self.filled] = np.maximum(np.maximum.reduceat(values, self.first, axis=-1), 0)
        return found

    def softmax(self, scores: Floats) -> Floats:
        """Return the chances of the things with these scores, of which one of each run it is."""
        if not len(scores):
            return scores
        grown = np.exp(scores - np.maximum.reduceat(scores, self.first)[self.nth])
        return np.asarray(grown / np.add.reduceat(grown, self.first)[self.nth])


class Signs(NamedTuple):
    """The signs of a list of passages, [passages, signs], and of their sentences, one behind the other.

    Sentences `starts[i]:starts[i + 1]` are those of passage i, as `runs` tell too; `alone` is what is known of each
    without a question (see index/sentences.py).
    """

    read: Sequence[Sentences]
    passages: Floats
    sentences: Floats
    starts: Sequence[int]
    runs: Runs
    alone: NDArray[np.void]

    def text(self, at: int) -> str:
        """Return a sentence."""
        run = self.runs.of.item(at)
        start, end = self.read[run].spans[at - self.starts[run]]
        return self.read[run].passage.text[start:end]


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
    """Return the signs of ranked passages (there must be one) and of their sentences.

    All passages are read at once: a question has ten of them, with fifty sentences.
    """
    said, entries = _Said.of(understood), [each.entry for each in ranked]
    texts = _Texts.of(entries)
    held, titles = _held(texts, said), _Titles.of(entries, said)
    sentences = _of_sentences(texts, entries, held, said)
    passages = _of_passages(texts, ranked, sentences, held, titles, said)
    alone = texts.sentences
    spans = [*zip(alone["start"].tolist(), alone["end"].tolist(), strict=True)]
    kinds = [KINDS[kind] for kind in alone["kind"].tolist()]
    return Signs(
        [
            Sentences(entry.passage, spans[start:end], kinds[start:end])
            for entry, (start, end) in zip(entries, pairwise(texts.starts), strict=True)
        ],
        _beside(passages, np.asarray([entry.article_number for entry in entries])).T,
        _beside_sentences(sentences, texts.runs).T,
        texts.starts,
        texts.runs,
        alone,
    )


class _Said(NamedTuple):
    """What is asked: its words, the share of each, those that are quantities left out, and the kinds of answer.

    `codes` are those of all words, and `words` [codes] the number of the word that each stands for; the first `telling`
    are of words that tell.
    """

    share: Floats
    kinds: frozenset[str]
    codes: NDArray[np.uint32]
    words: Numbers
    telling: int

    @classmethod
    def of(cls, understood: Understanding) -> _Said:
        weights = np.asarray([word.weight if tells(word) else 0.0 for word in understood.words])
        total = weights.sum()
        wanted = [(number, code) for number, word in enumerate(understood.words) if tells(word) for code in word.codes]
        telling = len(wanted)
        wanted += [
            (number, code) for number, word in enumerate(understood.words) if not tells(word) for code in word.codes
        ]
        return cls(
            weights / total if total else weights,
            kinds_asked_for(understood.text),
            np.asarray([code for _, code in wanted], dtype=np.uint32),
            np.asarray([number for number, _ in wanted], dtype=np.intp),
            telling,
        )


class _Texts(NamedTuple):
    """The texts of passages, one behind the other: their sentences, and their words as codes with their offsets.

    Sentences `starts[i]:starts[i + 1]` and words `word_starts[i]:word_starts[i + 1]` are those of passage i, whose
    text begins at `begins[i]`.
    """

    sentences: NDArray[np.void]
    starts: Sequence[int]
    runs: Runs
    codes: NDArray[np.uint32]
    offsets: NDArray[np.uint32]
    word_starts: Numbers
    begins: Numbers

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> _Texts:
        starts = [0, *accumulate(len(entry.sentences) // SENTENCE.itemsize for entry in entries)]
        bodies = [memoryview(entry.codes)[entry.body_at * CODE_BYTES :] for entry in entries]
        return cls(
            np.frombuffer(b"".join([entry.sentences for entry in entries]), dtype=SENTENCE),
            starts,
            Runs.at(starts),
            np.frombuffer(b"".join(bodies), dtype=np.uint32),
            np.frombuffer(b"".join([entry.spans for entry in entries]), dtype=np.uint32)[::2],
            np.asarray([0, *accumulate(len(body) // CODE_BYTES for body in bodies)]),
            np.asarray([0, *accumulate(len(entry.passage.text) + 1 for entry in entries)]),
        )


def _held(texts: _Texts, said: _Said) -> Flags:
    """Return which words of the question each sentence has, [words, sentences]; quantities no sentence has."""
    held = np.zeros((len(said.share), len(texts.sentences)), dtype=np.bool_)
    codes, places = standing(said.codes[: said.telling], texts.codes)
    if len(places):
        passages = texts.word_starts.searchsorted(places, side="right") - 1
        begins = texts.sentences["start"] + texts.begins[texts.runs.of]
        found = begins.searchsorted(texts.offsets[places] + texts.begins[passages], side="right") - 1
        held[said.words[codes], found] = True
    return held


class _Titles(NamedTuple):
    """Which words of the question the title, the last heading and all headings of each passage have, [words, passages].

    `title_filled` and `heading_filled` are the shares of the words of the first two that are asked for.
    """

    title: Flags
    last: Flags
    any: Flags
    title_filled: Floats
    heading_filled: Floats

    @classmethod
    def of(cls, entries: Sequence[Entry], said: _Said) -> _Titles:
        count = len(entries)
        all_words = np.frombuffer(b"".join([entry.titles for entry in entries]), dtype=TITLE_WORD)
        passages = np.repeat(np.arange(count), [len(entry.titles) // TITLE_WORD.itemsize for entry in entries])
        in_title, in_last = (
            (all_words["of"] & TITLE).astype(np.bool_),
            (all_words["of"] & LAST_HEADING).astype(np.bool_),
        )
        codes, places = standing(said.codes, np.ascontiguousarray(all_words["code"]))
        words, asked = said.words[codes], np.zeros(len(all_words), dtype=np.bool_)
        asked[places] = True
        title, last, anywhere = np.zeros((3, len(said.share), count), dtype=np.bool_)
        anywhere[words, passages[places]] = True
        title[words[in_title[places]], passages[places[in_title[places]]]] = True
        last[words[in_last[places]], passages[places[in_last[places]]]] = True

        def filled(words: Flags) -> Floats:
            asked_for = np.bincount(passages[words & asked], minlength=count)
            return np.asarray(asked_for / np.maximum(np.bincount(passages[words], minlength=count), 1))

        return cls(title, last, anywhere, filled(in_title), filled(in_last))


_OF_KIND: Final = ("step", "item", "row", "definition", "lead_in", "code")
SENTENCE_SIGNS: Final = (
    *("likeness", "met", "met_least", "shared", "shared_before", "shared_after", "likeness_before", "likeness_after"),
    *("shared_above", "likeness_above", "covered", "pairs", "echo", "new", "first", "opening", "last", "place", "few"),
    *("long", "short", "points", "digits", "listed_first", "step_for_steps", "item_for_yes_or_no", "head"),
    *_OF_KIND,
    *(f"offers_{kind}" for kind in OFFERS),
    *(f"lacks_{kind}" for kind in OFFERS),
)
_SENTENCES_BESIDE: Final = ("likeness", "shared", "met", "met_least", "covered", "new", "long")
_OVER_MEAN: Final = 4  # of these, told beside the mean too
SENTENCE_COLUMNS: Final = (
    *SENTENCE_SIGNS,
    *(f"{name}_beside_best" for name in _SENTENCES_BESIDE),
    *(f"{name}_over_mean" for name in _SENTENCES_BESIDE[:_OVER_MEAN]),
)
_AT: Final = {name: at for at, name in enumerate(SENTENCE_SIGNS)}
_AT_BESIDE_SENTENCES: Final = [_AT[name] for name in _SENTENCES_BESIDE]
_BITS: Final = np.arange(len(TRAITS))[:, None]
# The traits that are signs by themselves, and where these stand.
_SIGNS_OF_TRAITS: Final = [at for at, name in enumerate(TRAITS) if name in _AT and not name.startswith("offers_")]
_OF_TRAITS: Final = [_AT[TRAITS[at]] for at in _SIGNS_OF_TRAITS]
IS_HEAD: Final = np.asarray([kind in HEADS for kind in KINDS])  # by the number of a kind


def _of_sentences(texts: _Texts, entries: Sequence[Entry], held: Flags, said: _Said) -> Floats:
    """Return the signs of sentences, [SENTENCE_SIGNS, sentences]."""
    alone, runs = texts.sentences, texts.runs
    signs = np.zeros((len(SENTENCE_SIGNS), len(alone)))
    traits = alone["traits"] >> _BITS & 1
    signs[_OF_TRAITS] = traits[_SIGNS_OF_TRAITS]
    first, last = traits[TRAITS.index("first")] > 0, traits[TRAITS.index("last")] > 0
    above = alone["above"]
    hangs = above >= 0
    above = above + np.asarray(texts.starts)[runs.of]
    words, of_each, shared = alone["words"], held.sum(axis=0), said.share @ held
    covered = held | (held[:, above] & hangs)
    found = {
        "shared": shared,
        "shared_before": _before(shared, first),
        "shared_after": _after(shared, last),
        "shared_above": shared[above] * hangs,
        "covered": said.share @ covered,
        "pairs": (covered[1:] & covered[:-1]).sum(axis=0) / max(len(said.share) - 1, 1),
        "echo": of_each / words,
        "new": np.minimum((words - of_each) / 20, 2.0),
        "place": alone["place"] / 10,
        "few": 1 / runs.sizes[runs.of],
        "long": np.minimum((alone["end"] - alone["start"]) / LONG, 2.0),
    }
    if alike := [each for entry in entries if entry.matches for each in entry.matches.sentences]:
        likeness, met, met_least = np.asarray(alike).T
        found |= {
            "likeness": likeness,
            "met": met,
            "met_least": met_least,
            "likeness_before": _before(likeness, first),
            "likeness_after": _after(likeness, last),
            "likeness_above": likeness[above] * hangs,
        }
    if "steps" in said.kinds:
        found["step_for_steps"] = traits[TRAITS.index("step")]
    if "yes_or_no" in said.kinds:
        found["item_for_yes_or_no"] = traits[TRAITS.index("listed")]
    for kind in said.kinds:
        offers = traits[TRAITS.index(f"offers_{kind}")]
        found |= {f"offers_{kind}": offers, f"lacks_{kind}": 1 - offers}
    for name, values in found.items():
        signs[_AT[name]] = values
    return signs


def _before(values: Floats, is_first: Flags) -> Floats:
    """Return for each sentence the value of the one before it in its passage, 0 without one."""
    found = np.zeros(len(values))
    found[1:] = values[:-1]
    found[is_first] = 0
    return found


def _after(values: Floats, is_last: Flags) -> Floats:
    """Return for each sentence the value of the one behind it in its passage, 0 without one."""
    return _before(values[::-1], is_last[::-1])[::-1]


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
# What is known of a passage without its sentences.
_RANKED: Final = (
    *("score", "lexical", "coverage", "proximity", "likeness", "question_likeness", "known_question"),
    *("met", "met_least", "words", "opening", "place", "steps", "table", "list", "steps_for_steps"),
)
_OF_RANKED: Final = [_PAT[name] for name in _RANKED]
_AT_BESIDE: Final = [_PAT[name] for name in _BESIDE]
_BEST_OF_ARTICLE: Final = [_BESIDE.index(name) for name in ("score", "likeness", "lexical")]


def _of_passages(
    texts: _Texts, ranked: Sequence[Ranked], sentences: Floats, held: Flags, titles: _Titles, said: _Said
) -> Floats:
    """Return the signs of passages, [PASSAGE_SIGNS, passages]."""
    share, runs = said.share, texts.runs
    joined = sentences[_AT["first"], 1:] == 0  # with the sentence before
    window = held.copy()
    window[:, 1:] |= held[:, :-1] & joined
    window[:, :-1] |= held[:, 1:] & joined
    best_met, best_shared, best_pairs, best_covered, best_window, *offers = runs.most(
        np.stack(
            [
                *(sentences[_AT[name]] for name in ("met", "shared", "pairs")),
                share @ (held | titles.any[:, runs.of]),
                share @ window,
                *(sentences[_AT[f"offers_{kind}"]] for kind in said.kinds),
            ]
        )
    )
    best_likeness, second_likeness = _two_best(sentences[_AT["likeness"]], runs)
    found = {
        "best_met": best_met,
        "title": share @ titles.title,
        "title_filled": titles.title_filled,
        "heading": share @ titles.last,
        "heading_filled": titles.heading_filled,
        "headings": share @ titles.any,
        "with_heads": share @ (runs.most(held) | titles.any),
        "best_likeness": best_likeness,
        "second_likeness": second_likeness,
        "best_shared": best_shared,
        "best_covered": best_covered,
        "window": best_window,
        "best_pairs": best_pairs,
        "sentences": np.log1p(runs.sizes),
        "offers": sum(offers) / len(offers) if offers else 0.5,
    }
    signs = np.empty((len(PASSAGE_SIGNS), len(ranked)))
    steps_wanted = "steps" in said.kinds
    signs[_OF_RANKED] = np.asarray([_of_ranked(each, steps_wanted=steps_wanted) for each in ranked]).T
    for name, values in found.items():
        signs[_PAT[name]] = values
    return signs


def _of_ranked(ranked: Ranked, *, steps_wanted: bool) -> tuple[float, ...]:
    """Return what is known of a passage without its sentences, see _RANKED."""
    evidence, matches, passage = ranked.evidence, ranked.entry.matches, ranked.entry.passage
    steps = passage.kind == "steps"
    return (
        ranked.score,
        evidence.lexical,
        evidence.coverage,
        evidence.proximity,
        evidence.passage_likeness or 0.0,
        max(evidence.question_likeness or 0.0, -1.0),
        evidence.known_question,
        *(matches.passage if matches else NO_MATCH),
        math.log1p(len(passage.text) / LONG),
        passage.position == 0,
        min(passage.position / 10, 2.0),
        steps,
        passage.kind == "table",
        passage.kind == "list",
        steps and steps_wanted,
    )


def _two_best(values: Floats, runs: Runs) -> Floats:
    """Return the best two values of each run, [2, runs], at least 0."""
    best = np.zeros((2, runs.length))
    if values.any():
        order = np.lexsort((-values, runs.of))
        several = runs.sizes[runs.filled] > 1
        best[0, runs.filled] = values[order[runs.first]]
        best[1, runs.filled[several]] = values[order[runs.first[several] + 1]]
    return np.maximum(best, 0)


def _beside(passages: Floats, articles: Numbers) -> Floats:
    """Return the signs of passages with what they are beside the best, those of their article, and beside its best."""
    some, score = passages[_AT_BESIDE], passages[_PAT["score"]]
    same = articles[:, None] == articles
    number = same.sum(axis=1)
    best, best_of_mine = some.max(axis=1, keepdims=True), some
    if number.max() > 1:
        best_of_mine = np.where(same[:, :, None], some.T[:, None], -9).max(axis=0).T
    rank = np.empty((1, len(articles)))
    rank[0, (-score).argsort(kind="stable")] = 1 / np.arange(1, len(articles) + 1)
    share, mean = number / len(articles), same @ score / number - score.mean()
    of_article = (best_of_mine - best)[_BEST_OF_ARTICLE]
    return np.concatenate([passages, some - best, share[None], of_article, mean[None], some - best_of_mine, rank])


def _beside_sentences(sentences: Floats, runs: Runs) -> Floats:
    """Return the signs of sentences with what they are beside the best of their passage, and beside its mean."""
    some = sentences[_AT_BESIDE_SENTENCES]
    if not len(runs.filled):
        return np.concatenate([sentences, some, some[:_OVER_MEAN]])
    over = some[:_OVER_MEAN]
    mean = np.add.reduceat(over, runs.first, axis=1) / runs.sizes[runs.filled]
    best = np.maximum.reduceat(some, runs.first, axis=1)
    return np.concatenate([sentences, some - best[:, runs.nth], over - mean[:, runs.nth]])
