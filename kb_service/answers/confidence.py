"""Confidence: the chance that the first passage answers, by a logistic model over what the ranking shows.

The weights are fitted, one model for each kind of evidence there is: docs/ranking-numbers.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from kb_service.questions.understanding import Understanding
from kb_service.ranking import RankedList

# Below this chance the service says that it does not know (setting KB_NO_ANSWER_BELOW).
NO_ANSWER_BELOW: Final = 0.55

# The similarity to the closest question listed as unanswerable, where authors keep no such list.
USUAL_LIKENESS: Final = 0.4

# A question this similar to one listed as unanswerable, and by CLEARLY more than to any article's, is refused.
SAME_QUESTION: Final = 0.85
SAME_QUESTION_BY_WORDS: Final = 0.7
CLEARLY: Final = 0.1
REFUSED: Final = 0.1  # the most that its confidence can be

SUREST: Final = 0.99  # the most that any confidence can be: some of the surest answers were wrong too
EXPLAINED: Final = 0.9  # the least where the article lists the error text in the question

# Fitted by quality/confidence_fitting.py, one model for each kind of evidence there is.
CLASSIFIED: Final = {
    "bias": -1.24,
    "classified": 2.23,
    "over_none": 6.90,
    "coverage": 1.33,
    "unknown": -0.08,
    "over_unanswerable": 2.17,
}
CLASSIFIED_BY_WORDS: Final = {
    "bias": -1.10,
    "over_none": 6.17,
    "coverage": 1.32,
    "known_over_unanswerable": 3.66,
}
WITH_MEANING: Final = {
    "bias": -1.64,
    "score": 2.40,
    "over_next": 3.28,
    "crowd": -3.14,
    "lexical": -3.96,
    "coverage": 1.06,
    "unknown": -1.32,
    "over_unanswerable": 4.87,
}
BY_WORDS: Final = {
    "bias": -1.21,
    "score": 0.36,
    "over_next": 6.63,
    "unknown": -1.89,
    "known_over_unanswerable": 1.42,
}


def features(understood: Understanding, ranked: RankedList) -> dict[str, float]:
    """Return what the confidence rests on, each of the order of 1; `ranked` must hold a passage.

    `score` is the first article's, `over_next` what it has over the mean of the next nine, `crowd` the cosine of the
    tenth likest article: a question like many articles asks for none of them. `unknown` is the share of the question's
    weight that the index lacks; `over_none` how much more it belongs to the article than to none.
    """
    evidence = ranked.passages[0].evidence
    unknown = sum(word.weight for word in understood.words if not word.known and not word.alternatives)
    found = {
        "bias": 1.0,
        "lexical": evidence.lexical,
        "coverage": evidence.coverage,
        "unknown": unknown / understood.weight if understood.weight else 0.0,
        "known_over_unanswerable": evidence.known_question - ranked.resemblance.unanswerable_by_words,
        "score": ranked.contest[0],
        "over_next": ranked.contest[0] - _mean(ranked.contest[1:]),
    }
    if evidence.passage_likeness is not None and evidence.question_likeness is not None:
        likeness = max(evidence.passage_likeness, evidence.question_likeness)
        known = ranked.resemblance.unanswerable_by_meaning
        found |= {
            "likeness": likeness,
            "crowd": ranked.likeness[-1],
            "over_unanswerable": likeness - (USUAL_LIKENESS if known is None or known < 0 else known),
        }
    belonging = ranked.resemblance.belonging
    if belonging is not None:
        mine = float(belonging[ranked.passages[0].entry.article_number])
        found |= {"classified": mine, "over_none": mine - float(belonging[-1])}
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def model_for(found: Mapping[str, float]) -> Mapping[str, float]:
    """Return the weights of the model for this kind of evidence."""
    if "likeness" in found:
        return CLASSIFIED if "classified" in found else WITH_MEANING
    return CLASSIFIED_BY_WORDS if "classified" in found else BY_WORDS


def confidence(understood: Understanding, ranked: RankedList) -> float:
    """Return the chance, 0 to 1, that the first passage answers the question; 0 without a passage or a subject."""
    if not ranked.passages or not any(word.share == 1.0 for word in understood.words):
        return 0.0
    found = features(understood, ranked)
    evidence = sum(weight * found.get(name, 0.0) for name, weight in model_for(found).items())
    chance = min(1 / (1 + math.exp(-evidence)), SUREST)
    if ranked.passages[0].evidence.pattern:
        return max(chance, EXPLAINED)
    return min(chance, REFUSED) if _is_listed_as_unanswerable(found, ranked) else chance


def _is_listed_as_unanswerable(found: Mapping[str, float], ranked: RankedList) -> bool:
    """Tell whether authors listed this question as unanswerable, in other words perhaps."""
    unanswerable = ranked.resemblance.unanswerable_by_meaning
    if unanswerable is not None and "likeness" in found:
        return unanswerable >= max(SAME_QUESTION, found["likeness"] + CLEARLY)
    by_words = ranked.resemblance.unanswerable_by_words
    return by_words >= SAME_QUESTION_BY_WORDS and found["known_over_unanswerable"] <= -CLEARLY
