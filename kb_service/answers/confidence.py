"""How sure an answer is: a small logistic model over what the ranking shows, giving the chance that it is right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from kb_service.search.ranking import Ranked
from kb_service.search.understanding import Understanding

NO_ANSWER_BELOW: Final = 0.5  # the documented setting KB_NO_ANSWER_BELOW

WEIGHTS: Final = {
    "bias": -5.0,
    "lexical": 3.0,
    "coverage": 4.0,
    "proximity": 1.0,
    "known_question": 5.0,
    "pattern": 5.0,
    "margin": 1.0,
    "unknown": -3.0,
}


def features(understood: Understanding, ranked: Sequence[Ranked]) -> dict[str, float]:
    """Return what the confidence rests on, each between 0 and 1; all 0 without a passage."""
    if not ranked:
        return dict.fromkeys(WEIGHTS, 0.0) | {"bias": 1.0}
    best = ranked[0]
    rival = next((other for other in ranked[1:] if other.entry.article_number != best.entry.article_number), None)
    unknown = sum(word.weight for word in understood.words if not word.known and not word.alternatives)
    return {
        "bias": 1.0,
        "lexical": best.evidence.lexical,
        "coverage": best.evidence.coverage,
        "proximity": best.evidence.proximity,
        "known_question": best.evidence.known_question,
        "pattern": float(best.evidence.pattern),
        "margin": (best.score - rival.score) / best.score if rival and best.score > 0 else 1.0,
        "unknown": unknown / understood.weight if understood.weight else 0.0,
    }


def confidence(understood: Understanding, ranked: Sequence[Ranked]) -> float:
    """Return the chance, 0 to 1, that the first passage answers the question."""
    if not ranked:
        return 0.0
    found = features(understood, ranked)
    return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in found.items())))
