"""What a run is worth in figures, the means over its sets, and the comparison with an earlier run.

Every figure is a number from 0 to 1 but the time. `quality/` adds figures and intervals to the same report.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.evaluation.runs import Row, Run, RunDescription, SetRun
from kb_service.text import tokens

Floats = NDArray[np.float64]

LEADING: Final = "nDCG@10"  # the one by which questions are said to have changed
QUOTE_F1: Final = 0.5  # half the words shared, counting what is missing and what is too much
BINS: Final = 10
CHANGES_SHOWN: Final = 10
EDGES: Final = (2.5, 97.5)  # percent: 95 of 100 resamples between them
_EQUAL: Final = 1e-9  # figures nearer than this are a tie: they differ by rounding


class Figure(NamedTuple):
    """A figure of a set: `statistic` of `data`, from `questions` of the set.

    `data` are arrays with an entry for each question, NaN where a question says nothing about the figure; so a resample
    of the questions has the figure too. `is_mean`: the statistic is the mean of one array. `is_resampled`: resampling
    does not mislead about it.
    """

    name: str
    statistic: Callable[..., Any]  # a number; of a mean also of each row, with `axis`
    data: tuple[Floats, ...]
    questions: int
    is_mean: bool = False
    is_resampled: bool = True

    @property
    def value(self) -> float:
        """The figure of the whole set."""
        return float(self.statistic(*self.data))


class SetFigure(msgspec.Struct, frozen=True):
    """A figure as it is reported; `low` and `high` bound 95 of 100 resamples, None where there are none."""

    name: str
    value: float
    questions: int
    low: float | None = None
    high: float | None = None


class SetReport(msgspec.Struct, frozen=True):
    """The figures of one set, or of the mean of all sets of a variant, which has no generation of its own."""

    name: str
    variant: str
    questions: int
    documents: int
    generation: str
    figures: tuple[SetFigure, ...]


class Difference(msgspec.Struct, frozen=True):
    """One figure in both runs.

    `wins` are questions with more than before; None, as `ties` and `losses`, where a figure is of the whole set. `low`
    and `high` bound `difference` in 95 of 100 resamples, each drawing the same questions in both runs: when 0 lies
    outside, it is more than chance.
    """

    name: str
    before: float
    now: float
    difference: float
    wins: int | None = None
    ties: int | None = None
    losses: int | None = None
    low: float | None = None
    high: float | None = None


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


class Report(msgspec.Struct, frozen=True):
    """What `kb evaluate` tells."""

    run: RunDescription
    sets: tuple[SetReport, ...]
    means: tuple[SetReport, ...]
    comparison: tuple[SetComparison, ...]


def ndcg(ranked: Sequence[str], relevant: Mapping[str, float], *, k: int) -> float:
    """Return the normalised discounted gain of the first `k`: gain is the grade, discounted by log2(place + 1).

    As trec_eval computes it (ndcg_cut): grades are not raised to powers of two. 0 when nothing is relevant.
    """
    best = _discounted(sorted(relevant.values(), reverse=True)[:k])
    return _discounted([relevant.get(name, 0.0) for name in ranked[:k]]) / best if best else 0.0


def hit(ranked: Sequence[str], relevant: Mapping[str, float], *, k: int) -> float:
    """Return 1 when any of the first `k` is relevant, else 0."""
    return float(any(name in relevant for name in ranked[:k]))


def quote_is_right(quote: str, text: str) -> float:
    """Return 1 when the quote shows the labelled text, else 0.

    It does when the label's words stand in it in order and unbroken, or when the F1 of the words that both share (a
    word twice in both counts twice) is at least QUOTE_F1. Words are compared as the index does: case, accents and
    punctuation do not count.
    """
    quoted, labelled = ([token.word for token in tokens(each)] for each in (quote, text))
    if not quoted or not labelled:
        return 0.0
    if f" {' '.join(labelled)} " in f" {' '.join(quoted)} ":
        return 1.0
    shared = (Counter(quoted) & Counter(labelled)).total()
    return float(2 * shared / (len(quoted) + len(labelled)) >= QUOTE_F1)


def mean(values: Floats, axis: int = -1) -> Floats:
    """Return the mean of what is not NaN; NaN where nothing is."""
    present = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(present, values, 0.0).sum(axis=axis) / present.sum(axis=axis))


def auroc(sure: Floats, unsure: Floats) -> float:
    """Return the chance that one of `sure`, at random, is larger than one of `unsure`; ties count half.

    NaN do not count; NaN when nothing else is left of either.
    """
    more, less = sure[~np.isnan(sure)], np.sort(unsure[~np.isnan(unsure)])
    if not len(more) or not len(less):
        return math.nan
    below = np.searchsorted(less, more, "left") + np.searchsorted(less, more, "right")
    return float(below.mean() / 2 / len(less))


def reliability(confidence: Floats, right: Floats) -> list[tuple[Floats, Floats]]:
    """Return up to BINS pairs of confidences and of whether these were right (0 or 1), least sure first.

    They hold equal numbers of questions as far as they can: equal confidences stay together.
    """
    ordered = np.sort(confidence)
    middles = (np.searchsorted(ordered, confidence, "left") + np.searchsorted(ordered, confidence, "right")) / 2
    places = np.minimum((middles / max(len(confidence), 1) * BINS).astype(int), BINS - 1)
    return [(confidence[places == place], right[places == place]) for place in np.unique(places)]


def calibration_error(confidence: Floats, right: Floats) -> float:
    """Return the expected calibration error over reliability's bins: by how much confidence and being right differ."""
    differences = [len(sure) * abs(sure.mean() - true.mean()) for sure, true in reliability(confidence, right)]
    return float(sum(differences) / max(len(confidence), 1))


