"""`kb serve`: the production server; it builds the index first when there is none or it is out of date."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from socket import socket
from typing import Final

import click

from kb_service.commands import EXIT_CALLER
from kb_service.commands.context import articles_option, index_option, progress_on_terminal, settings_in_force
from kb_service.commands.index import describe, examination
from kb_service.commands.keeping import LOOK_SECONDS, kept
from kb_service.commands.model import described
from kb_service.errors import CallerError, DependencyFailed, IndexBusy
from kb_service.indexing import OLD_INDEX, Freshness, is_due, open_engine, update_index
from kb_service.logs import configure_logging
from kb_service.meaning.installed_model import model_status
from kb_service.server.port import claimed
from kb_service.server.shared_counts import FOLDER
from kb_service.server.supervisor import Supervisor
from kb_service.settings import Settings
from kb_service.staff.allowed_hosts import parse_configured_hosts

APPLICATION: Final = "kb_service.app:create_served_app"
LIVE_APPLICATION: Final = "kb_service.app:create_live_app"
WATCH_SECONDS: Final = 2.0
EXAMPLE: Final = "we pay for 60 seats but only 48 people use it, why?"

_log: Final = logging.getLogger(__name__)


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", help="Port to listen on.  [default: 8000]")
@click.option("--workers", help="Server processes.  [default: 2]")
@click.option("--watch", is_flag=True, help="Index articles again when they are edited.")
@click.option("--reload", is_flag=True, help="The same, and show KB_SITE and the files it names as they are edited.")
@articles_option
@index_option
def serve(
    host: str | None,
    port: str | None,
    workers: str | None,
    watch: bool,
    reload: bool,
    articles: str | None,
    index_folder: str | None,
) -> int:
    """Serve the API, the pages and the widget."""
    settings = settings_in_force(host=host, port=port, workers=workers, articles=articles, index=index_folder)
    parse_configured_hosts(settings.staff_hosts)  # what is wrong there is told before anything is done
    configure_logging(level=settings.log_level, form=settings.log_format)
    with claimed(settings.host, settings.port) as listener:
        _serve(settings, listener, watch=watch or reload, factory=LIVE_APPLICATION if reload else APPLICATION)
    return 0


def _serve(settings: Settings, listener: socket, *, watch: bool, factory: str) -> None:
    here = settings.engine == "whoosh"  # a cluster serves many hosts: `kb index` fills it, on one of them
    if here:
        _prepare_index(settings)
    tell_of_a_missing_model(settings)
    address = address_of(settings.host, settings.port)
    click.echo(f"Serving on {address}   (Ctrl+C stops)")
    click.echo(f"Try it:  curl '{address}/api/v1/answer?q={EXAMPLE.replace(' ', '+')}'")
    if not here:
        run_server(settings, listener, factory=factory)
        return
    seconds = WATCH_SECONDS if watch else LOOK_SECONDS
    with kept(_Articles(settings, watch=watch).are_due, lambda: _index_in_child(settings), seconds=seconds):
        run_server(settings, listener, factory=factory)


class _Articles:
    """Looks whether articles have changed, appeared or expired since they were indexed."""

    def __init__(self, settings: Settings, *, watch: bool) -> None:
        self._served = open_engine(settings, audiences=("public",))
        seconds = WATCH_SECONDS / 2 if watch else LOOK_SECONDS / 2
        self._fresh = Freshness(settings.articles, lambda: self._served.status().source, seconds=seconds)
        self._watch = watch
        self._told = False

    def are_due(self) -> bool:
        """Return whether the index is to be built; say once when it is old and nobody follows edits."""
        if is_due(self._served.status(), datetime.now(UTC).date()):
            return True
        is_old = self._fresh.is_old()
        if is_old and not self._watch and not self._told:
            _log.warning(OLD_INDEX)
        self._told = is_old
        return is_old and self._watch


def address_of(host: str, port: int) -> str:
    """Return the address to open in a browser; an IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run_server(settings: Settings, listener: socket, *, factory: str = APPLICATION) -> None:
    """Serve what `factory` ("module:function") makes of the settings, until a signal ends it."""
    with shared_metrics() as folder:
        Supervisor(settings, listener, factory=factory, metrics_folder=folder).run()


@contextmanager
def shared_metrics() -> Iterator[str]:
    """Give workers one private folder to count in; where there is none each tells of itself alone.

    A folder that the operator has named is left to the operator.
    """
    if folder := os.environ.get(FOLDER):
        yield folder
        return
    try:
        folder = tempfile.mkdtemp(prefix="kb-metrics-")
    except OSError as error:
        click.echo(f"Each worker counts for itself: there is no folder for temporary files ({error}).", err=True)
        yield ""
        return
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _index_in_child(settings: Settings) -> bool:
    """Run `kb index`, in a process of its own: what it needs of memory is given back. Return whether it is served."""
    click.echo("Articles have changed, appear or expire: the index is brought up to date.")
    served = open_engine(settings, audiences=("public",))
    before = served.status().generation
    command = [sys.executable, "-m", "kb_service", "index"]
    command += ["--articles", str(settings.articles), "--index", str(settings.index)]
    code = subprocess.run(command, check=False).returncode  # noqa: S603 - itself
    if code == EXIT_CALLER:  # with findings that do not matter, or refused
        served.close()
        return served.status().generation != before
    return code == 0


def tell_of_a_missing_model(settings: Settings) -> None:
    """Say so when the model is wanted and not there: answers by words alone are poorer, and nothing else shows it."""
    model = model_status(settings.model)
    if settings.model and not model.installed:
        click.echo(described(model), err=True)


def _prepare_index(settings: Settings) -> None:
    """Bring the index up to date; serve what there is when that fails, and say so."""
    with progress_on_terminal() as progress:
        served = open_engine(settings).status()
        if not served.generation:
            click.echo(f"{served.reason} This is done now ...")
        try:
            report = update_index(settings, progress=progress, examine=examination(settings))
        except (CallerError, DependencyFailed) as error:
            if not served.generation:
                raise
            reason = "another process builds it" if isinstance(error, IndexBusy) else str(error)
            click.echo(
                f"The index was not brought up to date ({reason}); serving generation {served.generation}.", err=True
            )
            return
    for problem in report.problems:
        click.echo(f"{settings.articles}/{problem}", err=True)
    click.echo(describe(report))
