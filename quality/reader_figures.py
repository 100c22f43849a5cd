"""What a reader is worth on judged questions: figures by folder with intervals, and the table of docs/reader.md."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from kb_service.answers.confidence import NO_ANSWER_BELOW, POSSIBLE_FROM
from kb_service.evaluation.figures import auroc, calibration_error
from quality.judged_folders import Judged, words_of

Floats = NDArray[np.float64]

RESAMPLES: Final = 1_000
SEED: Final = 20_240_229
BEGIN: Final = "<!-- figures: written by make reader -->"
END: Final = "<!-- end of figures -->"


class Outcome(NamedTuple):
    """What came of a judged question, each figure 0 or 1; `given`: the marked passage quoted, NaN if not read."""

    folder: str
    answerable: bool
    passage: float
    article: float
    three: float
    quote: float
    given: float
    chance: float
    signs: Mapping[str, float]

    @classmethod
    def nothing(cls, judged: Judged) -> Self:
        """Return that nothing was found."""
        return cls(judged.folder, judged.answerable, 0.0, 0.0, 0.0, 0.0, float("nan"), 0.0, {})


def quote_answers(quote: str, answer: str) -> float:
    """Return 1 when a quote shows the marked answer without much beside it, or both share half of their words (F1)."""
    shown, wanted = words_of(quote), words_of(answer)
    if wanted in shown and len(shown) < 6 * len(wanted) + 200:
        return 1.0
    one, other = Counter(shown.split()), Counter(wanted.split())
    return float(2 * (one & other).total() >= 0.5 * max(one.total() + other.total(), 1))


def _share(values: Iterable[float]) -> float:
    """Return the mean of what is not NaN; NaN where nothing is."""
    present = [value for value in values if value == value]
    return sum(present) / len(present) if present else math.nan


def _mean(name: str) -> Callable[[Sequence[Outcome]], float]:
    return lambda outcomes: _share(getattr(each, name) for each in outcomes if each.answerable)


def _claimed(outcomes: Sequence[Outcome]) -> float:
    return _share(each.chance >= NO_ANSWER_BELOW for each in outcomes if each.answerable)


def _right(outcomes: Sequence[Outcome]) -> float:
    return _share(each.quote for each in outcomes if each.answerable and each.chance >= NO_ANSWER_BELOW)


def _false(outcomes: Sequence[Outcome]) -> float:
    return _share(each.chance >= NO_ANSWER_BELOW for each in outcomes if not each.answerable)


def _shown(outcomes: Sequence[Outcome]) -> float:
    return _share(each.three if each.chance >= POSSIBLE_FROM else 0.0 for each in outcomes if each.answerable)


def _auroc(outcomes: Sequence[Outcome]) -> float:
    chances = [
        np.asarray([each.chance for each in outcomes if each.answerable is answerable]) for answerable in (True, False)
    ]
    return auroc(*chances)


def _calibration(outcomes: Sequence[Outcome]) -> float:
    return calibration_error(
        np.asarray([each.chance for each in outcomes]), np.asarray([each.quote for each in outcomes])
    )


FIGURES: Final[Mapping[str, Callable[[Sequence[Outcome]], float]]] = {
    "passage first": _mean("passage"),
    "article first": _mean("article"),
    "shown among three": _shown,
    "best span": _mean("quote"),
    "span given the passage": _mean("given"),
    "claimed": _claimed,
    "right of these": _right,
    "falsely claimed": _false,
    "AUROC": _auroc,
    "calibration error": _calibration,
}


def by_folder(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Return the outcomes of each folder."""
    found: dict[str, list[Outcome]] = {}
    for each in outcomes:
        found.setdefault(each.folder, []).append(each)
    return dict(sorted(found.items()))


def interval(outcomes: Sequence[Outcome], figure: Callable[[Sequence[Outcome]], float]) -> tuple[float, float]:
    """Return the bounds of 95 of 100 resamples; folders are drawn, and in each its questions."""
    folders, chance = list(by_folder(outcomes).values()), np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        chosen = [folders[at] for at in chance.integers(0, len(folders), len(folders))] if len(folders) > 1 else folders
        drawn.append(figure([mine[at] for mine in chosen for at in chance.integers(0, len(mine), len(mine)).tolist()]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def table(judged: Mapping[str, Sequence[Outcome]]) -> list[str]:
    """Return the figures of all folders together, with intervals, and of each folder, as Markdown."""
    lines = ["| | " + " | ".join(FIGURES) + " |", "| --- |" + " ---: |" * len(FIGURES)]
    for name, outcomes in judged.items():
        cells = []
        for figure in FIGURES.values():
            low, high = interval(outcomes, figure)
            cells.append(f"{_number(figure(outcomes))} ({_number(low)}–{_number(high)})")
        lines.append(f"| **{name}**, {len(outcomes)} questions | {' | '.join(cells)} |")
        for folder, mine in by_folder(outcomes).items():
            lines.append(f"| {folder}, {len(mine)} | {' | '.join(_number(each(mine)) for each in FIGURES.values())} |")
    return lines


def _number(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def write_figures(path: Path, judged: Mapping[str, Sequence[Outcome]], hashes: Mapping[str, str]) -> None:
    """Put the table, and the hashes of the questions it is of, between the marks in a document."""
    lines = [
        *table(judged),
        "",
        "Questions by their SHA-256: " + ", ".join(f"{n} {h}" for n, h in hashes.items()) + ".",
    ]
    put_between(path, BEGIN, END, lines)


def put_between(path: Path, begin: str, end: str, lines: Sequence[str]) -> None:
    """Print lines, and put them between two marks in a document, in place of what stands there."""
    print("\n".join(lines), flush=True)
    text = path.read_text(encoding="utf-8")
    before, after = text[: text.index(begin) + len(begin)], text[text.index(end) :]
    path.write_text(f"{before}\n{chr(10).join(lines)}\n{after}", encoding="utf-8")
