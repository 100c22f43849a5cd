"""What commands share: the settings in force, progress bars on a terminal, output as JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import msgspec

from kb_service.settings import SETTINGS_FILE, Settings, load_settings

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
articles_option = click.option("--articles", metavar="DIR", help="Folder of Markdown articles.")
index_option = click.option("--index", "index_folder", metavar="DIR", help="Folder of the built index.")


def settings_in_force(**flags: str | None) -> Settings:
    """Return the settings from these flags, the environment and kb.toml; raise BadSetting naming every mistake."""
    file = SETTINGS_FILE if SETTINGS_FILE.exists() else None
    return load_settings(flags=flags, environ=os.environ, file=file)


def print_json(value: object) -> None:
    """Print `value` (anything msgspec encodes) as indented JSON on stdout."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def counted(number: int, name: str) -> str:
    """Return a number with what it counts: 1 article, 2 articles."""
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


@contextmanager
def progress_on_terminal() -> Iterator[Callable[[str, int, int], None] | None]:
    """Yield a function (what, done, total) that draws progress bars on stderr; None where nobody watches."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        yield None
        return
    from rich.console import Console  # .1 s that only a terminal waits for
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield report
