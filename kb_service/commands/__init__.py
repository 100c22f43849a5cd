"""`kb`, the program: results on stdout, progress and logs on stderr; every command has one file here.

Exit codes: 0 done, 1 findings or the caller's mistake, 2 usage, 3 something the service relies on failed, 130 stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

import click

from kb_service import __version__
from kb_service.commands.ask import ask
from kb_service.commands.check import check
from kb_service.commands.evaluate import evaluate
from kb_service.commands.index import index
from kb_service.commands.model import model
from kb_service.commands.search import search
from kb_service.commands.serve import serve
from kb_service.commands.staff_count import staff_count
from kb_service.commands.status import status
from kb_service.commands.test import test
from kb_service.errors import DependencyFailed, KbError

EXIT_CALLER: Final = 1
EXIT_DEPENDENCY: Final = 3
EXIT_INTERRUPTED: Final = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kb")
def program() -> None:
    """Answer billing questions from a folder of Markdown articles, word for word."""


for command in (ask, check, evaluate, index, model, search, serve, staff_count, status, test):
    program.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `kb` and exit: the one place where errors become messages and exit codes."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    try:
        result = program.main(arguments, prog_name="kb", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except KbError as error:
        click.echo(f"kb: {error}", err=True)
        return EXIT_DEPENDENCY if isinstance(error, DependencyFailed) else EXIT_CALLER
    return result if isinstance(result, int) else 0
