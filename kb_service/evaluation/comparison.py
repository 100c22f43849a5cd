"""Two runs of the same questions: what became better or worse, by how much, and is it more than chance?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import msgspec
import numpy as np

from kb_service.evaluation.bootstrap import interval
from kb_service.evaluation.calibration import Floats
from kb_service.evaluation.figures import FIGURES, LEADING, values_of
from kb_service.evaluation.runs import Row, Run, SetRun
from kb_service.evaluation.set_figures import Measured, measure_set

CHANGES_SHOWN: Final = 10
_EQUAL: Final = 1e-9  # figures nearer than this are a tie: they differ by rounding


class Difference(msgspec.Struct, frozen=True):
    """One figure in both runs.

    `low` and `high` bound `difference` in 95 of 100 resamples, each drawing the same questions in both runs: when 0
    lies outside, it is more than chance. `wins` are questions with more than before; all three None where a figure is
    of the whole set.
    """

    name: str
    before: float
    now: float
    difference: float
    low: float | None
    high: float | None
    wins: int | None = None
    ties: int | None = None
    losses: int | None = None


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
    ids = {row.id for row in before.rows}.intersection(row.id for row in now.rows)
    total = len({row.id for row in (*before.rows, *now.rows)})
    old, new = _only(before, ids), _only(now, ids)
    return SetComparison(
        name=now.name,
        questions=len(ids),
        unpaired=total - len(ids),
        differences=tuple(_differences(old, new)) if ids else (),
        changes=tuple(_changes(old.rows, new.rows)),
    )


def _only(run: SetRun, ids: Collection[str]) -> SetRun:
    """Return a run of these questions, each once, in the order of their ids: two such runs are pairs, row by row."""
    rows = {row.id: row for row in run.rows if row.id in ids}
    left_out = {row.id: row for row in run.left_out if row.id in ids}
    return msgspec.structs.replace(
        run, rows=tuple(rows[i] for i in sorted(rows)), left_out=tuple(left_out[i] for i in sorted(left_out))
    )


def _differences(old: SetRun, new: SetRun) -> Iterator[Difference]:
    earlier = {each.name: each for each in measure_set(old)}
    changes = dict(zip(FIGURES, (values_of(new.rows) - values_of(old.rows)).T, strict=True))
    for figure in measure_set(new):
        if before := earlier.get(figure.name):
            yield _difference(before, figure, changes.get(figure.name))


def _difference(before: Measured, now: Measured, changes: Floats | None) -> Difference:
    """Subtract; the resamples of both drew the same questions, as they start from one seed and are equally many."""
    low = high = wins = ties = losses = None
    if before.resamples is not None and now.resamples is not None:
        low, high = interval(now.resamples - before.resamples)
    if changes is not None:
        wins, losses = int((changes > _EQUAL).sum()), int((changes < -_EQUAL).sum())
        ties = int((~np.isnan(changes)).sum()) - wins - losses
    return Difference(now.name, before.value, now.value, now.value - before.value, low, high, wins, ties, losses)


def _changes(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Change]:
    leading = FIGURES[LEADING]
    sizes = [abs((leading(now) or 0.0) - (leading(before) or 0.0)) for before, now in zip(old, new, strict=True)]
    for at in sorted(range(len(new)), key=lambda at: -sizes[at])[:CHANGES_SHOWN]:
        if sizes[at] > _EQUAL:
            yield Change(
                question=new[at].question,
                before=leading(old[at]) or 0.0,
                now=leading(new[at]) or 0.0,
                first_before=next(iter(old[at].ranked), ""),
                first_now=next(iter(new[at].ranked), ""),
            )
