"""How sure an answer is: a small logistic model over what the ranking shows, giving the chance that it is right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from kb_service.search.likeness import Asked
from kb_service.search.ranking import RankedList
from kb_service.search.understanding import Understanding

# Under this chance the service says that it does not know (setting KB_NO_ANSWER_BELOW). On folds left out of the fit
# .94 of the right first articles get past it, and .15 of what is wrong or has no answer (AUROC .958 to .989, error of
# calibration .03 to .06).
NO_ANSWER_BELOW: Final = 0.5

# Without a list of questions that have no answer, how like one of them a question is taken to be.
USUAL_LIKENESS: Final = 0.4
USUAL_MARGIN: Final = 0.5

# A question that is one of the list in other words, and clearly nearer to it than to any article's, is refused.
SAME_QUESTION: Final = 0.85
SAME_QUESTION_BY_WORDS: Final = 0.7
CLEARLY: Final = 0.1
REFUSED: Final = 0.1

# Fitted by kb_service/evaluation/fitting.py, one model for each kind of evidence there is.
CLASSIFIED: Final = {
    "bias": -0.74,
    "classified": -0.25,
    "over_refused": 0.60,
    "classified_margin": 2.33,
    "likeness": 1.00,
    "over_not_covered": 7.79,
    "neighbours": 3.19,
    "sentence_likeness": 0.42,
    "lexical": 0.31,
    "coverage": 1.73,
    "unknown": -2.94,
    "margin": -1.19,
    "pattern": 0.18,
}
WITH_MEANING: Final = {
    "bias": -3.80,
    "likeness": 5.28,
    "passage_likeness": -0.82,
    "sentence_likeness": 0.05,
    "lexical": -0.83,
    "coverage": 1.14,
    "unknown": -1.37,
    "heaviest": -0.08,
    "margin": 4.83,
    "agreement": 0.43,
    "neighbours": 2.55,
}
BY_WORDS: Final = {
    "bias": 0.03,
    "lexical": 0.44,
    "coverage": 2.84,
    "proximity": 1.74,
    "unknown": -2.99,
    "heaviest": 0.32,
    "pattern": 0.86,
    "known_over_not_covered": 7.61,
    "known_question": -0.87,
    "margin": 0.74,
}


def features(understood: Understanding, ranked: RankedList) -> dict[str, float]:
    """Return what the confidence rests on, each between -1 and 2; `ranked` must hold a passage."""
    best = ranked.passages[0]
    evidence = best.evidence
    rivals = [other.score for other in ranked.passages if other.entry.article_number != best.entry.article_number]
    most_lexical = max(ranked.passages, key=lambda passage: passage.evidence.lexical)
    unknown = sum(word.weight for word in understood.words if not word.known and not word.alternatives)
    found = {
        "bias": 1.0,
        "lexical": evidence.lexical,
        "coverage": evidence.coverage,
        "proximity": evidence.proximity,
        "pattern": float(evidence.pattern),
        "known_question": evidence.known_question,
        "known_over_not_covered": evidence.known_question - ranked.not_covered.by_words,
        "margin": min(best.score - rivals[0], USUAL_MARGIN) if rivals else USUAL_MARGIN,
        "agreement": float(most_lexical.entry.article_number == best.entry.article_number),
        "unknown": unknown / understood.weight if understood.weight else 0.0,
    }
    heaviest = max(range(len(understood.words)), key=lambda i: understood.words[i].weight, default=None)
    found["heaviest"] = 0.0 if heaviest is None else float(best.held[heaviest])
    if evidence.passage_likeness is not None and evidence.question_likeness is not None:
        likeness = max(evidence.passage_likeness, evidence.question_likeness)
        known = ranked.not_covered.likeness
        found |= {
            "likeness": likeness,
            "passage_likeness": evidence.passage_likeness,
            "sentence_likeness": max(ranked.sentence_likeness(best) or (evidence.passage_likeness,)),
            "over_not_covered": likeness - (USUAL_LIKENESS if known is None or known < 0 else known),
        }
    if ranked.asked is not None:
        found["neighbours"] = ranked.asked.neighbours(best.entry.article_number)
        found |= _classified(ranked.asked, best.entry.article_number)
    return found


def _classified(asked: Asked, article: int) -> dict[str, float]:
    if asked.classified is None:
        return {}
    mine = float(asked.classified[article])
    others = np.delete(asked.classified[:-1], article)
    rival = float(others.max()) if len(others) else 0.0
    return {
        "classified": mine,
        "over_refused": mine - float(asked.classified[-1]),
        "classified_margin": mine - rival,
    }


def model_for(found: Mapping[str, float]) -> Mapping[str, float]:
    """Return the weights of the model for this kind of evidence."""
    if "classified" in found:
        return CLASSIFIED
    return WITH_MEANING if "likeness" in found else BY_WORDS


def confidence(understood: Understanding, ranked: RankedList) -> float:
    """Return the chance, 0 to 1, that the first passage answers the question; 0 without a passage or a subject."""
    if not ranked.passages or not any(word.share == 1.0 for word in understood.words):
        return 0.0
    found = features(understood, ranked)
    chance = 1 / (1 + math.exp(-sum(weight * found.get(name, 0.0) for name, weight in model_for(found).items())))
    return min(chance, REFUSED) if _is_known_to_have_none(found, ranked) else chance


def _is_known_to_have_none(found: Mapping[str, float], ranked: RankedList) -> bool:
    """Tell whether authors listed this very question as one without an answer, in other words perhaps."""
    if ranked.not_covered.likeness is not None and "likeness" in found:
        return ranked.not_covered.likeness >= max(SAME_QUESTION, found["likeness"] + CLEARLY)
    return ranked.not_covered.by_words >= max(SAME_QUESTION_BY_WORDS, found["known_question"] + CLEARLY)
