"""How sure an answer is: a small logistic model over what the ranking shows, giving the chance that it is right."""

from __future__ import annotations

import math
from typing import Final

from kb_service.search.ranking import RankedList
from kb_service.search.understanding import Understanding

# Under this chance the service says that it does not know (setting KB_NO_ANSWER_BELOW). Of the shipped answer tests 2
# of 33 questions without an answer get past it, and all 74 with one.
NO_ANSWER_BELOW: Final = 0.4

# Without a list of questions that have no answer, how like one of them a question is taken to be.
USUAL_LIKENESS: Final = 0.4
USUAL_MARGIN: Final = 0.5

WITH_MEANING: Final = {
    "bias": -2.29,
    "likeness": 1.57,
    "passage_likeness": 2.30,
    "over_not_covered": 3.85,
    "lexical": 0.87,
    "coverage": 2.65,
    "unknown": -2.82,
    "margin": 0.86,
    "agreement": -0.30,
    "pattern": 0.31,
    "sentence_likeness": 0.0,
    "neighbours": 0.0,
    "heaviest": 0.0,
}
BY_WORDS: Final = {
    "bias": -0.77,
    "lexical": 1.32,
    "coverage": 2.15,
    "proximity": 2.43,
    "unknown": -2.53,
    "pattern": 0.45,
    "known_over_not_covered": 2.81,
    "known_question": -0.44,
    "margin": 0.71,
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
            "neighbours": ranked.asked.neighbours(best.entry.article_number) if ranked.asked else 0.0,
            "over_not_covered": likeness - (USUAL_LIKENESS if known is None or known < 0 else known),
        }
    return found


def confidence(understood: Understanding, ranked: RankedList) -> float:
    """Return the chance, 0 to 1, that the first passage answers the question; 0 without a passage."""
    if not ranked.passages:
        return 0.0
    found = features(understood, ranked)
    weights = WITH_MEANING if "likeness" in found else BY_WORDS
    return 1 / (1 + math.exp(-sum(weight * found[name] for name, weight in weights.items())))
