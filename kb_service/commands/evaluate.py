"""`kb evaluate`: how good are search and answers on judged questions, and better than before?"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from kb_service.commands.console import console
from kb_service.commands.context import (
    as_json,
    index_option,
    print_json,
    progress_on_terminal,
    settings_in_force,
)
from kb_service.content.article import Audience
from kb_service.errors import BadRequest
from kb_service.evaluation.figures import report_on
from kb_service.evaluation.judged_questions import JudgedSet, read_judged, read_questions
from kb_service.evaluation.runs import (
    Plan,
    Run,
    SetRun,
    Subject,
    describe_run,
    load_run,
    measure,
    save_run,
    subject_of_documents,
)
from kb_service.evaluation.tables import tables_of
from kb_service.index.port import Engine
from kb_service.indexing import Progress, open_engine
from kb_service.meaning.installed_model import open_encoder
from kb_service.meaning.vectors import Encoder
from kb_service.settings import Settings

EXISTING: Final = click.Path(exists=True, path_type=Path)
ANY: Final = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=EXISTING, metavar="FILE...")
@index_option
@click.option("--audience", type=click.Choice(["public", "agent"]), default="public", help="Who asks.")
@click.option("--typos", is_flag=True, help="Measure each set again with typing slips.")
@click.option("--leave-out", is_flag=True, help="Ask again without the articles that answer: is it noticed?")
@click.option("--foreign", type=EXISTING, metavar="FILE", help="Ask also what these articles are not about.")
@click.option("--limit", type=click.IntRange(1), help="Most questions of each set.")
@click.option("--save", type=ANY, metavar="FILE", help="Keep the run, question by question.")
@click.option("--against", type=EXISTING, metavar="FILE", help="Compare with a run that was kept.")
@as_json
def evaluate(
    files: tuple[Path, ...],
    index_folder: str | None,
    audience: Audience,
    typos: bool,
    leave_out: bool,
    foreign: Path | None,
    limit: int | None,
    save: Path | None,
    against: Path | None,
    as_json: bool,
) -> int:
    """Measure search and answers on judged questions.

    FILE is a folder with corpus.jsonl, queries.jsonl and qrels.tsv, which is indexed for the purpose, or a file of
    questions about the articles that are served.
    """
    settings = settings_in_force(index=index_folder)
    before = load_run(against) if against else None
    plan = Plan(typos=typos, leave_out=leave_out, foreign=read_questions(foreign) if foreign else (), limit=limit)
    run = _measure(files, plan, settings, before, audience)
    if save:
        save_run(run, save)
    report = report_on(run, before)
    if as_json:
        print_json(report)
    else:
        for table in tables_of(report):
            console().print(table)
    return 0


def _measure(files: Sequence[Path], plan: Plan, settings: Settings, before: Run | None, audience: Audience) -> Run:
    started_at = datetime.now(UTC)
    encoder = open_encoder(settings.model, threads=os.cpu_count() or 1)
    served = open_engine(settings, audiences=(audience,))
    try:
        sets = [read_judged(path, lambda: served.snapshot(audience=audience).articles()) for path in files]
        _check_names([judged.name for judged in sets], before)
        runs: list[SetRun] = []
        with progress_on_terminal() as progress:
            for judged in sets:
                for warning in judged.warnings:
                    click.echo(warning, err=True)
                with _subject_of(judged, served, encoder, settings, progress, audience) as subject:
                    runs += measure(judged, plan, subject=subject, progress=progress)
    finally:
        served.close()
    kept = {"no_answer_below": str(settings.no_answer_below), "limit": str(plan.limit or "")}
    description = describe_run(started_at=started_at, model=encoder.name if encoder else "", settings=kept)
    return Run(description=description, sets=tuple(runs))


@contextmanager
def _subject_of(
    judged: JudgedSet,
    served: Engine,
    encoder: Encoder | None,
    settings: Settings,
    progress: Progress | None,
    audience: Audience,
) -> Iterator[Subject]:
    if judged.documents is None:
        yield Subject(served, encoder=encoder, no_answer_below=settings.no_answer_below, audience=audience)
        return
    with subject_of_documents(
        judged.documents, encoder=encoder, no_answer_below=settings.no_answer_below, progress=progress
    ) as subject:
        yield subject


def _check_names(names: Sequence[str], before: Run | None) -> None:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise BadRequest({"FILE": f"two sets are named {twice[0]}: rename one, runs are compared by name"})
    if before and not any(each.name in names for each in before.sets):
        kept = ", ".join(each.name for each in before.sets)
        raise BadRequest({"--against": f"the run kept is of {kept}, not of {', '.join(names)}"})