# Of a question, None where it says nothing about the figure. Ranking figures are of the articles found, "quote" of the
# sentences shown, "answered" of the questions that have an answer, "refused" of those that have none, and "right when
# answered" of the answers given.
OF_A_QUESTION: Final[Mapping[str, Callable[[Row], float | None]]] = MappingProxyType(
    {
        LEADING: lambda row: None if row.relevant is None else ndcg(row.ranked, row.relevant, k=10),
        "hit@1": lambda row: None if row.relevant is None else hit(row.ranked, row.relevant, k=1),
        "hit@3": lambda row: None if row.relevant is None else hit(row.ranked, row.relevant, k=3),
        "quote": lambda row: quote_is_right(row.quote, row.span) if row.span else None,
        "answered": lambda row: float(row.outcome == "answered") if row.answerable == "a" else None,
        "refused": lambda row: float(row.outcome != "answered") if row.answerable == "n" else None,
        "right when answered": lambda row: float(row.is_right) if row.outcome == "answered" and row.is_judged else None,
    }
)
# All figures in the order of tables, those of quality/ too. AUROC is how well confidence tells answerable questions
# from others: those of the set without an answer, its own with their answers left out, foreign ones.
ORDER: Final = (
    *(LEADING, "MRR@10", "hit@1", "hit@3", "recall@10", "recall@50", "quote", "answered", "refused"),
    *("right when answered", "AUROC", "AUROC left out", "refused left out", "AUROC foreign", "refused foreign"),
    *("risk area", "calibration error", "milliseconds"),
)


def figures_of(run: SetRun) -> list[Figure]:
    """Return the figures that a set has."""
    found = [mean_of(name, [figure(row) for row in run.rows]) for name, figure in OF_A_QUESTION.items()]
    answered = [row for row in run.rows if row.answerable == "a"]
    refused = [row for row in run.rows if row.answerable == "n"]
    found.append(_auroc("AUROC", answered, refused))
    answerable = [row for row in run.rows if row.is_answerable]
    for name, rows in (("left out", run.left_out), ("foreign", run.foreign)):
        found.append(_auroc(f"AUROC {name}", answerable, rows))
        found.append(mean_of(f"refused {name}", [OF_A_QUESTION["refused"](row) for row in rows]))
    certain = certainty(run.rows)
    found.append(Figure("calibration error", calibration_error, certain, len(certain[0]), is_resampled=False))
    times = np.array([row.milliseconds for row in run.rows], dtype=np.float64)
    found.append(Figure("milliseconds", np.median, (times,), len(times), is_resampled=False))
    return [figure for figure in found if figure.questions]


def mean_of(name: str, values: Sequence[float | None]) -> Figure:
    """Return the mean of one value for each question, None where it has none."""
    data = np.array(values, dtype=np.float64)
    return Figure(name, mean, (data,), int((~np.isnan(data)).sum()), is_mean=True)


def certainty(rows: Sequence[Row]) -> tuple[Floats, Floats]:
    """Return confidence and being right (0 or 1) of the judged questions."""
    judged = [row for row in rows if row.is_judged]
    return np.array([row.confidence for row in judged]), np.array([float(row.is_right) for row in judged])


def report_on(
    run: Run,
    before: Run | None = None,
    *,
    figures: Callable[[SetRun], list[Figure]] = figures_of,
    resample: Callable[[Figure], Floats | None] = lambda figure: None,
) -> Report:
    """Return the figures of a run, means where several sets of one variant were measured, and what changed.

    `resample` returns what a figure is in each of many resamples of the questions, drawn alike for equally many
    questions: with it there are intervals.
    """

    def measured(one: SetRun) -> dict[str, _Measured]:
        found = {each.name: _Measured(each, each.value, each.questions, resample(each)) for each in figures(one)}
        return {name: found[name] for name in ORDER if name in found}

    found = [measured(each) for each in run.sets]
    sets = tuple(
        SetReport(each.name, each.variant, len(each.rows), each.documents, each.generation, _shown(values))
        for each, values in zip(run.sets, found, strict=True)
    )
    means = []
    for variant in dict.fromkeys(each.variant for each in sets):
        chosen = [at for at, each in enumerate(sets) if each.variant == variant]
        if len(chosen) > 1:
            questions = sum(sets[at].questions for at in chosen)
            documents = sum({sets[at].generation: sets[at].documents for at in chosen}.values())
            name = f"mean with {variant}" if variant else "mean"
            values = _shown(_mean_of_sets([found[at] for at in chosen]))
            means.append(SetReport(name, variant, questions, documents, "", values))
    return Report(run.description, sets, tuple(means), tuple(_comparisons(before, run, measured) if before else ()))


