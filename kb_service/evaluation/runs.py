"""What a measurement saw, question by question, kept as JSON so that a later one can be compared with it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kb_service.answers.results import Outcome
from kb_service.errors import CallerError
from kb_service.evaluation.judgments import Answerable

RUN_LAYOUT: Final = 1  # raise it when older files can no longer be read as this


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One question, its judgment (see JudgedQuestion) and what came of it.

    `ranked` are ids of articles, each once, at the place of its best passage, whose score stands in `scores`; the
    ranking goes on where the answer is "no_answer". `quote` is "" without an answer.
    """

    id: str
    question: str
    answerable: Answerable
    relevant: dict[str, float] | None
    span: str
    tags: dict[str, str]
    ranked: tuple[str, ...]
    scores: tuple[float, ...]
    confidence: float
    outcome: Outcome
    quote: str
    milliseconds: float

    @property
    def is_judged(self) -> bool:
        """Whether it is known what answers, or that nothing does."""
        return self.relevant is not None or self.answerable == "n"

    @property
    def is_right(self) -> bool:
        """Whether the first article answers."""
        return bool(self.ranked and self.relevant and self.ranked[0] in self.relevant)


class SetRun(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one set, measured on `documents` articles of one index generation.

    `left_out` are its answerable questions again, without the articles that answer them; `foreign` are questions of
    another set. Nothing answers either.
    """

    name: str
    variant: str
    generation: str
    documents: int
    rows: tuple[Row, ...]
    left_out: tuple[Row, ...] = ()
    foreign: tuple[Row, ...] = ()


class RunDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured: enough to tell two runs apart. `weights` are the numbers of ranking and confidence."""

    version: str
    started_at: datetime
    model: str
    settings: dict[str, str]
    weights: dict[str, str]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement of some sets."""

    description: RunDescription
    sets: tuple[SetRun, ...]
    layout: int = RUN_LAYOUT


def save_run(run: Run, path: Path) -> None:
    """Write a run. Raises CallerError when the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(run) + b"\n")
    except OSError as error:
        raise CallerError(f"The run cannot be saved in {path}: {error.strerror}.") from error


def load_run(path: Path) -> Run:
    """Return a saved run. Raises CallerError when the file is none, or one of another layout."""
    try:
        run = msgspec.json.decode(path.read_bytes(), type=Run)
    except OSError as error:
        raise CallerError(f"The run {path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise CallerError(f"{path} is no saved run: {error}. Make one with kb evaluate --save.") from error
    if run.layout != RUN_LAYOUT:
        raise CallerError(f"{path} is a run of layout {run.layout}; this version reads {RUN_LAYOUT}. Measure it again.")
    return run
