"""How sure an answer is: a small logistic model over what the ranking shows, giving the chance that it is right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from kb_service.search.likeness import Asked
from kb_service.search.ranking import RankedList
from kb_service.search.understanding import Understanding

# Under this chance the service says that it does not know (setting KB_NO_ANSWER_BELOW). Of the shipped answer tests 2
# of 33 questions without an answer get past it, and all 74 with one.
NO_ANSWER_BELOW: Final = 0.4

# Without a list of questions that have no answer, how like one of them a question is taken to be.
USUAL_LIKENESS: Final = 0.4
USUAL_MARGIN: Final = 0.5

# Fitted by kb_service/evaluation/fitting.py, one model for each kind of evidence there is.
CLASSIFIED: Final = {
    "bias": -3.63,
    "classified": -0.11,
    "over_refused": 1.33,
    "classified_margin": 1.74,
    "likeness": 2.36,
    "over_not_covered": 6.22,
    "neighbours": 2.55,
    "sentence_likeness": 1.53,
    "lexical": -0.12,
    "coverage": 3.33,
    "unknown": -2.73,
    "margin": -0.73,
    "pattern": 0.34,
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
    "bias": -1.32,
    "lexical": 1.23,
    "coverage": 0.35,
    "proximity": 0.82,
    "unknown": -2.71,
    "heaviest": -0.02,
    "pattern": 0.89,
    "known_over_not_covered": 4.81,
    "known_question": 1.79,
    "margin": 3.82,
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
    """Return the chance, 0 to 1, that the first passage answers the question; 0 without a passage."""
    if not ranked.passages:
        return 0.0
    found = features(understood, ranked)
    return 1 / (1 + math.exp(-sum(weight * found.get(name, 0.0) for name, weight in model_for(found).items())))
