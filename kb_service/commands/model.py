"""`kb model`: the model that compares meanings: fetch, build and check it, or say whether it is there."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kb_service.commands.context import as_json, print_json, settings_in_force
from kb_service.errors import DependencyFailed
from kb_service.meaning.installation import install_model
from kb_service.meaning.installed_model import ModelStatus, model_status


@click.group()
def model() -> None:
    """The model that compares meanings; without it the service answers by words alone."""


@model.command()
@click.option("--from", "source", type=click.Path(exists=True, path_type=Path), help="Folder or file to take it from.")
@click.option("--optional", is_flag=True, help="Exit with 0 when it cannot be had: words alone do.")
def install(source: Path | None, optional: bool) -> int:
    """Fetch the model (88 MB), build it for this machine and check it; at once when it is there."""
    folder = settings_in_force().model
    if folder is None:
        click.echo("The model is switched off (KB_MODEL=off).")
        return 0
    try:
        status = install_model(folder, source=source, progress=lambda line: click.echo(line, err=True))
    except DependencyFailed as error:
        if not optional:
            raise
        click.echo(f"{error}\nGoing on without the model: answers are found by words alone.", err=True)
        return 0
    click.echo(described(status))
    return 0


@model.command("status")
@as_json
def show(as_json: bool) -> int:
    """Say whether the model is installed."""
    status = model_status(settings_in_force().model)
    if as_json:
        print_json({**asdict(status), "path": str(status.path) if status.path else None})
    else:
        click.echo(described(status))
    return 0 if status.installed else 1


def described(status: ModelStatus) -> str:
    """Return one line about the model: where it is, or why there is none and what that means."""
    if status.installed:
        return f"Model {status.name} is installed in {status.path}: meanings are compared."
    return f"Model {status.name}: {status.reason}. Answers are found by words alone."
