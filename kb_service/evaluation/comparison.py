"""Two runs of the same questions: what became better or worse, by how much, and is it more than chance?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np

from kb_service.evaluation.bootstrap import interval, resampled_means
from kb_service.evaluation.calibration import Floats
from kb_service.evaluation.figures import FIGURES, LEADING, values_of
from kb_service.evaluation.runs import Row, Run, SetRun

CHANGES_SHOWN: Final = 10
_EQUAL: Final = 1e-9  # figures nearer than this are a tie: they differ by rounding


class Difference(msgspec.Struct, frozen=True):
    """One figure in both runs, over the questions that have it in both.

    `low` and `high` bound `difference` in 95 of 100 paired resamples: when 0 lies outside, it is more than chance.
    """

    name: str
    before: float
    now: float
    difference: float
    low: float
    high: float
    wins: int
    ties: int
    losses: int


class Change(msgspec.Struct, frozen=True):
    """A question whose ranking changed, by the leading figure, with the first article of each run."""

    question: str
    before: float
    now: float
    first_before: str
    first_now: str


class SetComparison(msgspec.Struct, frozen=True):
    """A set in two runs; `unpaired` questions stand in one of them alone and are not compared."""

    name: str
    questions: int
    unpaired: int
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]


def compare(before: Run, now: Run) -> list[SetComparison]:
    """Return the sets that stand in both runs, compared, in the order of `now`."""
    earlier = {run.name: run for run in before.sets}
    return [_compare_sets(earlier[run.name], run) for run in now.sets if run.name in earlier]


def _compare_sets(before: SetRun, now: SetRun) -> SetComparison:
    earlier, later = _by_id(before), _by_id(now)
    pairs = [(earlier[name], row) for name, row in later.items() if name in earlier]
    old, new = values_of([pair[0] for pair in pairs]), values_of([pair[1] for pair in pairs])
    return SetComparison(
        name=now.name,
        questions=len(pairs),
        unpaired=len(earlier.keys() ^ later.keys()),
        differences=tuple(_differences(old, new)) if pairs else (),
        changes=tuple(_changes(pairs, old, new)),
    )


def _by_id(run: SetRun) -> Mapping[str, Row]:
    return {row.id: row for row in run.rows}


def _differences(old: Floats, new: Floats) -> list[Difference]:
    change = new - old
    resamples = resampled_means(change)
    found = []
    for at, name in enumerate(FIGURES):
        both = ~np.isnan(change[:, at])
        if not both.any():
            continue
        low, high = interval(resamples[:, at])
        wins = int((change[both, at] > _EQUAL).sum())
        losses = int((change[both, at] < -_EQUAL).sum())
        found.append(
            Difference(
                name=name,
                before=float(old[both, at].mean()),
                now=float(new[both, at].mean()),
                difference=float(change[both, at].mean()),
                low=low,
                high=high,
                wins=wins,
                ties=int(both.sum()) - wins - losses,
                losses=losses,
            )
        )
    return found


def _changes(pairs: list[tuple[Row, Row]], old: Floats, new: Floats) -> list[Change]:
    at = list(FIGURES).index(LEADING)
    sizes = np.nan_to_num(np.abs(new[:, at] - old[:, at]))
    most = np.argsort(-sizes, kind="stable")[:CHANGES_SHOWN].tolist()
    return [
        Change(
            question=pairs[i][1].question,
            before=float(old[i, at]),
            now=float(new[i, at]),
            first_before=next(iter(pairs[i][0].ranked), ""),
            first_now=next(iter(pairs[i][1].ranked), ""),
        )
        for i in most
        if sizes[i] > _EQUAL
    ]
