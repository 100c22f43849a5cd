"""Reads the first passage together with the question, where the model has what does so: does it answer?

Where ways to ask are known, the classifier of known questions tells that better, and nothing is read.
"""

from __future__ import annotations

from bisect import bisect_right

from kb_service.answers.reader import ReadPassage
from kb_service.meaning.pairs import PairText
from kb_service.questions.understanding import Understanding
from kb_service.ranking import Ranked, RankedList
from kb_service.text import split_sentences


def together_signs(understood: Understanding, ranked: RankedList, first: ReadPassage) -> dict[str, float]:
    """Return how likely the first passage answers, of the order of 1; nothing without what reads it.

    With those behind it the figures are the same, and each takes milliseconds (docs/reader.md).
    """
    if ranked.pairs is None or ranked.resemblance.belonging is not None:
        return {}
    return {"together": ranked.pairs.answers(pair_of(understood, first.ranked, first.quoted[0]))}


def pair_of(understood: Understanding, ranked: Ranked, around: int) -> PairText:
    """Return a question with a passage, of which the sentence at `around` matters most."""
    passage = ranked.entry.passage
    starts = tuple([start for start, *_ in split_sentences(passage.text)])
    return PairText(
        question=understood.meant,
        headings=". ".join(dict.fromkeys(each for each in (passage.title, *passage.heading_path) if each)),
        passage=passage.text,
        starts=starts,
        around=max(bisect_right(starts, around) - 1, 0),
    )
