"""`python -m quality RUN.json`: what a run that `kb evaluate --save` kept is worth, with 95% intervals."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kb_service.commands.console import console
from kb_service.commands.context import print_json
from kb_service.errors import CallerError
from kb_service.evaluation.runs import load_run
from kb_service.evaluation.tables import tables_of
from quality.intervals import report_with_intervals
from quality.plots import save_plots

EXISTING = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("run", type=EXISTING)
@click.option("--against", type=EXISTING, metavar="RUN", help="Compare with an earlier run.")
@click.option("--plots", type=click.Path(path_type=Path), metavar="DIR", help="Draw reliability and risk-coverage.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(run: Path, against: Path | None, plots: Path | None, as_json: bool) -> None:
    """Print the figures of RUN with intervals, and what changed since another."""
    kept = load_run(run)
    report = report_with_intervals(kept, load_run(against) if against else None)
    if plots:
        save_plots(kept, plots)
    if as_json:
        print_json(report)
        return
    for table in tables_of(report):
        console().print(table)


if __name__ == "__main__":
    try:
        main()
    except CallerError as error:
        sys.exit(str(error))
