"""`kb index`: read the articles, report problems, build the next generation and switch to it."""

from __future__ import annotations

import click

from kb_service.commands.context import (
    articles_option,
    as_json,
    counted,
    index_option,
    print_json,
    progress_on_terminal,
    settings_in_force,
)
from kb_service.index.port import EngineStatus, Examine, accept
from kb_service.indexing import IndexReport, roll_back, update_index
from kb_service.settings import Settings


@click.command()
@articles_option
@index_option
@click.option("--full", is_flag=True, help="Read and build everything anew, whatever is unchanged.")
@click.option("--force", is_flag=True, help="Serve it also when much is gone, or answer tests fail.")
@click.option("--rollback", is_flag=True, help="Serve the generation before instead, until the next kb index.")
@as_json
def index(
    articles: str | None, index_folder: str | None, full: bool, force: bool, rollback: bool, as_json: bool
) -> int:
    """Build the index from the articles and serve it from now on.

    Problems are reported with file and line; articles with errors are left out, the others are served. What is served
    stays when more than half of the articles or passages are gone, and when answer tests (see kb test) fail that did
    not.
    """
    settings = settings_in_force(articles=articles, index=index_folder)
    if rollback:
        status = roll_back(settings)
        report = IndexReport(status, (), False, 0.0)
        click.echo(f"Generation {status.generation} is served again: {counted(status.articles, 'article')}.", err=True)
        if as_json:
            print_json(_as_data(report))
        return 0
    with progress_on_terminal() as progress:
        examine = accept if force else examination(settings)
        report = update_index(settings, full=full, progress=progress, force=force, examine=examine)
    for problem in report.problems:
        click.echo(f"{settings.articles}/{problem}", err=True)
    if as_json:
        print_json(_as_data(report))
    else:
        click.echo(describe(report))
    return 1 if any(problem.severity == "error" for problem in report.problems) else 0


def examination(settings: Settings) -> Examine:
    """Return what asks a new generation questions before it is served."""

    def examine(built: EngineStatus) -> None:
        from kb_service.commands.canaries import demand_answers  # all that answers, which most calls do without

        demand_answers(settings, built)

    return examine


def describe(report: IndexReport) -> str:
    """Return one line about what indexing did."""
    status = report.status
    counts = f"{counted(status.articles, 'article')}, {counted(status.passages, 'passage')}"
    size = f"{counts} (generation {status.generation})"
    return f"Indexed {size} in {report.seconds:.1f} s." if report.built else f"Up to date: {size}."


def _as_data(report: IndexReport) -> dict[str, object]:
    return {
        "built": report.built,
        "generation": report.status.generation,
        "articles": report.status.articles,
        "passages": report.status.passages,
        "seconds": round(report.seconds, 3),
        "problems": report.problems,
    }