class _Measured(NamedTuple):
    """A figure's value and what it is in each resample, None without resamples."""

    figure: Figure
    value: float
    questions: int
    resamples: Floats | None


def _shown(found: Mapping[str, _Measured]) -> tuple[SetFigure, ...]:
    return tuple(
        SetFigure(name, each.value, each.questions, *_interval(each.resamples)) for name, each in found.items()
    )


def _mean_of_sets(found: Sequence[Mapping[str, _Measured]]) -> dict[str, _Measured]:
    """Return the means of the figures that all sets have, every set counting the same, as independent samples."""
    means = {}
    for name in (name for name in found[0] if all(name in each for each in found)):
        parts = [each[name] for each in found]
        resamples = [each.resamples for each in parts if each.resamples is not None]
        means[name] = _Measured(
            parts[0].figure,
            float(np.mean([each.value for each in parts])),
            sum(each.questions for each in parts),
            np.mean(resamples, axis=0) if len(resamples) == len(parts) else None,
        )
    return means


def _comparisons(before: Run, now: Run, measured: Callable[[SetRun], dict[str, _Measured]]) -> Iterator[SetComparison]:
    """Yield the sets that stand in both runs, compared, in the order of `now`."""
    earlier = {run.name: run for run in before.sets}
    for run in (run for run in now.sets if run.name in earlier):
        rows = earlier[run.name].rows
        ids = {row.id for row in rows}.intersection(row.id for row in run.rows)
        total = len({row.id for row in (*rows, *run.rows)})
        old, new = _only(earlier[run.name], ids), _only(run, ids)
        differences = _differences(measured(old), measured(new)) if ids else ()
        yield SetComparison(
            run.name, len(ids), total - len(ids), tuple(differences), tuple(_changes(old.rows, new.rows))
        )


def _only(run: SetRun, ids: Collection[str]) -> SetRun:
    """Return a run of these questions, each once, in the order of their ids: two such runs are pairs, row by row."""
    rows = {row.id: row for row in run.rows if row.id in ids}
    left_out = {row.id: row for row in run.left_out if row.id in ids}
    return msgspec.structs.replace(
        run, rows=tuple(rows[i] for i in sorted(rows)), left_out=tuple(left_out[i] for i in sorted(left_out))
    )


def _differences(old: Mapping[str, _Measured], new: Mapping[str, _Measured]) -> Iterator[Difference]:
    for name in (name for name in new if name in old):
        before, now = old[name], new[name]
        wins = ties = losses = None
        if now.figure.is_mean and len(now.figure.data[0]) == len(before.figure.data[0]):
            changes = now.figure.data[0] - before.figure.data[0]
            wins, losses = int((changes > _EQUAL).sum()), int((changes < -_EQUAL).sum())
            ties = int((~np.isnan(changes)).sum()) - wins - losses
        drawn = None
        if before.resamples is not None and now.resamples is not None:
            drawn = now.resamples - before.resamples
        edges = _interval(drawn)
        yield Difference(name, before.value, now.value, now.value - before.value, wins, ties, losses, *edges)


def _changes(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Change]:
    leading = OF_A_QUESTION[LEADING]
    pairs = [(leading(before) or 0.0, leading(now) or 0.0) for before, now in zip(old, new, strict=True)]
    for at in sorted(range(len(new)), key=lambda at: -abs(pairs[at][1] - pairs[at][0]))[:CHANGES_SHOWN]:
        if abs(pairs[at][1] - pairs[at][0]) > _EQUAL:
            first_before, first_now = (next(iter(rows[at].ranked), "") for rows in (old, new))
            yield Change(new[at].question, *pairs[at], first_before, first_now)


def _auroc(name: str, sure: Sequence[Row], unsure: Sequence[Row]) -> Figure:
    """Return how well confidence tells these two apart; a question that is in both is one, by its id."""
    places = {row.id: at for at, row in enumerate({row.id: row for row in (*sure, *unsure)}.values())}
    data = np.full((2, len(places)), np.nan)
    for confidences, rows in zip(data, (sure, unsure), strict=True):
        for row in rows:
            confidences[places[row.id]] = row.confidence
    return Figure(name, auroc, (data[0], data[1]), len(sure) + len(unsure) if sure and unsure else 0)


def _interval(resamples: Floats | None) -> tuple[float, float] | tuple[None, None]:
    if resamples is None or np.isnan(resamples).all():
        return None, None
    low, high = np.nanpercentile(resamples, EDGES)
    return float(low), float(high)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))
