"""How much a confidence can be trusted: does it tell right from wrong, and is nine in ten right at 0.9?

`confidence` is float [n], labels are bool [n]. `counts` [r, n] says how often each of the n questions counts in each
of r resamples: what is computed for one set is so computed for ten thousand (see bootstrap).
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]

BINS: Final = 10
_Z: Final = 1.959964  # 95 of 100


class Bin(NamedTuple):
    """Questions of like confidence: how sure we were on average, how often right, and the 95% interval of that."""

    questions: int
    confidence: float
    right: float
    low: float
    high: float


class Risk(NamedTuple):
    """When the surest answers are given, to the share `coverage` of the questions, `risk` of them are wrong."""

    coverage: float
    risk: float


def auroc(confidence: Floats, positive: Labels) -> float:
    """Return the chance that a random positive question has more confidence than a random other one; ties count half.

    Needs at least one of each.
    """
    return float(resampled_auroc(confidence, positive, _once(confidence))[0])


def resampled_auroc(confidence: Floats, positive: Labels, counts: Floats) -> Floats:
    """Return auroc for each resample, [r]; NaN for one without both kinds."""
    order, starts = _groups(confidence)
    ordered = counts[:, order]
    positives = np.add.reduceat(ordered * positive[order], starts, axis=1)
    others = np.add.reduceat(ordered * ~positive[order], starts, axis=1)
    surer = others.sum(axis=1, keepdims=True) - np.cumsum(others, axis=1)
    pairs = positives.sum(axis=1) * others.sum(axis=1)
    with np.errstate(invalid="ignore"):
        found: Floats = (positives * (surer + others / 2)).sum(axis=1) / pairs
    return found


def risk_coverage(confidence: Floats, right: Labels) -> list[Risk]:
    """Return one point for each threshold that the confidences allow, the strictest first."""
    if not len(right):
        return []
    covered, wrong, _ = _risks(confidence, right, _once(confidence))
    return [Risk(c / len(right), w / c) for c, w in zip(covered[0].tolist(), wrong[0].tolist(), strict=True)]


def risk_area(confidence: Floats, right: Labels) -> float:
    """Return the area under risk_coverage, 0 when all is right; needs at least one question."""
    return float(resampled_risk_area(confidence, right, _once(confidence))[0])


def resampled_risk_area(confidence: Floats, right: Labels, counts: Floats) -> Floats:
    """Return risk_area for each resample, [r]."""
    covered, wrong, steps = _risks(confidence, right, counts)
    found: Floats = (steps * wrong / np.maximum(covered, 1)).sum(axis=1) / counts.sum(axis=1)
    return found


def reliability(confidence: Floats, right: Labels) -> list[Bin]:
    """Return up to BINS bins of equal numbers of questions, least sure first; equal confidences stay together."""
    if not len(confidence):
        return []
    ordered = np.sort(confidence)
    middles = (np.searchsorted(ordered, confidence, "left") + np.searchsorted(ordered, confidence, "right")) / 2
    places = np.minimum((middles / len(confidence) * BINS).astype(int), BINS - 1)
    return [_bin(confidence[places == place], right[places == place]) for place in np.unique(places)]


def calibration_error(confidence: Floats, right: Labels) -> float:
    """Return the expected calibration error over reliability's bins: by how much confidence and being right differ."""
    bins = reliability(confidence, right)
    return sum(each.questions * abs(each.confidence - each.right) for each in bins) / max(len(confidence), 1)


def _once(confidence: Floats) -> Floats:
    return np.ones((1, len(confidence)))


def _groups(confidence: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the order, surest first, and where each run of equal confidences starts in it."""
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    return order, np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def _risks(confidence: Floats, right: Labels, counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Return [r, thresholds]: questions covered so far, those of them that are wrong, questions of each step."""
    order, starts = _groups(confidence)
    steps = np.add.reduceat(counts[:, order], starts, axis=1)
    wrong = np.add.reduceat(counts[:, order] * ~right[order], starts, axis=1)
    return np.cumsum(steps, axis=1), np.cumsum(wrong, axis=1), steps


def _bin(confidence: Floats, right: Labels) -> Bin:
    low, high = _wilson(int(right.sum()), len(right))
    return Bin(len(right), float(confidence.mean()), float(right.mean()), low, high)


def _wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the 95% score interval of a share (Wilson 1927): it stays inside 0 to 1 and works for few questions."""
    share, z2 = successes / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)
