"""A run in figures: each set, the means over the sets, and the comparison with an earlier run."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kb_service.evaluation.comparison import SetComparison
from kb_service.evaluation.runs import Run, RunDescription
from kb_service.evaluation.set_figures import SetFigure, mean_of_sets, measure_set


class SetReport(msgspec.Struct, frozen=True):
    """The figures of one set, or of the mean of all sets of a variant, which has no generation of its own."""

    name: str
    variant: str
    questions: int
    documents: int
    generation: str
    figures: tuple[SetFigure, ...]


class Report(msgspec.Struct, frozen=True):
    """What `kb evaluate` tells."""

    run: RunDescription
    sets: tuple[SetReport, ...]
    means: tuple[SetReport, ...]
    comparison: tuple[SetComparison, ...]


def report_on(run: Run, comparison: Sequence[SetComparison] = ()) -> Report:
    """Return the figures of a run; there are means where several sets of one variant were measured."""
    figures = [measure_set(each) for each in run.sets]
    sets = [
        SetReport(
            name=each.name,
            variant=each.variant,
            questions=len(each.rows),
            documents=each.documents,
            generation=each.generation,
            figures=tuple(figure.with_interval() for figure in found),
        )
        for each, found in zip(run.sets, figures, strict=True)
    ]
    means = []
    for variant in dict.fromkeys(each.variant for each in run.sets):
        chosen = [at for at, each in enumerate(run.sets) if each.variant == variant]
        if len(chosen) > 1:
            means.append(
                SetReport(
                    name=f"mean with {variant}" if variant else "mean",
                    variant=variant,
                    questions=sum(sets[at].questions for at in chosen),
                    documents=sum({sets[at].generation: sets[at].documents for at in chosen}.values()),
                    generation="",
                    figures=tuple(mean_of_sets([figures[at] for at in chosen])),
                )
            )
    return Report(run=run.description, sets=tuple(sets), means=tuple(means), comparison=tuple(comparison))
