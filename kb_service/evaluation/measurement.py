"""Asks a subject all questions of a set, in the variants that are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import TypeVar

from kb_service import __version__
from kb_service.answers import confidence
from kb_service.evaluation.judgments import JudgedSet, sample
from kb_service.evaluation.leave_out import ask_foreign, ask_without_answer, is_answerable
from kb_service.evaluation.runs import Row, RunDescription, SetRun
from kb_service.evaluation.subject import Progress, Subject
from kb_service.evaluation.typos import set_with_typos
from kb_service.index import scoring
from kb_service.ranking import weights

_Asked = TypeVar("_Asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure beside the questions as they are: with typos, without their answers, questions of elsewhere.

    `limit` is the most questions taken of each set and of the foreign ones.
    """

    typos: bool = False
    leave_out: bool = False
    foreign: tuple[str, ...] = ()
    limit: int | None = None


def measure(judged: JudgedSet, plan: Plan, *, subject: Subject, progress: Progress | None = None) -> list[SetRun]:
    """Return the run of a set, and that of its copy with typos where wanted."""
    taken = sample(judged, plan.limit)
    runs = [_run(taken, plan, subject, progress)]
    if plan.typos:
        runs.append(_run(set_with_typos(taken), Plan(), subject, progress))
    return runs


def describe_run(*, started_at: datetime, model: str, settings: dict[str, str]) -> RunDescription:
    """Return what tells this run from others."""
    return RunDescription(
        version=__version__,
        started_at=started_at,
        model=model,
        settings=settings,
        weights=_constants(scoring) | _constants(weights) | _constants(confidence),
    )


def _run(judged: JudgedSet, plan: Plan, subject: Subject, progress: Progress | None) -> SetRun:
    def ask_all(what: str, asked: Iterable[_Asked], ask: Callable[[_Asked], Row]) -> tuple[Row, ...]:
        waiting, rows = list(asked), []
        for one in waiting:
            rows.append(ask(one))
            if progress:
                progress(f"{judged.name}: {what}", len(rows), len(waiting))
        return tuple(rows)

    rows = ask_all("asking", judged.questions, subject.ask)
    answerable = filter(is_answerable, rows) if plan.leave_out else ()
    foreign = plan.foreign[: plan.limit]
    return SetRun(
        name=judged.name,
        variant=judged.variant,
        generation=subject.generation,
        documents=subject.documents,
        rows=rows,
        left_out=ask_all("leaving out", answerable, lambda row: ask_without_answer(subject, row)),
        foreign=ask_all("foreign questions", foreign, lambda text: ask_foreign(subject, text)),
    )


def _constants(module: ModuleType) -> dict[str, str]:
    return {name: repr(value) for name, value in vars(module).items() if name.isupper() and name[0] != "_"}
