"""Reads the first passages together with the question, where the model has what does so: does any of them answer?

Where ways to ask are known, the classifier of known questions tells that better, and nothing is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from statistics import fmean
from typing import Final

from kb_service.answers.reader import ReadPassage
from kb_service.meaning.pairs import PairText
from kb_service.questions.understanding import Understanding
from kb_service.ranking import Ranked, RankedList
from kb_service.text import split_sentences

READ_TOGETHER: Final = 3  # passages; with more the figures are the same, and each takes milliseconds


def together_signs(understood: Understanding, ranked: RankedList, read: Sequence[ReadPassage]) -> dict[str, float]:
    """Return how likely the first passage read answers, the best of the first ones, and all of them; nothing without.

    Each of the order of 1.
    """
    if ranked.pairs is None or ranked.resemblance.belonging is not None:
        return {}
    told = [ranked.pairs.answers(pair_of(understood, each.ranked, each.quoted[0])) for each in read[:READ_TOGETHER]]
    return {"together_first": told[0], "together_best": max(told), "together_mean": fmean(told)}


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
