"""Reads the best passages for a question: which of them answers, which of its sentences, and which text is quoted.

A linear model over signs (signs.py) gives each passage of the list and each sentence of a passage its chance. What is
quoted is a unit of meaning around the likeliest sentence (quoting.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from kb_service.analysis import term_code, term_of
from kb_service.answers.naming import Named, folded, holds, named_in
from kb_service.answers.quoting import quoted_span
from kb_service.answers.signs import IS_HEAD, Flags, Floats, Sentences, Signs, signs_of
from kb_service.answers.weights import Weights, weights_of
from kb_service.questions.understanding import Understanding
from kb_service.ranking import Ranked, RankedList
from kb_service.text import tokens

READ: Final = 10  # passages: 20 have the right one for 4 of 100 questions more, and it is hardly ever chosen
SENTENCE_SHARE: Final = 0.5  # of a passage's likeliest sentence in the choice of the passage
NEVER: Final = -30.0  # the score of a sentence that cannot answer
ASKED_ALIKE: Final = 0.9  # a question this like, by words, one that an article is known to answer is that one


@dataclass(frozen=True)
class ReadPassage:
    """A passage that was read: `score` as the reader's (beside those of the list), its `chance` to be the one that
    answers if one does, those of its `sentences` as `likely`, and `sentence` that of the likeliest one."""

    ranked: Ranked
    score: float
    chance: float
    sentence: float
    sentences: Sentences
    likely: Sequence[float]
    signs: Floats = field(compare=False)
    sentence_signs: Floats = field(compare=False)

    @cached_property
    def quoted(self) -> tuple[int, int]:
        """[start, end) of what is quoted of it; of most passages that are read nobody asks."""
        return quoted_span(self.sentences, self.likely) if self.likely else (0, len(self.ranked.entry.passage.text))


def read_passages(understood: Understanding, ranked: RankedList) -> list[ReadPassage]:
    """Return the first READ passages, the one that is likeliest to answer first."""
    passages = ranked.passages[:READ]
    if not passages:
        return []
    by_meaning = passages[0].evidence.passage_likeness is not None
    return read_signs(understood, ranked, signs_of(understood, passages), weights_of(by_meaning=by_meaning))


def read_signs(understood: Understanding, ranked: RankedList, signs: Signs, weights: Weights) -> list[ReadPassage]:
    """Return the first passages, which have these signs, as they are read by some weights.

    Those whose article explains an error text in the question stay before the others, then those whose article is
    known to answer this very question, and then those that have what it names (see naming.py).
    """
    named = named_in(understood)
    passages, scores = ranked.passages[: len(signs.read)], passage_scores(ranked, signs, weights)
    chances = softmax(scores)
    known = ranked.resemblance.belonging is not None
    worth = signs.sentences @ (weights.of_known_sentences if known else weights.of_sentences)
    may = _may_answer(signs, understood.text, named)
    all_likely = signs.runs.softmax(np.where(may, worth, worth + NEVER)).tolist()
    read = []
    for at, (one, sentences) in enumerate(zip(passages, signs.read, strict=True)):
        first = signs.starts[at]
        if likely := all_likely[first : signs.starts[at + 1]]:
            most = max(likely)
            of_best = signs.sentences[first + likely.index(most)]
        else:
            most, of_best = 0.0, np.zeros(signs.sentences.shape[1])
        mine = scores.item(at), chances.item(at), most
        read.append(ReadPassage(one, *mine, sentences, likely, signs.passages[at], of_best))
    return sorted(
        read,
        key=lambda each: (
            -each.ranked.evidence.pattern, -is_known_to_answer(each.ranked, ranked), -_named(each, named), -_worth(each)
        ),
    )  # fmt: skip


def is_known_to_answer(passage: Ranked, ranked: RankedList) -> bool:
    """Tell whether the article is known to answer this very question; a classifier, where there is one, says more."""
    return ranked.resemblance.belonging is None and passage.evidence.known_question >= ASKED_ALIKE


def _named(read: ReadPassage, named: Named) -> int:
    return named.wanted_of(read.ranked.entry.passage) if named.decides else 0


def passage_scores(ranked: RankedList, signs: Signs, weights: Weights) -> Floats:
    """Return what speaks for each of the first passages.

    Where ways to ask are known, that the question belongs to its article and to its section does too.
    """
    belonging = ranked.resemblance.belonging
    if belonging is None:
        return np.asarray(signs.passages @ weights.of_passages)
    first = ranked.passages[: len(signs.read)]
    to_article = belonging[[each.entry.article_number for each in first]]
    to_section = np.asarray([each.evidence.section for each in first])
    known = signs.passages @ weights.of_known_passages
    return np.asarray(known + weights.belonging * to_article + weights.section * to_section)


def _worth(read: ReadPassage) -> float:
    """Return what puts a passage before others: where an error is explained, the ranking, which knows what helps."""
    if read.ranked.evidence.pattern:
        return read.ranked.score
    return math.log(max(read.chance, 1e-9)) + SENTENCE_SHARE * math.log(max(read.sentence, 1e-9))


def softmax(scores: Floats) -> Floats:
    """Return the chances of the things with these scores, of which one it is."""
    grown = np.exp(scores - scores.max())
    return np.asarray(grown / grown.sum())


def _may_answer(signs: Signs, question: str, named: Named) -> Flags:
    """Tell of each sentence whether it can answer: no heading or question does, nor what the question says itself.

    Where an identifier is all that is asked, what answers has it, if any sentence does.
    """
    may = _heads_nothing(signs)
    words = _words(question)
    codes, asked = {0, *(term_code(term_of(word)) for word in words)}, f" {' '.join(words)} "
    sizes = signs.alone["end"] - signs.alone["start"]
    short = (sizes <= len(question)).nonzero()[0]
    for at, first in zip(short.tolist(), signs.alone["first"][short].tolist(), strict=True):
        if first in codes and f" {' '.join(_words(signs.text(at)))} " in asked:
            may[at] = False
    if named.alone:
        for start, end in pairwise(signs.starts):
            having = [may[at] and holds(folded(signs.text(at)), named.alone) for at in range(start, end)]
            if any(having):
                may[start:end] = having
    return may


def _heads_nothing(signs: Signs) -> Flags:
    return np.asarray(~IS_HEAD[signs.alone["kind"]])


def _words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]
