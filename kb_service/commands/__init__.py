"""`kb`, the program: results on stdout, progress and logs on stderr; every command has one file here.

Exit codes: 0 done, 1 findings or the caller's mistake, 2 usage, 3 something the service relies on failed, 130 stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from kb_service import __version__
from kb_service.errors import DependencyFailed, KbError

COMMANDS: Final = (
    "ask", "check", "evaluate", "index", "mcp", "model", "preview", "record", "report", "search", "serve",
    "staff-count", "status", "test", "token", "user",
)  # fmt: skip
EXIT_CALLER: Final = 1
EXIT_DEPENDENCY: Final = 3
EXIT_INTERRUPTED: Final = 130


class _Commands(click.Group):
    """Imports a command when it is asked for: `kb index` waits for neither the server nor what asks helpdesks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"{__name__}.{name}"), name)
        return command


def _tell_version(context: click.Context, option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        from kb_service.version import commit

        found = commit()
        click.echo(f"kb, version {__version__}" + (f", commit {found}" if found else ""))
        context.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_tell_version, help="Say which this is."
)
def program() -> None:
    """Answer billing questions from a folder of Markdown articles, word for word."""


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
