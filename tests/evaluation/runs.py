"""Makes rows and runs for tests: keyword arguments, sensible defaults."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from kb_service.answers.results import Outcome
from kb_service.evaluation.judged_questions import Answerable
from kb_service.evaluation.runs import Row, Run, RunDescription, SetRun


def a_row(
    name: str = "q",
    *,
    ranked: Sequence[str] = ("right",),
    relevant: Sequence[str] | None = ("right",),
    answerable: Answerable = "a",
    confidence: float = 0.9,
    outcome: Outcome = "answered",
    span: str = "",
    quote: str = "",
) -> Row:
    return Row(
        id=name,
        question=f"{name}?",
        answerable=answerable,
        relevant=None if relevant is None else dict.fromkeys(relevant, 1.0),
        span=span,
        tags={},
        ranked=tuple(ranked),
        scores=tuple(1.0 / place for place in range(1, len(ranked) + 1)),
        confidence=confidence,
        outcome=outcome,
        quote=quote,
        milliseconds=1.0,
    )


def unanswerable(name: str, *, confidence: float = 0.1, outcome: Outcome = "no_answer") -> Row:
    return a_row(name, relevant=None, answerable="n", confidence=confidence, outcome=outcome)


def a_set_run(
    *rows: Row, name: str = "set", variant: str = "", left_out: Sequence[Row] = (), foreign: Sequence[Row] = ()
) -> SetRun:
    return SetRun(
        name=name,
        variant=variant,
        generation="000001-00000000",
        documents=3,
        rows=rows,
        left_out=tuple(left_out),
        foreign=tuple(foreign),
    )


def a_run(*sets: SetRun) -> Run:
    started_at = datetime(2026, 11, 20, tzinfo=UTC)
    return Run(
        description=RunDescription(version="1", started_at=started_at, model="", settings={}, weights={}), sets=sets
    )
