"""Fits what chooses one row of each group: a conditional logit, the right rows of each group the likeliest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

PENALTY: Final = 5.0  # of the squares of weights, each sign taken in its deviations
SMALLEST: Final = 1e-4  # smaller weights are left out

Floats = NDArray[np.float64]


def choice(
    groups: Sequence[tuple[Floats, Floats]],
    *,
    before: Sequence[Floats] | None = None,
    importance: Sequence[float] | None = None,
    penalty: float = PENALTY,
) -> Floats:
    """Return the weights that make the right rows of each group the likeliest, penalised.

    A group is its rows and which of them are right. `before` are scores that rows have already, to which the weights
    add; `importance` is how much each group counts.
    """
    rows, right = np.concatenate([each for each, _ in groups]), np.concatenate([each for _, each in groups])
    known = np.concatenate(before) if before is not None else np.zeros(len(rows))
    counts = np.asarray(importance) if importance is not None else np.ones(len(groups))
    deviation = rows.std(axis=0)
    scale = np.where(deviation > SMALLEST, deviation, np.inf)
    rows = rows / scale
    sizes = [len(each) for each, _ in groups]
    starts, group = np.cumsum([0, *sizes])[:-1], np.repeat(np.arange(len(groups)), sizes)

    def cost(values: Floats) -> tuple[float, Floats]:
        scores = rows @ values + known
        grown = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
        chance = grown / np.add.reduceat(grown, starts)[group]
        total = np.maximum(np.add.reduceat(chance * right, starts), 1e-12)
        slope = rows.T @ (counts[group] * (chance * right / total[group] - chance))
        return float(penalty / 2 * values @ values - counts @ np.log(total)), penalty * values - slope

    found = minimize(cost, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x / scale)


def named(names: Sequence[str], values: Floats) -> dict[str, float]:
    """Return weights by the names of their signs, rounded, without those that weigh next to nothing."""
    return {name: round(value, 4) for name, value in zip(names, values.tolist(), strict=True) if abs(value) >= SMALLEST}
